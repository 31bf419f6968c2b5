import type { Catalog, Column, Table } from '../catalog.ts'
import { type Expression, leavesOf, type Query, type Select } from '../tree.ts'

/** A stored column and its table. */
export interface Origin {
  table: Table
  column: Column
}

/** One column a query gives: the name it leaves under, the expression behind it, and where that expression's names are looked up. */
export interface Output {
  name: string
  expression: Expression
  scope: Scope
}

/** What the names in a SELECT may refer to: the leaves of its FROM clause. `select` is absent for the empty scope. */
export interface Scope {
  select: Select | undefined
  leaves: Leaf[]
}

interface Leaf {
  alias: string
  table: Table | undefined
  outputs: Output[]
}

/** An expression with the scope its names belong to. */
export interface Placed {
  expression: Expression
  scope: Scope
}

type Ctes = { name: string; outputs: Output[] }[]

/** The columns a query gives, in order; a star is expanded where the catalog tells its columns. */
export function outputsOf(query: Query, catalog: Catalog, outer: Ctes = []): Output[] {
  const ctes = withCtes(query, catalog, outer)
  if (query.kind === 'set') {
    const [first] = query.sides
    return first === undefined ? [] : outputsOf(first, catalog, ctes)
  }
  const scope = scopeWith(query, catalog, ctes)
  return query.items.flatMap((item) => (item.kind === 'star' ? starOutputs(item, scope) : [itemOutput(item, scope)]))
}

/** The scope of every SELECT that gives rows to the statement, by SELECT. */
export function scopesOf(query: Query, catalog: Catalog, outer: Ctes = []): Map<Select, Scope> {
  const scopes = new Map<Select, Scope>()
  const ctes = withCtes(query, catalog, outer)
  const add = (more: Map<Select, Scope>) => {
    for (const [select, scope] of more) scopes.set(select, scope)
  }
  if (query.kind === 'select') {
    scopes.set(query, scopeWith(query, catalog, ctes))
    for (const leaf of leavesOf(query.from)) if (leaf.kind === 'query') add(scopesOf(leaf.query, catalog, ctes))
  } else for (const side of query.sides) add(scopesOf(side, catalog, ctes))
  const known: Ctes = [...outer]
  for (const cte of query.ctes) {
    add(scopesOf(cte.query, catalog, known))
    known.unshift({ name: cte.name, outputs: outputsOf(cte.query, catalog, known) })
  }
  return scopes
}

function withCtes(query: Query, catalog: Catalog, outer: Ctes): Ctes {
  const ctes = [...outer]
  for (const cte of query.ctes) ctes.unshift({ name: cte.name, outputs: outputsOf(cte.query, catalog, [...ctes]) })
  return ctes
}

function scopeWith(select: Select, catalog: Catalog, ctes: Ctes): Scope {
  const leaves = leavesOf(select.from).map((leaf): Leaf => {
    if (leaf.kind === 'query') {
      const outputs = outputsOf(leaf.query, catalog, ctes)
      const renamed = outputs.map((output, i) => ({ ...output, name: leaf.columns[i] ?? output.name }))
      return { alias: leaf.alias, table: undefined, outputs: renamed }
    }
    if (leaf.kind !== 'table') return { alias: leaf.alias, table: undefined, outputs: [] }
    const cte = ctes.find((one) => same(one.name, leaf.name))
    if (cte !== undefined) return { alias: leaf.alias, table: undefined, outputs: cte.outputs }
    return { alias: leaf.alias, table: tableNamed(catalog, leaf.name), outputs: [] }
  })
  return { select, leaves }
}

/** The catalog's table of that name, whatever the case. */
export function tableNamed(catalog: Catalog, name: string): Table | undefined {
  return catalog.tables.find((table) => same(table.name, name))
}

function itemOutput(item: Expression, scope: Scope): Output {
  const name =
    item.alias ?? (item.kind === 'column' ? (item.names.at(-1) ?? '') : item.kind === 'call' ? item.name : '')
  return { name, expression: item, scope }
}

function starOutputs(star: Extract<Expression, { kind: 'star' }>, scope: Scope): Output[] {
  const leaves = scope.leaves.filter((leaf) => star.table === '' || same(leaf.alias, star.table))
  return leaves.flatMap((leaf) => {
    const names = leaf.table?.columns.map((column) => column.name) ?? leaf.outputs.map((output) => output.name)
    const kept = names.filter((name) => !star.exclude.some((left) => same(left, name)))
    return kept.map((name) => ({ name, expression: { kind: 'column' as const, names: [leaf.alias, name] }, scope }))
  })
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Deeper than any query a person writes; ends names that refer to each other. */
const DEEPEST = 20

/** An expression followed through sub-queries and WITH parts to where it is computed. */
export function placeOf(expression: Expression, scope: Scope, depth = 0): Placed {
  const found = expression.kind === 'column' ? lookUp(expression.names, scope) : undefined
  if (found?.output === undefined || depth > DEEPEST) return { expression, scope }
  return placeOf(found.output.expression, found.output.scope, depth + 1)
}

/** The stored column an expression is, through sub-queries, casts and changes of case; undefined for anything computed. */
export function originOf(expression: Expression, scope: Scope, depth = 0): Origin | undefined {
  const placed = placeOf(bare(expression), scope)
  const inner = bare(placed.expression)
  if (inner !== placed.expression && depth < DEEPEST) return originOf(inner, placed.scope, depth + 1)
  return inner.kind === 'column' ? lookUp(inner.names, placed.scope)?.origin : undefined
}

/** An expression without the casts and the lower/upper/trim around it. */
export function bare(expression: Expression): Expression {
  if (expression.kind === 'cast') return bare(expression.part)
  const [only, ...more] = expression.kind === 'call' ? expression.args : []
  if (expression.kind === 'call' && only !== undefined && more.length === 0 && CASE_CALLS.has(expression.name))
    return bare(only)
  return expression
}

const CASE_CALLS = new Set(['lower', 'upper', 'trim', 'lcase', 'ucase', 'strip_accents', 'any_value', 'first'])

function lookUp(names: string[], scope: Scope): { origin?: Origin; output?: Output } | undefined {
  const name = names.at(-1) ?? ''
  const leaves = names.length > 1 ? scope.leaves.filter((leaf) => same(leaf.alias, names.at(-2) ?? '')) : scope.leaves
  for (const leaf of leaves) {
    const column = leaf.table?.columns.find((one) => same(one.name, name))
    if (leaf.table !== undefined && column !== undefined) return { origin: { table: leaf.table, column } }
    const output = leaf.outputs.find((one) => same(one.name, name))
    if (output !== undefined) return { output }
  }
  return lookUpAlias(names, scope)
}

/** DuckDB lets WHERE, GROUP BY and HAVING name an item of the same SELECT. */
function lookUpAlias(names: string[], scope: Scope): { output: Output } | undefined {
  if (names.length !== 1 || scope.select === undefined) return undefined
  const item = scope.select.items.find((one) => one.alias !== undefined && same(one.alias, names[0] ?? ''))
  const itself = item?.kind === 'column' && same(item.names.at(-1) ?? '', names[0] ?? '')
  return item === undefined || itself ? undefined : { output: { name: item.alias ?? '', expression: item, scope } }
}
