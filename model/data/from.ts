/** FROM and its joins → the `from` of the language, and what is left of WHERE. */
import { type Edge, type ImpliedJoins, type Loose, type Names, resolveColumn, type Scope, Unsayable } from './scope.ts'
import type { Expression, Query, TableRef } from './sql.ts'

/** A FROM read: its tokens, the tables and derived columns it offers, and WHERE without its join conditions. */
export interface From {
  tokens: Loose[]
  tables: Scope['tables']
  derived: Scope['derived']
  where: Expression | null
}

interface Gathered {
  tables: (Scope['tables'][number] & { left: boolean })[]
  conditions: Expression[]
  using: { column: string; right: number }[]
  cross: boolean
}

/** What stands around a FROM: the outer query, and how a sub-query in it is converted. */
export interface Around {
  outer: Scope | null
  convert: (inner: Query) => Loose[]
}

/** Reads the FROM of a query. */
export function readFrom(query: Query, names: Names, implied: ImpliedJoins, { outer, convert }: Around): From {
  const from = query.from_table
  if (from === undefined || from.type === 'EMPTY') throw new Unsayable('no FROM')
  if (from.type === 'SUBQUERY' && from.subquery !== undefined)
    return fromQuery(query, from.subquery.node, names, convert)
  const gathered: Gathered = { tables: [], conditions: [], using: [], cross: false }
  gather(from, names, gathered, false)
  const tables = gathered.tables.map(({ table }) => table)
  if (new Set(tables).size < tables.length) throw new Unsayable('self-join')
  const scope: Scope = { names, tables: gathered.tables, derived: new Map(), outer }
  const inWhere = query.where_clause ? conjuncts(query.where_clause) : []
  const { edges, rest } = joinEdges([...gathered.conditions, ...inWhere], scope, gathered.conditions.length)
  for (const { column, right } of gathered.using) edges.push(usingEdge(column, right, scope))
  const tokens: Loose[] = [{ keyword: 'from' }]
  gathered.tables.forEach(({ table, left }, at) => {
    if (left && at > 0) tokens.push({ keyword: 'left' })
    tokens.push({ item: names.tableItems[table] ?? -1 })
  })
  for (const [one, other] of writtenJoins(tables, edges, implied)) {
    tokens.push({ keyword: 'on' }, { item: one }, { item: other })
  }
  return { tokens, tables: gathered.tables, derived: new Map(), where: allOf(rest) }
}

function fromQuery(query: Query, inner: Query, names: Names, convert: (inner: Query) => Loose[]): From {
  const tokens: Loose[] = [{ keyword: 'from' }, { keyword: '(' }, ...convert(inner), { keyword: ')' }]
  const derived = new Map<string, number | null>()
  const core = inner.type === 'SET_OPERATION_NODE' ? inner.left : inner
  const innerScope = core?.from_table === undefined ? null : scopeOf(core.from_table, names)
  for (const selected of core?.select_list ?? []) {
    const path = selected.column_names ?? []
    const name = selected.alias || path[path.length - 1] || selected.function_name || ''
    const plain = selected.class === 'COLUMN_REF' && innerScope !== null
    derived.set(name.toLowerCase(), plain ? resolveColumn(path, innerScope) : null)
  }
  return { tokens, tables: [], derived, where: query.where_clause ?? null }
}

function scopeOf(from: TableRef, names: Names): Scope | null {
  if (from.type === 'SUBQUERY') return null
  const gathered: Gathered = { tables: [], conditions: [], using: [], cross: false }
  gather(from, names, gathered, false)
  return { names, tables: gathered.tables, derived: new Map(), outer: null }
}

function gather(from: TableRef, names: Names, into: Gathered, left: boolean): void {
  if (from.type === 'BASE_TABLE') {
    const table = names.tables.get(from.table_name?.toLowerCase() ?? '')
    if (table === undefined) throw new Unsayable('unknown table')
    into.tables.push({ alias: (from.alias || from.table_name || '').toLowerCase(), table, left })
    return
  }
  if (from.type !== 'JOIN' || !from.left || !from.right) throw new Unsayable('sub-query in a join')
  if (from.join_type !== 'INNER' && from.join_type !== 'LEFT') throw new Unsayable(`${from.join_type} join`)
  if (from.ref_type === 'NATURAL') throw new Unsayable('natural join')
  gather(from.left, names, into, left)
  const right = into.tables.length
  gather(from.right, names, into, from.join_type === 'LEFT')
  if (from.condition) into.conditions.push(...conjuncts(from.condition))
  for (const column of from.using_columns ?? []) into.using.push({ column, right })
}

function conjuncts(written: Expression): Expression[] {
  return written.type === 'CONJUNCTION_AND' ? (written.children ?? []).flatMap(conjuncts) : [written]
}

function allOf(parts: Expression[]): Expression | null {
  const [first, ...more] = parts
  if (first === undefined || more.length === 0) return first ?? null
  return { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', children: parts }
}

function joinEdges(parts: Expression[], scope: Scope, fromJoins: number) {
  const edges: Edge[] = []
  const rest: Expression[] = []
  parts.forEach((part, at) => {
    const edge = edgeOf(part, scope)
    if (edge !== null) edges.push(edge)
    else if (at < fromJoins && part.type === 'CONJUNCTION_OR') throw new Unsayable('join on "or"')
    else rest.push(part)
  })
  return { edges, rest }
}

function edgeOf(part: Expression, scope: Scope): Edge | null {
  const [left, right] = [part.left, part.right]
  if (part.type !== 'COMPARE_EQUAL' || left?.class !== 'COLUMN_REF' || right?.class !== 'COLUMN_REF') return null
  const pair: Edge = [resolveColumn(left.column_names ?? [], scope), resolveColumn(right.column_names ?? [], scope)]
  return tableOf(pair[0], scope) === tableOf(pair[1], scope) ? null : pair
}

function tableOf(item: number, scope: Scope): number {
  return scope.names.tableItems.findLastIndex((first) => first <= item)
}

function usingEdge(column: string, right: number, scope: Scope): Edge {
  const before = { ...scope, tables: scope.tables.slice(0, right) }
  const after = { ...scope, tables: scope.tables.slice(right, right + 1) }
  return [resolveColumn([column], before), resolveColumn([column], after)]
}

/** The fewest join conditions that have to be written so that all of `edges` follow. */
function writtenJoins(tables: number[], edges: Edge[], implied: ImpliedJoins): Edge[] {
  if (tables.length < 2) return []
  const known = new Set((implied(tables, []) ?? []).map(edgeName))
  const unknown = edges.filter((edge) => !known.has(edgeName(edge)))
  for (const written of [[], unknown]) if (sameEdges(edges, implied(tables, written))) return written
  return edges
}

function edgeName([one, other]: Edge): string {
  return one < other ? `${one}-${other}` : `${other}-${one}`
}

function sameEdges(edges: Edge[], others: Edge[] | null): boolean {
  if (others === null) return false
  const [gold, ours] = [new Set(edges.map(edgeName)), new Set(others.map(edgeName))]
  return gold.size === ours.size && [...gold].every((edge) => ours.has(edge))
}
