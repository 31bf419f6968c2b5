import type { Catalog } from '../catalog.ts'
import { outputsOf, scopesOf } from '../tree/origin.ts'
import { conjunctsOf, groupsOf, isAggregate, type Query, type Select } from '../tree.ts'
import { type Language, listText, pluralOf, rowsOf, type Teller } from '../wording.ts'
import { describeCondition } from './condition.ts'
import { describeExpression } from './expression.ts'
import { say } from './phrases.ts'

/** The one who puts parts of a statement over this catalog into words of a language. */
export function teller(catalog: Catalog, language: Language): Teller {
  const tell: Teller = {
    language,
    catalog,
    expression: (expression, scope) => describeExpression(expression, scope, tell),
    condition: (expression, scope) => describeCondition(expression, scope, tell),
    query: (query, number) => describeQuery(query, tell, number === 'many'),
  }
  return tell
}

/** A sub-query as a noun phrase: "average price of products where category is “Toys”". */
function describeQuery(query: Query, tell: Teller, many: boolean): string {
  const [first] = outputsOf(query, tell.catalog)
  if (query.kind === 'set' || first === undefined) return say(tell.language, 'intermediate')
  const scope = scopesOf(query, tell.catalog).get(query) ?? first.scope
  const tables = scope.leaves.flatMap((leaf) => (leaf.table === undefined ? [] : [rowsOf(leaf.table, tell.language)]))
  const from = listText(tables, tell.language)
  const isConstant = first.expression.kind === 'constant'
  const told = isConstant ? '' : tell.expression(first.expression, scope)
  const what = many && tell.language === 'en' ? pluralOf(told) : told
  const phrase = isConstant ? from : whole(query, what, from, tell)
  const conditions = conjunctsOf(query.where).filter((part) => !joinsOutside(part))
  const [one, ...more] = conditions
  if (one === undefined) return phrase
  const where = more.length === 0 ? one : { kind: 'logic' as const, op: 'and' as const, parts: conditions }
  return say(tell.language, 'filtered', phrase, tell.condition(where, scope))
}

function whole(query: Select, what: string, from: string, tell: Teller): string {
  if (from === '') return what
  const [item] = query.items
  const counts = item !== undefined && isAggregate(item) && item.name === 'count_star'
  if (counts) return what
  const phrase = say(
    tell.language,
    groupsOf(query).length === 0 && item !== undefined && isAggregate(item) ? 'of all' : 'function',
    what,
    from,
  )
  return phrase
}

/** A correlated condition joins the sub-query to the row outside; it is no filter of its own. */
function joinsOutside(part: ReturnType<typeof conjunctsOf>[number]): boolean {
  return part.kind === 'compare' && part.op === '=' && part.left.kind === 'column' && part.right.kind === 'column'
}
