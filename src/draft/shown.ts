import { type Catalog, type Column, type Item, itemsOf, type Table } from '../catalog.ts'
import { RELATIONS } from '../link/relations.ts'
import type { Links } from '../link.ts'

/** What a link of each sort is worth when only a part of the schema can be shown. */
const WORTH: Record<keyof typeof RELATIONS, number> = {
  columnExact: 6,
  columnPartial: 2,
  tableExact: 6,
  tablePartial: 2,
  valueExact: 5,
  valuePartial: 1,
  numberInRange: 0.1,
  columnSimilar: 2,
  tableSimilar: 3,
  valueFuzzy: 2,
  metric: 6,
}

/** Tokens an item costs on average beside its words: its marker, and words of two pieces. */
const MARKER_TOKENS = 1.3

/**
 * The items to show of a catalog too large for the model: those the question links to, keys and joining tables of their
 * tables, then names, times, categories and measures of the linked tables, then the rest, until about `limit` tokens are
 * used. All items when they fit. Given in the order of `itemsOf`.
 */
export function shownItems(catalog: Catalog, links: Links, limit: number): number[] {
  const items = itemsOf(catalog)
  const costs = items.map((item) => MARKER_TOKENS + nameOf(catalog, item).split(/[\s_-]+|(?=\p{Lu}\p{Ll})/u).length)
  if (costs.reduce((sum, cost) => sum + cost, 0) <= limit) return items.map((_, id) => id)
  const rank = rankOf(catalog, links, items)
  const order = items.map((_, id) => id).sort((a, b) => (rank[b] as number) - (rank[a] as number) || a - b)
  const shown = new Set<number>()
  let used = 0
  for (const id of order) {
    const cost = costs[id] as number
    if (used + cost > limit) continue
    shown.add(id)
    used += cost
  }
  return [...shown].sort((a, b) => a - b)
}

function nameOf(catalog: Catalog, item: Item): string {
  const table = catalog.tables[item.table] as Table
  const named = item.kind === 'table' ? table : (table.columns[item.column] as Column)
  return named.title ?? named.name
}

function rankOf(catalog: Catalog, links: Links, items: Item[]): number[] {
  const own = linkWorth(links, items)
  const tables = tableWorth(catalog, items, own)
  return items.map((item, id) => {
    const table = tables[item.table] as number
    if (item.kind === 'table') return (own[id] as number) + table + 1
    const column = catalog.tables[item.table]?.columns[item.column] as Column
    return (own[id] as number) * 2 + table * 0.5 + roleWorth(column, table)
  })
}

/** What each item's links are worth: the best link of each word, words counted once. */
function linkWorth(links: Links, items: Item[]): number[] {
  const names = Object.entries(RELATIONS) as [keyof typeof RELATIONS, number][]
  const worth = new Map(names.map(([name, relation]) => [relation, WORTH[name]]))
  const sums = items.map(() => 0)
  const rivals = new Map<string, number>()
  for (const { word, relation } of links.links) {
    rivals.set(`${word} ${relation}`, (rivals.get(`${word} ${relation}`) ?? 0) + 1)
  }
  for (const { word, item, relation } of links.links) {
    const shared = Math.sqrt(rivals.get(`${word} ${relation}`) ?? 1)
    sums[item] = (sums[item] as number) + (worth.get(relation) ?? 0) / shared
  }
  return sums
}

/** A table is worth its own links and its columns' best three; a table that joins two worthy ones is worth half the lesser. */
function tableWorth(catalog: Catalog, items: Item[], own: number[]): number[] {
  const columns: number[][] = catalog.tables.map(() => [])
  const worth = catalog.tables.map(() => 0)
  items.forEach((item, id) => {
    if (item.kind === 'table') worth[item.table] = own[id] as number
    else columns[item.table]?.push(own[id] as number)
  })
  columns.forEach((list, t) => {
    const best = list.sort((a, b) => b - a).slice(0, 3)
    worth[t] = (worth[t] as number) + best.reduce((sum, value) => sum + value, 0)
  })
  return worth.map((value, t) => Math.max(value, bridgeWorth(catalog, t, worth)))
}

function bridgeWorth(catalog: Catalog, bridge: number, worth: number[]): number {
  const name = catalog.tables[bridge]?.name
  const indexOf = new Map(catalog.tables.map((table, t) => [table.name, t]))
  const neighbours = catalog.joins.flatMap(({ from, to }) =>
    from.table === name ? [to.table] : to.table === name ? [from.table] : [],
  )
  const values = [...new Set(neighbours)].map((table) => worth[indexOf.get(table) ?? -1] ?? 0).sort((a, b) => b - a)
  return (values[1] ?? 0) / 2
}

/** What columns of a worthy table are shown for when the question does not name them. */
function roleWorth(column: Column, table: number): number {
  const keyed = column.role === 'key' || column.role === 'foreign key'
  if (keyed) return table > 0 ? 4 : 1
  const wanted = ['name', 'time', 'category', 'measure'].indexOf(column.role)
  return wanted < 0 ? 0 : (table > 0 ? 2 : 0.5) - 0.1 * wanted
}
