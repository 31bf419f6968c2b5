import type { Column } from '../catalog.ts'
import { parseNumber } from './numbers.ts'

/** Half-open [start, end) of ISO dates, or of timestamps when a time of day was named; `end` null means it goes on. */
export interface Period {
  start: string
  end: string | null
}

const DAY_MS = 86_400_000
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'] // biome-ignore format: a list
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const YEAR = "'?(1[5-9]\\d\\d|2[01]\\d\\d)"
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?'
const UNIT = '(day|week|month|quarter|year|hour)s?'

interface Reader {
  name: string
  pattern: RegExp
  /** The period of a match; undefined when the parts name no real date. */
  read(match: string[], today: Date): Period | undefined
}

/** Ways to say a period, tried in order; the whole text has to match (lower case, "the", "in", "of" … taken away). */
const READERS: Reader[] = [
  { name: 'timestamp', pattern: /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d)?)z?$/, read: ([, day, time]) => minute(`${day} ${time}`) },
  { name: 'iso date', pattern: /^(\d{4}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{1,2})$/, read: ([, y, m, d]) => dayPeriod(num(y), num(m), num(d)) },
  { name: 'iso month', pattern: /^(\d{4}) ?[-/] ?(\d{1,2})$/, read: ([, y, m]) => monthPeriod(num(y), num(m)) },
  { name: 'slashed date', pattern: /^(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})$/, read: ([, a, b, y]) => slashed(num(a), num(b), num(y)) },
  { name: 'year', pattern: new RegExp(`^(?:year )?${YEAR}(?: year)?$`), read: ([, y]) => yearPeriod(num(y)) },
  { name: 'decade', pattern: /^(\d{3}0) ?'?s$/, read: ([, y]) => span(utc(num(y), 0, 1), utc(num(y) + 10, 0, 1)) },
  { name: 'quarter', pattern: new RegExp(`^(?:q ?([1-4])|(first|second|third|fourth|1st|2nd|3rd|4th) quarter) ?,? ?${YEAR}$`), read: ([, q, word, y]) => quarterPeriod(num(y), num(q ?? ordinal(word))) },
  { name: 'year quarter', pattern: new RegExp(`^${YEAR} ?-?,? ?q ?([1-4])$`), read: ([, y, q]) => quarterPeriod(num(y), num(q)) },
  { name: 'month year', pattern: new RegExp(`^${MONTH} ?,? ?${YEAR}$`), read: ([, m, y]) => monthPeriod(num(y), monthOf(m)) },
  { name: 'year month', pattern: new RegExp(`^${YEAR} ${MONTH}$`), read: ([, y, m]) => monthPeriod(num(y), monthOf(m)) },
  { name: 'month day year', pattern: new RegExp(`^${MONTH} ?${DAY} ?,? ?${YEAR}$`), read: ([, m, d, y]) => dayPeriod(num(y), monthOf(m), num(d)) },
  { name: 'day month year', pattern: new RegExp(`^${DAY} ?-?(?:of )?${MONTH} ?-?,? ?${YEAR}$`), read: ([, d, m, y]) => dayPeriod(num(y), monthOf(m), num(d)) },
  { name: 'month day', pattern: new RegExp(`^${MONTH} ?${DAY}$`), read: ([, m, d], today) => past(today, (y) => dayPeriod(y, monthOf(m), num(d))) },
  { name: 'day month', pattern: new RegExp(`^${DAY} (?:of )?${MONTH}$`), read: ([, d, m], today) => past(today, (y) => dayPeriod(y, monthOf(m), num(d))) },
  { name: 'month', pattern: new RegExp(`^${MONTH}$`), read: ([, m], today) => past(today, (y) => monthPeriod(y, monthOf(m))) },
  { name: 'quarter of this year', pattern: /^q ?([1-4])$/, read: ([, q], today) => past(today, (y) => quarterPeriod(y, num(q))) },
  { name: 'named day', pattern: /^(today|yesterday|tomorrow|now)$/, read: ([, word], today) => unitPeriod('day', word === 'yesterday' ? -1 : word === 'tomorrow' ? 1 : 0, today) },
  { name: 'to date', pattern: /^(?:(ytd|mtd|qtd)|(year|month|quarter|week) to date)$/, read: ([, short, unit], today) => toDate(unit ?? short ?? '', today) },
  { name: 'last n units', pattern: new RegExp(`^(?:last|past|previous|recent|trailing|within) (.+?) ${UNIT}$`), read: ([, n, unit], today) => lastUnits(parseNumber(n ?? ''), unit ?? '', today) },
  { name: 'n units ago', pattern: new RegExp(`^(.+?) ${UNIT} ago$`), read: ([, n, unit], today) => unitAgo(parseNumber(n ?? ''), unit ?? '', today) },
  { name: 'relative unit', pattern: new RegExp(`^(last|past|previous|prior|this|current|next|coming) ${UNIT}$`), read: ([, which, unit], today) => unitPeriod(unit ?? '', /last|past|prev|prior/.test(which ?? '') ? -1 : /next|coming/.test(which ?? '') ? 1 : 0, today) },
  { name: 'relative month', pattern: new RegExp(`^(last|this|next) ${MONTH}$`), read: ([, which, m], today) => relativeMonth(which ?? '', monthOf(m), today) },
] // biome-ignore format: a table

/** The period a few words name, seen from `today` (ISO date); null when they name none. "since March" has no end. */
export function parsePeriod(text: string, today: string): Period | null {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ').replace(/["“”]/g, '')
  const open = /^(?:since|starting(?: from| in| on)?|from) (.+)$/.exec(words)
  if (open?.[1] !== undefined) {
    const period = parsePeriod(open[1], today)
    return period && { start: period.start, end: null }
  }
  const bare = words
    .replace(/^(?:(?:the|in|on|at|of|during|for|year of|month of|over|within the) )+/, '')
    .replace(/ (?:the|of) /g, ' ')
  const now = new Date(`${today.slice(0, 10)}T00:00:00Z`)
  for (const { pattern, read } of READERS) {
    const match = pattern.exec(bare)
    const period = match && read(match, now)
    if (period) return period
  }
  return null
}

function num(text: string | undefined): number {
  return Number(text)
}

function ordinal(word: string | undefined): string {
  return String(parseNumber(word ?? '') ?? 0)
}

/** 1 to 12. */
function monthOf(word: string | undefined): number {
  return MONTHS.findIndex((month) => month.startsWith((word ?? '').slice(0, 3))) + 1
}

function utc(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month, day))
}

function span(start: Date, end: Date): Period {
  return { start: start.toISOString().slice(0, 10), end: end.toISOString().slice(0, 10) }
}

function yearPeriod(year: number): Period {
  return span(utc(year, 0, 1), utc(year + 1, 0, 1))
}

function quarterPeriod(year: number, quarter: number): Period {
  return span(utc(year, quarter * 3 - 3, 1), utc(year, quarter * 3, 1))
}

function monthPeriod(year: number, month: number): Period | undefined {
  return month >= 1 && month <= 12 ? span(utc(year, month - 1, 1), utc(year, month, 1)) : undefined
}

function dayPeriod(year: number, month: number, day: number): Period | undefined {
  const start = utc(year, month - 1, day)
  const real = start.getUTCMonth() === month - 1 && start.getUTCDate() === day
  return real ? span(start, utc(year, month - 1, day + 1)) : undefined
}

/** 3/14/2023 and 14/3/2023 alike; when both readings exist the month comes first, as in US English. */
function slashed(first: number, second: number, year: number): Period | undefined {
  return dayPeriod(year, first, second) ?? dayPeriod(year, second, first)
}

function minute(timestamp: string): Period {
  const start = new Date(`${timestamp.replace(' ', 'T')}Z`)
  const length = timestamp.length > 16 ? 1000 : 60_000
  const text = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ')
  return { start: text(start), end: text(new Date(start.getTime() + length)) }
}

/** The latest such period that has begun by `today`. */
function past(today: Date, of: (year: number) => Period | undefined): Period | undefined {
  const year = today.getUTCFullYear()
  const period = of(year)
  return period && period.start <= today.toISOString().slice(0, 10) ? period : of(year - 1)
}

/** The calendar unit `shift` units from the one that holds `today`; weeks begin on Monday. */
function unitPeriod(unit: string, shift: number, today: Date): Period {
  const year = today.getUTCFullYear()
  const month = today.getUTCMonth()
  if (unit === 'year') return yearPeriod(year + shift)
  if (unit === 'quarter')
    return span(utc(year, month - (month % 3) + shift * 3, 1), utc(year, month - (month % 3) + shift * 3 + 3, 1))
  if (unit === 'month') return span(utc(year, month + shift, 1), utc(year, month + shift + 1, 1))
  const monday = today.getUTCDate() - ((today.getUTCDay() + 6) % 7)
  if (unit === 'week') return span(utc(year, month, monday + shift * 7), utc(year, month, monday + shift * 7 + 7))
  return span(utc(year, month, today.getUTCDate() + shift), utc(year, month, today.getUTCDate() + shift + 1))
}

/** `count` units back from today, today included. */
function lastUnits(count: number | null, unit: string, today: Date): Period | undefined {
  if (count === null || count <= 0 || unit === 'hour') return undefined
  const end = new Date(today.getTime() + DAY_MS)
  return { start: back(count, unit, end).toISOString().slice(0, 10), end: end.toISOString().slice(0, 10) }
}

function back(count: number, unit: string, from: Date): Date {
  const months = unit === 'year' ? count * 12 : unit === 'quarter' ? count * 3 : unit === 'month' ? count : 0
  const days = unit === 'week' ? count * 7 : unit === 'day' ? count : 0
  return utc(from.getUTCFullYear(), from.getUTCMonth() - months, from.getUTCDate() - days)
}

function unitAgo(count: number | null, unit: string, today: Date): Period | undefined {
  return count === null || unit === 'hour' ? undefined : unitPeriod(unit, -count, today)
}

function toDate(unit: string, today: Date): Period {
  const name = { ytd: 'year', mtd: 'month', qtd: 'quarter' }[unit] ?? unit
  const tomorrow = new Date(today.getTime() + DAY_MS)
  return { start: unitPeriod(name, 0, today).start, end: tomorrow.toISOString().slice(0, 10) }
}

function relativeMonth(which: string, month: number, today: Date): Period | undefined {
  const year = today.getUTCFullYear()
  if (which === 'next') return monthPeriod(today.getUTCMonth() + 1 < month ? year : year + 1, month)
  return which === 'this' ? monthPeriod(year, month) : past(today, (y) => monthPeriod(y, month))
}

/** The recurring part a few words name: 1–12 for a month, 1–7 for a weekday (Monday 1), 1–4 for a quarter, 0–23 for an hour; null when none. */
export function parseRecurring(
  unit: 'month' | 'weekday' | 'quarter' | 'hour' | 'day' | 'week',
  text: string,
): number | null {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(?:the|in|on|at|of) /, '')
  if (unit === 'month' && new RegExp(`^${MONTH}$`).test(words)) return monthOf(words)
  if (unit === 'weekday') {
    const day = WEEKDAYS.findIndex((name) => words.length >= 3 && name.startsWith(words.replace(/s$/, '').slice(0, 9)))
    if (day >= 0) return day + 1
  }
  const clock = unit === 'hour' ? /^(\d{1,2})(?: ?: ?00)? ?(am|pm)?$/.exec(words) : null
  if (clock?.[1]) return (Number(clock[1]) % (clock[2] ? 12 : 24)) + (clock[2] === 'pm' ? 12 : 0)
  const number = parseNumber(words.replace(/^q ?/, '').replace(/ ?(?:quarter|month|week|day|hour)s?$/, ''))
  const highest = { month: 12, weekday: 7, quarter: 4, hour: 23, day: 31, week: 53 }[unit]
  return number !== null && Number.isInteger(number) && number >= 0 && number <= highest ? number : null
}

/** English name of weekday 1–7 or month 1–12, as DuckDB's `dayname` and `monthname` write it. */
export function recurringName(unit: 'weekday' | 'month', number: number): string {
  const name = (unit === 'month' ? MONTHS : WEEKDAYS)[number - 1] ?? ''
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** Text dates `strptime` reads that a cast does not; `%m/%d` before `%d/%m`, as in US English. */
const TEXT_FORMATS = [
  { pattern: /^\d{4}-\d{1,2}-\d{1,2}/, format: null },
  { pattern: /^\d{4}\/\d{1,2}\/\d{1,2}$/, format: '%Y/%m/%d' },
  { pattern: /^(?:0?[1-9]|1[0-2])\/\d{1,2}\/\d{4}$/, format: '%m/%d/%Y' },
  { pattern: /^\d{1,2}\/\d{1,2}\/\d{4}$/, format: '%d/%m/%Y' },
  { pattern: /^\d{1,2}\.\d{1,2}\.\d{4}$/, format: '%d.%m.%Y' },
  { pattern: /^\d{1,2}-[A-Za-z]{3}-\d{4}$/, format: '%d-%b-%Y' },
  { pattern: /^[A-Z][a-z]+ \d{1,2}, \d{4}$/, format: '%B %d, %Y' },
  { pattern: /^[A-Z][a-z]{2} \d{1,2}, \d{4}$/, format: '%b %d, %Y' },
  { pattern: /^\d{1,2} [A-Z][a-z]+ \d{4}$/, format: '%d %B %Y' },
  { pattern: /^\d{8}$/, format: '%Y%m%d' },
]

/** How a text column writes dates: `formats` for `try_strptime`, empty when a cast reads them; null when it holds no dates. */
export function textDateFormats(column: Column): string[] | null {
  if (column.kind !== 'text') return null
  const sample = sampleOf(column)
  if (sample.length === 0) return null
  const found = sample.map((value) => TEXT_FORMATS.find(({ pattern }) => pattern.test(value)))
  const dates = found.filter((format) => format !== undefined)
  if (dates.length * 2 < sample.length) return null
  return [...new Set(dates.flatMap(({ format }) => (format === null ? [] : [format])))]
}

function sampleOf(column: Column): string[] {
  const values = column.values.length > 0 ? column.values : column.frequent.map(({ value }) => value)
  return values.slice(0, 30).map((value) => value.trim())
}

/** Whether a text column holds years alone, such as "1998". */
export function isTextOfYears(column: Column): boolean {
  const sample = column.kind === 'text' ? sampleOf(column) : []
  return sample.length > 0 && sample.filter((value) => /^(1[5-9]|2[01])\d\d$/.test(value)).length * 2 >= sample.length
}

/** Whether a number column holds calendar years: whole numbers between 1500 and 2200, or a "year" whose range is unknown. */
export function holdsYears(column: Column): boolean {
  if (column.kind !== 'number' || /DECIMAL|DOUBLE|FLOAT|REAL/i.test(column.type)) return false
  if (column.min === undefined || column.max === undefined) return /year/i.test(column.name)
  return Number(column.min) >= 1500 && Number(column.max) <= 2200
}
