import type { Field } from './field.ts'
import { type Note, note } from './notes.ts'

/** Columns of equal length, ready to draw: the parts of a chart's data. */
export type Columns = Field[]

export type Value = string | number | null

/** Most bars a reader scans, most series colours tell apart, most slices a pie bears. */
export const READABLE = { bars: 30, series: 8, slices: 6 }

/** The rows at these positions, in this order. */
export function take<T extends Columns>(columns: T, rows: number[]): T {
  return columns.map((field) => {
    const values = rows.map((row) => field.values[row] ?? null)
    return { ...field, values, distinct: new Set(values).size }
  }) as T
}

/** Data rows as objects with the fields' safe names. */
export function pointsOf(columns: Columns): Record<string, Value>[] {
  const length = columns[0]?.values.length ?? 0
  return range(length).map((row) => Object.fromEntries(columns.map((field) => [field.key, field.values[row] ?? null])))
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/**
 * One row per combination of `labels`: rows that share one are summed when the measure adds up, else averaged; without a
 * measure they are counted, under the title `counted`.
 */
export function collapse(
  labels: Columns,
  measure: Field | undefined,
  counted: string,
): { columns: Columns; notes: Note[] } {
  const groups = new Map<string, number[]>()
  for (const row of range(labels[0]?.values.length ?? 0)) {
    const key = labels.map((label) => String(label.values[row])).join('\u0000')
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const members = [...groups.values()]
  const firsts = members.map((rows) => rows[0] ?? 0)
  if (measure === undefined) {
    const values = members.map((rows) => rows.length)
    return { columns: [...take(labels, firsts), countField(values, counted)], notes: [note('chart-counted')] }
  }
  if (members.every((rows) => rows.length === 1)) return { columns: [...labels, measure], notes: [] }
  const values = members.map((rows) =>
    combine(
      rows.map((row) => measure.values[row] ?? null),
      measure.additive,
    ),
  )
  const name = measure.additive ? 'chart-summed' : 'chart-averaged'
  return { columns: [...take(labels, firsts), { ...measure, values }], notes: [note(name)] }
}

function combine(values: Value[], additive: boolean): number | null {
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length === 0) return null
  const sum = numbers.reduce((total, value) => total + value, 0)
  return additive ? sum : sum / numbers.length
}

function countField(values: number[], title: string): Field {
  return {
    key: 'n',
    title,
    role: 'measure',
    values,
    recurring: false,
    format: ',.0f',
    additive: true,
    aggregated: true,
    share: false,
    distinct: new Set(values).size,
  }
}

/** Several measures as one: a row per row and measure, with the measure's title as series `m` and its number as `v`. */
export function fold(labels: Columns, measures: Columns): { labels: Columns; series: Field; measure: Field } {
  const [first] = measures
  if (first === undefined) throw new Error('fold needs a measure')
  const rows = range(first.values.length).flatMap((row) => measures.map((measure) => ({ row, measure })))
  const titles = measures.map((measure) => measure.title)
  const series: Field = {
    ...first,
    key: 'm',
    title: '',
    role: 'ordered',
    order: titles,
    values: rows.map(({ measure }) => measure.title),
    distinct: titles.length,
  }
  const values = rows.map(({ row, measure }) => measure.values[row] ?? null)
  const measure: Field = { ...first, key: 'v', title: commonTitle(measures), values, additive: false }
  const repeated = take(
    labels,
    rows.map(({ row }) => row),
  )
  return { labels: repeated, series, measure }
}

function commonTitle(measures: Columns): string {
  const units = new Set(measures.map((measure) => /\(([^()]+)\)$/.exec(measure.title)?.[1] ?? ''))
  const [unit = ''] = units
  return units.size === 1 ? unit : ''
}

/** Rows in the order a reader expects: the label's own order, time, or largest first; `sorted` rows stay as the query gave them. */
export function arrange(columns: Columns, label: Field, measure: Field, sorted: boolean): Columns {
  const rows = range(label.values.length)
  if (label.order !== undefined) {
    const place = new Map(label.order.map((value, i) => [value, i]))
    const at = (row: number) => place.get(String(label.values[row])) ?? Number.POSITIVE_INFINITY
    return take(
      columns,
      rows.toSorted((a, b) => at(a) - at(b)),
    )
  }
  if (label.role === 'time' && !sorted)
    return take(
      columns,
      rows.toSorted((a, b) => compareText(label.values[a], label.values[b])),
    )
  if (sorted) return columns
  return take(
    columns,
    rows.toSorted(
      (a, b) =>
        Number(measure.values[b] ?? Number.NEGATIVE_INFINITY) - Number(measure.values[a] ?? Number.NEGATIVE_INFINITY),
    ),
  )
}

function compareText(a: Value | undefined, b: Value | undefined): number {
  return String(a ?? '') < String(b ?? '') ? -1 : 1
}

/** Labels of a field in the order its rows show them, its own order first. */
export function domainOf(field: Field): string[] {
  const present = [...new Set(field.values.map(String))]
  const order = field.order?.filter((value) => present.includes(value)) ?? []
  return [...order, ...present.filter((value) => !order.includes(value))]
}

/** At most `most` series: those with the largest totals stay. */
export function cutSeries(
  columns: Columns,
  series: Field,
  measure: Field,
  most: number,
): { columns: Columns; notes: Note[] } {
  if (series.distinct <= most) return { columns, notes: [] }
  const totals = new Map<string, number>()
  series.values.forEach((value, row) => {
    totals.set(String(value), (totals.get(String(value)) ?? 0) + Math.abs(Number(measure.values[row] ?? 0)))
  })
  const kept = new Set(
    [...totals]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, most)
      .map(([value]) => value),
  )
  const rows = range(series.values.length).filter((row) => kept.has(String(series.values[row])))
  return { columns: take(columns, rows), notes: [note('chart-series-cut', most, series.distinct, series.title)] }
}

/** Equal bins of a round width over the values, about as many as Sturges' rule says (at most 40), empty bins included. */
export function binsOf(values: number[]): { start: number; end: number; count: number }[] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const wanted = Math.min(40, Math.max(5, Math.ceil(Math.log2(values.length) + 1) * 1.5))
  const whole = values.every(Number.isInteger)
  const step = Math.max(niceStep((high - low) / wanted || 1), whole ? 1 : 0)
  const start = Math.floor(low / step)
  const counts = new Array<number>(Math.floor(high / step) - start + 1).fill(0)
  for (const value of values) {
    const bin = Math.floor(value / step) - start
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts.map((count, i) => ({ start: round((start + i) * step), end: round((start + i + 1) * step), count }))
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 2.5, 5, 10].find((nice) => nice * power >= rough * 0.999) ?? 10
  return factor * power
}

function round(value: number): number {
  return Number(value.toPrecision(12))
}
