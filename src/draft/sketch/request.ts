import type { Aggregate, DateFunction } from '../compile/tree.ts'
import { isFew, isSize, isTime } from './columns.ts'
import { type Filter, readFilters } from './filters.ts'
import { placeGrain } from './grain.ts'
import type { Sign } from './phrases.ts'
import type { Named, Token } from './tokens.ts'

export interface Measure {
  named: Named
  aggregate?: Aggregate
}

/** A column that divides the rows. */
export interface Part {
  named: Named
  /** Where the request puts it. */
  as: 'first' | 'by' | 'color' | 'facet'
  grain?: DateFunction
}

/** A chart request: what is drawn, along what, which rows. */
export interface Request {
  measures: Measure[]
  parts: Part[]
  /** A time column is among the parts, or the request speaks of time without naming one. */
  overTime: boolean
  grain?: DateFunction
  /** A second step of time that was named beside it: "by weekday and hour". */
  besideGrain?: DateFunction
  count: boolean
  size?: Named
  versus: boolean
  spread: boolean
  bin: boolean
  wrap?: 'share' | 'running'
  sort?: { named?: Named; axis?: 'x' | 'y'; descending: boolean }
  /** Words of the number of rows. */
  top?: { first: number; last: number; descending: boolean }
  filters: Filter[]
}

/** Where the next column goes. */
type Place = 'first' | 'by' | 'color' | 'facet' | 'size' | 'sort'

interface Walk {
  request: Request
  place: Place
  aggregate?: Aggregate
  counted?: Named
  /** "number of" was said and nothing it counts yet. */
  counting: boolean
  /** Aggregates said before the last one, for the same column: "highest and lowest". */
  also: Aggregate[]
  /** A column was placed under the last aggregate. */
  spent: boolean
  /** Where columns went before the last "number of". */
  before: Place
  /** Set when the request says something this reading has no place for. */
  lost: boolean
  /** A colour or panel was asked for and no column named for it yet. */
  waiting?: boolean
  /** Panels were asked for: of the last column that divides the rows. */
  panels?: boolean
}

/** What the tokens ask for; undefined when they say something that is no plain chart request. */
export function readRequest(tokens: Token[], textOf: (token: Token) => string): Request | undefined {
  const filtered = readFilters(tokens, textOf)
  if (filtered === undefined) return undefined
  const request: Request = {
    measures: [], parts: [], overTime: false, count: false, versus: false, spread: false, bin: false, filters: filtered.filters,
  } // biome-ignore format: a table
  const walk: Walk = { request, place: 'first', lost: false, counting: false, also: [], spent: false, before: 'first' }
  filtered.rest.forEach((token, at) => {
    if (token.is === 'column') placeColumn(walk, token.named)
    else if (token.is === 'sign' && !isTail(filtered.rest[at - 1], token, walk))
      heed(walk, token.sign, { text: textOf(token), before: filtered.rest[at - 1], next: filtered.rest[at + 1] })
    else if (token.is === 'table') settleCount(walk)
    else if (token.is === 'number') takeNumber(walk, token, filtered.rest[at - 1])
  })
  return walk.lost ? undefined : finished(walk)
}

/** "per cylinder count", "each room number": the word belongs to the column before it. */
function isTail(before: Token | undefined, token: Token, { place }: Walk): boolean {
  const counts = token.is === 'sign' && token.sign.is === 'aggregate' && token.sign.aggregate === 'count'
  return (
    counts &&
    place !== 'first' &&
    token.first === token.last &&
    before?.is === 'column' &&
    before.last === token.first - 1
  )
}

interface Heard {
  text: string
  before: Token | undefined
  next: Token | undefined
}

function heed(walk: Walk, sign: Sign, { text, before, next }: Heard): void {
  const { request } = walk
  switch (sign.is) {
    case 'aggregate':
      hearAggregate(walk, sign.aggregate, before?.is === 'sign' && before.sign.is === 'and')
      break
    case 'by':
      divide(walk, 'by')
      break
    case 'color':
    case 'facet':
    case 'size':
      divide(walk, sign.is)
      break
    case 'panels':
      walk.panels = true
      break
    case 'versus':
      request.versus = true
      if (walk.place !== 'first') walk.place = 'first'
      break
    case 'spread':
      request.spread = true
      break
    case 'time':
      request.overTime = true
      break
    case 'grain':
      hearGrain(walk, sign.grain, text)
      break
    case 'axis':
      request.sort = { descending: request.sort?.descending ?? false, axis: sign.of }
      break
    case 'sort':
      request.sort = { descending: request.sort?.descending ?? false }
      walk.place = 'sort'
      break
    case 'direction':
      request.sort = { ...request.sort, descending: sign.descending }
      break
    case 'top':
      if (next?.is !== 'number') walk.lost = true
      else request.top = { first: next.first, last: next.last, descending: sign.descending }
      break
    case 'wrap':
      request.wrap = sign.wrap
      break
    case 'bin':
      request.bin = true
      break
    default:
  }
}

/** What follows divides the rows; a place without a column of its own falls to the column before. */
function divide(walk: Walk, place: Place): void {
  settleCount(walk)
  walk.place = place
  delete walk.aggregate
  walk.waiting = place === 'facet' || place === 'color'
}

/** "number of days" counts rows; "by month" divides them. */
function hearGrain(walk: Walk, grain: DateFunction, text: string): void {
  const divides = /^(by|per|for|each|every|over|across|in)\b/.test(text)
  if (walk.counting && !divides) settleCount(walk)
  else placeGrain(walk.request, grain)
  if (divides) divide(walk, 'by')
}

function settleCount(walk: Walk): void {
  if (walk.counting) walk.request.count = true
  walk.counting = false
}

/** "the highest average" picks one row, which is no chart; "the highest and lowest" are two of one column. */
function hearAggregate(walk: Walk, aggregate: Aggregate, joined: boolean): void {
  if (walk.place === 'sort') return
  const open = walk.aggregate !== undefined && walk.aggregate !== 'count' && !walk.spent
  if (open && joined && aggregate !== 'count') walk.also.push(walk.aggregate as Aggregate)
  else if (open && (walk.aggregate === 'max' || walk.aggregate === 'min')) walk.lost = true
  walk.spent = false
  settleCount(walk)
  if (aggregate === 'count') walk.counting = true
  walk.aggregate = aggregate
  walk.before = walk.place
  walk.place = 'first'
}

function takeNumber(walk: Walk, _: Token, before: Token | undefined): void {
  if (before?.is !== 'sign' || before.sign.is !== 'top') walk.lost = true
}

function placeColumn(walk: Walk, named: Named): void {
  const { request, place, aggregate } = walk
  const { column } = named
  walk.waiting = false
  if (place === 'sort') {
    request.sort = { descending: false, ...request.sort, named }
    return
  }
  if (place === 'size') {
    request.size = named
    return
  }
  if (isTime(column)) addPart(walk, named)
  else if (place === 'first' && aggregate === 'count') placeCounted(walk, named)
  else if (place === 'first' && aggregate !== undefined && column.kind === 'number')
    addAggregated(walk, named, aggregate)
  else if (place === 'first' && aggregate !== undefined && !walk.spent) walk.lost = true
  else if (!isSize(column)) addPart(walk, named)
  else if (place === 'first') addMeasure(walk, { named })
  else if (isFew(column)) addPart(walk, named)
  else if (place === 'facet') walk.lost = true
  else if (place === 'color') request.size = named
  else placeAlong(walk, named)
}

/** "by budget" beside groups is a size for each of them; beside another size it is the other axis. */
function placeAlong({ request }: Walk, named: Named): void {
  if (request.measures.length > 0) request.versus = true
  request.measures.push({ named })
}

/** "number of cylinders" is that column; "number of orders" are rows; "number of cities" without more are rows by city. */
function placeCounted(walk: Walk, named: Named): void {
  delete walk.aggregate
  if (isSize(named.column) && walk.counting) {
    walk.counting = false
    walk.place = walk.before
    placeColumn(walk, named)
  } else {
    settleCount(walk)
    walk.counted ??= named
  }
}

function addAggregated(walk: Walk, named: Named, aggregate: Aggregate): void {
  for (const one of walk.also) walk.request.measures.push({ named, aggregate: one })
  addMeasure(walk, { named, aggregate })
  walk.also = []
  walk.spent = true
}

function addMeasure({ request }: Walk, { named, aggregate }: Measure): void {
  const known = request.measures.filter((one) => one.named.item === named.item)
  const bare = known.find((one) => one.aggregate === undefined)
  if (aggregate !== undefined && bare !== undefined) bare.aggregate = aggregate
  else if (known.length === 0) request.measures.push({ named, ...(aggregate === undefined ? {} : { aggregate }) })
  else if (aggregate !== undefined && known.every((one) => one.aggregate !== aggregate))
    request.measures.push({ named, aggregate })
}

function addPart(walk: Walk, named: Named): void {
  const { request, place } = walk
  const as = place === 'size' || place === 'sort' ? 'by' : place
  const known = request.parts.find((part) => part.named.item === named.item)
  if (known !== undefined) {
    if (as !== 'first' && as !== 'by') known.as = as
    return
  }
  request.parts.push({ named, as })
}

/** "males and females", "USA against Japan": several values of one column divide the rows by it. */
function divideByValues({ filters, parts }: Request): void {
  const equal = filters.flatMap(({ named, test }) => (named !== 'time' && test.operator === '=' ? [named] : []))
  const [named] = equal.filter((one, at) => equal.slice(0, at).some(({ item }) => item === one.item))
  if (named === undefined || parts.some((part) => part.named.item === named.item) || parts.length > 1) return
  parts.push({ named, as: parts.length === 0 ? 'by' : 'color' })
}

function finished(walk: Walk): Request | undefined {
  settleCount(walk)
  const { request, counted } = walk
  const last = request.parts.at(-1)
  if (walk.waiting === true && last !== undefined && (walk.place === 'facet' || walk.place === 'color'))
    last.as = walk.place
  const along = request.parts.some(({ as }) => as === 'first' || as === 'by') || request.overTime || request.grain
  if (walk.panels && last !== undefined && request.parts.every(({ as }) => as !== 'facet')) last.as = 'facet'
  if (counted !== undefined && !along) request.parts.unshift({ named: counted, as: 'first' })
  divideByValues(request)
  if (request.parts.length > 4 || request.measures.length > 4) return undefined
  return request
}
