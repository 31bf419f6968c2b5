import type { Field } from './field.ts'
import { numberFormat } from './format.ts'
import type { Layout } from './layout.ts'
import type { ChartKind } from './wish.ts'

/** The result as the rules see it. */
export interface Shape {
  rows: number
  fields: Field[]
  /** Sizes: measures and rates. */
  measures: Field[]
  /** Discrete labels: categories, ordered labels, names; keys where nothing else tells rows apart. */
  labels: Field[]
  times: Field[]
  latitude: Field | undefined
  longitude: Field | undefined
  /** True when every measure is a stored number, not a computed one. */
  raw: boolean
  /** The statement sorts its rows: their order is meant. */
  sorted: boolean
  /** They are sorted by a size: a ranking. */
  ranked: boolean
  wish: ChartKind | null
  /** What the question puts where. */
  layout: Layout
}

/** Fields by what they can do in a chart, as `asDrawn` gives them. `by` is the field the statement sorts by first. A key stands in as a label only where there is no other. */
export function shapeOf(
  fields: Field[],
  rows: number,
  { sorted, by }: { sorted: boolean; by: Field | undefined },
  wish: ChartKind | null,
  readLayout: (fields: Field[]) => Layout = () => ({}),
): Shape {
  const measures = fields.filter((field) => field.role === 'measure' || field.role === 'rate')
  const labels = fields.filter((field) => ['category', 'ordered', 'name'].includes(field.role))
  const times = fields.filter((field) => field.role === 'time')
  const keys = fields.filter((field) => field.role === 'key')
  const texts = fields.filter((field) => field.role === 'text')
  const standIns = labels.length + times.length > 0 ? tellingKeys([...labels, ...times], keys, measures, rows) : [...keys, ...texts].slice(0, 1) // biome-ignore format: one choice
  return {
    rows,
    fields,
    measures,
    labels: [...labels, ...standIns],
    times,
    latitude: fields.find((field) => field.role === 'latitude'),
    longitude: fields.find((field) => field.role === 'longitude'),
    raw: measures.every((field) => !field.aggregated),
    sorted,
    ranked: by?.role === 'measure' || by?.role === 'rate',
    wish,
    layout: readLayout(fields),
  }
}

/** A key that groups rows beside other labels, where those alone do not tell the groups apart. */
function tellingKeys(labels: Field[], keys: Field[], measures: Field[], rows: number): Field[] {
  const [key] = keys
  if (key === undefined || !measures.some(({ aggregated }) => aggregated) || tellsRowsApart(labels, rows)) return []
  return tellsRowsApart([...labels, key], rows) ? [key] : []
}

/** Kinds that need sizes, and how many of them. */
const SIZES_NEEDED: Partial<Record<ChartKind, number>> = { scatter: 2, line: 1, area: 1, bar: 1, column: 1, 'bar-horizontal': 1, histogram: 1, boxplot: 1 } // biome-ignore format: a table

/** Most rows of a label and a numbered scale that are drawn unasked. */
const SCALE_ROWS = 30

/** Degrees are sizes for every kind but a map; codes are where a kind that needs sizes, or axes, are asked for. */
export function asDrawn(
  stored: Field[],
  wish: ChartKind | null,
  { rows, axes }: { rows: number; axes: boolean },
): Field[] {
  const fields = stored.map((field) => (wish === 'scatter' && isDegree(field) ? asSize(field) : field))
  if (wish !== null || fields.some((field) => isSizeField(field) || isDegree(field))) return asWished(fields, wish)
  if (axes) return asWished(fields, 'bar')
  const [scale] = fields.filter(({ role, recurring, ...field }) => role === 'ordered' && !recurring && isNumbers(field))
  const plain =
    fields.length === 2 && rows <= SCALE_ROWS && fields.some(({ role }) => role === 'name' || role === 'category')
  return scale !== undefined && plain ? fields.map((field) => (field === scale ? asSize(field) : field)) : fields
}

function isDegree({ role }: Field): boolean {
  return role === 'latitude' || role === 'longitude'
}

function isSizeField({ role }: Field): boolean {
  return role === 'measure' || role === 'rate'
}

/** Numbers of keys and codes are sizes when a kind that needs sizes is asked for and there are no others. */
function asWished(fields: Field[], wish: ChartKind | null): Field[] {
  const needed = wish === null ? 0 : (SIZES_NEEDED[wish] ?? 0)
  const sizes = fields.filter(isSizeField).length
  const codes = fields.filter((field) => isCode(field, wish)).toSorted((a, b) => codeRank(a) - codeRank(b))
  const rest = fields.length - sizes - codes.length
  const free = wish === 'scatter' || rest > 0 ? codes.length : codes.length - 1
  const promoted = new Set(codes.slice(codes.length - Math.min(Math.max(0, needed - sizes), free)))
  return fields.map((field) => (promoted.has(field) ? asSize(field) : field))
}

/** Scales are sizes sooner than codes. */
function codeRank({ role }: Field): number {
  return role === 'key' ? 0 : 1
}

function isCode(field: Field, wish: ChartKind | null): boolean {
  const label = field.role === 'ordered' || field.role === 'category'
  return (field.role === 'key' || (label && wish !== null && !field.recurring)) && isNumbers(field)
}

function isNumbers({ values }: Pick<Field, 'values'>): boolean {
  return values.some((value) => /^-?\d/.test(String(value))) && values.every((value) => /^(-?\d+(\.\d+)?|\(none\)|（空）)$/.test(String(value))) // biome-ignore format: one test
}

function asSize({ order: _, ...field }: Field): Field {
  const values = field.values.map((value) => (Number.isFinite(Number(value)) ? Number(value) : null))
  return { ...field, role: 'measure', values, format: numberFormat(values, { rate: false, percent: false }).number }
}

/** True when no two rows agree in all of these fields: one mark per row. */
export function tellsRowsApart(fields: Field[], rows: number): boolean {
  const seen = new Set<string>()
  for (let row = 0; row < rows; row++) seen.add(fields.map((field) => String(field.values[row])).join('\u0000'))
  return seen.size === rows
}

/** The same unit and a comparable size: fit to stand on one axis. */
export function shareAxis(measures: Field[]): boolean {
  const largest = measures.map((field) => Math.max(...field.values.map((value) => Math.abs(Number(value ?? 0)))))
  const sameUnit = measures.every((field) => field.unit === measures[0]?.unit && field.role === measures[0]?.role)
  return sameUnit && Math.max(...largest) <= 20 * Math.max(Math.min(...largest), Number.MIN_VALUE)
}

/** Longest label in signs; a Chinese sign is twice as wide. */
export function longestLabel(field: Field): number {
  return Math.max(0, ...field.values.map((value) => String(value ?? '').replace(/\p{Script=Han}/gu, 'xx').length))
}

/** Most labels that stand side by side under upright bars, and their longest length in signs, before they tilt. */
export const UPRIGHT = { labels: 8, signs: 12 }

/** How many different moments there are. */
export function timeSteps(s: Shape): number {
  return s.times[0]?.distinct ?? 0
}

/** Different values of the richer of two discrete fields. */
export function firstDistinct(s: Shape): number {
  return Math.max(...[...s.times, ...s.labels].map((field) => field.distinct))
}

/** Different values of the poorer of two discrete fields. */
export function secondDistinct(s: Shape): number {
  return Math.min(...[...s.times, ...s.labels].map((field) => field.distinct))
}

/** A smallest and a largest of one thing are among the sizes. */
export function hasRange(s: Shape): boolean {
  const starts = s.measures.map(({ title }) => title.toLowerCase())
  return (
    starts.some((title) => /^(lowest|min|smallest|earliest|最低|最小)/.test(title)) &&
    starts.some((title) => /^(highest|max|largest|latest|最高|最大)/.test(title))
  )
}

/** Some size is below zero. */
export function hasNegative(s: Shape): boolean {
  return s.measures.some((field) => field.values.some((value) => Number(value) < 0))
}

/** The sizes add up to 1 or to 100. */
export function makesWhole(s: Shape): boolean {
  const sum = (s.measures[0]?.values ?? []).reduce<number>((total, value) => total + Number(value ?? 0), 0)
  return !hasNegative(s) && (Math.abs(sum - 1) < 0.02 || Math.abs(sum - 100) < 2)
}

/** The label is a number that does not come again. */
export function isNumberLine(s: Shape): boolean {
  const [label] = s.labels
  return (
    label?.role === 'ordered' &&
    !label.recurring &&
    label.values.every((value) => value === null || Number.isFinite(Number(value)))
  )
}

/** Short labels, few of them: bars can stand. Ordered labels always stand: their order is read left to right. */
export function isUpright(s: Shape): boolean {
  const [label] = s.labels
  if (label === undefined) return true
  const signs = longestLabel(label)
  if (label.role === 'time') return true
  if (label.role === 'ordered') return signs <= UPRIGHT.signs
  return label.distinct <= UPRIGHT.labels && signs <= UPRIGHT.signs
}
