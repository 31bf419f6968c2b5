import { holdsYears, isTextOfYears, textDateFormats } from '../draft/dates.ts'
import type { Origin } from '../tree/origin.ts'
import type { Expression } from '../tree.ts'
import type { Aggregate, Grain, Operator, Value } from './edits.ts'

/** A literal. */
export function constant(value: Value): Expression {
  return { kind: 'constant', value, type: typeof value }
}

function call(name: string, ...args: Expression[]): Expression {
  return { kind: 'call', name, args, distinct: false, operator: false, filter: undefined, order: [] }
}

const CALLS: Record<Aggregate, string> = {
  count: 'count', distinct: 'count', sum: 'sum', average: 'avg', min: 'min', max: 'max', median: 'median', deviation: 'stddev_samp',
} // biome-ignore format: a table

const NAMES: Record<Aggregate, string> = {
  count: 'count', distinct: 'count', sum: 'total', average: 'average', min: 'lowest', max: 'highest', median: 'median', deviation: 'deviation',
} // biome-ignore format: a table

/** An aggregate over an expression, or over rows when it is absent. */
export function aggregateSql(aggregate: Aggregate, part: Expression | undefined): Expression {
  if (part === undefined) return call('count_star')
  return { ...call(CALLS[aggregate], part), distinct: aggregate === 'distinct' } as Expression
}

/** What an aggregate's column is called: `total_price`; a count of rows is `count`. */
export function aggregateName(aggregate: Aggregate, column: Origin | undefined): string {
  return column === undefined ? NAMES[aggregate] : `${NAMES[aggregate]}_${column.column.name}`
}

/** The start of the period that a date lies in, or its recurring part; numbers and text that hold years are years already. */
export function grainSql(grain: Grain, origin: Origin, part: Expression): Expression {
  if (holdsYears(origin.column)) return part
  if (isTextOfYears(origin.column)) return { kind: 'cast', part, to: 'INTEGER', lenient: true }
  const date = origin.column.kind === 'text' ? textAsDate(origin, part) : part
  if (grain === 'year') return call('year', date)
  if (grain === 'weekday') return call('dayname', date)
  if (grain === 'month of year') return call('monthname', date)
  if (grain === 'day') return { kind: 'cast', part: date, to: 'DATE', lenient: false }
  const truncated = call('date_trunc', constant(grain), date)
  return grain === 'hour' ? truncated : { kind: 'cast', part: truncated, to: 'DATE', lenient: false }
}

/** What puts recurring periods in calendar order; undefined for periods that sort as they are. */
export function calendarSql(grain: Grain, origin: Origin, part: Expression): Expression | undefined {
  const date = origin.column.kind === 'text' ? textAsDate(origin, part) : part
  if (grain === 'weekday') return call('isodow', date)
  return grain === 'month of year' ? call('month', date) : undefined
}

const OPS = { above: '>', 'at least': '>=', below: '<', 'at most': '<=' } as const

/** A condition; several values of `is` are a list. */
export function conditionSql(part: Expression, operator: Operator, values: Value[]): Expression {
  const [first = '', second = ''] = values
  switch (operator) {
    case 'missing':
    case 'present':
      return { kind: 'null', part, negated: operator === 'present' }
    case 'contains':
      return { ...call('~~*', part, constant(`%${first}%`)), operator: true } as Expression
    case 'between':
      return { kind: 'between', part, low: constant(first), high: constant(second) }
    case 'is':
    case 'is not':
      if (values.length > 1) return { kind: 'in', part, list: values.map(constant), negated: operator === 'is not' }
      return { kind: 'compare', op: operator === 'is' ? '=' : '<>', left: part, right: constant(first) }
    default:
      return { kind: 'compare', op: OPS[operator], left: part, right: constant(first) }
  }
}

/** Conditions that all hold; undefined for none. */
export function allOf(conditions: Expression[]): Expression | undefined {
  const [only] = conditions
  return conditions.length < 2 ? only : { kind: 'logic', op: 'and', parts: conditions }
}

/** Text read as the dates it holds. */
export function textAsDate({ column }: Origin, part: Expression): Expression {
  const [format, ...more] = textDateFormats(column) ?? []
  if (format === undefined || more.length > 0) return { kind: 'cast', part, to: 'TIMESTAMP', lenient: true }
  const args = [part, constant(format)]
  return { kind: 'call', name: 'try_strptime', args, distinct: false, operator: false, filter: undefined, order: [] }
}
