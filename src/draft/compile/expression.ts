import type { Column } from '../../catalog.ts'
import { isTextOfYears, textDateFormats } from '../dates.ts'
import { CompileError } from './error.ts'
import { numberText, quoteName, quoteText } from './quote.ts'
import { columnRef, type Scope, type Typed } from './scope.ts'
import type { ColumnFunction, Expression, Term } from './tree.ts'

/** An expression as SQL. Columns that are neither grouped nor aggregated take any value of their group. */
export function expressionSql(expression: Expression, scope: Scope): Typed {
  const { left, right, operator, wrap } = expression
  const plain =
    right && operator
      ? left.aggregate && !right.aggregate
        ? aggregateOf(expression, operator, right, scope)
        : arithmetic(termSql(left, scope), operator, termSql(right, scope))
      : termSql(left, scope)
  return wrap ? wrapped(wrap, expression, plain, scope) : plain
}

/** Whether any part of the expression sums up several rows. */
export function isAggregate({ left, right }: Expression): boolean {
  return left.aggregate !== undefined || right?.aggregate !== undefined
}

function termSql(term: Term, scope: Scope): Typed {
  if (term.aggregate) return aggregateSql(term, scope)
  const plain = rowTerm(term, scope)
  const typed = term.when
    ? { ...plain, sql: `CASE WHEN ${scope.setting.write.conditions(term.when, inRows(scope))} THEN ${plain.sql} END` }
    : plain
  if (scope.pick) return { ...typed, sql: `${scope.pick.function}(${typed.sql}, ${scope.pick.by})` }
  if (scope.keys === null || scope.keys.has(typed.sql)) return typed
  return { ...typed, sql: `any_value(${typed.sql})` }
}

function rowTerm({ function: name, column, output }: Term, scope: Scope): Typed {
  const made = output === undefined ? undefined : scope.outputs?.find((candidate) => candidate.name === output)
  if (made) return { ...made.typed, sql: quoteName(made.name) }
  if (column === '*') throw new CompileError('syntax', '* stands alone in SELECT or inside an aggregate')
  return name ? functionSql(name, column, scope) : columnRef(scope, column)
}

/** A column as it stands: in a group, any of its values. */
export function columnSql(column: number, scope: Scope): Typed {
  return termSql({ column, distinct: false }, scope)
}

/** The same names, seen from a single row: what stands inside an aggregate or WHERE. */
export function inRows(scope: Scope): Scope {
  return { ...scope, keys: null, pick: null }
}

function aggregateSql(term: Term, scope: Scope): Typed {
  const filter = term.when ? ` FILTER (WHERE ${scope.setting.write.conditions(term.when, inRows(scope))})` : ''
  const argument = aggregateArgument(term, scope)
  const distinct = term.distinct && argument.sql !== '*' ? 'DISTINCT ' : ''
  const sql = `${functionName(term)}(${distinct}${argument.sql})${filter}`
  const keepsKind =
    term.aggregate === 'min' || term.aggregate === 'max' || (term.aggregate === 'median' && argument.kind === 'date')
  return keepsKind ? { ...argument, sql } : { sql, kind: 'number' }
}

/** `sum price mul quantity`: an aggregate before a plain column is one of the whole, since a column beside it has no value of its own. */
function aggregateOf({ left }: Expression, operator: keyof typeof SIGNS, right: Term, scope: Scope): Typed {
  if (left.column === '*') throw new CompileError('type', '* is no number')
  const { aggregate: _, when, ...first } = left
  const { when: after, ...second } = right
  const rows = inRows(scope)
  const argument = arithmetic(termSql({ ...first, distinct: false }, rows), operator, termSql(second, rows))
  const condition = when ?? after
  const filter = condition ? ` FILTER (WHERE ${scope.setting.write.conditions(condition, rows)})` : ''
  return { sql: `${functionName(left)}(${left.distinct ? 'DISTINCT ' : ''}${argument.sql})${filter}`, kind: 'number' }
}

function functionName({ aggregate }: Term): string {
  return aggregate === 'stddev' ? 'stddev_samp' : (aggregate ?? '')
}

function aggregateArgument(term: Term, scope: Scope): Typed {
  if (term.column === '*') {
    if (term.aggregate === 'count') return { sql: '*', kind: 'number' }
    return measureOf(term, scope)
  }
  const column = columnRef(scope, term.column)
  const adds =
    term.aggregate === 'sum' || term.aggregate === 'avg' || term.aggregate === 'median' || term.aggregate === 'stddev'
  if (!adds || column.kind === 'number' || (column.kind === 'date' && term.aggregate === 'median')) return column
  return asNumber(column)
}

/** `avg *` over a query in FROM: its last aggregate, as in "the average number of orders a customer". */
function measureOf(term: Term, scope: Scope): Typed {
  const outputs = scope.outputs ?? []
  const output = outputs.findLast(({ expression, typed }) => isAggregate(expression) && typed.kind === 'number')
  if (!output) throw new CompileError('type', `${term.aggregate} of * needs a query in FROM that aggregates`)
  return { ...output.typed, sql: quoteName(output.name) }
}

/** A column as a number: text is read, yes/no counts 1 and 0. */
export function asNumber(typed: Typed): Typed {
  if (typed.kind === 'number') return typed
  if (typed.kind === 'text') return { ...typed, sql: `try_cast(${typed.sql} AS DOUBLE)`, kind: 'number' }
  if (typed.kind === 'bool') return { ...typed, sql: `CAST(${typed.sql} AS INTEGER)`, kind: 'number' }
  throw new CompileError('type', `${typed.sql} is no number`)
}

/** A column as a date or timestamp: text is read as the catalog's values are written. */
export function asDate(typed: Typed): Typed {
  if (typed.kind === 'date' && !isTimeOfDay(typed.column)) return typed
  if (typed.kind !== 'text') throw new CompileError('type', `${typed.sql} is no date`)
  const formats = typed.column ? (textDateFormats(typed.column) ?? []) : []
  const list = formats.length === 1 ? quoteText(formats[0] ?? '') : `[${formats.map(quoteText).join(', ')}]`
  const sql = formats.length > 0 ? `try_strptime(${typed.sql}, ${list})` : `try_cast(${typed.sql} AS TIMESTAMP)`
  return { ...typed, sql, kind: 'date' }
}

export function isTimeOfDay(column: Column | undefined): boolean {
  return /^TIME(?!STAMP)/.test(column?.type ?? '')
}

/** Start of the period as a DATE; `hour` keeps its time. */
const DATE_SQL: Record<Exclude<ColumnFunction, 'bin'>, (date: string) => string> = {
  year: (date) => `year(${date})`,
  quarter: (date) => `CAST(date_trunc('quarter', ${date}) AS DATE)`,
  month: (date) => `CAST(date_trunc('month', ${date}) AS DATE)`,
  week: (date) => `CAST(date_trunc('week', ${date}) AS DATE)`,
  day: (date) => `CAST(${date} AS DATE)`,
  hour: (date) => `date_trunc('hour', ${date})`,
  weekday: (date) => `dayname(${date})`,
  monthname: (date) => `monthname(${date})`,
}

function functionSql(name: ColumnFunction, index: number, scope: Scope): Typed {
  const made = scope.outputs?.find(
    ({ expression }) => expression.left.column === index && expression.left.function === name,
  )
  if (made) return { ...made.typed, sql: quoteName(made.name) }
  const column = columnRef(scope, index)
  if (name === 'bin') return { sql: binSql(asNumber(column)), kind: 'number' }
  if (name === 'year' && column.kind === 'number') return column
  if (name === 'year' && column.column && isTextOfYears(column.column))
    return { ...column, sql: `try_cast(${column.sql} AS INTEGER)`, kind: 'number' }
  if (name === 'hour' && isTimeOfDay(column.column)) return { sql: `hour(${column.sql})`, kind: 'number' }
  const sql = DATE_SQL[name](asDate(column).sql)
  return {
    sql,
    kind: name === 'year' ? 'number' : name === 'weekday' || name === 'monthname' ? 'text' : 'date',
    item: index,
  }
}

/** The number that puts weekdays and month names in calendar order. */
export function calendarOrder(expression: Expression, scope: Scope): string | undefined {
  const { function: name, column } = expression.left
  if ((name !== 'weekday' && name !== 'monthname') || column === '*') return undefined
  const date = asDate(columnRef(scope, column)).sql
  return name === 'weekday' ? `isodow(${date})` : `month(${date})`
}

/** Buckets of a histogram: 10 to 20 over the column's range, as wide as 1, 2 or 5 times a power of ten. Below 1 by a whole number and rounded, since 0.3 / 0.1 is less than 3. */
function binSql(number: Typed): string {
  const width = binWidth(number.column)
  if (width === 1) return `floor(${number.sql})`
  if (width > 1) return `floor(${number.sql} / ${numberText(width)}) * ${numberText(width)}`
  const parts = numberText(Math.round(1 / width))
  return `floor(round(${number.sql} * ${parts}, 6)) / ${parts}`
}

function binWidth(column: Column | undefined): number {
  const range = Number(column?.max) - Number(column?.min)
  if (!(range > 0) || !Number.isFinite(range)) return 1
  const rough = range / 20
  const power = 10 ** Math.floor(Math.log10(rough))
  const width = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough) ?? 10 * power
  const whole = !/DECIMAL|DOUBLE|FLOAT|REAL|VARCHAR/i.test(column?.type ?? '')
  return whole ? Math.max(1, Math.round(width)) : Number(width.toPrecision(6))
}

function holdsDates({ kind, column }: Typed): boolean {
  return kind === 'date' || (kind === 'text' && column !== undefined && textDateFormats(column) !== null)
}

const SIGNS = { '-': '-', '+': '+', '/': '/', mul: '*' } as const

function arithmetic(left: Typed, operator: keyof typeof SIGNS, right: Typed): Typed {
  if (operator === '-' && holdsDates(left) && holdsDates(right)) {
    return { sql: `date_diff('day', ${asDate(right).sql}, ${asDate(left).sql})`, kind: 'number' }
  }
  const first = asNumber(left).sql
  const second = asNumber(right).sql
  const divisor = operator === '/' ? `nullif(${second}, 0)` : second
  return { sql: `${first} ${SIGNS[operator]} ${divisor}`, kind: 'number' }
}

/** Whether SQL text is one call or name, so that `100.0 * x` needs no parentheses. */
function atom(expression: Expression, sql: string): string {
  return expression.right && (expression.right.aggregate || !expression.left.aggregate) ? `(${sql})` : sql
}

function wrapped(wrap: NonNullable<Expression['wrap']>, expression: Expression, plain: Typed, scope: Scope): Typed {
  if (!isAggregate(expression)) throw new CompileError('type', `${wrap} needs an aggregate`)
  const sql = atom(expression, asNumber(plain).sql)
  if (wrap === 'share') return { sql: `100.0 * ${sql} / nullif(${wholeOf(expression, sql, scope)}, 0)`, kind: 'number' }
  const over = `OVER (${overSql(scope)})`
  if (wrap === 'running') return { sql: `${runningFunction(expression)}(${plain.sql}) ${over}`, kind: 'number' }
  const before = `lag(${plain.sql}) ${over}`
  return { sql: `100.0 * (${plain.sql} - ${before}) / nullif(${before}, 0)`, kind: 'number' }
}

function sharesAll({ left, right }: Expression): boolean {
  return right?.aggregate !== undefined || !(left.when ?? right?.when)
}

/** Whether the expression looks at other groups, which only SELECT, QUALIFY and ORDER BY can. */
export function isWindow(expression: Expression): boolean {
  return expression.wrap !== undefined && (expression.wrap !== 'share' || sharesAll(expression))
}

/** With a condition the whole is the same aggregate over every row of the group; without one, all groups together. */
function wholeOf({ left, right, operator }: Expression, sql: string, scope: Scope): string {
  if (sharesAll({ left, ...(right && { right }) })) return `sum(${sql}) OVER ()`
  const { when: _, ...unconditional } = left
  const { when: __, ...second } = right ?? { column: '*' as const, distinct: false }
  return asNumber(expressionSql({ left: unconditional, ...(right && operator && { operator, right: second }) }, scope))
    .sql
}

function runningFunction({ left }: Expression): string {
  return left.aggregate === 'avg' || left.aggregate === 'min' || left.aggregate === 'max' ? left.aggregate : 'sum'
}

function overSql({ window }: Scope): string {
  const partition = window.partition.length > 0 ? `PARTITION BY ${window.partition.join(', ')}` : ''
  const order = window.order.length > 0 ? `ORDER BY ${window.order.join(', ')}` : ''
  return [partition, order].filter(Boolean).join(' ')
}
