import type { Field } from './field.ts'
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
  wish: ChartKind | null
}

/** Fields by what they can do in a chart. A key stands in as a label only where there is no other. */
export function shapeOf(fields: Field[], rows: number, sorted: boolean, wish: ChartKind | null): Shape {
  const measures = fields.filter((field) => field.role === 'measure' || field.role === 'rate')
  const labels = fields.filter((field) => ['category', 'ordered', 'name'].includes(field.role))
  const times = fields.filter((field) => field.role === 'time')
  const keys = fields.filter((field) => field.role === 'key')
  const texts = fields.filter((field) => field.role === 'text')
  const standIns = labels.length + times.length > 0 ? [] : [...keys, ...texts].slice(0, 1)
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
    wish,
  }
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
