import { type Period, parsePeriod } from '../draft/dates.ts'
import { Refusal } from '../refusal.ts'
import type { Origin } from '../tree/origin.ts'
import type { Expression } from '../tree.ts'
import { dateText, type Language, monthText } from '../wording.ts'
import { constant, textAsDate } from './build.ts'

/** Words that name a period by the day they are said on. */
const FROM_TODAY =
  /\b(last|past|previous|this|current|next|recent|today|yesterday|tomorrow|now|ago|ytd|mtd|qtd|to date|trailing|within)\b/i

/** The period some words name, "1996 to 1998" and "before 1997" too; `relative` when it moves with the day. Null when they name none. */
export function periodSaid(text: string, today: string): { period: Range; relative: boolean } | null {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(?:in|during|for|over|within) /, '')
  const whole = parsePeriod(words, today)
  const period = whole ?? between(words, today) ?? open(words, today)
  if (period === null) return null
  const yearless = !/\d{4}/.test(words)
  return { period, relative: FROM_TODAY.test(words) || yearless }
}

/** Half-open; null where it goes on. */
export interface Range {
  start: string | null
  end: string | null
}

function between(words: string, today: string): Range | null {
  const match =
    /^(?:from |between )?(.+?) (?:to|and|until|till|through|up to|-|–) (.+)$/.exec(words) ??
    /^(\d{4}) ?[-–] ?(\d{4})$/.exec(words)
  if (match === null) return null
  const [first, last] = [parsePeriod(match[1] ?? '', today), parsePeriod(match[2] ?? '', today)]
  return first === null || last === null ? null : { start: first.start, end: last.end }
}

function open(words: string, today: string): Range | null {
  const match = /^(before|until|till|up to|through|by|after|since|from) (?:the )?(.+)$/.exec(words)
  const period: Period | null = match === null ? null : parsePeriod(match[2] ?? '', today)
  if (match === null || period === null) return null
  if (match[1] === 'before') return { start: null, end: period.start }
  if (match[1] === 'after') return { start: period.end, end: null }
  if (match[1] === 'since' || match[1] === 'from') return { start: period.start, end: null }
  return { start: null, end: period.end }
}

/** Conditions that keep the rows of a period. Refuses `edit-unfit` for a number of years and a period that is no whole years. */
export function duringSql(column: Origin, part: Expression, range: Range): Expression[] {
  if (column.column.kind === 'number') return yearsSql(part, range)
  const date = column.column.kind === 'text' ? textAsDate(column, part) : part
  return [
    ...(range.start === null ? [] : [compare(date, '>=', dateLiteral(range.start))]),
    ...(range.end === null ? [] : [compare(date, '<', dateLiteral(range.end))]),
  ]
}

function yearsSql(part: Expression, { start, end }: Range): Expression[] {
  const isYear = (date: string | null) => date === null || /^\d{4}-01-01$/.test(date)
  if (!isYear(start) || !isYear(end)) throw new Refusal('edit-unfit', 'The data tells years alone, not months or days.')
  const first = start === null ? null : Number(start.slice(0, 4))
  const last = end === null ? null : Number(end.slice(0, 4)) - 1
  if (first !== null && first === last) return [compare(part, '=', constant(first))]
  return [
    ...(first === null ? [] : [compare(part, '>=', constant(first))]),
    ...(last === null ? [] : [compare(part, '<=', constant(last))]),
  ]
}

function compare(left: Expression, op: '=' | '>=' | '<' | '<=', right: Expression): Expression {
  return { kind: 'compare', op, left, right }
}

function dateLiteral(text: string): Expression {
  return { kind: 'cast', part: constant(text), to: text.length > 10 ? 'TIMESTAMP' : 'DATE', lenient: false }
}

/** A period as people write it: "1997", "March 1997", "Q3 1997", "1996 to 1998", "since 3 May 1997"; undefined for conditions that are no single stretch of time. */
export function periodText(conditions: Expression[], language: Language): string | undefined {
  const range: Range = { start: null, end: null }
  for (const condition of conditions) {
    const bound = boundsOf(condition)
    if (bound === undefined) return undefined
    if (bound.start !== null)
      range.start = range.start === null || bound.start > range.start ? bound.start : range.start
    if (bound.end !== null) range.end = range.end === null || bound.end < range.end ? bound.end : range.end
  }
  return rangeText(range, language)
}

function boundsOf(e: Expression): Range | undefined {
  if (e.kind === 'compare') {
    const year = e.right.kind === 'constant' && typeof e.right.value === 'number' ? e.right.value : undefined
    if (year !== undefined) return yearBounds(e, year)
    const date = dateIn(e.right)
    if (date === undefined) return undefined
    if (e.op === '>=') return { start: date, end: null }
    if (e.op === '<') return { start: null, end: date }
    if (e.op === '>') return { start: nextDay(date), end: null }
    if (e.op === '<=') return { start: null, end: nextDay(date) }
    return e.op === '=' ? { start: date, end: nextDay(date) } : undefined
  }
  if (e.kind !== 'between') return undefined
  const [low, high] = [dateIn(e.low), dateIn(e.high)]
  return low === undefined || high === undefined ? undefined : { start: low, end: nextDay(high) }
}

/** `year(d) = 1997`, `d.year >= 1996`: whole numbers that can only be years. */
function yearBounds(e: Extract<Expression, { kind: 'compare' }>, year: number): Range | undefined {
  const isYear =
    e.left.kind === 'column' || (e.left.kind === 'call' && (e.left.name === 'year' || isYearPart(e.left.args[0])))
  if (!isYear || year < 1000) return undefined
  const [from, after] = [`${year}-01-01`, `${year + 1}-01-01`]
  const bounds: Record<string, Range> = {
    '=': { start: from, end: after },
    '>=': { start: from, end: null },
    '>': { start: after, end: null },
    '<': { start: null, end: from },
    '<=': { start: null, end: after },
  }
  return bounds[e.op]
}

function isYearPart(e: Expression | undefined): boolean {
  return e?.kind === 'constant' && String(e.value).toLowerCase() === 'year'
}

function dateIn(e: Expression): string | undefined {
  if (e.kind === 'cast') return dateIn(e.part)
  return e.kind === 'constant' && typeof e.value === 'string' && /^\d{4}-\d\d-\d\d/.test(e.value)
    ? e.value.slice(0, 10)
    : undefined
}

function nextDay(date: string): string {
  return shifted(date, 1)
}

function shifted(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}

/** A range in words; undefined when it is open on both sides. */
export function rangeText({ start, end }: Range, language: Language): string | undefined {
  if (start === null && end === null) return undefined
  if (start === null) return `${language === 'zh' ? '早于 ' : 'before '}${dayOrYear(end ?? '', language)}`
  if (end === null) return `${language === 'zh' ? '自 ' : 'since '}${dayOrYear(start, language)}`
  const months = monthsBetween(start, end)
  const [year = '', month = '01'] = start.split('-')
  if (months === 12 && month === '01') return year
  if (months !== undefined && months % 12 === 0 && month === '01') return `${year}–${Number(end.slice(0, 4)) - 1}`
  if (months === 3 && Number(month) % 3 === 1) return `Q${(Number(month) + 2) / 3} ${year}`
  if (months === 1) return monthText(start, language)
  const last = shifted(end, -1)
  return start === last ? dateText(start, language) : `${dateText(start, language)} – ${dateText(last, language)}`
}

function dayOrYear(date: string, language: Language): string {
  return date.endsWith('-01-01') ? date.slice(0, 4) : dateText(date, language)
}

/** Whole months between two firsts of a month. */
function monthsBetween(start: string, end: string): number | undefined {
  const [from, to] = [start, end].map((date) => date.split('-').map(Number))
  if (from?.[2] !== 1 || to?.[2] !== 1) return undefined
  return ((to[0] ?? 0) - (from[0] ?? 0)) * 12 + (to[1] ?? 0) - (from[1] ?? 0)
}
