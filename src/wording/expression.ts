import type { Column } from '../catalog.ts'
import { originOf, placeOf, type Scope } from '../tree/origin.ts'
import { MOMENTS } from '../tree/parts.ts'
import { type Call, type Expression, everyExpression, type Window } from '../tree.ts'
import { dateText, humanise, nameOf, numberText, pluralOf, rowsOf, type Teller } from '../wording.ts'
import { binOf, core, filteredShareOf, growthOf, periodOf, shareOf } from './patterns.ts'
import { type PhraseName, say } from './phrases.ts'

/** A noun phrase for an expression: "average price", "month of order date". */
export function describeExpression(expression: Expression, scope: Scope, tell: Teller): string {
  const e = core(expression)
  switch (e.kind) {
    case 'column':
      return describeColumn(e.names, e, scope, tell)
    case 'constant':
      return describeConstant(e.value, tell)
    case 'call':
      return describeCall(e, scope, tell)
    case 'window':
      return describeWindow(e, scope, tell)
    case 'case':
      return describeCase(e, scope, tell)
    case 'nested':
      return e.how === 'scalar' ? tell.query(e.query) : say(tell.language, 'something')
    case 'star':
      return say(tell.language, 'count plain')
    case 'unknown':
      return say(tell.language, 'something')
    default:
      return tell.condition(e, scope)
  }
}

function describeColumn(names: string[], e: Expression, scope: Scope, tell: Teller): string {
  const name = names.at(-1) ?? ''
  if (names.length === 1 && MOMENTS.has(name.toLowerCase())) return say(tell.language, 'today')
  const origin = originOf(e, scope)
  if (origin !== undefined) return nameInScope(origin.column, origin.table.name, scope)
  const placed = placeOf(e, scope)
  return placed.expression === e ? humanise(name) : describeExpression(placed.expression, placed.scope, tell)
}

/** A column's name, with its table's before it when another table in scope has a column of that name. */
function nameInScope(column: Column, table: string, scope: Scope): string {
  const name = nameOf(column)
  const others = scope.leaves.filter((leaf) => leaf.table?.columns.some((other) => nameOf(other) === name))
  const owner = scope.leaves.find((leaf) => leaf.table?.name === table)?.table
  const prefix = owner === undefined ? '' : singularName(nameOf(owner))
  return others.length > 1 && prefix !== '' && !name.startsWith(prefix) ? `${prefix} ${name}` : name
}

function singularName(name: string): string {
  return /[^su]s$/.test(name) && !/ies$/.test(name) ? name.slice(0, -1) : name.replace(/ies$/, 'y')
}

function describeConstant(value: string | number | boolean | null, { language }: Teller): string {
  if (value === null) return say(language, 'missing')
  if (typeof value === 'number')
    return Number.isInteger(value) && value > 999 && value < 2200 ? String(value) : numberText(value, 6)
  if (typeof value === 'boolean') return String(value)
  if (/^\d{4}-\d\d-\d\d([T ]|$)/.test(value)) return dateText(value, language)
  return language === 'zh' ? `「${value}」` : `“${value}”`
}

const AGGREGATE_PHRASES: Record<string, PhraseName> = {
  sum: 'sum',
  avg: 'avg',
  mean: 'avg',
  min: 'min',
  max: 'max',
  median: 'median',
  mode: 'mode',
  stddev: 'stddev',
  stddev_samp: 'stddev',
  stddev_pop: 'stddev',
  variance: 'variance',
  var_samp: 'variance',
  var_pop: 'variance',
  quantile: 'quantile',
  quantile_cont: 'quantile',
  quantile_disc: 'quantile',
  string_agg: 'list',
  group_concat: 'list',
  listagg: 'list',
  list: 'list',
  array_agg: 'list',
}

function describeCall(e: Call, scope: Scope, tell: Teller): string {
  const phrase = describeUnfiltered(e, scope, tell)
  return e.filter === undefined ? phrase : say(tell.language, 'filtered', phrase, tell.condition(e.filter, scope))
}

function describeUnfiltered(e: Call, scope: Scope, tell: Teller): string {
  const [first, second] = e.args
  const { language } = tell
  const inner = (part: Expression | undefined) => (part === undefined ? '' : describeExpression(part, scope, tell))
  if (e.name === 'count_star' || e.name === 'count') return describeCount(e, scope, tell)
  const period = periodOf(e)
  if (period !== undefined) return say(language, 'period', say(language, period.phrase), inner(period.of))
  const aggregate = AGGREGATE_PHRASES[e.name]
  if (aggregate !== undefined && first !== undefined) {
    const share = aggregate === 'avg' ? conditionShare(first, scope, tell) : undefined
    return share ?? say(language, byKind(aggregate, first, scope), inner(first))
  }
  if (/^(arg_?max|max_by)$/.test(e.name)) return say(language, 'arg max', inner(first), inner(second))
  if (/^(arg_?min|min_by)$/.test(e.name)) return say(language, 'arg min', inner(first), inner(second))
  if (e.name === 'approx_count_distinct') return say(language, 'count different', inner(first))
  if (e.name === 'coalesce' || e.name === 'ifnull')
    return say(language, 'coalesced', inner(first), inner(e.args.at(-1)))
  const bin = binOf(e)
  if (bin !== undefined) return say(language, 'steps', inner(bin.of), bin.width)
  if (e.operator) return describeArithmetic(e, scope, tell)
  if (e.name === 'strftime') return inner(first)
  if (e.name === 'date_diff' && first?.kind === 'constant')
    return say(language, 'days', inner(second), inner(e.args[2]), String(first.value))
  if (e.args.length === 0) return say(language, 'something')
  return say(language, 'function', humanise(e.name), inner(e.args.find((arg) => arg.kind !== 'constant') ?? first))
}

function byKind(name: PhraseName, of: Expression, scope: Scope): PhraseName {
  if (name !== 'min' && name !== 'max') return name
  const kind = originOf(of, scope)?.column.kind
  return kind === 'date' ? `${name} date` : kind === 'text' ? `${name} text` : name
}

function describeCount(e: Call, scope: Scope, tell: Teller): string {
  const [of] = e.args
  const { language } = tell
  const counted = countedTable(scope)
  const rows = counted === undefined ? undefined : rowsOf(counted, language)
  if (of === undefined || of.kind === 'constant') {
    return rows === undefined ? say(language, 'count plain') : say(language, 'count rows', rows)
  }
  const origin = originOf(of, scope)
  const isKey = origin?.column.role === 'key' || origin?.table.primaryKey.join() === origin?.column.name
  if (origin !== undefined && isKey) return say(language, 'count rows', rowsOf(origin.table, language))
  const what = describeExpression(of, scope, tell)
  if (e.distinct) return say(language, 'count different', language === 'zh' ? what : pluralOf(what))
  if (origin !== undefined && origin.column.nullShare === 0 && rows !== undefined)
    return say(language, 'count rows', rows)
  return say(language, 'count with', what, rows ?? say(language, 'count plain'))
}

/** The table whose rows `count(*)` counts: of joined tables the one that refers to the others. */
export function countedTable(scope: Scope) {
  const tables = scope.leaves.map((leaf) => leaf.table)
  if (tables.some((table) => table === undefined)) return undefined
  return tables.length === 1 ? tables[0] : tables.toSorted((a, b) => (b?.rows ?? 0) - (a?.rows ?? 0))[0]
}

/** avg(CASE WHEN c THEN 1 ELSE 0 END) is the share of rows where c. */
function conditionShare(of: Expression, scope: Scope, tell: Teller): string | undefined {
  const inner = core(of)
  const [check, more] = inner.kind === 'case' ? inner.checks : []
  if (check === undefined || more !== undefined || core(check.value).kind !== 'constant') return undefined
  const counted = countedTable(scope)
  const rows = counted === undefined ? say(tell.language, 'count plain') : rowsOf(counted, tell.language)
  return say(tell.language, 'condition share', rows, tell.condition(check.when, scope))
}

const ARITHMETIC: Record<string, PhraseName> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided',
  '//': 'divided',
  '||': 'together',
}

function describeArithmetic(e: Call, scope: Scope, tell: Teller): string {
  const [first, second] = e.args
  const inner = (part: Expression) => describeExpression(part, scope, tell)
  if (first === undefined) return say(tell.language, 'something')
  if (second === undefined) return say(tell.language, 'negative', inner(first))
  const part = filteredShareOf(e)
  if (part !== undefined) {
    const counted = describeUnfiltered(part.whole, scope, tell).replace(/^number of /, '')
    return say(
      tell.language,
      part.percent ? 'condition percentage' : 'condition share',
      counted,
      tell.condition(part.where, scope),
    )
  }
  const special = shareOf(e) ?? growthOf(e)
  if (special !== undefined) return say(tell.language, special.phrase, inner(special.of))
  const phrase = ARITHMETIC[e.name]
  if (phrase === undefined) return say(tell.language, 'something')
  return say(tell.language, phrase, inner(first), inner(second))
}

function describeWindow(e: Window, scope: Scope, tell: Teller): string {
  const { language } = tell
  const inner = (part: Expression) => describeExpression(part, scope, tell)
  const by = e.order[0] === undefined ? '' : inner(e.order[0].by)
  const [first] = e.args
  const of = first === undefined ? '' : inner(first)
  const phrase = describeWindowCall(e, scope, { of, by }, tell)
  const within = e.partitions.map(inner)
  return within.length === 0 ? phrase : say(language, 'within each', phrase, within.join(', '))
}

function describeWindowCall(e: Window, scope: Scope, { of, by }: { of: string; by: string }, tell: Teller): string {
  const { language } = tell
  if (/rank|percent_rank|cume_dist|ntile/.test(e.name)) return say(language, 'rank', by)
  if (e.name === 'row_number') return say(language, 'position', by)
  if (e.name === 'lag') return say(language, 'before', of)
  if (e.name === 'lead') return say(language, 'after', of)
  if (e.name === 'first_value') return say(language, 'first of', of)
  if (e.name === 'last_value') return say(language, 'last of', of)
  const [first] = e.args
  const nested =
    first !== undefined &&
    core(first).kind === 'call' &&
    e.name === 'sum' &&
    /^(count|sum)/.test((core(first) as Call).name)
  const call: Call = {
    kind: 'call',
    name: e.name,
    args: e.args,
    distinct: false,
    operator: false,
    filter: undefined,
    order: [],
  }
  const what = nested ? of : describeCall(call, scope, tell)
  if (e.startBy?.kind === 'constant') return say(language, 'moving', what, Number(e.startBy.value) + 1)
  if (e.order.length > 0) return say(language, 'running', what)
  return e.partitions.length > 0 ? what : say(language, 'over all', what)
}

function describeCase(e: Extract<Expression, { kind: 'case' }>, scope: Scope, tell: Teller): string {
  const [check, more] = e.checks
  if (check !== undefined && more === undefined && e.otherwise === undefined) {
    return say(
      tell.language,
      'filtered',
      describeExpression(check.value, scope, tell),
      tell.condition(check.when, scope),
    )
  }
  const column = check === undefined ? undefined : everyExpression(check.when).find((part) => part.kind === 'column')
  if (column === undefined) return say(tell.language, 'something')
  return say(tell.language, 'category', describeExpression(column, scope, tell))
}
