import type { Catalog, Column } from '../catalog.ts'
import type { Cell, Rows } from '../database.ts'
import { type Output, originOf, outputsOf, placeOf } from '../tree/origin.ts'
import { sqlOf } from '../tree/print.ts'
import { type Expression, everyExpression, groupsOf, isAggregate, type Query } from '../tree.ts'
import { core, filteredShareOf, growthOf, isHundred, periodOf, shareOf } from '../wording/expression.ts'
import { teller } from '../wording/tell.ts'
import { capital, humanise, type Language, type Teller } from '../wording.ts'
import { numberFormat } from './format.ts'
import { knownOrder, periodNames } from './orders.ts'
import { type Grain, readTimes } from './time.ts'

export type FieldRole =
  | 'measure'
  | 'rate'
  | 'category'
  | 'ordered'
  | 'time'
  | 'name'
  | 'key'
  | 'latitude'
  | 'longitude'
  | 'text'
  | 'other'

/** One column of the result as a chart sees it. */
export interface Field {
  /** Name in the spec's data: c0, c1 …; safe whatever the column is called. */
  key: string
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

/** What is known of a result column before a role is chosen. */
export interface Trace {
  name: string
  type: string
  cells: Cell[]
  expression: Expression | undefined
  column: Column | undefined
  /** The column inside an aggregate or a period. */
  inner: Column | undefined
  aggregate: string | undefined
  grouped: boolean
  period: ReturnType<typeof periodOf>
  numeric: boolean
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

/** How a column's role is told, first that holds wins. */
export const ROLE_RULES: { name: string; role: FieldRole; why: string; holds: (trace: Trace) => boolean }[] = [
  { name: 'nothing there', role: 'other', why: 'A column without values has nothing to draw.', holds: (t) => t.cells.every((c) => c === null) },
  { name: 'nested', role: 'other', why: 'Lists and structs have no place on an axis.', holds: (t) => t.cells.some((c) => typeof c === 'object' && c !== null) },
  { name: 'latitude', role: 'latitude', why: 'The catalog knows it as one, and it is not aggregated.', holds: (t) => t.numeric && isPlace(t, 'latitude', 90) },
  { name: 'longitude', role: 'longitude', why: 'The catalog knows it as one, and it is not aggregated.', holds: (t) => t.numeric && isPlace(t, 'longitude', 180) },
  { name: 'recurring period', role: 'ordered', why: 'Months of a year and weekdays come again: they are ordered labels, not a time line.', holds: (t) => t.period?.recurring === true },
  { name: 'date', role: 'time', why: 'Dates lie on a time line.', holds: (t) => /^(DATE|TIMESTAMP)/.test(t.type) },
  { name: 'period', role: 'time', why: 'Years, and months written 2023-06, lie on a time line.', holds: (t) => t.period !== undefined && readTimes(t.cells) !== undefined },
  { name: 'stored year', role: 'time', why: 'A column of years is a time line though it holds numbers.', holds: (t) => isStoredTime(t) },
  { name: 'grouped number', role: 'ordered', why: 'A number the rows are grouped by labels the groups.', holds: (t) => t.numeric && t.grouped && t.aggregate === undefined && !isKey(t) },
  { name: 'share', role: 'rate', why: 'A share of a whole is a rate: sums of it across groups make the whole.', holds: (t) => t.numeric && t.expression !== undefined && shareOf(t.expression) !== undefined },
  {
    name: 'share by condition',
    role: 'rate',
    why: 'Rows that meet a condition per all rows are a rate.',
    holds: (t) => t.numeric && t.expression !== undefined && filteredShareOf(t.expression) !== undefined,
  },
  { name: 'growth', role: 'rate', why: 'Growth is a rate.', holds: (t) => t.numeric && t.expression !== undefined && growthOf(t.expression)?.phrase === 'growth rate' },
  { name: 'rate', role: 'rate', why: 'A column of rates stays one under average, minimum and maximum.', holds: (t) => t.numeric && t.inner?.role === 'rate' && !/^count/.test(t.aggregate ?? '') },
  { name: 'condition share', role: 'rate', why: 'An average of ones and zeros is a share.', holds: (t) => t.aggregate === 'avg' && t.numeric && isOnes(t.expression) },
  { name: 'rank', role: 'key', why: 'A rank or position repeats the order of the rows.', holds: (t) => t.expression?.kind === 'window' && /rank|row_number|ntile/.test(t.expression.name) },
  { name: 'key', role: 'key', why: 'Numbers of keys have no size.', holds: isKey },
  { name: 'number as label', role: 'ordered', why: 'The catalog knows the numbers as labels (ratings, classes).', holds: (t) => t.numeric && (t.column?.role === 'category' || t.column?.role === 'ordered') },
  { name: 'number', role: 'measure', why: 'Any other number is a size.', holds: (t) => t.numeric },
  { name: 'name', role: 'name', why: 'A name stands for its row.', holds: (t) => t.column?.role === 'name' },
  { name: 'free text', role: 'text', why: 'Sentences cannot label an axis.', holds: (t) => t.cells.some((c) => typeof c === 'string' && c.length > 80) },
  { name: 'text of months or years', role: 'time', why: 'Text that is a period in every row is a time line.', holds: (t) => t.type === 'VARCHAR' && t.column?.role === 'time' && readTimes(t.cells) !== undefined },
  { name: 'ordered words', role: 'ordered', why: 'Weekdays, sizes and brackets have an order readers expect.', holds: (t) => knownOrder(t.cells.filter((c) => c !== null).map(String)) !== undefined },
  { name: 'label', role: 'category', why: 'Any other text or truth value tells groups apart.', holds: () => true },
] // biome-ignore format: a table

function isKey(t: Trace): boolean {
  return t.column?.role === 'key' || t.column?.role === 'foreign key'
}

function isPlace(t: Trace, role: 'latitude' | 'longitude', bound: number): boolean {
  const named = t.column === undefined && new RegExp(`^${role.slice(0, 3)}(itude)?$|^lng$`, 'i').test(t.name)
  return (
    (t.column?.role === role || (named && t.aggregate === undefined)) &&
    t.cells.every((c) => Math.abs(Number(c)) <= bound)
  )
}

function isStoredTime(t: Trace): boolean {
  const years = t.cells.every((c) => c === null || /^(1[5-9]|2[01])\d\d$/.test(String(c)))
  const told = t.column?.role === 'time' || /(^|_| )year$|^年份?$/i.test(t.column?.name ?? t.name)
  return t.numeric && t.aggregate === undefined && years && told
}

function isOnes(e: Expression | undefined): boolean {
  const [of] = e?.kind === 'call' ? e.args : []
  const inner = of === undefined ? undefined : core(of)
  return inner?.kind === 'case' && inner.checks.every((check) => core(check.value).kind === 'constant')
}

function readField(key: string, trace: Trace, title: string, language: Language): Field {
  const role = ROLE_RULES.find((rule) => rule.holds(trace))?.role ?? 'other'
  const base = { key, role, recurring: trace.period?.recurring === true, ...ofNumber(trace) }
  if (role === 'time') return timeField(base, trace, title)
  if (role === 'measure' || role === 'rate' || role === 'latitude' || role === 'longitude') {
    return numberField(base, trace, title)
  }
  return labelField(base, trace, title, language)
}

type Base = Pick<Field, 'key' | 'role' | 'recurring' | 'additive' | 'aggregated' | 'share'>

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
