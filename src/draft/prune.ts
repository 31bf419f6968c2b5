import { type Catalog, type Item, itemsOf } from '../catalog.ts'
import { type Links, RELATIONS } from '../link.ts'
import { type JoinEdge, type JoinGraph, joinGraph, joinPath } from './joins.ts'
import type { Program, Token } from './program.ts'

/** What one SELECT of a program reads. */
interface Frame {
  inFrom: boolean
  /** Tables whose columns it names, with the places where it does. */
  used: Map<number, number[]>
  /** Position in the program of each table token of its FROM. */
  from: Map<number, number>
  /** Says its joins itself, or keeps unmatched rows: nothing of it is idle. */
  explicit: boolean
}

const NAMED: ReadonlySet<number> = new Set([RELATIONS.tableExact, RELATIONS.tablePartial, RELATIONS.tableSimilar])

/**
 * The program without idle tables: those in a FROM of which no column is used, that no word of the question names, and
 * without which the rest still joins. They only lose or multiply rows. (Of the prototype's wrong answers 18 % were of this kind.)
 */
export function withoutIdleTables(program: Program, catalog: Catalog, links: Links): Program {
  const items = itemsOf(catalog)
  const named = namedTables(links, items)
  const graph = joinGraph(catalog)
  const idle = framesOf(program, items).flatMap((frame) => idleTables(frame, named, graph))
  return idle.length === 0 ? program : program.filter((_, at) => !idle.includes(at))
}

/**
 * The program with columns of tables that no word names read from where they refer to instead (or from where they are
 * referred to), if that is in the same FROM: `mountain.state_name` beside `state` is `state.state_name`. The table is idle then.
 */
export function withOwnColumns(program: Program, catalog: Catalog, links: Links): Program {
  const items = itemsOf(catalog)
  const named = namedTables(links, items)
  const graph = joinGraph(catalog)
  const own = new Map(framesOf(program, items).flatMap((frame) => ownColumns(frame, program, { items, named, graph })))
  return own.size === 0 ? program : program.map((token, at) => own.get(at) ?? token)
}

interface Around {
  items: Item[]
  named: ReadonlySet<number>
  graph: JoinGraph
}

/** Places in the program and what to read there instead. */
function ownColumns(frame: Frame, program: Program, { items, named, graph }: Around): [number, { item: number }][] {
  if (frame.explicit) return []
  const kept = new Set(frame.from.keys())
  return [...frame.used].flatMap(([table, places]) => {
    if (named.has(table) || !kept.has(table)) return []
    for (const other of kept) {
      if (other === table) continue
      const edge = graph.edge(other, table)
      const exchanged = places.map((at) => partner(program[at], edge, items))
      if (exchanged.some((item) => item === undefined)) continue
      kept.delete(table)
      return places.map((at, n): [number, { item: number }] => [at, { item: exchanged[n] as number }])
    }
    return []
  })
}

/** The item of `edge.left` that equals this column of `edge.right` by the join itself. */
function partner(token: Token | undefined, edge: JoinEdge | undefined, items: Item[]): number | undefined {
  const item = token && 'item' in token ? items[token.item] : undefined
  if (edge === undefined || item?.kind !== 'column') return undefined
  const pair = edge.pairs.find(({ right }) => right === item.column)
  if (pair === undefined) return undefined
  const at = items.findIndex((one) => one.kind === 'column' && one.table === edge.left && one.column === pair.left)
  return at < 0 ? undefined : at
}

/** Tables that words of the question name. A word that is one table's whole name is no part of another's: "orders" names no OrderDetails. */
function namedTables(links: Links, items: Item[]): Set<number> {
  const naming = links.links.filter(({ relation }) => NAMED.has(relation))
  const whole = new Set(naming.filter(({ relation }) => relation === RELATIONS.tableExact).map(({ word }) => word))
  const tables = naming
    .filter(({ word, relation }) => relation === RELATIONS.tableExact || !whole.has(word))
    .map(({ item }) => items[item]?.table)
  return new Set(tables.filter((table) => table !== undefined))
}

function framesOf(program: Program, items: Item[]): Frame[] {
  const open: Frame[] = [newFrame()]
  const closed: Frame[] = []
  const close = () => closed.push(open.pop() ?? newFrame())
  for (const [at, token] of program.entries()) {
    const frame = open.at(-1) ?? newFrame()
    if ('item' in token) readItem(frame, items[token.item], at)
    if (!('keyword' in token)) continue
    if (token.keyword === '(') open.push(newFrame())
    if (token.keyword === ')') close()
    if (token.keyword === 'from') frame.inFrom = true
    if (token.keyword === 'on' || token.keyword === 'left') frame.explicit = true
    if (token.keyword === 'union' || token.keyword === 'intersect' || token.keyword === 'except') {
      close()
      open.push(newFrame())
    }
  }
  return [...closed, ...open]
}

function newFrame(): Frame {
  return { inFrom: false, used: new Map(), from: new Map(), explicit: false }
}

function readItem(frame: Frame, item: Item | undefined, at: number): void {
  if (item === undefined) return
  if (frame.inFrom && item.kind === 'table') frame.from.set(item.table, at)
  else frame.used.set(item.table, [...(frame.used.get(item.table) ?? []), at])
}

/** Positions of the table tokens that may go, one after the other: leaving one out must not part the others. */
function idleTables(frame: Frame, named: ReadonlySet<number>, graph: JoinGraph): number[] {
  if (frame.explicit) return []
  const kept = new Map(frame.from)
  const gone: number[] = []
  for (const [table, at] of [...frame.from].reverse()) {
    if (frame.used.has(table) || named.has(table) || kept.size === 1) continue
    const rest = [...kept.keys()].filter((other) => other !== table)
    if (joinPath(graph, rest) === null) continue
    kept.delete(table)
    gone.push(at)
  }
  return gone
}
