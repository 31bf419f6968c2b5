import { type Catalog, type Item, itemsOf } from '../catalog.ts'

/** How one shown item stands to another; the numbers are the model's, 0 is none. */
export const SCHEMA_RELATIONS = {
  same: 1,
  siblings: 2,
  columnOfTable: 3,
  tableOfColumn: 4,
  foreignToKey: 5,
  keyToForeign: 6,
  tableRefers: 7,
  tableReferred: 8,
} as const

/** Relations of the items shown, row to column, I × I. */
export function schemaRelations(catalog: Catalog, shown: readonly number[]): Int8Array {
  const all = itemsOf(catalog)
  const items = shown.map((id) => all[id] as Item)
  const relations = new Int8Array(shown.length * shown.length)
  const set = (row: number, column: number, relation: number) => {
    relations[row * shown.length + column] = relation
  }
  items.forEach((a, row) => {
    items.forEach((b, column) => {
      if (a.table === b.table) set(row, column, row === column ? SCHEMA_RELATIONS.same : withinTable(a, b))
    })
  })
  const places = new Map(items.map((item, place) => [keyOf(catalog, item), place]))
  for (const join of catalog.joins) setJoin(join, places, set)
  return relations
}

function withinTable(a: Item, b: Item): number {
  if (a.kind === 'column' && b.kind === 'column') return SCHEMA_RELATIONS.siblings
  return a.kind === 'column' ? SCHEMA_RELATIONS.columnOfTable : SCHEMA_RELATIONS.tableOfColumn
}

function keyOf(catalog: Catalog, item: Item): string {
  const table = catalog.tables[item.table]
  return item.kind === 'table' ? `${table?.name}` : `${table?.name}\n${table?.columns[item.column]?.name}`
}

function setJoin(
  { from, to }: Catalog['joins'][number],
  places: ReadonlyMap<string, number>,
  set: (row: number, column: number, relation: number) => void,
): void {
  from.columns.forEach((name, at) => {
    const foreign = places.get(`${from.table}\n${name}`)
    const key = places.get(`${to.table}\n${to.columns[at]}`)
    if (foreign === undefined || key === undefined || foreign === key) return
    set(foreign, key, SCHEMA_RELATIONS.foreignToKey)
    set(key, foreign, SCHEMA_RELATIONS.keyToForeign)
  })
  const refers = places.get(from.table)
  const referred = places.get(to.table)
  if (refers === undefined || referred === undefined || refers === referred) return
  set(refers, referred, SCHEMA_RELATIONS.tableRefers)
  set(referred, refers, SCHEMA_RELATIONS.tableReferred)
}
