/** FROM clauses: the tables of a query, in an order in which each joins those before it. */
import { type JoinGraph, joinGraph, joinPath } from '../../../src/draft/joins.ts'
import type { Edge, Entity, Scene } from './scene.ts'
import type { Piece } from './speech.ts'

/** Edges between two entities. */
export function edgesBetween(scene: Scene, a: number, b: number): Edge[] {
  return scene.edges.filter(
    (edge) => (edge.from.entity === a && edge.to.entity === b) || (edge.from.entity === b && edge.to.entity === a),
  )
}

/** The entities directly joined to one, in either direction and in one way only. */
export function neighbours(scene: Scene, entity: number): number[] {
  return scene.entities.flatMap((_, other) =>
    other !== entity && edgesBetween(scene, entity, other).length === 1 ? [other] : [],
  )
}

/** "from" and one table. */
export function fromEntity(entity: Entity): Piece[] {
  return ['from', { item: entity.item }]
}

/** The shortest way from one entity to another, ends included. */
export function wayBetween(scene: Scene, from: number, to: number): number[] | undefined {
  const queue = [[from]]
  const seen = new Set([from])
  for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
    const last = way[way.length - 1] as number
    if (last === to) return way
    for (const next of neighbours(scene, last)) {
      if (seen.has(next)) continue
      seen.add(next)
      queue.push([...way, next])
    }
  }
  return undefined
}

/** "from" and the tables that connect these entities, the first one first; undefined when they do not hang together in one way. `left` entities keep rows without a partner. */
export function fromPieces(scene: Scene, wanted: number[], left: number[] = []): Piece[] | undefined {
  const [first, ...rest] = wanted
  if (first === undefined) return undefined
  const order = [first]
  for (const next of rest) {
    if (order.includes(next)) continue
    const ways = order.map((start) => wayBetween(scene, start, next)).filter((way) => way !== undefined)
    const shortest = ways.sort((a, b) => a.length - b.length)[0]
    if (shortest === undefined) return undefined
    for (const entity of shortest) if (!order.includes(entity)) order.push(entity)
  }
  return fromOrder(scene, order, left)
}

/** "from" and these entities in this order; undefined when one does not join those before it in exactly one way. */
export function fromOrder(scene: Scene, order: number[], left: number[] = []): Piece[] | undefined {
  const edges: Edge[] = []
  for (let at = 1; at < order.length; at++) {
    const known = order.slice(0, at).flatMap((other) => edgesBetween(scene, order[at] as number, other))
    if (known[0] === undefined || known.length > 1) return undefined
    edges.push(known[0])
  }
  const pieces: Piece[] = ['from']
  for (const entity of order) {
    if (left.includes(entity)) pieces.push('left')
    pieces.push({ item: scene.entities[entity]?.item ?? 0 })
  }
  if (isImplied(scene, order, edges)) return pieces
  return [...pieces, ...edges.flatMap(({ from, to }): Piece[] => ['on', { item: from.item }, { item: to.item }])]
}

const graphs = new WeakMap<Scene, JoinGraph>()

/** Reading the tables in this order, the catalog's own joins are these edges. */
function isImplied(scene: Scene, order: number[], edges: Edge[]): boolean {
  const graph = graphs.get(scene) ?? joinGraph(scene.catalog)
  graphs.set(scene, graph)
  const path = joinPath(graph, order)
  if (path === null) return false
  const wanted = new Set(edges.flatMap(({ from, to }) => [`${from.item} ${to.item}`, `${to.item} ${from.item}`]))
  const itemOf = (table: number, column: number) => scene.entities[table]?.fields[column]?.item
  return path.every(({ edges }) =>
    edges.every(({ left, right, pairs }) =>
      pairs.every((pair) => wanted.has(`${itemOf(left, pair.left)} ${itemOf(right, pair.right)}`)),
    ),
  )
}
