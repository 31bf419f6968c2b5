/** Spider's four classes of hardness (Yu et al. 2018, evaluation.py), counted on the parsed query. */
import type { Expression, Query, TableRef } from '../model/data/sql.ts'

export type Hardness = 'easy' | 'medium' | 'hard' | 'extra'

/** How hard a gold query is by its parts: clauses, nesting, and repeated parts. */
export function hardnessOf(query: Query): Hardness {
  const { clauses, nested, others } = countParts(query)
  if (clauses <= 1 && others === 0 && nested === 0) return 'easy'
  if ((others <= 2 && clauses <= 1 && nested === 0) || (clauses <= 2 && others < 2 && nested === 0)) return 'medium'
  if (
    (others > 2 && clauses <= 2 && nested === 0) ||
    (clauses > 2 && clauses <= 3 && others <= 2 && nested === 0) ||
    (clauses <= 1 && others === 0 && nested <= 1)
  )
    return 'hard'
  return 'extra'
}

function countParts(query: Query) {
  const setOperation = query.type === 'SET_OPERATION_NODE'
  const core = setOperation ? (query.left ?? query) : query
  const has = (type: string) => core.modifiers.some((modifier) => modifier.type === type)
  const expressions = [core.where_clause, core.having].flatMap((one) => (one ? walk(one) : []))
  const selected = (core.select_list ?? []).flatMap(walk)
  const count = (all: Expression[], test: (one: Expression) => boolean) => all.filter(test).length
  const clauses =
    Number(Boolean(core.where_clause)) +
    Number((core.group_expressions ?? []).length > 0) +
    Number(has('ORDER_MODIFIER')) +
    Number(has('LIMIT_MODIFIER')) +
    Math.max(0, tablesOf(core.from_table) - 1) +
    count(expressions, ({ type }) => type === 'CONJUNCTION_OR') +
    count(expressions, ({ function_name }) => /^!?~~/.test(function_name ?? ''))
  const nested = Number(setOperation) + count(expressions, (one) => one.class === 'SUBQUERY')
  const conditions = count(walk(core.where_clause ?? undefined), isCondition)
  const others =
    Number(count([...selected, ...expressions], isAggregate) > 1) +
    Number((core.select_list ?? []).length > 1) +
    Number(conditions > 1) +
    Number((core.group_expressions ?? []).length > 1)
  return { clauses, nested, others }
}

function isAggregate({ class: kind, function_name: name }: Expression): boolean {
  return kind === 'FUNCTION' && /^(count|count_star|sum|avg|min|max)$/.test(name ?? '')
}

function isCondition({ class: kind, function_name: name }: Expression): boolean {
  return ['COMPARISON', 'BETWEEN', 'SUBQUERY'].includes(kind) || /^!?~~/.test(name ?? '')
}

/** The expression and all inside it, sub-queries' own insides left out. */
function walk(one: Expression | undefined): Expression[] {
  if (one === undefined) return []
  const inside = [...(one.children ?? []), one.left, one.right, one.input, one.lower, one.upper, one.child ?? undefined]
  return [one, ...inside.flatMap((child) => walk(child ?? undefined))]
}

function tablesOf(from: TableRef | undefined): number {
  if (from === undefined) return 0
  return from.type === 'JOIN' ? tablesOf(from.left) + tablesOf(from.right) : 1
}
