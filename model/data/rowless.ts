/** Databases without rows: their text columns get the values that gold queries name, as serving would see them in the data. */
import type { Catalog } from '../../src/catalog.ts'
import { itemsOf } from '../../src/catalog.ts'
import { fillColumn } from './bare.ts'
import type { Literal } from './scope.ts'

/** The catalog with the values of these literals in its columns; one that has rows is returned as it is. */
export function withNamedValues(catalog: Catalog, literals: Literal[]): Catalog {
  if (catalog.tables.some(({ rows }) => rows > 0)) return catalog
  const named = new Map<number, string[]>()
  for (const { item, text, use } of literals) {
    if (item !== undefined && use === 'equal') named.set(item, [...(named.get(item) ?? []), text])
  }
  let next = 0
  const items = itemsOf(catalog)
  const tables = catalog.tables.map((table) => {
    next++
    return { ...table, columns: table.columns.map((column) => fillColumn(column, named.get(next++) ?? [])) }
  })
  if (next !== items.length) throw new Error('items are numbered otherwise')
  return { ...catalog, tables }
}
