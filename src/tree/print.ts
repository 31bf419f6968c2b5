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

/** SQL text that DuckDB parses back to the same expression; undefined when part of it has no word here. */
export function sqlOf(expression: Expression): string | undefined {
  return worded(() => print(expression))
}

/** The FROM clause's text without the word FROM; undefined as in `sqlOf`. */
export function sqlOfSource(source: Source): string | undefined {
  return worded(() => printSource(source))
}

/** A whole statement's text; undefined as in `sqlOf`. */
export function sqlOfQuery(query: Query): string | undefined {
  return worded(() => printQuery(query))
}

/** WITH and its parts, or nothing; undefined as in `sqlOf`. */
export function sqlOfCtes(query: Query): string | undefined {
  return worded(() => printCtes(query))
}

/** A name as SQL spells it, quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function print(e: Expression): string {
  switch (e.kind) {
    case 'column':
      return columnText(e.names, quoteName)
    case 'constant':
      return constantText(e.value)
    case 'call':
      return printCall(e)
    case 'window':
      return windowText(e, print, print)
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
      return castText(e, print)
    case 'case':
      return caseText(e, print)
    case 'nested':
      return printNested(e)
    case 'star':
      return starText(e, quoteName)
    case 'unknown':
      throw new Wordless()
  }
}

function ordered(order: Order): string {
  return orderText(order, print)
}

function printCall(e: Call): string {
  const [first, second] = e.args
  if (e.operator && e.args.length === 2 && first && second) return `(${print(first)} ${e.name} ${print(second)})`
  if (e.operator && e.args.length === 1 && first && e.name === '-') return `(- ${print(first)})`
  if (e.operator || !/^[a-z_][a-z0-9_]*$/.test(e.name)) throw new Wordless()
  if (e.name === 'count_star') return `count(*)${printFilter(e)}`
  const order = e.order.length > 0 ? ` ORDER BY ${e.order.map(ordered).join(', ')}` : ''
  return `${e.name}(${e.distinct ? 'DISTINCT ' : ''}${e.args.map(print).join(', ')}${order})${printFilter(e)}`
}

function printFilter(e: Call): string {
  return e.filter === undefined ? '' : ` FILTER (WHERE ${print(e.filter)})`
}

function printNested(e: Nested): string {
  const query = `(${printQuery(e.query)})`
  if (e.how === 'scalar') return query
  if (e.how === 'exists') return `EXISTS ${query}`
  if (e.part === undefined) throw new Wordless()
  return `(${print(e.part)} ${e.op === '=' ? 'IN' : `${e.op} ANY`} ${query})`
}

function printQuery(query: Query): string {
  const body = query.kind === 'set' ? printSides(query) : printSelect(query)
  const order = query.order.length > 0 ? ` ORDER BY ${query.order.map(ordered).join(', ')}` : ''
  if (query.limitPercent !== undefined) throw new Wordless()
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
  if (select.groupSets || select.sampled) throw new Wordless()
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
  if (source.kind !== 'query' || source.alias === '') throw new Wordless()
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
