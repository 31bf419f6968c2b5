import { bridgeTables, type JoinGraph } from '../joins.ts'
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
  const around = linked.flatMap((table) => graph.neighbours[table] ?? [])
  const tables =
    frame.used.length === 0 ? prepared.tableItems.keys() : mayAddTable(frame) ? [...linked, ...around] : linked
  return { keywords: query, items: itemsOfTables(tables, prepared), words: null }
}

/** One table that no column speaks of may be there to be counted, or to exist. */
function mayAddTable(frame: Frame): boolean {
  return frame.extra === 0 && (frame.countsRows || !frame.aggregated)
}

/** After a table of FROM: tables still needed, bridges between them, a table more, or the end. */
export function nextTables(frame: Frame, prepared: Prepared): Allowed {
  const open = openTables(frame, prepared)
  const items = itemsOfTables(open.tables, prepared)
  const keywords: Keyword[] = items.length > 0 ? ['left'] : []
  if (open.needed.length > 0) return { keywords, items, words: null }
  if (frame.tables.length > 1) keywords.push('on')
  if (isJoined(frame, prepared)) keywords.push(...closing(frame))
  return { keywords, items, words: null }
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
  const extra = mayAddTable(frame) ? frame.tables.flatMap((table) => graph.neighbours[table] ?? []) : []
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
  const items = prepared.columns.filter((item) => {
    const table = prepared.items[item]?.table ?? -1
    return frame.tables.includes(table) && pairRights({ ...frame, pairLeft: item }, prepared).items.length > 0
  })
  return { keywords: [], items, words: null }
}

/** The second column of a pair: same kind, another table; of a part not joined yet while there is one. */
export function pairRights(frame: Frame, prepared: Prepared): Allowed {
  const leftTable = prepared.items[frame.pairLeft]?.table ?? -1
  const kind = prepared.columnOf(frame.pairLeft)?.kind ?? 'other'
  const near = isJoined(frame, prepared) ? new Set([leftTable]) : joinedWith(frame, prepared, leftTable)
  const items = prepared.byKind[kind].filter((item) => {
    const table = prepared.items[item]?.table ?? -1
    return frame.tables.includes(table) && !near.has(table)
  })
  return { keywords: [], items, words: null }
}

/** What may follow a whole FROM. */
export function closing(frame: Frame): Keyword[] {
  const sets: Keyword[] = frame.star && frame.selected.length > 1 ? [] : ['union', 'intersect', 'except']
  return frame.depth === 0 ? ['<eos>', ...sets] : [')', ...sets]
}
