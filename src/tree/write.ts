import { quoteName } from '../draft/compile/quote.ts'
import type { Call, Expression, Joined, Nested, Order, Query, Select, Source } from '../tree.ts'
import {
  caseText,
  castText,
  columnText,
  constantText,
  orderText,
  starText,
  Wordless,
  windowText,
  worded,
} from './parts.ts'

/** A statement as a person would write it, one clause a line; undefined when part of it has no word in the tree. */
export function writeQuery(query: Query): string | undefined {
  return worded(() => queryLines(query).join('\n'))
}

/** An expression as in `writeQuery`; undefined when it has no word. */
export function writeExpression(expression: Expression): string | undefined {
  return worded(() => write(expression, 0))
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

const loose = (e: Expression) => write(e, 0)
const tight = (e: Expression) => write(e, BINDING.other)
const ordered = (order: Order) => orderText(order, loose)

function list(expressions: Expression[]): string {
  return expressions.map((e) => write(e, 0)).join(', ')
}

function atom(e: Expression): string {
  switch (e.kind) {
    case 'column':
      return columnText(e.names, quoteName)
    case 'constant':
      return constantText(e.value)
    case 'window':
      return windowText(e, loose, tight)
    case 'cast':
      return cast(e)
    case 'case':
      return caseText(e, loose)
    case 'star':
      return starText(e, quoteName)
    default:
      throw new Wordless()
  }
}

function cast(e: Extract<Expression, { kind: 'cast' }>): string {
  const literal = e.part.kind === 'constant' && typeof e.part.value === 'string' && !e.lenient
  if (literal && /^(DATE|TIME|TIMESTAMP)$/.test(e.to)) return `${e.to} ${write(e.part, 0)}`
  return castText(e, loose)
}

const LIKES: Record<string, string> = { '~~': 'LIKE', '!~~': 'NOT LIKE', '~~*': 'ILIKE', '!~~*': 'NOT ILIKE' }

function operator(e: Call): Written {
  const [first, second] = e.args
  if (first === undefined || e.args.length > 2) throw new Wordless()
  if (second === undefined) {
    if (e.name !== '-') throw new Wordless()
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
  if (!/^[a-z_][a-z0-9_]*$/.test(e.name)) throw new Wordless()
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

function nested(e: Nested): Written {
  const query = `(${queryLines(e.query).join(' ')})`
  if (e.how === 'scalar') return at('atom', query)
  if (e.how === 'exists') return at('atom', `EXISTS ${query}`)
  if (e.part === undefined) throw new Wordless()
  return at('among', `${write(e.part, 7)} ${e.op === '=' ? 'IN' : `${e.op} ANY`} ${query}`)
}

function queryLines(query: Query): string[] {
  if (query.limitPercent !== undefined) throw new Wordless()
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
  if (select.groupSets || select.sampled) throw new Wordless()
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
  if (source.kind !== 'query') throw new Wordless()
  const columns = source.columns.length > 0 ? `(${source.columns.map(quoteName).join(', ')})` : ''
  const alias = source.alias === '' ? '' : ` AS ${quoteName(source.alias)}${columns}`
  return `(${queryLines(source.query).join(' ')})${alias}`
}
