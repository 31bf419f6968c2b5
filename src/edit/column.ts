import { Refusal } from '../refusal.ts'
import type { Origin } from '../tree/origin.ts'
import { columnKey, columnsOf, type Sheet, tablesOf } from './sheet.ts'

/** The column an edit names, as `Table.column` or by the column alone; those of tables that are read come first. Refuses `edit-unfit` and `edit-ambiguous`. */
export function columnNamed(name: string, sheet: Sheet): Origin {
  const wanted = name.toLowerCase()
  const all = columnsOf(sheet.catalog.tables)
  const whole = all.find((origin) => columnKey(origin).toLowerCase() === wanted)
  if (whole !== undefined) return whole
  const named = all.filter(({ column }) => column.name.toLowerCase() === wanted)
  const read = named.filter(({ table }) => tablesOf(sheet).includes(table))
  const [first, ...others] = read.length > 0 ? read : named
  if (first === undefined) throw new Refusal('edit-unfit', `There is no column "${name.slice(0, 80)}".`)
  if (others.length === 0) return first
  const keys = [first, ...others].map(columnKey)
  throw new Refusal('edit-ambiguous', `Several tables have a column "${name}".`, { suggestions: keys })
}
