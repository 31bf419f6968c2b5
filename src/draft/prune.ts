import { type Catalog, type Item, itemsOf } from '../catalog.ts'
import { type Links, RELATIONS } from '../link.ts'
import { type JoinGraph, joinGraph, joinPath } from './joins.ts'
import type { Program } from './program.ts'

/** What one SELECT of a program reads. */
interface Frame {
  inFrom: boolean
  /** Tables whose columns it names. */
  used: Set<number>
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

function namedTables(links: Links, items: Item[]): Set<number> {
  const tables = links.links.filter(({ relation }) => NAMED.has(relation)).map(({ item }) => items[item]?.table)
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
  return { inFrom: false, used: new Set(), from: new Map(), explicit: false }
}

function readItem(frame: Frame, item: Item | undefined, at: number): void {
  if (item === undefined) return
  if (frame.inFrom && item.kind === 'table') frame.from.set(item.table, at)
  else frame.used.add(item.table)
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
