import { isFew, isTime } from './columns.ts'
import { type Around, binned, counted, crossed, keysOfPart, type Outline, ordered, plain, sized } from './plan.ts'
import type { Measure, Part, Request } from './request.ts'

/** How a request becomes a query: the first rule that fits. */
export interface SketchRule {
  name: string
  why: string
  fits(request: Request, around: Around): boolean
  outline(request: Request, around: Around): Outline
}

const isRaw = ({ measures, wrap }: Request) =>
  wrap === undefined && measures.every(({ aggregate }) => aggregate === undefined)
const isNumbers = ({ named: { column } }: Part) =>
  column.kind === 'number' && !isTime(column) && column.role !== 'ordered'
const timed = ({ parts }: Request) => parts.some(({ named }) => isTime(named.column))
const beside = ({ parts }: Request) => parts.filter(({ as }) => as === 'first' || as === 'by')
const named = (request: Request) => request.measures.map(({ named: one }) => one)

function keysOf(request: Request): Outline['group'] {
  return ordered(request.parts).flatMap((part) => keysOfPart(part, request))
}

function grouped(request: Request, wish: string | null): Outline {
  const keys = keysOf(request)
  const sizes = request.measures.map((measure) => sized(measure, request))
  const counts = request.count || sizes.length === 0 ? [counted(request)] : []
  return { select: [...keys, ...counts, ...sizes], group: keys, wish }
}

function stored(request: Request, wish: string | null): Outline {
  const size = request.size === undefined ? [] : [plain(request.size)]
  const parts = ordered(request.parts).map((part) =>
    isTime(part.named.column) ? plain(part.named) : plain(part.named),
  )
  return { select: [...named(request).map(plain), ...size, ...parts], group: [], wish }
}

/** A pie shows shares of whatever it is given. */
function withoutShare({ wrap, ...rest }: Request): Request {
  return wrap === 'running' ? { ...rest, wrap } : rest
}

const comesAgain = ({ grain }: Request) => grain === 'weekday' || grain === 'monthname'

/** Sizes that stand for groups: few different numbers as they are, others in ranges. */
function asParts(measures: Measure[]): Part[] {
  return measures.map(({ named: one }) => ({ named: one, as: 'first' }))
}

function isSameColumn(one: Outline['select'][number], other: Outline['select'][number]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

export const SKETCH_RULES: SketchRule[] = [
  {
    name: 'one row each',
    why: 'Where a name tells every row apart its own number is shown; nothing is aggregated.',
    fits: (r, { table }) =>
      r.measures.length > 0 && isRaw(r) && !r.versus && !r.spread && !r.count && r.parts.length === 1 && r.size === undefined &&
      (r.parts[0]?.named.column.distinct ?? 0) >= 0.8 * table.rows && table.rows > 1 && r.grain === undefined,
    outline: (r, { wish }) => ({ ...stored(r, wish), select: [...r.parts.map((part) => plain(part.named)), ...named(r).map(plain)], wish: wish ?? (timed(r) ? 'line' : null) }),
  },
  {
    name: 'number of a key',
    why: 'A key beside one other column, with a kind of chart and nothing counted, is drawn as it is stored.',
    fits: (r, { wish }) =>
      r.measures.length === 0 && !r.count && !r.spread && ['bar', 'line', 'scatter', 'column', 'bar-horizontal'].includes(wish ?? '') &&
      r.parts.length === 2 && r.grain === undefined && r.parts.filter(isNumbers).length === 1,
    outline: (r, { wish }) => {
      const [label, number] = r.parts.toSorted((a, b) => Number(isNumbers(a)) - Number(isNumbers(b)))
      return { select: [label, number].flatMap((part) => (part ? [plain(part.named)] : [])), group: [], wish }
    },
  },
  {
    name: 'map',
    why: 'Places are drawn where they lie.',
    fits: (r, { wish, places }) => wish === 'map' && places.length === 2 && isRaw(r),
    outline: (r, { places }) => {
      const rest = stored(r, 'map').select.filter((one) => !places.some((place) => isSameColumn(plain(place), one)))
      return { select: [...places.map(plain), ...rest], group: [], wish: 'map' }
    },
  },
  {
    name: 'box plot',
    why: 'Spread within groups is seen in the stored numbers.',
    fits: (r, { wish }) =>
      r.measures.length === 1 && isRaw(r) && !r.count && (wish === 'boxplot' || (wish === null && r.spread && beside(r).length > 0)),
    outline: (r) => stored(r, 'boxplot'),
  },
  {
    name: 'counts of a few numbers',
    why: 'A handful of whole numbers is counted each, not in ranges.',
    fits: (r, { wish }) =>
      r.measures.length === 1 && isRaw(r) && (r.spread || r.count) && wish !== 'histogram' && wish !== 'scatter' && !timed(r) &&
      r.measures.every((measure) => isFew(measure.named.column)) && r.parts.length <= 2,
    outline: (r, { wish }) => grouped({ ...r, measures: [], parts: [...asParts(r.measures), ...r.parts] }, wish ?? 'bar'),
  },
  {
    name: 'histogram',
    why: 'How a number is spread is seen in counts of equal ranges over all rows.',
    fits: (r, { wish }) =>
      r.measures.length === 1 && isRaw(r) && r.parts.length <= 2 && !timed(r) &&
      (wish === 'histogram' || (r.spread && (wish === null || wish === 'bar' || wish === 'area')) || r.bin || (r.count && beside(r).length === 0)),
    outline: (r) => {
      const keys = [...named(r).map(binned), ...keysOf(r)]
      return { select: [...keys, counted(r)], group: keys, wish: 'histogram' }
    },
  },
  {
    name: 'heat map',
    why: 'Two discrete columns make a grid; the depth of colour is a count or the size asked for.',
    fits: (r, { wish }) => wish === 'heatmap' && r.parts.length + r.measures.length + Number(r.besideGrain !== undefined) >= 2,
    outline: (r) => {
      const missing = Math.max(0, 2 - r.parts.length - Number(r.besideGrain !== undefined))
      const along = r.measures.filter(({ aggregate }) => aggregate === undefined).slice(0, missing)
      const rest = r.measures.filter((measure) => !along.includes(measure))
      return grouped({ ...crossed(r), measures: rest.slice(0, 1), parts: [...asParts(along), ...r.parts] }, 'heatmap')
    },
  },
  {
    name: 'points',
    why: 'Two numbers read against each other are drawn row by row.',
    fits: (r, { wish }) =>
      r.measures.length >= 2 && isRaw(r) && !r.overTime && r.grain === undefined && !r.count &&
      (wish === 'scatter' || (wish === null && (r.versus || beside(r).length === 0))),
    outline: (r) => stored(r, 'scatter'),
  },
  {
    name: 'points along groups',
    why: 'One number by a group or a date as points is drawn row by row.',
    fits: (r, { wish }) => wish === 'scatter' && r.measures.length === 1 && isRaw(r) && r.parts.length >= 1 && !r.count && r.grain === undefined,
    outline: (r) => {
      const parts = ordered(r.parts).map((part) => plain(part.named))
      return { select: [...parts.slice(0, 1), ...named(r).map(plain), ...parts.slice(1)], group: [], wish: 'scatter' }
    },
  },
  {
    name: 'over time',
    why: 'Sizes along time are grouped by the step that was asked for, else by one that gives some forty points.',
    fits: (r) => timed(r) && (r.measures.length > 0 || r.count || r.overTime || r.grain !== undefined || r.parts.length >= 1),
    outline: (r, { wish }) => grouped(r, wish ?? (comesAgain(r) ? 'bar' : r.overTime || r.grain !== undefined ? 'line' : null)),
  },
  {
    name: 'groups',
    why: 'Counts, sums or averages for each group.',
    fits: (r) => r.parts.length >= 1 && r.parts.length <= 3,
    outline: (r, { wish }) => grouped(wish === 'pie' || wish === 'donut' ? withoutShare(r) : r, wish),
  },
] // biome-ignore format: a table
