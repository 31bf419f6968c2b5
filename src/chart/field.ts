import type { Catalog } from '../catalog.ts'
import type { Cell, Rows } from '../database.ts'
import { type Output, originOf, outputsOf, placeOf } from '../tree/origin.ts'
import { sqlOf } from '../tree/print.ts'
import { everyExpression, groupsOf, isAggregate, type Query } from '../tree.ts'
import { core, isHundred, periodOf, shareOf } from '../wording/patterns.ts'
import { teller } from '../wording/tell.ts'
import { capital, humanise, type Language, type Teller } from '../wording.ts'
import { numberFormat } from './format.ts'
import { knownOrder, periodNames } from './orders.ts'
import { type FieldRole, ROLE_RULES, type Trace } from './role.ts'
import { type Grain, readTimes } from './time.ts'

/** One column of the result as a chart sees it. */
export interface Field {
  /** Name in the spec's data: c0, c1 …; safe whatever the column is called. */
  key: string
  /** Name of the stored column behind it, else of the result's column. */
  name?: string
  /** For people: "Average amount (EUR)". */
  title: string
  role: FieldRole
  /** Cells ready to draw, in row order: numbers, labels, or local date-times. */
  values: (string | number | null)[]
  grain?: Grain
  /** Month of the year, weekday: comes again. */
  recurring: boolean
  /** Labels in the order readers expect. */
  order?: string[]
  unit?: string
  /** d3 format of a number. */
  format: string
  /** Sums of its values mean something: counts and sums. */
  additive: boolean
  /** Computed over many rows. */
  aggregated: boolean
  /** Part of a whole that the other rows complete. */
  share: boolean
  /** How many different labels or numbers. */
  distinct: number
}

/** The result's columns with their roles, from the statement and the catalog; by type and values alone where those do not tell. */
export function readFields(rows: Rows, query: Query, catalog: Catalog, language: Language): Field[] {
  const outputs = outputsOf(query, catalog)
  const tell = teller(catalog, language)
  return rows.columns.map((column, i) => {
    const output = outputs.length === rows.columns.length ? outputs[i] : outputs.find((one) => one.name === column.name)
    const cells = rows.rows.map((row) => row[i] ?? null)
    const trace = readTrace(column, cells, output)
    return readField(`c${i}`, trace, titleOf(trace, output, tell), language)
  })
}

function readTrace(column: { name: string; type: string }, cells: Cell[], output: Output | undefined): Trace {
  const placed = output === undefined ? undefined : placeOf(output.expression, output.scope)
  const expression = placed === undefined ? undefined : core(placed.expression)
  const scope = placed?.scope
  const aggregates = expression === undefined ? [] : everyExpression(expression).filter(isAggregate)
  const period = expression === undefined ? undefined : periodOf(expression)
  const inside =
    period?.of ??
    aggregates[0]?.args[0] ??
    (expression === undefined ? undefined : everyExpression(expression).find((e) => e.kind === 'column'))
  const select = placed?.scope.select
  const groups = select === undefined ? [] : groupsOf(select).map(sqlOf)
  return {
    name: column.name,
    type: column.type,
    cells,
    expression,
    column: expression === undefined || scope === undefined ? undefined : originOf(expression, scope)?.column,
    inner: inside === undefined || scope === undefined ? undefined : originOf(inside, scope)?.column,
    aggregate:
      expression?.kind === 'call' && isAggregate(expression)
        ? expression.name
        : aggregates.length > 0
          ? 'mixed'
          : undefined,
    grouped: placed !== undefined && groups.length > 0 && groups.includes(sqlOf(placed.expression)),
    period,
    numeric: /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL)/.test(column.type),
  }
}

function readField(key: string, trace: Trace, title: string, language: Language): Field {
  const role = ROLE_RULES.find((rule) => rule.holds(trace))?.role ?? 'other'
  const name = trace.inner?.name ?? trace.column?.name ?? trace.name
  const base = { key, name, role, recurring: trace.period?.recurring === true, ...ofNumber(trace) }
  if (role === 'time') return timeField(base, trace, title)
  if (role === 'measure' || role === 'rate' || role === 'latitude' || role === 'longitude') {
    return numberField(base, trace, title)
  }
  return labelField(base, trace, title, language)
}

type Base = Pick<Field, 'key' | 'name' | 'role' | 'recurring' | 'additive' | 'aggregated' | 'share'>

function ofNumber(trace: Trace) {
  const name = trace.aggregate ?? ''
  return {
    additive: /^(count|count_star|sum|count_if)$/.test(name),
    aggregated: trace.aggregate !== undefined,
    share: trace.expression !== undefined && shareOf(trace.expression) !== undefined,
  }
}

function timeField(base: Base, trace: Trace, title: string): Field {
  const read = readTimes(trace.cells)
  const told = trace.period?.phrase
  const grain =
    told === 'week' || told === 'day' || told === 'month' || told === 'quarter' || told === 'year' ? told : read?.grain
  const values = read?.times ?? trace.cells.map((cell) => (cell === null ? null : String(cell)))
  return { ...base, title, values, grain: grain ?? 'moment', format: '', distinct: new Set(values).size }
}

function numberField(base: Base, trace: Trace, title: string): Field {
  const values = trace.cells.map((cell) => (cell === null || !Number.isFinite(Number(cell)) ? null : Number(cell)))
  const counts = /^(count|approx_count)/.test(trace.aggregate ?? '')
  const unit = counts ? undefined : trace.inner?.unit
  const format = numberFormat(values, {
    rate: base.role === 'rate',
    percent: trace.expression !== undefined && everyExpression(trace.expression).some(isHundred),
    ...(unit === undefined ? {} : { unit }),
  })
  const shown =
    format.unitInTitle === undefined || title.includes(format.unitInTitle) ? title : `${title} (${format.unitInTitle})`
  return {
    ...base,
    title: shown,
    values,
    format: format.number,
    distinct: new Set(values).size,
    ...(unit === undefined ? {} : { unit }),
  }
}

function labelField(base: Base, trace: Trace, title: string, language: Language): Field {
  const numbers = trace.cells.map(Number)
  const names =
    trace.period !== undefined && trace.numeric ? periodNames(trace.period.phrase, numbers, language) : undefined
  const none = language === 'zh' ? '（空）' : '(none)'
  const values = trace.cells.map((cell, i) => (cell === null ? none : (names?.[i] ?? labelText(cell))))
  const order = base.role === 'key' || base.role === 'name' ? undefined : orderOf(trace, values)
  return {
    ...base,
    title,
    values,
    format: '',
    distinct: new Set(values).size,
    ...(order === undefined ? {} : { order }),
  }
}

function labelText(cell: Cell): string {
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  return text === '' ? '""' : text
}

function orderOf(trace: Trace, labels: string[]): string[] | undefined {
  if (!trace.numeric) return knownOrder(labels)
  const byNumber = trace.cells.map((cell, i) => ({
    number: cell === null ? Number.POSITIVE_INFINITY : Number(cell),
    label: labels[i] ?? '',
  }))
  return [...new Set(byNumber.toSorted((a, b) => a.number - b.number).map((one) => one.label))]
}

/** The words for a measure where the statement tells what it is; the alias where a person gave one and the words run long. */
function titleOf(trace: Trace, output: Output | undefined, tell: Teller): string {
  const told = output === undefined ? '' : tell.expression(output.expression, output.scope)
  const alias = output?.expression.alias
  if (alias !== undefined && /\p{Script=Han}/u.test(alias)) return alias
  const long = told.length > 40 || (trace.expression?.kind === 'case' && alias !== undefined)
  const computed = trace.expression === undefined || trace.expression.kind === 'unknown'
  if (told === '' || computed || (long && alias !== undefined)) return capital(humanise(alias ?? trace.name))
  return capital(told)
}
