import { quoteText } from '../draft/compile/quote.ts'
import type { Expression, Order, Window } from '../tree.ts'

// What both spellings of a tree, the bracketed one of print.ts and the readable one of write.ts, spell alike.

/** Part of a tree has no word in SQL here. */
export class Wordless extends Error {}

/** What `work` gives; undefined when part of its tree has no word. */
export function worded(work: () => string): string | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Wordless) return undefined
    throw error
  }
}

/** Written without quotes: DuckDB reads these bare words as values of the moment, not as columns. */
export const MOMENTS = new Set(['current_date', 'current_timestamp', 'current_time', 'localtimestamp', 'today'])

/** How one spelling writes what stands inside a part. */
type Spell = (expression: Expression) => string

/** A column by its names from the outside in; a word of the moment stands bare. */
export function columnText([first = '', ...rest]: string[], quote: (name: string) => string): string {
  if (rest.length === 0 && MOMENTS.has(first)) return first
  return [first, ...rest].map(quote).join('.')
}

/** `*` or `table.*`; one with exceptions has no word. */
export function starText(star: Extract<Expression, { kind: 'star' }>, quote: (name: string) => string): string {
  if (!star.plain) throw new Wordless()
  return star.table === '' ? '*' : `${quote(star.table)}.*`
}

/** A constant; negative numbers in brackets. */
export function constantText(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value)
  return value ? 'true' : 'false'
}

const CASTS =
  /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIME|TIMESTAMP|TIMESTAMP WITH TIME ZONE|INTERVAL)$/

/** CAST or TRY_CAST to a type of the list; others have no word. */
export function castText(e: Extract<Expression, { kind: 'cast' }>, spell: Spell): string {
  if (!CASTS.test(e.to)) throw new Wordless()
  return `${e.lenient ? 'TRY_CAST' : 'CAST'}(${spell(e.part)} AS ${e.to})`
}

/** CASE with its branches. */
export function caseText(e: Extract<Expression, { kind: 'case' }>, spell: Spell): string {
  const checks = e.checks.map((check) => `WHEN ${spell(check.when)} THEN ${spell(check.value)}`)
  const otherwise = e.otherwise === undefined ? '' : ` ELSE ${spell(e.otherwise)}`
  return `CASE ${checks.join(' ')}${otherwise} END`
}

/** One term of ORDER BY. */
export function orderText(order: Order, spell: Spell): string {
  const nulls = order.nulls === 'default' ? '' : ` NULLS ${order.nulls.toUpperCase()}`
  return `${spell(order.by)}${order.descending ? ' DESC' : ''}${nulls}`
}

/** A window function with its OVER; `tight` writes what stands beside a word of the frame. */
export function windowText(e: Window, spell: Spell, tight: Spell): string {
  const partition = e.partitions.length > 0 ? `PARTITION BY ${e.partitions.map(spell).join(', ')}` : ''
  const order = e.order.length > 0 ? `ORDER BY ${e.order.map((one) => orderText(one, spell)).join(', ')}` : ''
  const args = [...e.args, ...(e.offset === undefined ? [] : [e.offset])].map(spell).join(', ')
  const name = e.name === 'count_star' ? 'count(*)' : `${e.name}(${args})`
  return `${name} OVER (${[partition, order, frameText(e, tight)].filter((part) => part !== '').join(' ')})`
}

const FRAME_WORDS: Record<string, string> = {
  UNBOUNDED_PRECEDING: 'UNBOUNDED PRECEDING',
  UNBOUNDED_FOLLOWING: 'UNBOUNDED FOLLOWING',
  CURRENT_ROW_ROWS: 'CURRENT ROW',
  EXPR_PRECEDING_ROWS: 'PRECEDING',
  EXPR_FOLLOWING_ROWS: 'FOLLOWING',
}

function frameText(e: Window, tight: Spell): string {
  if (e.start === 'UNBOUNDED_PRECEDING' && e.end === 'CURRENT_ROW_RANGE') return ''
  const start = FRAME_WORDS[e.start]
  const end = FRAME_WORDS[e.end]
  if (start === undefined || end === undefined) throw new Wordless()
  const from = e.startBy === undefined ? start : `${tight(e.startBy)} ${start}`
  const to = e.endBy === undefined ? end : `${tight(e.endBy)} ${end}`
  return `ROWS BETWEEN ${from} AND ${to}`
}
