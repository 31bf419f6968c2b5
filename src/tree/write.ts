import { quoteName, quoteText } from '../draft/compile/quote.ts'
import type { Call, Expression, Joined, Nested, Order, Query, Select, Source, Window } from '../tree.ts'
import { MOMENTS } from './print.ts'

class Unwritable extends Error {}

/** A statement as a person would write it, one clause a line; undefined when part of it has no word in the tree. */
export function writeQuery(query: Query): string | undefined {
  try {
    return queryLines(query).join('\n')
  } catch (error) {
    if (error instanceof Unwritable) return undefined
    throw error
  }
}

/** An expression as in `writeQuery`; undefined when it has no word. */
export function writeExpression(expression: Expression): string | undefined {
  try {
    return write(expression, 0)
  } catch (error) {
    if (error instanceof Unwritable) return undefined
    throw error
  }
}

/** How tightly a form binds; an operand that binds more loosely gets parentheses. */
const BINDING = { or: 1, and: 2, not: 3, is: 4, compare: 5, among: 6, other: 7, add: 8, times: 9, sign: 10, atom: 11 }

interface Written {
  sql: string
  binding: number
}

function write(e: Expression, least: number): string {
  const { sql, binding } = written(e)
  return binding < least ? `(${sql})` : sql
}

function written(e: Expression): Written {
  switch (e.kind) {
    case 'compare':
      return at('compare', `${write(e.left, 6)} ${e.op.toUpperCase()} ${write(e.right, 6)}`)
    case 'logic': {
      const binding = e.op === 'and' ? BINDING.and : BINDING.or
      return { sql: e.parts.map((part) => write(part, binding + 1)).join(` ${e.op.toUpperCase()} `), binding }
    }
    case 'not':
      return at('not', `NOT ${write(e.part, BINDING.is)}`)
    case 'null':
      return at('is', `${write(e.part, BINDING.compare)} IS ${e.negated ? 'NOT ' : ''}NULL`)
    case 'in':
      return at('among', `${write(e.part, 7)} ${e.negated ? 'NOT ' : ''}IN (${list(e.list)})`)
    case 'between':
      return at('among', `${write(e.part, 7)} BETWEEN ${write(e.low, 7)} AND ${write(e.high, 7)}`)
    case 'call':
      return e.operator ? operator(e) : at('atom', call(e))
    case 'nested':
      return nested(e)
    default:
      return at('atom', atom(e))
  }
}

function at(binding: keyof typeof BINDING, sql: string): Written {
  return { sql, binding: BINDING[binding] }
}

function list(expressions: Expression[]): string {
  return expressions.map((e) => write(e, 0)).join(', ')
}

function atom(e: Expression): string {
  switch (e.kind) {
    case 'column':
      return e.names.length === 1 && MOMENTS.has(e.names[0] ?? '')
        ? (e.names[0] ?? '')
        : e.names.map(quoteName).join('.')
    case 'constant':
      return constant(e.value)
    case 'window':
      return windowed(e)
    case 'cast':
      return cast(e)
    case 'case':
      return choice(e)
    case 'star':
      if (!e.plain) throw new Unwritable()
      return e.table === '' ? '*' : `${quoteName(e.table)}.*`
    default:
      throw new Unwritable()
  }
}

function constant(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value)
  return value ? 'true' : 'false'
}

const CASTS =
  /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIME|TIMESTAMP|TIMESTAMP WITH TIME ZONE|INTERVAL)$/

function cast(e: Extract<Expression, { kind: 'cast' }>): string {
  if (!CASTS.test(e.to)) throw new Unwritable()
  const literal = e.part.kind === 'constant' && typeof e.part.value === 'string' && !e.lenient
  if (literal && /^(DATE|TIME|TIMESTAMP)$/.test(e.to)) return `${e.to} ${write(e.part, 0)}`
  return `${e.lenient ? 'TRY_CAST' : 'CAST'}(${write(e.part, 0)} AS ${e.to})`
}

function choice(e: Extract<Expression, { kind: 'case' }>): string {
  const checks = e.checks.map((check) => `WHEN ${write(check.when, 0)} THEN ${write(check.value, 0)}`)
  const otherwise = e.otherwise === undefined ? '' : ` ELSE ${write(e.otherwise, 0)}`
  return `CASE ${checks.join(' ')}${otherwise} END`
}

const LIKES: Record<string, string> = { '~~': 'LIKE', '!~~': 'NOT LIKE', '~~*': 'ILIKE', '!~~*': 'NOT ILIKE' }

function operator(e: Call): Written {
  const [first, second] = e.args
  if (first === undefined || e.args.length > 2) throw new Unwritable()
  if (second === undefined) {
    if (e.name !== '-') throw new Unwritable()
    return at('sign', `-${write(first, BINDING.atom)}`)
  }
  const like = LIKES[e.name]
  if (like !== undefined) return at('among', `${write(first, 7)} ${like} ${write(second, 7)}`)
  const binding = /^[*/%]$|^\/\/$/.test(e.name) ? 'times' : /^[-+]$/.test(e.name) ? 'add' : 'other'
  return at(binding, `${write(first, BINDING[binding])} ${e.name} ${write(second, BINDING[binding] + 1)}`)
}

const ESCAPES: Record<string, string> = {
  like_escape: 'LIKE',
  not_like_escape: 'NOT LIKE',
  ilike_escape: 'ILIKE',
  not_ilike_escape: 'NOT ILIKE',
}

const SPANS = /^to_(years|months|weeks|days|hours|minutes|seconds)$/

function call(e: Call): string {
  if (!/^[a-z_][a-z0-9_]*$/.test(e.name)) throw new Unwritable()
  const filter = e.filter === undefined ? '' : ` FILTER (WHERE ${write(e.filter, 0)})`
  if (e.name === 'count_star') return `count(*)${filter}`
  const [first, second, third] = e.args
  const like = ESCAPES[e.name]
  if (like !== undefined && first && second && third)
    return `(${write(first, 7)} ${like} ${write(second, 7)} ESCAPE ${write(third, 7)})`
  const span = SPANS.exec(e.name)?.[1]
  const count = first === undefined ? undefined : wholeNumber(first)
  if (span !== undefined && count !== undefined) return `INTERVAL ${count} ${span.slice(0, -1).toUpperCase()}`
  const order = e.order.length > 0 ? ` ORDER BY ${e.order.map(ordered).join(', ')}` : ''
  return `${e.name}(${e.distinct ? 'DISTINCT ' : ''}${list(e.args)}${order})${filter}`
}

/** `INTERVAL 3 DAY` is parsed to casts and a `trunc` around the 3. */
function wholeNumber(e: Expression): number | undefined {
  if (e.kind === 'cast') return wholeNumber(e.part)
  if (e.kind === 'call' && e.name === 'trunc' && e.args[0] !== undefined) return wholeNumber(e.args[0])
  return e.kind === 'constant' && Number.isInteger(e.value) && Number(e.value) >= 0 ? Number(e.value) : undefined
}

function ordered(order: Order): string {
  const nulls = order.nulls === 'default' ? '' : ` NULLS ${order.nulls.toUpperCase()}`
  return `${write(order.by, 0)}${order.descending ? ' DESC' : ''}${nulls}`
}

const FRAME_WORDS: Record<string, string> = {
  UNBOUNDED_PRECEDING: 'UNBOUNDED PRECEDING',
  UNBOUNDED_FOLLOWING: 'UNBOUNDED FOLLOWING',
  CURRENT_ROW_ROWS: 'CURRENT ROW',
  EXPR_PRECEDING_ROWS: 'PRECEDING',
  EXPR_FOLLOWING_ROWS: 'FOLLOWING',
}

function windowed(e: Window): string {
  const partition = e.partitions.length > 0 ? `PARTITION BY ${list(e.partitions)}` : ''
  const order = e.order.length > 0 ? `ORDER BY ${e.order.map(ordered).join(', ')}` : ''
  const name = e.name === 'count_star' ? 'count(*)' : `${e.name}(${list([...e.args, ...(e.offset ? [e.offset] : [])])})`
  return `${name} OVER (${[partition, order, frame(e)].filter((part) => part !== '').join(' ')})`
}

function frame(e: Window): string {
  if (e.start === 'UNBOUNDED_PRECEDING' && e.end === 'CURRENT_ROW_RANGE') return ''
  const start = FRAME_WORDS[e.start]
  const end = FRAME_WORDS[e.end]
  if (start === undefined || end === undefined) throw new Unwritable()
  const from = e.startBy === undefined ? start : `${write(e.startBy, 7)} ${start}`
  const to = e.endBy === undefined ? end : `${write(e.endBy, 7)} ${end}`
  return `ROWS BETWEEN ${from} AND ${to}`
}

function nested(e: Nested): Written {
  const query = `(${queryLines(e.query).join(' ')})`
  if (e.how === 'scalar') return at('atom', query)
  if (e.how === 'exists') return at('atom', `EXISTS ${query}`)
  if (e.part === undefined) throw new Unwritable()
  return at('among', `${write(e.part, 7)} ${e.op === '=' ? 'IN' : `${e.op} ANY`} ${query}`)
}

function queryLines(query: Query): string[] {
  if (query.limitPercent !== undefined) throw new Unwritable()
  return [
    ...withLines(query),
    ...(query.kind === 'set' ? setLines(query) : selectLines(query)),
    ...(query.order.length > 0 ? [`ORDER BY ${query.order.map(ordered).join(', ')}`] : []),
    ...(query.limit === undefined ? [] : [`LIMIT ${query.limit}`]),
    ...(query.offset === undefined ? [] : [`OFFSET ${query.offset}`]),
  ]
}

function withLines(query: Query): string[] {
  return query.ctes.flatMap((cte, i) => [
    `${i === 0 ? 'WITH ' : ''}${quoteName(cte.name)} AS (`,
    ...indented(queryLines(cte.query)),
    i === query.ctes.length - 1 ? ')' : '),',
  ])
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function setLines(query: Extract<Query, { kind: 'set' }>): string[] {
  const word = `${query.how.toUpperCase()}${query.all ? ' ALL' : ''}`
  return query.sides.flatMap((side, i) => [...(i === 0 ? [] : [word]), '(', ...indented(queryLines(side)), ')'])
}

function selectLines(select: Select): string[] {
  if (select.groupSets || select.sampled) throw new Unwritable()
  const on = select.distinctOn.length > 0 ? `ON (${list(select.distinctOn)}) ` : ''
  const groups = select.groupAll ? 'ALL' : list(select.groups)
  return [
    `SELECT ${select.distinct ? `DISTINCT ${on}` : ''}${select.items.map(item).join(', ')}`,
    ...(select.from === undefined ? [] : sourceLines(select.from)),
    ...(select.where === undefined ? [] : [`WHERE ${write(select.where, 0)}`]),
    ...(groups === '' ? [] : [`GROUP BY ${groups}`]),
    ...(select.having === undefined ? [] : [`HAVING ${write(select.having, 0)}`]),
    ...(select.qualify === undefined ? [] : [`QUALIFY ${write(select.qualify, 0)}`]),
  ]
}

function item(e: Expression): string {
  return write(e, 0) + (e.alias === undefined ? '' : ` AS ${quoteName(e.alias)}`)
}

function sourceLines(source: Source): string[] {
  if (source.kind !== 'join') return [`FROM ${leaf(source)}`]
  return [...sourceLines(source.left), joinLine(source)]
}

function joinLine(join: Joined): string {
  const right = join.right.kind === 'join' ? `(${group(join.right)})` : leaf(join.right)
  const how = join.how.toUpperCase()
  if (join.natural) return `NATURAL ${how} JOIN ${right}`
  const word = how === 'INNER' ? 'JOIN' : `${how} JOIN`
  if (join.using.length > 0) return `${word} ${right} USING (${join.using.map(quoteName).join(', ')})`
  return join.on === undefined ? `CROSS JOIN ${right}` : `${word} ${right} ON ${write(join.on, 0)}`
}

function group(join: Joined): string {
  return [join.left.kind === 'join' ? group(join.left) : leaf(join.left), joinLine(join)].join(' ')
}

function leaf(source: Source): string {
  if (source.kind === 'table')
    return quoteName(source.name) + (source.alias === source.name ? '' : ` AS ${quoteName(source.alias)}`)
  if (source.kind !== 'query') throw new Unwritable()
  const columns = source.columns.length > 0 ? `(${source.columns.map(quoteName).join(', ')})` : ''
  const alias = source.alias === '' ? '' : ` AS ${quoteName(source.alias)}${columns}`
  return `(${queryLines(source.query).join(' ')})${alias}`
}
