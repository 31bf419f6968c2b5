import { spanText } from '../ground.ts'
import { parseNumber } from '../numbers.ts'
import { uniqueNames, withAlias } from './alias.ts'
import { conditionsSql } from './condition.ts'
import { CompileError } from './error.ts'
import { calendarOrder, expressionSql, inRows, isAggregate, isWindow } from './expression.ts'
import { columnItems, fromLines, fromTables } from './from.ts'
import { dependentColumns, groupingOf } from './group.ts'
import { quoteName } from './quote.ts'
import { columnRef, type Output, type Place, type Scope, type Setting } from './scope.ts'
import type { Body, Conditions, Expression, From, Query } from './tree.ts'

/** A query as SQL, one clause a line at the top and in one line below it, and the columns it returns. */
export function querySql(query: Query, setting: Setting, place: Place): { sql: string; outputs: Output[] } {
  const separator = place.answer ? '\n' : ' '
  const first = bodyLines(query.body, setting, { ...place, answer: place.answer === true && !query.next })
  if (!query.next) return { sql: first.lines.join(separator), outputs: first.outputs }
  const parts = [part(query.body, first.lines, separator)]
  for (let next: Query['next'] = query.next; next; next = next.query.next) {
    const { lines, outputs } = bodyLines(next.query.body, setting, { ...place, answer: false })
    if (outputs.length !== first.outputs.length)
      throw new CompileError('width', 'both sides of a set operation need as many columns')
    parts.push(next.operator.toUpperCase(), part(next.query.body, lines, separator))
  }
  return { sql: parts.join(separator), outputs: first.outputs }
}

/** ORDER BY and LIMIT belong to their own part of a set operation. */
function part(body: Body, lines: string[], separator: string): string {
  return body.order.length > 0 || body.limit ? `(${lines.join(' ')})` : lines.join(separator)
}

function bodyLines(body: Body, setting: Setting, place: Place): { lines: string[]; outputs: Output[] } {
  const source = sourceOf(body.from, setting)
  const { scope, keys } = groupedScope(body, source.scope)
  const outputs = selectOutputs(body.select, scope)
  const distinct = distinctKeys(body, scope, outputs)
  const clauses = filterClauses(body, scope, place)
  const limit = limitClauses(body, scope)
  const group = [...keys, ...distinct.keys]
  const lines = [
    `SELECT ${distinct.keyword}${selectList(body.select, outputs, scope, place)}`,
    ...source.lines,
    ...clauses.where,
    ...(group.length > 0 ? [`GROUP BY ${group.join(', ')}`] : []),
    ...clauses.having,
    ...joined('QUALIFY', [...clauses.qualify, ...limit.qualify]),
    ...orderClause(
      body,
      { ...scope, keys: distinct.keys.length > 0 ? new Set(distinct.keys) : scope.keys },
      isWholeRow(body.select, scope, place) ? [] : outputs,
      place,
    ),
    ...limit.limit,
  ]
  return { lines, outputs }
}

function sourceOf(from: From, setting: Setting): { scope: Scope; lines: string[] } {
  const window = { partition: [], order: [] }
  const plain = { setting, keys: null, pick: null, window }
  if (from.kind === 'tables') {
    return { scope: { ...plain, tables: fromTables(from, setting), outputs: null }, lines: fromLines(from, setting) }
  }
  const { sql, outputs } = querySql(from.query, setting, {})
  return { scope: { ...plain, tables: [], outputs }, lines: [`FROM (${sql}) AS part`] }
}

/** The scope after GROUP BY, and the keys' SQL in the order they are written. */
function groupedScope(body: Body, rows: Scope): { scope: Scope; keys: string[] } {
  const { keys, pick } = groupingOf(body)
  if (pick && pick.left.column !== '*') {
    const by = columnRef(rows, pick.left.column).sql
    return {
      scope: { ...rows, pick: { function: pick.left.aggregate === 'max' ? 'arg_max' : 'arg_min', by } },
      keys: [],
    }
  }
  if (!keys) return { scope: rows, keys: [] }
  const written = keys.map((key) => ({ key, sql: expressionSql(key, rows).sql }))
  const dependent = dependentColumns(body, keys, rows.setting).map((column) => columnRef(rows, column).sql)
  const all = [...new Set([...written.map(({ sql }) => sql), ...dependent])]
  const time = written.filter(({ key }) => isTime(key, rows))
  const order = (time.length > 0 ? time : written).slice(0, 1)
  const window = {
    partition: written.filter((key) => !order.includes(key)).map(({ sql }) => sql),
    order: order.map(({ key, sql }) => minOf(calendarOrder(key, rows)) ?? sql),
  }
  return { scope: { ...rows, keys: new Set(all), window }, keys: all }
}

function isTime({ left }: Expression, scope: Scope): boolean {
  if (left.column === '*') return false
  return (left.function !== undefined && left.function !== 'bin') || columnRef(scope, left.column).kind === 'date'
}

function minOf(sql: string | undefined): string | undefined {
  return sql === undefined ? undefined : `min(${sql})`
}

/** `*` beside groups is written out, since each column has to say which of a group's values it takes. */
function selectOutputs(select: Expression[], scope: Scope): Output[] {
  const single = scope.keys === null && scope.pick === null
  const expressions = select.flatMap((expression) =>
    isStar(expression) && !single ? starColumns(scope) : [expression],
  )
  const expanded = expressions.flatMap((expression) => (isStar(expression) ? starColumns(scope) : [expression]))
  const names = uniqueNames(expanded, scope.setting)
  return expanded.map((expression, index) => ({
    name: names[index] ?? '',
    expression,
    typed: expressionSql(expression, scope),
  }))
}

function isStar({ left }: Expression): boolean {
  return left.column === '*' && left.aggregate === undefined && left.output === undefined
}

function starColumns(scope: Scope): Expression[] {
  if (scope.outputs) return scope.outputs.map(({ name }) => ({ left: { column: '*', output: name, distinct: false } }))
  return columnItems(scope.tables, scope.setting).map((column) => ({ left: { column, distinct: false } }))
}

/** Whether SELECT is written `*`; inside a query, columns of one name in two tables need names of their own. */
function isWholeRow([only, ...more]: Expression[], scope: Scope, place: Place): boolean {
  if (scope.keys !== null || scope.pick !== null || only === undefined || more.length > 0) return false
  return isStar(only) && (place.answer === true || scope.tables.length < 2)
}

function selectList(select: Expression[], outputs: Output[], scope: Scope, place: Place): string {
  if (isWholeRow(select, scope, place)) return '*'
  return outputs
    .map(({ typed, name }) => withAlias(place.asText ? `CAST(${typed.sql} AS VARCHAR)` : typed.sql, name))
    .join(', ')
}

/** DISTINCT ordered by something not selected becomes GROUP BY, where the order takes each group's first value. */
function distinctKeys(body: Body, scope: Scope, outputs: Output[]): { keyword: string; keys: string[] } {
  if (!body.distinct) return { keyword: '', keys: [] }
  const shown = new Set(outputs.map(({ typed }) => typed.sql))
  const hidden = body.order.some(({ expression }) => !shown.has(expressionSql(expression, scope).sql))
  if (!hidden || body.limit?.per.length) return { keyword: 'DISTINCT ', keys: [] }
  return scope.keys || scope.pick ? { keyword: '', keys: [] } : { keyword: '', keys: [...shown] }
}

function filterClauses(
  body: Body,
  scope: Scope,
  place: Place,
): { where: string[]; having: string[]; qualify: string[] } {
  const rows = inRows(scope)
  const where = body.where ? [whereSql(body.where, rows)] : []
  const [tested] = body.select
  if (place.notNull && tested && !isAggregate(tested) && !isStar(tested)) {
    const { sql, column } = expressionSql(tested, rows)
    if (column?.nullShare !== 0) where.push(`${sql} IS NOT NULL`)
  }
  if (!body.having) return { where: joined('WHERE', where), having: [], qualify: [] }
  if (scope.keys === null && !scope.pick) {
    return { where: joined('WHERE', [...where, whereSql(body.having, rows)]), having: [], qualify: [] }
  }
  const wrapped = body.having.conditions.some(({ expression }) => isWindow(expression))
  const having = conditionsSql(body.having, scope)
  return {
    where: joined('WHERE', where),
    having: wrapped ? [] : [`HAVING ${having}`],
    qualify: wrapped ? [having] : [],
  }
}

function whereSql(conditions: Conditions, rows: Scope): string {
  if (conditions.conditions.some(({ expression }) => isAggregate(expression)))
    throw new CompileError('type', 'WHERE tests single rows')
  return conditionsSql(conditions, rows)
}

function joined(clause: string, conditions: string[]): string[] {
  if (conditions.length === 0) return []
  const parts = conditions.length > 1 ? conditions.map((sql) => (/ OR /.test(sql) ? `(${sql})` : sql)) : conditions
  return [`${clause} ${parts.join(' AND ')}`]
}

function limitClauses(body: Body, scope: Scope): { qualify: string[]; limit: string[] } {
  if (!body.limit) return { qualify: [], limit: [] }
  const { count, per } = body.limit
  const text =
    count.kind === 'span'
      ? spanText(scope.setting.links, count.first, count.last)
      : count.kind === 'constant'
        ? count.text
        : ''
  const number = parseNumber(text)
  if (number === null || number < 1 || !Number.isInteger(number))
    throw new CompileError('value', `"${text}" is no number of rows`)
  if (per.length === 0) return { qualify: [], limit: [`LIMIT ${number}`] }
  const partition = per.map((expression) => expressionSql(expression, scope).sql).join(', ')
  const order = body.order.map((key) => orderKey(key, scope, [])).join(', ')
  const over = `PARTITION BY ${partition}${order ? ` ORDER BY ${order}` : ''}`
  return { qualify: [`row_number() OVER (${over}) <= ${number}`], limit: [] }
}

function orderClause(body: Body, scope: Scope, outputs: Output[], place: Place): string[] {
  const per = (body.limit?.per ?? []).map((expression) => ({ expression, descending: false }))
  const written = [...per, ...body.order]
  const keys = written.length > 0 ? written : place.answer ? groupOrder(body, scope) : []
  const texts = [...new Set(keys.map((key) => orderKey(key, scope, outputs)))]
  return texts.length > 0 ? [`ORDER BY ${texts.join(', ')}`] : []
}

/** Groups by time are read in time's order, others by their first measure, largest first, when no order is asked for: the same question then gives the same rows in the same order. */
function groupOrder(body: Body, scope: Scope): Body['order'] {
  const keys = groupingOf(body).keys ?? []
  if (scope.keys === null || keys.length === 0) return []
  const ascending = (expression: Expression) => ({ expression, descending: false })
  const time = keys.find((expression) => isTime(expression, scope) || expression.left.function === 'bin')
  const shown = keys.filter((key) => body.select.some((one) => isSame(one, key)))
  if (time) return [time, ...shown.filter((key) => key !== time)].map(ascending)
  const measure = body.select.find(isAggregate)
  return measure ? [{ expression: measure, descending: true }, ...shown.map(ascending)] : []
}

function isSame(one: Expression, other: Expression): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function orderKey({ expression, descending }: Body['order'][number], scope: Scope, outputs: Output[]): string {
  const direction = descending ? ' DESC' : ''
  const calendar = isAggregate(expression) ? undefined : calendarOrder(expression, inRows(scope))
  if (calendar) return `${scope.keys ? `min(${calendar})` : calendar}${direction} NULLS LAST`
  const typed = expressionSql(expression, scope)
  const output = outputs.find((candidate) => candidate.typed.sql === typed.sql)
  const sql = output ? shownName(output) : hiddenKey(expression, typed.sql, descending, scope)
  const nulls = typed.column?.nullShare === 0 || expression.left.aggregate === 'count' ? '' : ' NULLS LAST'
  return `${sql}${direction}${nulls}`
}

/** A selected expression is ordered by under the name that AS gave it. */
function shownName({ typed, name }: Output): string {
  return withAlias(typed.sql, name) === typed.sql ? typed.sql : quoteName(name)
}

/** A column that is not grouped: groups come in the order of their first value. */
function hiddenKey(expression: Expression, sql: string, descending: boolean, scope: Scope): string {
  if (isAggregate(expression) || scope.keys === null || scope.keys.has(sql)) return sql
  return `${descending ? 'max' : 'min'}(${expressionSql(expression, inRows(scope)).sql})`
}
