/** Catalogs made of names alone, for tables that lie in no file. */
import type { Catalog, Column, Join, Kind, Table } from '../../src/catalog.ts'

const KIND_TYPES: Record<Kind, string> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  date: 'DATE',
  bool: 'BOOLEAN',
  other: 'VARCHAR',
}

/** A column nothing is known of but its name and kind. */
export function bareColumn(name: string, kind: Kind, isKey = false): Column {
  const role = isKey ? 'key' : kind === 'number' ? 'measure' : kind === 'date' ? 'time' : 'text'
  const type = KIND_TYPES[kind]
  return { name, type, kind, role, synonyms: [], nullShare: 0, distinct: 0, frequent: [], values: [] }
}

/** A table without files or rows. */
export function bareTable(name: string, columns: Column[], primaryKey: string[] = []): Table {
  const source = { format: 'parquet' as const, files: [], options: {}, bytes: 0 }
  return { name, synonyms: [], rows: 0, columns, primaryKey, source }
}

/** A catalog of tables that lie in no folder. */
export function bareCatalog(dataset: string, tables: Table[], joins: Join[] = []): Catalog {
  const fingerprint = { schema: '', data: '' }
  return { dataset, tables, joins, metrics: [], questions: [], fingerprint, notes: [] }
}

/** The column with the profile of these cells: values for text, smallest and largest for the rest. */
export function fillColumn(column: Column, cells: string[]): Column {
  const counts = new Map<string, number>()
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => ({ value, count }))
  const filled = { ...column, distinct: counts.size, frequent: frequent.slice(0, 12) }
  if (column.kind === 'text') return { ...filled, values: frequent.map(({ value }) => value) }
  const sorted = [...counts.keys()].sort(column.kind === 'number' ? (a, b) => Number(a) - Number(b) : undefined)
  const [min, max] = [sorted[0], sorted[sorted.length - 1]]
  return min === undefined || max === undefined ? filled : { ...filled, min, max }
}
