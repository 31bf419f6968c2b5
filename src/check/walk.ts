import { Refusal } from '../refusal.ts'
import { BOUNDS } from './bounds.ts'
import { checkExpression } from './expression.ts'
import { EXPRESSIONS, FIELDS, PARTS, QUERY_NODES, TABLE_REFS, TYPES } from './kinds.ts'
import { type Granted, type Node, notAllowed, type Walk } from './node.ts'
import { asciiLower, NO_CTES, type Scope, withCte } from './scope.ts'
import { checkTableRef } from './table.ts'

/** Something still to be looked at, the CTEs it can see, and how deep it lies. */
interface Place {
  value: unknown
  scope: Scope
  depth: number
}

/** The granted tables a parsed statement reads. Refuses every part that is not on the lists of kinds.ts and functions.json. */
export function walk(statement: Node, granted: Granted): string[] {
  const state: Walk = { granted, used: new Set(), tables: 0, refs: 0, ctes: 0 }
  const stack: Place[] = [{ value: statement, scope: NO_CTES, depth: 0 }]
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value, scope, depth } = place
    if (typeof value === 'string') checkText(value)
    if (typeof value !== 'object' || value === null) continue
    if (depth > BOUNDS.depth.most) throw new Refusal('sql-forbidden', 'The SQL is too deeply nested.')
    if (Array.isArray(value)) for (const item of value) stack.push({ value: item, scope, depth })
    else stack.push(...partsOf(value as Node, place, state))
  }
  return [...state.used]
}

function partsOf(node: Node, place: Place, state: Walk): Place[] {
  checkFields(node)
  const tag = node['type']
  const below = (value: unknown, scope = place.scope): Place => ({ value, scope, depth: place.depth + 1 })
  if (typeof node['class'] === 'string') {
    if (!EXPRESSIONS.has(node['class'])) throw notAllowed(node['class'])
    checkExpression(node, state)
    return Object.values(node).map((value) => below(value))
  }
  if (typeof tag !== 'string') {
    checkType(node)
    // Brackets of the notation (case branches, constants, types) are no depth of the statement.
    return Object.values(node).map((value) => ({ value, scope: place.scope, depth: place.depth }))
  }
  if (QUERY_NODES.has(tag)) return queryParts(node, place, state)
  if (TABLE_REFS.has(tag)) return checkTableRef(node, place.scope, state).map((value) => below(value))
  if (!PARTS.has(tag)) throw notAllowed(tag)
  if (tag === 'UNBOUND_TYPE_INFO') checkNamedType(node)
  return Object.values(node).map((value) => ({ value, scope: place.scope, depth: place.depth }))
}

/** A CTE sees the ones before it and those around; itself only in the recursive arm. The node's own parts see all of its CTEs. */
function queryParts(node: Node, place: Place, state: Walk): Place[] {
  const depth = place.depth + 1
  const { cte_map: map, ...parts } = node
  const places: Place[] = []
  let scope = place.scope
  for (const { key, value, ...rest } of ((map as Node | undefined)?.['map'] as Node[] | undefined) ?? []) {
    if (Object.keys(rest).length > 0) throw notAllowed('CTE')
    if (++state.ctes > BOUNDS.ctes.most) throw new Refusal('sql-forbidden', `More than ${BOUNDS.ctes.most} CTEs.`)
    places.push({ value: [key, value], scope, depth })
    scope = withCte(scope, String(key))
  }
  for (const [name, value] of Object.entries(parts)) {
    const recursive = node['type'] === 'RECURSIVE_CTE_NODE' && name === 'right'
    places.push({ value, scope: recursive ? withCte(scope, String(node['cte_name'])) : scope, depth })
  }
  return places
}

function checkFields(node: Node): void {
  for (const name of Object.keys(node)) if (!FIELDS.has(name)) throw notAllowed(name)
  if (Array.isArray(node['named_param_map']) && node['named_param_map'].length > 0)
    throw new Refusal('sql-forbidden', 'The SQL has parameters.', { hint: 'Write the values into the SQL.' })
}

function checkText(text: string): void {
  if (text.length > BOUNDS.text.most)
    throw new Refusal('sql-forbidden', `A text or name in the SQL is longer than ${BOUNDS.text.most} characters.`)
}

/** `{ id: 'VARCHAR', type_info: null }`. */
function checkType(node: Node): void {
  const id = node['id']
  if (id === undefined || (id === 'UNBOUND' && node['type_info'] !== null)) return
  if (typeof id !== 'string' || !TYPES.has(id)) throw notAllowed(`type ${String(id)}`)
}

/** A type DuckDB looks up by name could load an extension; JSON is the one that is there. */
function checkNamedType(node: Node): void {
  const isJson = asciiLower(String(node['name'])) === 'json'
  const isPlain = node['catalog'] === '' && node['schema'] === '' && (node['user_type_modifiers'] as []).length === 0
  if (!isJson || !isPlain) throw notAllowed(`type ${String(node['name'])}`)
}
