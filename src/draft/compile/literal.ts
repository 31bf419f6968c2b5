import { holdsYears, type Period, parsePeriod, parseRecurring, recurringName, textDateFormats } from '../dates.ts'
import { flagValue, ground, spanText, truthOf } from '../ground.ts'
import { isPercent, parseNumber } from '../numbers.ts'
import { CompileError } from './error.ts'
import { asDate, asNumber, columnSql, isTimeOfDay } from './expression.ts'
import { numberText, quoteText } from './quote.ts'
import type { Setting, Subject, Typed } from './scope.ts'
import type { Comparison, Value } from './tree.ts'

type Literal = Extract<Value, { kind: 'span' | 'constant' }>

/** A literal's text: the question's words, or the constant's digits, "true" or "false". */
function textOf(value: Literal, setting: Setting): string {
  return value.kind === 'span' ? spanText(setting.links, value.first, value.last) : value.text
}

/** `subject operator literal` as SQL; throws CompileError with reason `value` when the words fit no reading of the column's kind. */
export function compareLiteral(side: Subject, operator: Comparison, value: Literal): string {
  const { subject, scope } = side
  const text = textOf(value, scope.setting)
  if (saysNothing(text, subject) && (operator === '=' || operator === '!='))
    return `${subject.sql} IS ${operator === '=' ? '' : 'NOT '}NULL`
  const calendar = compareCalendar(side, operator, text)
  if (calendar) return calendar
  if (subject.kind === 'number') return compareNumber(subject, operator, text, scope.setting)
  if (subject.kind === 'bool') return compareTruth(subject, operator, text)
  if (subject.kind === 'date') return compareDate(subject, operator, text, scope.setting)
  return compareText(subject, operator, value, scope.setting)
}

/** "commission is not null", "with no rating": the absence of a value, unless a text column stores that very word. */
function saysNothing(text: string, { kind, column }: Typed): boolean {
  if (!/^(null|none|missing|empty|blank|nothing)$/i.test(text)) return false
  return kind !== 'text' || !column?.values.some((value) => value.toLowerCase() === text.toLowerCase())
}

/** Between two literals, both ends included; the ends may come in either order. */
export function compareRange(side: Subject, low: Literal, high: Literal): string {
  const { subject, scope } = side
  const texts = [textOf(low, scope.setting), textOf(high, scope.setting)] as const
  const numbers = texts.map((text) => parseNumber(text)).filter((number) => number !== null)
  const isNumber = subject.kind === 'number' || (subject.kind === 'text' && numbers.length === 2 && !dates(subject))
  if (isNumber && numbers.length === 2) {
    const [first, last] = numbers.sort((left, right) => left - right).map(numberText)
    return `${asNumber(subject).sql} BETWEEN ${first} AND ${last}`
  }
  const periods = texts.map((text) => parsePeriod(text, scope.setting.today)).filter((period) => period !== null)
  const dated = subject.kind === 'date' || dates(subject) || side.expression.left.function !== undefined
  if (dated && periods.length === 2) {
    const [first, last] = periods.sort((left, right) => (left.start < right.start ? -1 : 1)) as [Period, Period]
    const date = dateOf(side)
    return [`${date} >= ${dateText(first.start)}`, ...(last.end ? [`${date} < ${dateText(last.end)}`] : [])].join(
      ' AND ',
    )
  }
  return `${compareLiteral(side, '>=', low)} AND ${compareLiteral(side, '<=', high)}`
}

function dates(typed: Typed): boolean {
  return typed.column !== undefined && textDateFormats(typed.column) !== null
}

/** The date column under the subject: periods are compared with it, not with a bucket made of it. */
function dateOf({ expression, subject, scope }: Subject): string {
  const { function: name, column } = expression.left
  return asDate(name !== undefined && column !== '*' ? columnSql(column, scope) : subject).sql
}

/** `month = March`, `year > 2014`, `weekday = monday`: the recurring number first, then a whole period. */
function compareCalendar(side: Subject, operator: Comparison, text: string): string | undefined {
  const { expression, subject, scope } = side
  const { function: name, column } = expression.left
  if (name === undefined || name === 'bin' || column === '*' || expression.right) return undefined
  const source = columnSql(column, scope)
  if (source.kind === 'number') return undefined
  if (isTimeOfDay(source.column)) return compareNumber({ ...subject, kind: 'number' }, operator, text, scope.setting)
  if (name === 'year') {
    const year = parseNumber(text)
    if (year !== null) return `${subject.sql} ${operator} ${numberText(year)}`
  } else {
    const unit = name === 'monthname' ? 'month' : name
    const number = parseRecurring(unit, text)
    if (number !== null) return compareRecurring(unit, asDate(source).sql, operator, number)
  }
  const period = parsePeriod(text, scope.setting.today)
  if (!period) throw new CompileError('value', `"${text}" names no ${name}`)
  return comparePeriod(asDate(source).sql, operator, period)
}

function compareRecurring(
  unit: 'month' | 'weekday' | 'quarter' | 'hour' | 'day' | 'week',
  date: string,
  operator: Comparison,
  number: number,
): string {
  if ((unit === 'month' || unit === 'weekday') && (operator === '=' || operator === '!=') && number > 0) {
    return `${unit === 'month' ? 'monthname' : 'dayname'}(${date}) ${operator} ${quoteText(recurringName(unit, number))}`
  }
  return `${unit === 'weekday' ? 'isodow' : unit}(${date}) ${operator} ${number}`
}

function compareNumber(subject: Typed, operator: Comparison, text: string, setting: Setting): string {
  const number = parseNumber(text)
  if (number !== null)
    return `${subject.sql} ${operator} ${numberText(isPercent(text) && isRatio(subject) ? number / 100 : number)}`
  const period = subject.column && holdsYears(subject.column) ? parsePeriod(text, setting.today) : null
  if (period) return compareYears(subject.sql, operator, period)
  const month = Number(subject.column?.max) <= 12 ? parseRecurring('month', text) : null
  if (month !== null) return `${subject.sql} ${operator} ${month}`
  const truth = truthOf(text)
  if (truth !== null && Number(subject.column?.max ?? 1) <= 1) return `${subject.sql} ${operator} ${truth ? 1 : 0}`
  throw new CompileError('value', `"${text}" is no number`)
}

/** Shares stored as 0 to 1, so that "15 %" is 0.15. */
function isRatio({ column }: Typed): boolean {
  return column !== undefined && column.max !== undefined && Number(column.max) <= 1
}

function compareYears(sql: string, operator: Comparison, { start, end }: Period): string {
  const first = Number(start.slice(0, 4))
  const last = end === null ? null : Number(end.slice(0, 4)) - (end.slice(5) === '01-01' ? 1 : 0)
  if (last === first) return `${sql} ${operator} ${first}`
  if (operator === '=') return last === null ? `${sql} >= ${first}` : `${sql} BETWEEN ${first} AND ${last}`
  if (operator === '!=') return last === null ? `${sql} < ${first}` : `${sql} NOT BETWEEN ${first} AND ${last}`
  return `${sql} ${operator} ${operator === '>' || operator === '<=' ? (last ?? first) : first}`
}

function compareTruth(subject: Typed, operator: Comparison, text: string): string {
  const named = subject.column?.name.toLowerCase().includes(text.toLowerCase().replace(/\s+/g, '_')) ? true : null
  const truth = truthOf(text) ?? named
  if (truth === null || (operator !== '=' && operator !== '!='))
    throw new CompileError('value', `"${text}" is neither yes nor no`)
  return `${subject.sql} = ${operator === '=' ? truth : !truth}`
}

function compareDate(subject: Typed, operator: Comparison, text: string, setting: Setting): string {
  if (isTimeOfDay(subject.column)) return compareTime(subject, operator, text)
  // "sales in March" without a year means every March; "since March" means the latest.
  const month = operator === '=' || operator === '!=' ? bareMonth(text) : null
  if (month !== null) return compareRecurring('month', subject.sql, operator, month)
  const period = parsePeriod(text, setting.today)
  if (!period) throw new CompileError('value', `"${text}" names no date`)
  return comparePeriod(subject.sql, operator, period)
}

function bareMonth(text: string): number | null {
  return /\d/.test(text) ? null : parseRecurring('month', text)
}

function compareTime(subject: Typed, operator: Comparison, text: string): string {
  const time = /^(\d{1,2}) ?(?:: ?(\d\d))?(?: ?: ?(\d\d))? ?(am|pm)?$/i.exec(text)
  if (!time) throw new CompileError('value', `"${text}" is no time of day`)
  const hour = (Number(time[1]) % (time[4] ? 12 : 24)) + (time[4]?.toLowerCase() === 'pm' ? 12 : 0)
  return `${subject.sql} ${operator} TIME '${String(hour).padStart(2, '0')}:${time[2] ?? '00'}:${time[3] ?? '00'}'`
}

/** A date against a whole period: after means after its end, before means before its start. */
function comparePeriod(date: string, operator: Comparison, { start, end }: Period): string {
  const from = dateText(start)
  const until = end === null ? null : dateText(end)
  if (operator === '<' || operator === '>=') return `${date} ${operator} ${from}`
  if (operator === '=') return until === null ? `${date} >= ${from}` : `${date} >= ${from} AND ${date} < ${until}`
  if (operator === '!=') return until === null ? `${date} < ${from}` : `(${date} < ${from} OR ${date} >= ${until})`
  if (until === null) return `${date} ${operator} ${from}`
  return operator === '>' ? `${date} >= ${until}` : `${date} < ${until}`
}

function dateText(text: string): string {
  return text.length > 10 ? `TIMESTAMP '${text}'` : `DATE '${text}'`
}

function compareText(subject: Typed, operator: Comparison, value: Literal, setting: Setting): string {
  const text = textOf(value, setting)
  if (operator === '=' || operator === '!=') {
    const stored = value.kind === 'span' ? storedText(subject, value, setting) : storedConstant(subject, value.text)
    if (stored.length > 0) return equalsStored(subject.sql, operator, stored)
  }
  const period = dates(subject) ? parsePeriod(text, setting.today) : null
  if (period) return comparePeriod(asDate(subject).sql, operator, period)
  const isPart = value.kind === 'span' && (operator === '=' || operator === '!=') && mayBePart(subject, text)
  if (isPart) return containing(subject.sql, text, operator === '!=')
  const number = operator === '=' || operator === '!=' || subject.kind !== 'text' ? null : parseNumber(text)
  if (number !== null) return `${asNumber(subject).sql} ${operator} ${numberText(number)}`
  const sql = subject.kind === 'text' ? subject.sql : `CAST(${subject.sql} AS VARCHAR)`
  return `lower(${sql}) ${operator} ${quoteText(text.toLowerCase())}`
}

/** Whether longer values hold the text as words of theirs ("Salford" in "Salford 011B"), or may, where not all are known. */
function mayBePart({ kind, column }: Typed, text: string): boolean {
  if (kind !== 'text' || column === undefined || column.values.length === 0 || text.length < 3) return false
  const words = ` ${text.toLowerCase()}`
  return (
    column.values.length < column.distinct || column.values.some((value) => ` ${value.toLowerCase()}`.includes(words))
  )
}

/** Case carries no meaning; signs of a pattern are signs of the text. */
export function containing(sql: string, text: string, not: boolean, around = ['%', '%']): string {
  const escaped = text.replace(/[\\%_]/g, '\\$&')
  const escapeClause = escaped === text ? '' : " ESCAPE '\\'"
  return `${sql} ${not ? 'NOT ' : ''}ILIKE ${quoteText(around.join(escaped))}${escapeClause}`
}

function equalsStored(sql: string, operator: '=' | '!=', values: string[]): string {
  if (values.length === 1) return `${sql} ${operator} ${quoteText(values[0] ?? '')}`
  return `${sql} ${operator === '=' ? 'IN' : 'NOT IN'} (${values.map(quoteText).join(', ')})`
}

function storedText(subject: Typed, { first, last }: { first: number; last: number }, setting: Setting): string[] {
  if (subject.item === undefined || subject.kind !== 'text') return []
  const found = ground({ first, last, item: subject.item }, setting.catalog, setting.links)
  if (!found) return []
  const words = spanText(setting.links, first, last)
  const changed = found.values.find((value) => value !== words)
  if (changed !== undefined)
    setting.linked.push({ words, value: changed, column: subject.column?.name ?? '', how: found.how })
  return found.values
}

/** The stored spelling of yes or no; other constants are numbers written in text. */
function storedConstant({ column }: Typed, text: string): string[] {
  if (!column) return [text]
  const flags = flagValue(text, column.values.length > 0 ? column.values : column.frequent.map(({ value }) => value))
  return flags.length > 0 ? flags : [text]
}
