import { originOf, placeOf, type Scope, scopesOf } from '../tree/origin.ts'
import { sqlOf } from '../tree/print.ts'
import {
  type Expression,
  groupsOf,
  isAggregate,
  isGrouped,
  itemMeant,
  leavesOf,
  type Query,
  type Select,
  type SetOperation,
} from '../tree.ts'
import { periodOf } from '../wording/patterns.ts'
import { say } from '../wording/phrases.ts'
import { humanise, listText, rowsOf, type Teller } from '../wording.ts'
import { explainJoins } from './joins.ts'

type Scopes = Map<Select, Scope>

/** One sentence per step of a query: WITH parts first, then the query itself. */
export function explainQuery(query: Query, tell: Teller, known?: Scopes): string[] {
  const scopes = known ?? scopesOf(query, tell.catalog)
  const steps = query.ctes.map((cte) => {
    const told = explainQuery(cte.query, tell, scopes).join(tell.language === 'zh' ? '' : ' ')
    return say(tell.language, 'step', humanise(cte.name), told)
  })
  const body = query.kind === 'set' ? explainSet(query, tell, scopes) : explainSelect(query, tell, scopes)
  return [...steps, ...body]
}

function explainSet(query: SetOperation, tell: Teller, scopes: Scopes): string[] {
  const sides = flatSides(query)
  const how = query.how === 'union' && query.all ? 'union all' : query.how
  const parts = sides.map((side, i) => {
    const told = explainQuery(side, tell, scopes).join(tell.language === 'zh' ? '' : ' ')
    return say(tell.language, 'part', i + 1, told)
  })
  const first = query.sides[0]
  const scope = first?.kind === 'select' ? scopes.get(first) : undefined
  const order =
    first?.kind === 'select' && scope !== undefined ? explainOrder({ ...first, ...clauses(query) }, scope, tell) : []
  return [say(tell.language, how, sides.length), ...parts, ...order, ...explainLimit(query, tell)]
}

function clauses(query: SetOperation) {
  return { order: query.order, ctes: query.ctes }
}

/** UNION of UNION of the same kind is one list of sides. */
function flatSides(query: SetOperation): Query[] {
  return query.sides.flatMap((side) =>
    side.kind === 'set' &&
    side.how === query.how &&
    side.all === query.all &&
    side.limit === undefined &&
    query.how !== 'except'
      ? flatSides(side)
      : [side],
  )
}

function explainSelect(select: Select, tell: Teller, scopes: Scopes): string[] {
  const scope = scopes.get(select)
  if (scope === undefined) return []
  const { language } = tell
  const inner = leavesOf(select.from).flatMap((leaf) => {
    if (leaf.kind !== 'query') return []
    return [say(language, 'inner', explainQuery(leaf.query, tell, scopes).join(language === 'zh' ? '' : ' '))]
  })
  const where = select.where === undefined ? [] : [say(language, 'where', tell.condition(select.where, scope))]
  const having =
    select.having === undefined ? [] : [say(language, 'having', tell.condition(meant(select.having, select), scope))]
  const qualify = select.qualify === undefined ? [] : [say(language, 'qualify', tell.condition(select.qualify, scope))]
  return [
    ...inner,
    whatIsShown(select, scope, tell),
    ...explainJoins(select.from, scope, tell),
    ...(select.sampled ? [say(language, 'sampled')] : []),
    ...where,
    ...having,
    ...qualify,
    ...(select.distinctOn.length > 0
      ? [
          say(
            language,
            'first per',
            listText(
              select.distinctOn.map((e) => tell.expression(e, scope)),
              language,
            ),
          ),
        ]
      : []),
    ...(select.groupSets ? [say(language, 'subtotals')] : []),
    ...explainOrder(select, scope, tell),
    ...explainLimit(select, tell),
  ]
}

/** A condition with aliases of items replaced by the items. */
function meant(e: Expression, select: Select): Expression {
  if (e.kind === 'column') return itemMeant(select, e)
  if (e.kind === 'compare') return { ...e, left: meant(e.left, select), right: meant(e.right, select) }
  if (e.kind === 'logic') return { ...e, parts: e.parts.map((part) => meant(part, select)) }
  return e
}

function whatIsShown(select: Select, scope: Scope, tell: Teller): string {
  const { language } = tell
  const from = sourceNames(scope, tell)
  if (select.from === undefined) return say(language, 'shows constants', names(select.items, scope, tell))
  const groups = groupsOf(select)
  if (!isGrouped(select)) {
    if (select.items.every((item) => item.kind === 'star')) return say(language, 'shows all', from)
    return say(
      language,
      select.distinct && select.distinctOn.length === 0 ? 'shows different' : 'shows rows',
      names(select.items, scope, tell),
      from,
    )
  }
  const groupTexts = new Set(groups.map(sqlOf))
  const measures = select.items.filter((item) => !groupTexts.has(sqlOf(item)) && !isPlainGroup(item, groups, scope))
  if (groups.length > 0 && measures.length === 0)
    return say(language, 'shows only groups', names(groups, scope, tell), from)
  const what = names(measures, scope, tell)
  if (groups.length > 0) {
    const alone = scope.leaves.length === 1 && what.includes(from)
    return say(language, alone ? 'shows groups alone' : 'shows groups', what, names(groups, scope, tell), from)
  }
  const counts = measures.every((item) => isAggregate(item) && item.name.startsWith('count'))
  return say(language, counts ? 'shows count' : 'shows value', what, from)
}

/** `c.name` and `name` may be the same group. */
function isPlainGroup(item: Expression, groups: Expression[], scope: Scope): boolean {
  const column = originOf(item, scope)?.column
  return (
    column !== undefined && item.kind === 'column' && groups.some((group) => originOf(group, scope)?.column === column)
  )
}

function names(expressions: Expression[], scope: Scope, tell: Teller): string {
  const told = expressions.map((e) => (e.kind === 'star' ? starNames(scope, tell) : tell.expression(e, scope)))
  return listText([...new Set(told)], tell.language)
}

function starNames(scope: Scope, tell: Teller): string {
  return tell.language === 'zh' ? `${sourceNames(scope, tell)}的所有列` : `every column of ${sourceNames(scope, tell)}`
}

function sourceNames(scope: Scope, tell: Teller): string {
  const { language } = tell
  const told = scope.leaves.map((leaf) => {
    if (leaf.table !== undefined) return rowsOf(leaf.table, language)
    return leaf.alias === '' || (scope.leaves.length === 1 && leaf.outputs.length === 0)
      ? say(language, 'intermediate')
      : say(language, 'result named', humanise(leaf.alias))
  })
  return listText([...new Set(told)], language)
}

function explainOrder(select: Select, scope: Scope, tell: Teller): string[] {
  if (select.order.length === 0) return []
  const told = select.order.map((order) => {
    const by = itemMeant(select, order.by)
    return say(tell.language, orderPhrase(by, order.descending, scope), tell.expression(by, scope))
  })
  return [say(tell.language, 'sorted by', told.join(tell.language === 'zh' ? '，再' : ', then '))]
}

function orderPhrase(by: Expression, descending: boolean, scope: Scope) {
  const placed = placeOf(by, scope)
  const period = periodOf(placed.expression)
  const kind = originOf(by, scope)?.column.kind
  if (kind === 'date' || (period !== undefined && !period.recurring))
    return descending ? 'sorted latest' : 'sorted earliest'
  if (kind === 'text') return descending ? 'sorted backwards' : 'sorted alphabet'
  return descending ? 'sorted descending' : 'sorted ascending'
}

function explainLimit(query: Query, { language }: Teller): string[] {
  const skipped = query.offset ?? 0
  if (query.limitPercent !== undefined) return [say(language, 'first percent', query.limitPercent)]
  if (query.limit === undefined) return skipped > 0 ? [say(language, 'skipped', skipped)] : []
  if (skipped > 0) return [say(language, 'rows after', query.limit, skipped)]
  return [query.limit === 1 ? say(language, 'one row') : say(language, 'first rows', query.limit)]
}
