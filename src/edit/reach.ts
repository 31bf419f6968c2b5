import type { Table } from '../catalog.ts'
import { type JoinEdge, joinGraph } from '../draft/joins.ts'
import { Refusal } from '../refusal.ts'
import type { Origin } from '../tree/origin.ts'
import { type Expression, joinsOf } from '../tree.ts'
import { qualify, type Sheet, scopeOf, tablesOf } from './sheet.ts'

/** Most tables between a table that is read and one that is joined to it: farther ones are rarely meant. */
const FARTHEST = 3

/** Joins that each lead to at most one row, from the tables that are read to another; none when it is read already, undefined when there is no such way. */
export function wayTo(table: Table, sheet: Sheet): JoinEdge[] | undefined {
  const { tables } = sheet.catalog
  const graph = joinGraph(sheet.catalog)
  const starts = tablesOf(sheet).map((one) => tables.indexOf(one))
  const ways = new Map<number, JoinEdge[]>(starts.map((start) => [start, []]))
  const wanted = tables.indexOf(table)
  for (const [at, way] of ways) {
    if (at === wanted) return way
    if (way.length >= FARTHEST) continue
    for (const next of graph.neighbours[at] ?? []) {
      const edge = graph.edge(at, next)
      if (!ways.has(next) && edge !== undefined && edge.source !== 'guessed' && isToOne(edge, sheet))
        ways.set(next, [...way, edge])
    }
  }
  return undefined
}

/** Whether each row on the left meets at most one on the right: the right columns are its key, or never repeat. */
function isToOne(edge: JoinEdge, { catalog }: Sheet): boolean {
  const right = catalog.tables[edge.right]
  const columns = edge.pairs.map((pair) => right?.columns[pair.right])
  const key = right?.primaryKey ?? []
  const isKey = key.length > 0 && key.every((name) => columns.some((column) => column?.name === name))
  return isKey || columns.some((column) => column !== undefined && column.distinct === right?.rows)
}

/** The tables that can be joined without a row being counted twice, those that are read first. */
export function reachable(sheet: Sheet): Table[] {
  const near = tablesOf(sheet)
  const far = sheet.catalog.tables.filter((table) => !near.includes(table) && wayTo(table, sheet) !== undefined)
  return [...new Set(near), ...far]
}

/** The column as an expression of the body, its table joined when it is not read yet. Refuses `edit-unfit` where a join would count rows twice. */
export function columnIn(origin: Origin, sheet: Sheet): Expression {
  const way = wayTo(origin.table, sheet)
  if (way === undefined)
    throw new Refusal('edit-unfit', `No key leads from ${names(tablesOf(sheet))} to one ${origin.table.name} each.`)
  for (const edge of way) join(edge, sheet)
  const { leaves } = scopeOf(sheet)
  const alias = leaves.find((leaf) => leaf.table === origin.table)?.alias ?? origin.table.name
  return { kind: 'column', names: leaves.length > 1 ? [alias, origin.column.name] : [origin.column.name] }
}

function names(tables: Table[]): string {
  return tables.map((table) => table.name).join(', ')
}

function join(edge: JoinEdge, sheet: Sheet): void {
  const { body, catalog } = sheet
  const [left, right] = [catalog.tables[edge.left], catalog.tables[edge.right]]
  if (body?.from === undefined || left === undefined || right === undefined) return
  qualify(sheet)
  const alias = scopeOf(sheet).leaves.find((leaf) => leaf.table === left)?.alias ?? left.name
  const pairs = edge.pairs.map((pair): Expression => {
    const [from, to] = [left.columns[pair.left], right.columns[pair.right]]
    const sides: [Expression, Expression] = [
      { kind: 'column', names: [alias, from?.name ?? ''] },
      { kind: 'column', names: [right.name, to?.name ?? ''] },
    ]
    const [one, other] = from?.kind === to?.kind ? sides : sides.map(asText)
    return { kind: 'compare', op: '=', left: one ?? sides[0], right: other ?? sides[1] }
  })
  const on: Expression = pairs.length === 1 && pairs[0] ? pairs[0] : { kind: 'logic', op: 'and', parts: pairs }
  const how = joinsOf(body.from).every((one) => one.how === 'inner') ? 'inner' : 'left'
  const source = { kind: 'table' as const, name: right.name, alias: right.name }
  body.from = { kind: 'join', how, left: body.from, right: source, on, using: [], natural: false }
}

function asText(part: Expression): Expression {
  return { kind: 'cast', part, to: 'VARCHAR', lenient: false }
}
