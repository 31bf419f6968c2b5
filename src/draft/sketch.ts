import { type Catalog, itemsOf } from '../catalog.ts'
import type { Draft } from '../draft.ts'
import type { Links } from '../link.ts'
import { CompileError, compile } from './compile.ts'
import type { Program } from './program.ts'
import { isTime } from './sketch/columns.ts'
import type { Filter } from './sketch/filters.ts'
import { type Around, type Outline, withKind, withTime, word } from './sketch/plan.ts'
import { type Request, readRequest } from './sketch/request.ts'
import { SKETCH_RULES } from './sketch/rules.ts'
import { type Named, type Reading, readTokens, type Token } from './sketch/tokens.ts'

/** A plain chart request read by rules alone, without a model. */
export interface Sketch {
  draft: Draft
  /** Kind of chart it asks for; null lets the result decide. */
  wish: string | null
  /** Name of the rule that read it. */
  rule: string
}

interface Sketching {
  links: Links
  catalog: Catalog
  /** Kind of chart the question names; null when none. */
  wish: string | null
  /** ISO date that relative periods are seen from. */
  today: string
}

/** Tables that are tried; a plain chart request over more is seldom unambiguous. */
const MOST_TABLES = 40

/**
 * Reads a question whose every word is a column of one table, a stored value, a number or a phrase of chart requests
 * ("mpg against weight by origin", "histogram of age"). Undefined for anything else: that is the model's.
 */
export function sketch(sketching: Sketching): Sketch | undefined {
  const { catalog, links } = sketching
  if (catalog.tables.length > MOST_TABLES || ASKS_FOR_ONE.test(ownWords(links.question))) return undefined
  const read = catalog.tables.map((_, table) => sketchTable(sketching, table)).filter((one) => one !== undefined)
  const [best, next] = read.toSorted((a, b) => b.sure - a.sure)
  if (best === undefined || (next !== undefined && next.sure === best.sure)) return undefined
  return compiled(best, sketching)
}

/** Questions for one row or one name, which no chart answers. */
const ASKS_FOR_ONE =
  /^(which|who|whose|where|when)\b|\b(not|without|except|excluding|never|both|exactly)\b|\b(more|less|fewer)\b(?! than \d)/i

/** Where a clause ends after which the request is said once more. */
const BREAK = /[:?;]\s+(?=\S)/g

function ownWords(question: string): string {
  return question.slice(breakOf(question))
}

function breakOf(question: string): number {
  return [...question.matchAll(BREAK)].at(-1)?.index ?? 0
}

/** "do heavier phones last longer? weight against battery": a last clause that is a whole request says what a question before it only talks about. */
function lastClause(reading: Reading, { question, words }: Links): Reading {
  const end = breakOf(question)
  const from = end === 0 ? 0 : words.findIndex(({ start }) => start > end)
  if (from <= 0) return reading
  const before = reading.tokens.filter(({ first }) => first < from)
  const tokens = reading.tokens.filter(({ first }) => first >= from)
  const unread = reading.unread.filter(({ start }) => start > end)
  const columns = new Set(tokens.flatMap((token) => (token.is === 'column' ? [token.named.item] : [])))
  const again = before.every((token) => token.is !== 'column' || columns.has(token.named.item))
  const talk = before.every(({ is }) => is !== 'value' && is !== 'number')
  return talk && columns.size >= 2 && (again || reading.unread.length > 0 || question[end] === ':')
    ? { tokens, unread }
    : reading
}

interface Read {
  /** Columns named for certain. */
  sure: number
  table: number
  request: Request
  outline: Outline
  around: Around
  rule: string
}

function sketchTable({ links, catalog, wish }: Sketching, table: number): Read | undefined {
  const alone = catalog.tables.length === 1
  const { tokens, unread } = lastClause(readTokens(links, catalog, { table, alone }), links)
  const columns = tokens.filter((token) => token.is === 'column')
  if (unread.length > 0 || (columns.length === 0 && !tokens.some(standsAlone) && !comparesValues(tokens)))
    return undefined
  const textOf = ({ first, last }: Token) =>
    links.question.slice(links.words[first]?.start ?? 0, links.words[last]?.end ?? 0).toLowerCase()
  const around: Around = {
    table: catalog.tables[table] as Around['table'],
    times: timesOf(catalog, table),
    places: placesOf(catalog, table),
    wish,
  }
  if (!asksForChart(tokens, links.question, { wish, alone })) return undefined
  const heard = readRequest(tokens, textOf)
  const request = heard === undefined ? undefined : withTime(withKind(heard, wish), around)
  const rule = request === undefined ? undefined : SKETCH_RULES.find((one) => one.fits(request, around))
  if (request === undefined || rule === undefined) return undefined
  if (!alone && !saysAll(request, rule.outline(request, around))) return undefined
  const sure = columns.filter((token) => token.sure).length + tokens.filter(({ is }) => is === 'table').length / 2
  return { sure, table, request, around, outline: rule.outline(request, around), rule: rule.name }
}

/** Beside other tables nothing is taken for granted: groups need a size or count that was asked for, and no name that another table may hold. */
function saysAll({ measures, parts, count }: Request, { group }: Outline): boolean {
  const named = (name: string) => /id|code|number/i.test(name)
  if (parts.some((part) => part.named.column.role === 'foreign key' && !named(part.named.column.name))) return false
  if (group.length === 0) return true
  return (
    measures.every(({ aggregate }) => aggregate !== undefined) && (count || measures.length > 0) && parts.length <= 2
  )
}

const DRAWS =
  /\b(plot|plots|plotted|chart|charts|graph|graphs|visuali[sz]\w*|visual|draw|diagram|histogram|heat ?map)\b/i

/** A kind or a word of drawing is said, columns are read against each other or along time; in a lone table also that something is divided by something. */
function asksForChart(
  tokens: Token[],
  question: string,
  { wish, alone }: { wish: string | null; alone: boolean },
): boolean {
  if (wish !== null || DRAWS.test(question)) return true
  if (alone && comparesValues(tokens)) return true
  const signs = new Set<string>(tokens.map((token) => (token.is === 'sign' ? token.sign.is : '')))
  if (['versus', 'spread', 'time', 'color', 'facet', 'panels', 'bin'].some((sign) => signs.has(sign))) return true
  return alone && (signs.has('by') || tokens.some(dividesTime))
}

/** Two values of one column: what is asked for is asked for each. */
function comparesValues(tokens: Token[]): boolean {
  const items = tokens.flatMap((token) => (token.is === 'value' ? [token.named.item] : []))
  return new Set(items).size < items.length
}

function dividesTime(token: Token): boolean {
  return token.is === 'sign' && token.sign.is === 'grain'
}

/** Signs that ask for a chart without naming a column: over time, on a map. */
function standsAlone(token: Token): boolean {
  return token.is === 'table' || (token.is === 'sign' && (token.sign.is === 'time' || token.sign.is === 'grain'))
}

function columnsOf(catalog: Catalog, table: number): Named[] {
  return itemsOf(catalog).flatMap((item, at) => {
    const column =
      item.kind === 'column' && item.table === table ? catalog.tables[table]?.columns[item.column] : undefined
    return column === undefined ? [] : [{ item: at, column }]
  })
}

function timesOf(catalog: Catalog, table: number): Named[] {
  return columnsOf(catalog, table).filter(({ column }) => isTime(column))
}

function placesOf(catalog: Catalog, table: number): Named[] {
  const named = columnsOf(catalog, table)
  const [latitude, longitude] = ['latitude', 'longitude'].map((role) =>
    named.find(({ column }) => column.role === role),
  )
  return latitude === undefined || longitude === undefined ? [] : [latitude, longitude]
}

/** SQL that differs when today is this day holds dates counted from today. */
const ANOTHER_DAY = '2001-05-17'

function compiled(read: Read, { links, catalog, today }: Sketching): Sketch | undefined {
  const program = programOf(read, catalog)
  if (program === undefined) return undefined
  try {
    const made = compile(program, catalog, links, { today })
    const relative = made.sql !== compile(program, catalog, links, { today: ANOTHER_DAY }).sql
    return {
      draft: { ...made, score: 0, program, ...(relative ? { relative } : {}) },
      wish: read.outline.wish,
      rule: read.rule,
    }
  } catch (problem) {
    if (problem instanceof CompileError) return undefined
    throw problem
  }
}

function programOf({ request, outline, around, table }: Read, catalog: Catalog): Program | undefined {
  const where = whereOf(request.filters, around)
  if (where === undefined) return undefined
  const group = outline.group.length === 0 ? [] : [word('group'), ...outline.group.flat()]
  const tableItem = itemsOf(catalog).findIndex((item) => item.kind === 'table' && item.table === table)
  return [
    word('select'),
    ...outline.select.flat(),
    ...where,
    ...group,
    ...orderOf(request, outline),
    word('from'),
    { item: tableItem },
  ]
}

function orderOf({ sort, top, parts }: Request, { select, group }: Outline): Program {
  const time = group.find((expression) => parts.some(({ named }) => isTime(named.column) && isOf(expression, named)))
  if (sort === undefined && top === undefined) {
    if (time === undefined) return []
    const others = group.filter((expression) => expression !== time)
    return [word('order'), ...time, ...others.flat(), word('asc')]
  }
  const by = sort?.named
  const key = sort?.axis === 'x' ? select[0] : by && select.find((expression) => isOf(expression, by))
  const measure = select.find((expression) => !group.includes(expression)) ?? select.at(-1)
  const descending = top?.descending ?? sort?.descending ?? false
  const order = [word('order'), ...(key ?? measure ?? []), word(descending ? 'desc' : 'asc')]
  return top === undefined ? order : [...order, word('limit'), { word: top.first }, { word: top.last }]
}

function isOf(expression: Program, { item }: Named): boolean {
  return expression.some((token) => 'item' in token && token.item === item)
}

/** WHERE; several values of one column are alternatives. Undefined when a year is named and the table has no time. */
function whereOf(filters: Filter[], { times }: Around): Program | undefined {
  if (filters.length === 0) return []
  const columns = new Map<number, Program[]>()
  for (const { named, test } of filters) {
    const column = named === 'time' ? times[0] : named
    if (column === undefined) return undefined
    columns.set(column.item, [...(columns.get(column.item) ?? []), [{ item: column.item }, ...testOf(test)]])
  }
  const joined = (parts: Program[], by: 'and' | 'or') =>
    parts.flatMap((part, at) => (at === 0 ? part : [word(by), ...part]))
  const each = [...columns.values()].map((parts) => joined(parts, parts.every((part) => isEqual(part)) ? 'or' : 'and'))
  return [word('where'), ...joined(each, 'and')]
}

function isEqual(part: Program): boolean {
  return part.some((token) => 'keyword' in token && token.keyword === '=')
}

function testOf(test: Filter['test']): Program {
  const span = (first: number, last: number) => [{ word: first }, { word: last }]
  if (test.operator === 'between') return [word('between'), ...span(...test.low), ...span(...test.high)]
  return [word(test.operator), ...span(test.first, test.last)]
}
