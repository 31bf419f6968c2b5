import { joinPath } from '../joins.ts'
import { isAggregate } from './expression.ts'
import { columnAt, type Setting } from './scope.ts'
import type { Body, Expression } from './tree.ts'

/** How the rows of a SELECT are brought together. */
export interface Grouping {
  /** GROUP BY keys as written or implied; null when rows stay single. */
  keys: Expression[] | null
  /** The min or max whose row the plain columns come from: "name and age of the oldest". */
  pick: Expression | null
}

/** Written keys, or those implied by plain columns beside aggregates. */
export function groupingOf(body: Body): Grouping {
  const per = body.limit?.per ?? []
  if (body.group.length > 0) return { keys: without([...body.group, ...per]), pick: null }
  const later = [
    ...body.order.map(({ expression }) => expression),
    ...(body.having?.conditions ?? []).map(({ expression }) => expression),
  ]
  if (![...body.select, ...later].some(isAggregate)) return { keys: null, pick: null }
  const plain = body.select.filter((expression) => !isAggregate(expression))
  const pick = plain.length > 0 && !later.some(isAggregate) ? extremeOf(body.select) : null
  if (pick) return { keys: null, pick }
  return { keys: without([...plain.filter(({ left }) => left.column !== '*'), ...per]), pick: null }
}

function without(expressions: Expression[]): Expression[] {
  const texts = expressions.map((expression) => JSON.stringify(expression))
  return expressions.filter((_, index) => texts.indexOf(texts[index] ?? '') === index)
}

function extremeOf(select: Expression[]): Expression | null {
  const aggregates = select.filter(isAggregate)
  const [only] = aggregates
  const extreme = only && aggregates.length === 1 && (only.left.aggregate === 'min' || only.left.aggregate === 'max')
  return extreme && !only.right && !only.wrap && only.left.column !== '*' ? only : null
}

/**
 * The plain columns, of those that SELECT, HAVING and ORDER BY use, that are grouped besides the keys. Those that each group has one value
 * of: their table's key is grouped, or joined to a grouped column. And those listed beside an aggregate, of all groups: one value of
 * several would be chosen by chance.
 */
export function dependentColumns(body: Body, keys: Expression[], setting: Setting): number[] {
  if (body.from.kind !== 'tables') return []
  const grouped = new Set(keys.flatMap(({ left }) => (left.function || left.column === '*' ? [] : [left.column])))
  const tables = [...new Set(body.from.tables.map(({ item }) => setting.items[item]?.table ?? -1))]
  const known = determined(grouped, tables, setting)
  const used = [
    ...body.select,
    ...body.order.map(({ expression }) => expression),
    ...(body.having?.conditions ?? []).map(({ expression }) => expression),
  ]
  const isList = body.limit === undefined && body.select.some(isAggregate)
  const listed = new Set(isList ? plainColumns(body.select) : [])
  return plainColumns(used).filter((column) => !grouped.has(column) && (known.has(column) || listed.has(column)))
}

function plainColumns(expressions: Expression[]): number[] {
  const plain = expressions.flatMap(({ left }) =>
    left.aggregate || left.function || left.column === '*' ? [] : [left.column],
  )
  return [...new Set(plain)]
}

/** Items that the grouped ones determine: equal by a join, or of a table whose whole key is determined. */
function determined(grouped: Set<number>, tables: number[], setting: Setting): Set<number> {
  const known = new Set(grouped)
  const equal = equalPairs(tables, setting)
  for (let before = -1; before !== known.size; ) {
    before = known.size
    for (const [left, right] of equal) {
      if (known.has(left)) known.add(right)
      if (known.has(right)) known.add(left)
    }
    for (const table of tables) {
      const columns = setting.items.flatMap((item, index) =>
        item.kind === 'column' && item.table === table ? [index] : [],
      )
      const key = (setting.catalog.tables[table]?.primaryKey ?? []).map(
        (name) => columns.find((column) => columnAt(setting, column).column.name === name) ?? -1,
      )
      if (key.length > 0 && key.every((column) => known.has(column))) for (const column of columns) known.add(column)
    }
  }
  return known
}

function equalPairs(tables: number[], setting: Setting): [number, number][] {
  const itemOf = (table: number, column: number) =>
    setting.items.findIndex((item) => item.kind === 'column' && item.table === table && item.column === column)
  const edges = (joinPath(setting.graph, tables) ?? []).flatMap(({ edges }) => edges)
  return edges.flatMap(({ left, right, pairs }) =>
    pairs.map((pair): [number, number] => [itemOf(left, pair.left), itemOf(right, pair.right)]),
  )
}
