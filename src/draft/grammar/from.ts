import type { Column } from '../../catalog.ts'
import { bridgeTables, type JoinGraph, reach } from '../joins.ts'
import type { Keyword } from '../program.ts'
import type { Prepared } from './columns.ts'
import type { Frame } from './frame.ts'

/** What may be written next: keywords, item numbers, and the inclusive range of words (null for none). */
export interface Allowed {
  keywords: Keyword[]
  items: number[]
  words: [first: number, last: number] | null
}

/** Most tables of one FROM; the longest chain in Spider has six. */
const MOST_TABLES = 8

/** Sub-queries may stand in sub-queries, but no deeper. */
export const DEEPEST = 2

/** Just after "from": the first table, or a query whose columns the SELECT takes. */
export function firstTables(frame: Frame, prepared: Prepared): Allowed {
  const query: Keyword[] = frame.depth < DEEPEST && !frame.star ? ['('] : []
  if (frame.measuresQuery) return { keywords: ['('], items: [], words: null }
  const { graph } = prepared
  const linked = [...frame.used, ...bridgeTables(graph, frame.used)]
  const near = linked.flatMap((table) => graph.neighbours[table] ?? [])
  const around = [...near, ...near.flatMap((table) => graph.neighbours[table] ?? []), ...apart(frame.used, prepared)]
  const tables =
    frame.used.length === 0 ? prepared.tableItems.keys() : mayAddTable(frame) ? [...linked, ...around] : linked
  return { keywords: query, items: itemsOfTables(tables, prepared), words: null }
}

/** A table that no column speaks of may be there to be counted or to exist, and then a bridge to it too; "average age of all gymnasts" has one. */
function mayAddTable(frame: Frame): boolean {
  return frame.extra < (frame.countsRows || !frame.aggregated ? 2 : 1)
}

/** After a table of FROM: tables still needed, bridges between them, a table more, or the end. */
export function nextTables(frame: Frame, prepared: Prepared): Allowed {
  const open = openTables(frame, prepared)
  const items = itemsOfTables(open.tables, prepared)
  const keywords: Keyword[] = items.length > 0 ? ['left'] : []
  if (open.needed.length > 0) return { keywords, items, words: null }
  const joined = isJoined(frame, prepared)
  // Where a chain of known joins leads from table to table, its tables are named instead of a pair of columns.
  const hasChain = new Set(frame.tables.map((table) => prepared.chains[table])).size === 1
  if (frame.tables.length > 1 && (joined || !hasChain)) keywords.push('on')
  if (joined) keywords.push(...closing(frame))
  return { keywords, items, words: null }
}

/** Shown tables that no chain of joins links with `tables`: only "on" can. */
function apart(tables: readonly number[], prepared: Prepared): number[] {
  const shown = [...prepared.tableItems.keys()].filter((table) => prepared.tableItems[table] !== -1)
  const linked = reach(prepared.graph, tables[0] ?? -1, new Set(shown))
  return shown.filter((table) => !linked.has(table))
}

/** After "left": a table. */
export function optionalTables(frame: Frame, prepared: Prepared): Allowed {
  return { keywords: [], items: itemsOfTables(openTables(frame, prepared).tables, prepared), words: null }
}

function openTables(frame: Frame, prepared: Prepared): { tables: number[]; needed: number[] } {
  const { graph } = prepared
  const needed = frame.used.filter((table) => !frame.tables.includes(table))
  if (frame.tables.length >= MOST_TABLES + needed.length) return { tables: needed, needed }
  const bridges = bridgeTables(graph, [...new Set([...frame.tables, ...frame.used])])
  const near = frame.tables.flatMap((table) => graph.neighbours[table] ?? [])
  const extra = mayAddTable(frame) ? [...near, ...apart(frame.tables, prepared)] : []
  const tables = [...needed, ...bridges, ...extra].filter((table) => !frame.tables.includes(table))
  return { tables, needed }
}

/** Whether `table` is more than the columns need, when it is written after `frame.tables`. */
export function isExtra(frame: Frame, table: number, graph: JoinGraph): boolean {
  if (frame.used.length === 0 && frame.tables.length === 0) return false
  if (frame.used.includes(table)) return false
  return !bridgeTables(graph, [...new Set([...frame.tables, ...frame.used])]).includes(table)
}

function itemsOfTables(tables: Iterable<number>, prepared: Prepared): number[] {
  const items = [...new Set(tables)].map((table) => prepared.tableItems[table] ?? -1)
  return items.filter((item) => item >= 0).sort((left, right) => left - right)
}

/** Tables of FROM that are joined with `start`, by known joins or by pairs written so far. */
function joinedWith(frame: Frame, prepared: Prepared, start: number): Set<number> {
  const seen = new Set([start])
  for (const table of seen) {
    const paired = frame.pairs.flatMap((pair) => {
      const [left, right] = pair.map((item) => prepared.items[item]?.table ?? -1)
      return left === table ? [right] : right === table ? [left] : []
    })
    for (const next of [...(prepared.graph.neighbours[table] ?? []), ...paired]) {
      if (next !== undefined && frame.tables.includes(next)) seen.add(next)
    }
  }
  return seen
}

function isJoined(frame: Frame, prepared: Prepared): boolean {
  return joinedWith(frame, prepared, frame.tables[0] ?? -1).size === frame.tables.length
}

/** After a pair of "on": another pair while there is reason for one, or the end. */
export function afterPair(frame: Frame, prepared: Prepared): Allowed {
  const joined = isJoined(frame, prepared)
  const keywords: Keyword[] = !joined || frame.pairs.length < frame.tables.length ? ['on'] : []
  if (joined) keywords.push(...closing(frame))
  return { keywords, items: [], words: null }
}

/** The first column of a pair: one that has a counterpart in another table. */
export function pairLefts(frame: Frame, prepared: Prepared): Allowed {
  const open = new Map(frame.tables.map((table) => [table, pairTables(frame, prepared, table)]))
  const items = prepared.columns.filter((item) => {
    const others = open.get(prepared.items[item]?.table ?? -1)
    return (
      others !== undefined &&
      prepared.columns.some((other) => others.has(prepared.items[other]?.table ?? -1) && mayPair(item, other, prepared))
    )
  })
  return { keywords: [], items, words: null }
}

/** The second column of a pair: same kind or a key, of a table the first may be paired with. */
export function pairRights(frame: Frame, prepared: Prepared): Allowed {
  const others = pairTables(frame, prepared, prepared.items[frame.pairLeft]?.table ?? -1)
  const items = prepared.columns.filter(
    (item) => others.has(prepared.items[item]?.table ?? -1) && mayPair(frame.pairLeft, item, prepared),
  )
  return { keywords: [], items, words: null }
}

/** Tables that a pair may join `left` with; only ones that are not joined yet once no pair is to spare. */
function pairTables(frame: Frame, prepared: Prepared, left: number): Set<number> {
  const parts = new Set(frame.tables.map((table) => Math.min(...joinedWith(frame, prepared, table)))).size
  const spare = frame.pairs.length + parts - 1 < frame.tables.length
  const near = spare || parts === 1 ? new Set([left]) : joinedWith(frame, prepared, left)
  return new Set(frame.tables.filter((table) => !near.has(table)))
}

function mayPair(left: number, right: number, prepared: Prepared): boolean {
  const [one, other] = [prepared.columnOf(left), prepared.columnOf(right)]
  return one?.kind === other?.kind || isKey(other) || isKey(one)
}

function isKey(column: Column | undefined): boolean {
  return column?.role === 'key' || column?.role === 'foreign key' || /(id|code|key|no)$/i.test(column?.name ?? '')
}

/** What may follow a whole FROM. */
export function closing(frame: Frame): Keyword[] {
  const sets: Keyword[] = frame.star && frame.selected.length > 1 ? [] : ['union', 'intersect', 'except']
  return frame.depth === 0 ? ['<eos>', ...sets] : [')', ...sets]
}
