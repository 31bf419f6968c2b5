import type { Field } from './field.ts'
import type { Grain } from './time.ts'

const SIGNS: Record<Grain, number> = { year: 4, quarter: 7, month: 7, week: 10, day: 10, hour: 16, moment: 19 }

/** A time field as ordered labels, for use as series: "2022", "2023"; other fields stay. */
export function asLabel(field: Field): Field {
  if (field.role !== 'time') return field
  const values = field.values.map((value) =>
    value === null
      ? '—'
      : String(value)
          .slice(0, SIGNS[field.grain ?? 'moment'])
          .replace('T', ' '),
  )
  const { grain: _, ...rest } = field
  return { ...rest, role: 'ordered', values, order: [...new Set(values)].toSorted() }
}
