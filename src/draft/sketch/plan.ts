import type { Table } from '../../catalog.ts'
import type { Aggregate, DateFunction } from '../compile/tree.ts'
import type { Keyword, Program } from '../program.ts'
import { isFew, isTime } from './columns.ts'
import type { Measure, Part, Request } from './request.ts'
import type { Named } from './tokens.ts'

/** What a chart request comes to: expressions of the language, and the kind of chart. */
export interface Outline {
  select: Program[]
  group: Program[]
  /** Kind of chart; null lets the result decide. */
  wish: string | null
}

/** What the rules look at beside the request. */
export interface Around {
  table: Table
  /** The table's columns of time, in order. */
  times: Named[]
  /** Latitude and longitude, where the table has both. */
  places: Named[]
  /** Kind of chart the question names; null when none. */
  wish: string | null
}

/** A keyword of the language. */
export function word(keyword: Keyword): Program[number] {
  return { keyword }
}

/** A column as it is stored. */
export function plain({ item }: Named): Program {
  return [{ item }]
}

/** Equal ranges of a number. */
export function binned({ item }: Named): Program {
  return [word('bin'), { item }]
}

/** The number of rows. */
export function counted(request: Request): Program {
  return [...wrapOf(request), word('count'), word('*')]
}

/** A measure for each group: as asked, else its sum where sums mean something, else its average. */
export function sized({ named, aggregate }: Measure, request: Request): Program {
  return [...wrapOf(request), word(aggregate ?? usual(named)), { item: named.item }]
}

function wrapOf({ wrap }: Request): Program {
  return wrap === undefined ? [] : [word(wrap)]
}

/** Names of flows and amounts, which add up over rows; anything else (a weight, a speed, a rating) is averaged. */
const ADDS_UP =
  /sales|medals|goals|points scored|wins|revenue|turnover|amount|gross|profit|cost|spend|spent|expens|budget|quantity|qty|units|orders|income|payment|paid|volume|total|count|number|votes|visits|clicks|donation|deaths|killed|injur|casualt|population|production|export|import|freight|precip|rainfall|passengers|downloads|views|hours worked|fee|tax|salary paid|donat|fatalit|cases|incidents|people/i

function usual({ column }: Named): Aggregate {
  if (column.role === 'rate' || column.role === 'ordered') return 'avg'
  return ADDS_UP.test(`${column.name} ${column.title ?? ''}`) ? 'sum' : 'avg'
}

/** Steps that come again, which a longer step beside them does not make a time line of. */
const COMES_AGAIN = new Set<DateFunction>(['monthname', 'weekday', 'hour'])

/** A part as a key or, where two steps of time are named that cross each other, as two. */
export function keysOfPart(part: Part, request: Request): Program[] {
  const { grain, besideGrain } = request
  const crossed =
    isTime(part.named.column) && grain !== undefined && besideGrain !== undefined && COMES_AGAIN.has(grain)
  return crossed ? [keyOf(part, { ...request, grain: besideGrain }), keyOf(part, request)] : [keyOf(part, request)]
}

/** Two steps as the sides of a grid: months come again beside their years. */
export function crossed(request: Request): Request {
  return request.besideGrain !== undefined && request.grain === 'month' ? { ...request, grain: 'monthname' } : request
}

/** A part as a key: time in steps of its grain, numbers of many values in ranges. */
function keyOf(part: Part, request: Request): Program {
  const { named } = part
  if (isTime(named.column)) return stepped(named, request.grain)
  return isFew(named.column) ? plain(named) : binned(named)
}

function stepped(named: Named, asked: DateFunction | undefined): Program {
  if (named.column.kind !== 'date')
    return asked === undefined || named.column.kind === 'number' ? plain(named) : [word(asked), { item: named.item }]
  return [word(asked ?? usualGrain(named)), { item: named.item }]
}

const DAY_MS = 86_400_000

/** The step at which a range of dates has at most some forty points. */
function usualGrain({ column: { min, max } }: Named): DateFunction {
  const days = (Date.parse(max ?? '') - Date.parse(min ?? '')) / DAY_MS
  if (!Number.isFinite(days) || days > 5 * 366) return 'year'
  return days > 62 ? 'month' : 'day'
}

/** Parts in the order they are shown: time, what rows are divided by, colours, panels. */
export function ordered(parts: Part[]): Part[] {
  const place = ({ as, named }: Part) => (as === 'facet' ? 3 : as === 'color' ? 2 : isTime(named.column) ? 0 : 1)
  return parts.toSorted((a, b) => place(a) - place(b))
}

/** The request as its kind of chart takes it: a calendar has days, a histogram of one size has its stored numbers. */
export function withKind(request: Request, wish: string | null): Request {
  if (wish === 'calendar' && request.grain === undefined) return { ...request, grain: 'day' }
  if (wish !== 'histogram' || request.parts.length > 0 || request.grain !== undefined) return request
  return { ...request, measures: request.measures.map(({ named }) => ({ named })) }
}

/** The request with the table's time among its parts where it speaks of time; undefined when there is none. */
export function withTime(request: Request, { times, wish }: Around): Request | undefined {
  if (request.parts.some(({ named }) => isTime(named.column))) return request
  const along = wish === 'line' || wish === 'area' || wish === 'calendar'
  const [time] = times
  if (!request.overTime && request.grain === undefined) {
    const lone = along && request.parts.every(({ as }) => as !== 'first' && as !== 'by')
    return lone && time !== undefined ? { ...request, parts: [{ named: time, as: 'by' }, ...request.parts] } : request
  }
  if (time === undefined) return undefined
  return { ...request, parts: [{ named: time, as: 'by' }, ...request.parts] }
}
