import { type Catalog, type Column, itemsOf, type Join, type Table } from '../../catalog.ts'
import type { Links } from '../../link.ts'
import { shownItems } from '../shown.ts'

/** The part of a catalog that a large model is shown and may name: whole tables are left out, and columns of the rest. */
export interface ShownSchema {
  tables: ShownTable[]
  /** Joins between shown columns. */
  joins: Join[]
}

export interface ShownTable {
  table: Table
  columns: Column[]
}

/** The linked part of a catalog in catalog order, in about `tokens` tokens; every table shown keeps at least one column. */
export function shownSchema(catalog: Catalog, links: Links, tokens: number): ShownSchema {
  return schemaOfItems(catalog, shownItems(catalog, links, tokens))
}

/** The schema of chosen items (`itemsOf` numbering); a column brings its table, and a table alone its first column. */
export function schemaOfItems(catalog: Catalog, shown: readonly number[]): ShownSchema {
  const items = itemsOf(catalog)
  const columns = new Map<number, Set<number>>()
  for (const id of shown) {
    const item = items[id]
    if (item === undefined) continue
    const own = columns.get(item.table) ?? new Set<number>()
    columns.set(item.table, item.kind === 'column' ? own.add(item.column) : own)
  }
  const tables = catalog.tables.flatMap((table, t): ShownTable[] => {
    const own = columns.get(t)
    if (own === undefined || table.columns.length === 0) return []
    return [{ table, columns: own.size === 0 ? table.columns.slice(0, 1) : table.columns.filter((_, c) => own.has(c)) }]
  })
  return { tables, joins: catalog.joins.filter((join) => isShown(join.from, tables) && isShown(join.to, tables)) }
}

function isShown(side: Join['from'], tables: ShownTable[]): boolean {
  const shown = tables.find(({ table }) => table.name === side.table)
  return shown !== undefined && side.columns.every((name) => shown.columns.some((column) => column.name === name))
}
