/** A parsed query → the language of src/draft/program.ts, with literals still to be aligned. */
import type { Keyword } from '../../src/draft/program.ts'
import { conditions } from './conditions.ts'
import { constantOf, expression } from './expressions.ts'
import { readFrom } from './from.ts'
import { type ImpliedJoins, type Inside, type Loose, type Names, type Scope, Unsayable } from './scope.ts'
import type { Expression, Modifier, Query } from './sql.ts'

/** Converts a query; throws Unsayable when the language has no words for it. */
export function convertQuery(query: Query, names: Names, implied: ImpliedJoins, outer: Scope | null = null): Loose[] {
  if ((query.cte_map?.map.length ?? 0) > 0) throw new Unsayable('WITH')
  if (query.type === 'SET_OPERATION_NODE') return setOperation(query, names, implied, outer)
  if (query.type !== 'SELECT_NODE') throw new Unsayable(query.type)
  return body(query, names, implied, outer)
}

function keyword(word: Keyword): Loose {
  return { keyword: word }
}

function setOperation(query: Query, names: Names, implied: ImpliedJoins, outer: Scope | null): Loose[] {
  if (query.setop_all && query.setop_type === 'UNION') throw new Unsayable('UNION ALL')
  if (query.modifiers.length > 0) throw new Unsayable('order or limit over a set operation')
  if (query.left === undefined || query.right === undefined) throw new Unsayable('set operation')
  if (query.right.type === 'SET_OPERATION_NODE') throw new Unsayable('nested set operation')
  const left = convertQuery(query.left, names, implied, outer)
  const right = convertQuery(query.right, names, implied, outer)
  return [...left, keyword(query.setop_type?.toLowerCase() as Keyword), ...right]
}

function body(query: Query, names: Names, implied: ImpliedJoins, outer: Scope | null): Loose[] {
  const convert = (inner: Query, within: Scope | null) => convertQuery(inner, names, implied, within)
  const from = readFrom(query, names, implied, { outer, convert: (inner) => convert(inner, outer) })
  const scope: Scope = { names, tables: from.tables, derived: from.derived, outer }
  const inside: Inside = {
    scope,
    aliases: aliasesOf(query),
    query: (inner) => convert(inner, scope),
    conditions: (written) => conditions(written, inside),
  }
  const output: Loose[] = [keyword('select')]
  const distinct = query.modifiers.find(({ type }) => type === 'DISTINCT_MODIFIER')
  if (distinct !== undefined) {
    if ((distinct.distinct_on_targets?.length ?? 0) > 0) throw new Unsayable('DISTINCT ON')
    output.push(keyword('distinct'))
  }
  for (const selected of query.select_list ?? []) output.push(...expression(selected, inside))
  if (from.where !== null) output.push(keyword('where'), ...conditions(from.where, inside))
  const groups = (query.group_expressions ?? []).map((group) => unaliased(group, query, true))
  if (groups.length > 0) output.push(keyword('group'), ...groups.flatMap((group) => expression(group, inside)))
  if (query.having) output.push(keyword('having'), ...conditions(query.having, inside))
  for (const modifier of query.modifiers) output.push(...modified(modifier, query, inside))
  return [...output, ...from.tokens]
}

function aliasesOf(query: Query): Map<string, Expression> {
  const named = (query.select_list ?? []).filter(({ alias }) => alias !== undefined && alias !== '')
  return new Map(named.map((selected) => [selected.alias?.toLowerCase() ?? '', selected]))
}

function modified(modifier: Modifier, query: Query, inside: Inside): Loose[] {
  if (modifier.type === 'ORDER_MODIFIER') return ordered(modifier, query, inside)
  if (modifier.type !== 'LIMIT_MODIFIER') return []
  if (modifier.offset) throw new Unsayable('OFFSET')
  const limit = modifier.limit ? constantOf(modifier.limit) : null
  if (limit?.number === undefined) throw new Unsayable('LIMIT of an expression')
  return [keyword('limit'), { literal: { text: limit.text, number: limit.number, use: 'limit' } }]
}

function ordered(modifier: Modifier, query: Query, inside: Inside): Loose[] {
  const output: Loose[] = [keyword('order')]
  const orders = modifier.orders ?? []
  orders.forEach((order, at) => {
    output.push(...expression(unaliased(order.expression, query, true), inside))
    const next = orders[at + 1]
    const falling = order.type === 'DESCENDING'
    if (next === undefined || (next.type === 'DESCENDING') !== falling) output.push(keyword(falling ? 'desc' : 'asc'))
  })
  return output
}

/** `ORDER BY n` and `GROUP BY 1` mean the SELECT's expression of that alias or position. */
function unaliased(written: Expression, query: Query, positions: boolean): Expression {
  const selected = query.select_list ?? []
  if (positions && written.class === 'CONSTANT') {
    const found = selected[Number(constantOf(written)?.number) - 1]
    if (found !== undefined) return found
  }
  if (written.class !== 'COLUMN_REF' || written.column_names?.length !== 1) return written
  const name = written.column_names[0]?.toLowerCase()
  return selected.find(({ alias }) => alias !== undefined && alias !== '' && alias.toLowerCase() === name) ?? written
}
