import type { Call, Expression, Joined, Nested, Order, Query, Select, Source, Window } from '../tree.ts'

class Unprintable extends Error {}

/** SQL text that DuckDB parses back to the same expression; undefined when part of it has no word here. */
export function sqlOf(expression: Expression): string | undefined {
  return printable(() => print(expression))
}

/** The FROM clause's text without the word FROM; undefined as in `sqlOf`. */
export function sqlOfSource(source: Source): string | undefined {
  return printable(() => printSource(source))
}

/** A whole statement's text; undefined as in `sqlOf`. */
export function sqlOfQuery(query: Query): string | undefined {
  return printable(() => printQuery(query))
}

/** WITH and its parts, or nothing; undefined as in `sqlOf`. */
export function sqlOfCtes(query: Query): string | undefined {
  return printable(() => printCtes(query))
}

/** A name as SQL spells it, quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function printable(work: () => string): string | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Unprintable) return undefined
    throw error
  }
}

/** Written without quotes: DuckDB reads these bare words as values of the moment, not as columns. */
export const MOMENTS = new Set(['current_date', 'current_timestamp', 'current_time', 'localtimestamp', 'today'])

const CASTS =
  /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIME|TIMESTAMP|TIMESTAMP WITH TIME ZONE|INTERVAL)$/

const FRAME_WORDS: Record<string, string> = {
  UNBOUNDED_PRECEDING: 'UNBOUNDED PRECEDING',
  UNBOUNDED_FOLLOWING: 'UNBOUNDED FOLLOWING',
  CURRENT_ROW_ROWS: 'CURRENT ROW',
  EXPR_PRECEDING_ROWS: 'PRECEDING',
  EXPR_FOLLOWING_ROWS: 'FOLLOWING',
}

function print(e: Expression): string {
  switch (e.kind) {
    case 'column':
      return e.names.length === 1 && MOMENTS.has(e.names[0] ?? '')
        ? (e.names[0] ?? '')
        : e.names.map(quoteName).join('.')
    case 'constant':
      return printConstant(e.value)
    case 'call':
      return printCall(e)
    case 'window':
      return printWindow(e)
    case 'compare':
      return `(${print(e.left)} ${e.op.toUpperCase()} ${print(e.right)})`
    case 'logic':
      return `(${e.parts.map(print).join(e.op === 'and' ? ' AND ' : ' OR ')})`
    case 'not':
      return `(NOT ${print(e.part)})`
    case 'null':
      return `(${print(e.part)} IS ${e.negated ? 'NOT ' : ''}NULL)`
    case 'in':
      return `(${print(e.part)} ${e.negated ? 'NOT ' : ''}IN (${e.list.map(print).join(', ')}))`
    case 'between':
      return `(${print(e.part)} BETWEEN ${print(e.low)} AND ${print(e.high)})`
    case 'cast':
      if (!CASTS.test(e.to)) throw new Unprintable()
      return `${e.lenient ? 'TRY_CAST' : 'CAST'}(${print(e.part)} AS ${e.to})`
    case 'case':
      return printCase(e)
    case 'nested':
      return printNested(e)
    case 'star':
      if (!e.plain) throw new Unprintable()
      return e.table === '' ? '*' : `${quoteName(e.table)}.*`
    case 'unknown':
      throw new Unprintable()
  }
}

function printConstant(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value)
  return value ? 'true' : 'false'
}

function printCall(e: Call): string {
  const [first, second] = e.args
  if (e.operator && e.args.length === 2 && first && second) return `(${print(first)} ${e.name} ${print(second)})`
  if (e.operator && e.args.length === 1 && first && e.name === '-') return `(- ${print(first)})`
  if (e.operator || !/^[a-z_][a-z0-9_]*$/.test(e.name)) throw new Unprintable()
  if (e.name === 'count_star') return `count(*)${printFilter(e)}`
  const order = e.order.length > 0 ? ` ORDER BY ${e.order.map(printOrder).join(', ')}` : ''
  return `${e.name}(${e.distinct ? 'DISTINCT ' : ''}${e.args.map(print).join(', ')}${order})${printFilter(e)}`
}

function printFilter(e: Call): string {
  return e.filter === undefined ? '' : ` FILTER (WHERE ${print(e.filter)})`
}

function printOrder(order: Order): string {
  const nulls = order.nulls === 'default' ? '' : ` NULLS ${order.nulls.toUpperCase()}`
  return `${print(order.by)}${order.descending ? ' DESC' : ''}${nulls}`
}

function printWindow(e: Window): string {
  const partition = e.partitions.length > 0 ? `PARTITION BY ${e.partitions.map(print).join(', ')}` : ''
  const order = e.order.length > 0 ? `ORDER BY ${e.order.map(printOrder).join(', ')}` : ''
  const args = [...e.args, ...(e.offset === undefined ? [] : [e.offset])].map(print).join(', ')
  const name = e.name === 'count_star' ? 'count(*)' : `${e.name}(${args})`
  return `${name} OVER (${[partition, order, printFrame(e)].filter((part) => part !== '').join(' ')})`
}

function printFrame(e: Window): string {
  if (e.start === 'UNBOUNDED_PRECEDING' && e.end === 'CURRENT_ROW_RANGE') return ''
  const start = FRAME_WORDS[e.start]
  const end = FRAME_WORDS[e.end]
  if (start === undefined || end === undefined) throw new Unprintable()
  const from = e.startBy === undefined ? start : `${print(e.startBy)} ${start}`
  const to = e.endBy === undefined ? end : `${print(e.endBy)} ${end}`
  return `ROWS BETWEEN ${from} AND ${to}`
}

function printCase(e: Extract<Expression, { kind: 'case' }>): string {
  const checks = e.checks.map((check) => `WHEN ${print(check.when)} THEN ${print(check.value)}`)
  const otherwise = e.otherwise === undefined ? '' : ` ELSE ${print(e.otherwise)}`
  return `CASE ${checks.join(' ')}${otherwise} END`
}

function printNested(e: Nested): string {
  const query = `(${printQuery(e.query)})`
  if (e.how === 'scalar') return query
  if (e.how === 'exists') return `EXISTS ${query}`
  if (e.part === undefined) throw new Unprintable()
  return `(${print(e.part)} ${e.op === '=' ? 'IN' : `${e.op} ANY`} ${query})`
}

function printQuery(query: Query): string {
  const body = query.kind === 'set' ? printSides(query) : printSelect(query)
  const order = query.order.length > 0 ? ` ORDER BY ${query.order.map(printOrder).join(', ')}` : ''
  if (query.limitPercent !== undefined) throw new Unprintable()
  const limit = query.limit === undefined ? '' : ` LIMIT ${query.limit}`
  const offset = query.offset === undefined ? '' : ` OFFSET ${query.offset}`
  return `${printCtes(query)}${body}${order}${limit}${offset}`
}

function printCtes(query: Query): string {
  if (query.ctes.length === 0) return ''
  return `WITH ${query.ctes.map((cte) => `${quoteName(cte.name)} AS (${printQuery(cte.query)})`).join(', ')} `
}

function printSides(query: Extract<Query, { kind: 'set' }>): string {
  return query.sides
    .map((side) => `(${printQuery(side)})`)
    .join(` ${query.how.toUpperCase()}${query.all ? ' ALL' : ''} `)
}

function printSelect(select: Select): string {
  if (select.groupSets || select.sampled) throw new Unprintable()
  const on = select.distinctOn.length > 0 ? `ON (${select.distinctOn.map(print).join(', ')}) ` : ''
  const items = select.items.map(
    (item) => print(item) + (item.alias === undefined ? '' : ` AS ${quoteName(item.alias)}`),
  )
  const groups = select.groupAll ? 'ALL' : select.groups.map(print).join(', ')
  return [
    `SELECT ${select.distinct ? `DISTINCT ${on}` : ''}${items.join(', ')}`,
    select.from === undefined ? '' : ` FROM ${printSource(select.from)}`,
    select.where === undefined ? '' : ` WHERE ${print(select.where)}`,
    groups === '' ? '' : ` GROUP BY ${groups}`,
    select.having === undefined ? '' : ` HAVING ${print(select.having)}`,
    select.qualify === undefined ? '' : ` QUALIFY ${print(select.qualify)}`,
  ].join('')
}

function printSource(source: Source): string {
  if (source.kind === 'table') return `${quoteName(source.name)} AS ${quoteName(source.alias)}`
  if (source.kind === 'join') return printJoin(source)
  if (source.kind !== 'query' || source.alias === '') throw new Unprintable()
  const columns = source.columns.length > 0 ? `(${source.columns.map(quoteName).join(', ')})` : ''
  return `(${printQuery(source.query)}) AS ${quoteName(source.alias)}${columns}`
}

function printJoin(join: Joined): string {
  const right = join.right.kind === 'join' ? `(${printSource(join.right)})` : printSource(join.right)
  const sides = (word: string) => `${printSource(join.left)} ${word} JOIN ${right}`
  if (join.natural) return sides(`NATURAL ${join.how.toUpperCase()}`)
  if (join.using.length > 0) return `${sides(join.how.toUpperCase())} USING (${join.using.map(quoteName).join(', ')})`
  if (join.on !== undefined) return `${sides(join.how.toUpperCase())} ON ${print(join.on)}`
  return sides('CROSS')
}
