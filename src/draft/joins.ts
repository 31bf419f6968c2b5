import type { Catalog, Column, Table } from '../catalog.ts'

/** One column of `pairs` on either side: indices into the two tables' columns. */
export interface ColumnPair {
  left: number
  right: number
}

/** How table `left` joins table `right` (indices into `catalog.tables`). `guessed` edges come from names alone. */
export interface JoinEdge {
  left: number
  right: number
  pairs: ColumnPair[]
  source: 'declared' | 'inferred' | 'guessed'
}

/** The best edge between any two tables, in both directions, and every one that is declared or inferred; `neighbours[t]` are the tables that join `t` directly. */
export interface JoinGraph {
  edge(left: number, right: number): JoinEdge | undefined
  known(left: number, right: number): JoinEdge[]
  neighbours: number[][]
}

/** A table of FROM in the order it is attached, and the edges that attach it, all of which hold (none for the first). */
export interface Attachment {
  table: number
  edges: JoinEdge[]
}

/** The joins of a catalog; same-named key columns join two tables only where neither a declared nor an inferred join is known. */
export function joinGraph(catalog: Catalog): JoinGraph {
  const known = graphs.get(catalog) ?? newGraph(catalog)
  graphs.set(catalog, known)
  return known
}

/** A catalog never changes, and comparing the columns of all its tables takes milliseconds. */
const graphs = new WeakMap<Catalog, JoinGraph>()

function newGraph(catalog: Catalog): JoinGraph {
  const best = new Map<string, { edge: JoinEdge; rank: number }>()
  for (const { edge, rank } of [...knownEdges(catalog), ...guessedEdges(catalog)]) {
    const known = best.get(`${edge.left} ${edge.right}`)
    if (known === undefined || rank > known.rank) {
      best.set(`${edge.left} ${edge.right}`, { edge, rank })
      best.set(`${edge.right} ${edge.left}`, { edge: reversed(edge), rank })
    }
  }
  const neighbours = catalog.tables.map((_, left) =>
    catalog.tables.flatMap((_, right) => (best.has(`${left} ${right}`) ? [right] : [])),
  )
  const known = knownEdges(catalog).map(({ edge }) => edge)
  const all = [...known, ...known.map(reversed)]
  return {
    edge: (left, right) => best.get(`${left} ${right}`)?.edge,
    known: (left, right) => all.filter((edge) => edge.left === left && edge.right === right),
    neighbours,
  }
}

function reversed(edge: JoinEdge): JoinEdge {
  const pairs = edge.pairs.map(({ left, right }) => ({ left: right, right: left }))
  return { left: edge.right, right: edge.left, pairs, source: edge.source }
}

/** Declared beats inferred beats guessed; among inferred the fuller inclusion wins; the first of equals wins. */
const RANK = { declared: 3, inferred: 1, guessed: 0 } as const

function knownEdges(catalog: Catalog): { edge: JoinEdge; rank: number }[] {
  const tableIndex = new Map(catalog.tables.map((table, index) => [table.name.toLowerCase(), index]))
  return catalog.joins.flatMap(({ from, to, source, inclusion }) => {
    const left = tableIndex.get(from.table.toLowerCase())
    const right = tableIndex.get(to.table.toLowerCase())
    if (left === undefined || right === undefined || left === right) return []
    const pairs = from.columns.map((name, index) => ({
      left: columnIndex(catalog.tables[left], name),
      right: columnIndex(catalog.tables[right], to.columns[index]),
    }))
    if (pairs.some((pair) => pair.left < 0 || pair.right < 0)) return []
    return [{ edge: { left, right, pairs, source }, rank: RANK[source] + (source === 'inferred' ? inclusion : 0) }]
  })
}

function columnIndex(table: Table | undefined, name: string | undefined): number {
  const wanted = name?.toLowerCase()
  return table?.columns.findIndex((column) => column.name.toLowerCase() === wanted) ?? -1
}

function guessedEdges(catalog: Catalog): { edge: JoinEdge; rank: number }[] {
  return catalog.tables.flatMap((leftTable, left) =>
    catalog.tables.slice(left + 1).flatMap((rightTable, offset) => {
      const pair = guessedPair(leftTable, rightTable)
      const edge: JoinEdge = { left, right: left + 1 + offset, pairs: pair ? [pair] : [], source: 'guessed' }
      return pair ? [{ edge, rank: RANK.guessed }] : []
    }),
  )
}

function guessedPair(left: Table, right: Table): ColumnPair | undefined {
  for (const [index, column] of left.columns.entries()) {
    const other = columnIndex(right, column.name)
    if (other >= 0 && joinable(column, right.columns[other]) && keyLike(column.name, left, right)) {
      return { left: index, right: other }
    }
  }
  const forward = referringPair(left, right)
  if (forward) return forward
  const back = referringPair(right, left)
  return back && { left: back.right, right: back.left }
}

/** "name" or "date" in both tables joins nothing, nor does an address; only what is called or known as a key does. */
function keyLike(name: string, left: Table, right: Table): boolean {
  if (/postal|zip|phone|fax/i.test(name)) return false
  if (/^(id|code|key|number|no|name|nr)$/i.test(name)) return false
  if (/(id|code|key|number|_no)$/i.test(name)) return true
  return [left, right].some(
    (table) => table.primaryKey.length === 1 && table.primaryKey[0]?.toLowerCase() === name.toLowerCase(),
  )
}

/** `order.customer` or `order.customer_id` against the single key of `customer`. */
function referringPair(from: Table, to: Table): ColumnPair | undefined {
  const key = to.primaryKey.length === 1 ? columnIndex(to, to.primaryKey[0]) : columnIndex(to, 'id')
  if (key < 0) return undefined
  const stem = to.name.toLowerCase()
  const names = [stem, stem.replace(/s$/, '')].flatMap((name) => [name, `${name}_id`, `${name}id`])
  const left = from.columns.findIndex((column) => names.includes(column.name.toLowerCase()))
  return left >= 0 && joinable(from.columns[left], to.columns[key]) ? { left, right: key } : undefined
}

function joinable(left: Column | undefined, right: Column | undefined): boolean {
  return left !== undefined && right !== undefined && left.kind === right.kind
}

/**
 * Attaches `tables` in written order: always the first one left that joins an attached one, by the explicit edges `on`
 * before those of the graph, and by a guessed edge last. Null when a table joins none. Of several
 * references between the same tables, `said` may know the one that is meant.
 */
export function joinPath(
  graph: JoinGraph,
  tables: readonly number[],
  on: JoinEdge[] = [],
  said: (edges: JoinEdge[]) => JoinEdge | undefined = () => undefined,
): Attachment[] | null {
  const [first, ...rest] = tables
  if (first === undefined) return null
  const path: Attachment[] = [{ table: first, edges: [] }]
  while (rest.length > 0) {
    const attached = path.map(({ table }) => table)
    const next =
      explicitAttachment(on, attached, rest) ??
      knownAttachment(graph, attached, rest, false) ??
      knownAttachment(graph, attached, rest, true)
    if (next === undefined) return null
    path.push(next.edges.length === 1 && on.length === 0 ? meant(next, graph, said) : next)
    rest.splice(rest.indexOf(next.table), 1)
  }
  return path
}

/** The attachment by the reference that the question speaks of. */
function meant(one: Attachment, graph: JoinGraph, said: (edges: JoinEdge[]) => JoinEdge | undefined): Attachment {
  const [edge] = one.edges
  const known = edge === undefined ? [] : graph.known(edge.left, edge.right)
  const chosen = known.length > 1 ? said(known) : undefined
  return chosen === undefined ? one : { ...one, edges: [chosen] }
}

function explicitAttachment(on: JoinEdge[], attached: number[], rest: number[]): Attachment | undefined {
  for (const table of rest) {
    const edges = [...on, ...on.map(reversed)].filter(({ left, right }) => attached.includes(left) && right === table)
    if (edges.length > 0) return { table, edges }
  }
  return undefined
}

function knownAttachment(
  graph: JoinGraph,
  attached: number[],
  rest: number[],
  guessed: boolean,
): Attachment | undefined {
  for (const table of rest) {
    for (const left of attached) {
      const edge = graph.edge(left, table)
      if (edge && (guessed || edge.source !== 'guessed')) return { table, edges: [edge] }
    }
  }
  return undefined
}

/** The tables strictly between `tables`: those on a shortest path that links two of them when they are not linked already. */
export function bridgeTables(graph: JoinGraph, tables: readonly number[]): number[] {
  const [first, ...rest] = tables
  if (first === undefined) return []
  const linked = reach(graph, first, new Set(tables))
  if (rest.every((table) => linked.has(table))) return []
  const bridges = new Set<number>()
  const fromLinked = distances(graph, [...linked])
  for (const table of rest) {
    if (linked.has(table)) continue
    for (const between of shortestBetween(graph, fromLinked, table)) bridges.add(between)
  }
  for (const table of tables) bridges.delete(table)
  return [...bridges].sort((left, right) => left - right)
}

/** The tables of `among` that can be reached from `start` without leaving `among`. */
export function reach(graph: JoinGraph, start: number, among: ReadonlySet<number>): Set<number> {
  const seen = new Set([start])
  for (const table of seen) {
    for (const next of graph.neighbours[table] ?? []) if (among.has(next)) seen.add(next)
  }
  return seen
}

function distances(graph: JoinGraph, starts: number[]): Map<number, number> {
  const distance = new Map(starts.map((table) => [table, 0]))
  for (const [table, steps] of distance) {
    for (const next of graph.neighbours[table] ?? []) if (!distance.has(next)) distance.set(next, steps + 1)
  }
  return distance
}

/** Every table on a shortest path back from `target`, the ends left out; empty when it cannot be reached. */
function shortestBetween(graph: JoinGraph, distance: Map<number, number>, target: number): Set<number> {
  const between = new Set<number>()
  const queue = [target]
  for (const table of queue) {
    const steps = distance.get(table) ?? 0
    for (const next of graph.neighbours[table] ?? []) {
      if (steps > 1 && distance.get(next) === steps - 1 && !between.has(next)) {
        between.add(next)
        queue.push(next)
      }
    }
  }
  return between
}
