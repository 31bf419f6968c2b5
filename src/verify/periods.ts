import { type Origin, originOf, outputsOf, placeOf, type Scope } from '../tree/origin.ts'
import { conjunctsOf, type Expression, everyExpression, isAggregate, type Select } from '../tree.ts'
import { core, periodOf } from '../wording/patterns.ts'
import { say } from '../wording/phrases.ts'
import { dateText, monthText } from '../wording.ts'
import type { Facts, FindingRule } from './facts.ts'
import { tellFinding } from './texts.ts'

type Grain = 'year' | 'quarter' | 'month' | 'week' | 'day'

const DAY_MS = 24 * 60 * 60 * 1000

/** A result column of periods: which grain, over which stored date, with the periods the rows show (first days, ISO). */
interface Periods {
  grain: Grain
  origin: Origin
  select: Select
  scope: Scope
  starts: string[]
}

/** Share of a period that may be missing before it is worth a word. */
const MISSING = 0.05

export const incompletePeriod: FindingRule = {
  name: 'incomplete-last-period',
  level: 'warning',
  why: 'The last month of running data is always lower; read as a fall it misleads.',
  look: (facts) => {
    const periods = periodsIn(facts)
    if (periods === undefined || !addsUp(facts) || onePerPeriod(periods)) return []
    const { first, last } = boundsOf(periods)
    const told: string[] = []
    const [earliest, latest] = [periods.starts[0], periods.starts.at(-1)]
    if (latest !== undefined && last !== undefined && isCut(latest, periods.grain, last, 'end')) {
      told.push(
        tellFinding(
          facts.language,
          'last period',
          periodText(latest, periods.grain, facts),
          dateText(last, facts.language),
        ),
      )
    }
    if (
      earliest !== undefined &&
      first !== undefined &&
      earliest !== latest &&
      isCut(earliest, periods.grain, first, 'start')
    ) {
      told.push(
        tellFinding(
          facts.language,
          'first period',
          periodText(earliest, periods.grain, facts),
          dateText(first, facts.language),
        ),
      )
    }
    return told
  },
}

export const periodGaps: FindingRule = {
  name: 'period-gaps',
  level: 'info',
  why: 'A line drawn over a missing month hides that there was nothing.',
  look: (facts) => {
    const periods = periodsIn(facts)
    const [first, last] = [periods?.starts[0], periods?.starts.at(-1)]
    if (
      periods === undefined ||
      first === undefined ||
      last === undefined ||
      facts.rows.truncated ||
      facts.query.limit !== undefined
    )
      return []
    const wanted = stepsBetween(first, last, periods.grain)
    const missing = wanted - new Set(periods.starts).size
    if (missing <= 0 || missing > wanted / 2) return []
    const word = say(facts.language, periods.grain)
    return [
      tellFinding(
        facts.language,
        'gaps',
        missing,
        word,
        periodText(first, periods.grain, facts),
        periodText(last, periods.grain, facts),
      ),
    ]
  },
}

function periodsIn(facts: Facts): Periods | undefined {
  const outputs = outputsOf(facts.query, facts.catalog)
  if (outputs.length !== facts.rows.columns.length) return undefined
  for (const [i, output] of outputs.entries()) {
    const placed = placeOf(output.expression, output.scope)
    const period = periodOf(core(placed.expression))
    const origin = period === undefined ? undefined : originOf(core(period.of), placed.scope)
    const { select } = placed.scope
    if (
      period === undefined ||
      period.recurring ||
      origin === undefined ||
      select === undefined ||
      !isGrain(period.phrase)
    )
      continue
    const starts = facts.rows.rows.map((row) => startOf(String(row[i] ?? ''))).filter((start) => start !== undefined)
    return { grain: period.phrase, origin, select, scope: placed.scope, starts: starts.toSorted() }
  }
  return undefined
}

function isGrain(word: string): word is Grain {
  return ['year', 'quarter', 'month', 'week', 'day'].includes(word)
}

/** "2023", "2023-06" and "2023-06-01T…" as a first day. */
function startOf(text: string): string | undefined {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text)
  return match === null ? undefined : `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`
}

/** Counts and sums suffer from a short period; averages do not. */
function addsUp({ query, catalog }: Facts): boolean {
  return outputsOf(query, catalog).some(({ expression, scope }) =>
    everyExpression(placeOf(expression, scope).expression).some(
      (e) => isAggregate(e) && /^(count|count_star|sum)$/.test(e.name),
    ),
  )
}

/** Data with one date a period ("2023-06-01" for June) has no incomplete periods. */
function onePerPeriod({ origin, grain }: Periods): boolean {
  const [first, last] = [startOf(origin.column.min ?? ''), startOf(origin.column.max ?? '')]
  if (first === undefined || last === undefined) return true
  return origin.column.distinct <= 1.2 * stepsBetween(periodStart(first, grain), periodStart(last, grain), grain)
}

/** First and last day that the data and the filter leave. */
function boundsOf({ origin, select, scope }: Periods): { first: string | undefined; last: string | undefined } {
  let first = startOf(origin.column.min ?? '')
  let last = startOf(origin.column.max ?? '')
  for (const { op, day } of conjunctsOf(select.where).flatMap((part) => boundIn(part, origin, scope))) {
    if ((op === '<' || op === '<=') && last !== undefined) last = least(last, op === '<' ? addDays(day, -1) : day)
    if ((op === '>' || op === '>=') && first !== undefined) first = most(first, op === '>' ? addDays(day, 1) : day)
  }
  return { first, last }
}

function boundIn(part: Expression, origin: Origin, scope: Scope): { op: string; day: string }[] {
  const sides =
    part.kind === 'compare'
      ? [{ op: part.op, side: part.left, value: part.right }]
      : part.kind === 'between'
        ? [
            { op: '>=', side: part.part, value: part.low },
            { op: '<=', side: part.part, value: part.high },
          ]
        : []
  return sides.flatMap(({ op, side, value }) => {
    const constant = core(value)
    const day = constant.kind === 'constant' && typeof constant.value === 'string' ? startOf(constant.value) : undefined
    return day !== undefined && originOf(core(side), scope)?.column === origin.column ? [{ op, day }] : []
  })
}

function least(a: string, b: string): string {
  return a < b ? a : b
}

function most(a: string, b: string): string {
  return a > b ? a : b
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Whether the period that starts at `start` lacks days before its end because the data stops (or starts) at `day`. */
function isCut(start: string, grain: Grain, day: string, at: 'start' | 'end'): boolean {
  const next = nextPeriod(start, grain)
  if (day < start || day >= next || grain === 'day') return false
  const length = days(start, next)
  const missing = at === 'end' ? days(day, next) - 1 : days(start, day)
  return missing >= 1 && missing / length > MISSING
}

function days(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
}

function periodStart(day: string, grain: Grain): string {
  const [year = '', month = ''] = day.split('-')
  if (grain === 'year') return `${year}-01-01`
  if (grain === 'quarter') return `${year}-${String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`
  if (grain === 'month') return `${year}-${month}-01`
  const weekday = (new Date(day).getUTCDay() + 6) % 7
  return grain === 'week' ? addDays(day, -weekday) : day
}

function nextPeriod(start: string, grain: Grain): string {
  if (grain === 'day') return addDays(start, 1)
  if (grain === 'week') return addDays(start, 7)
  const months = grain === 'year' ? 12 : grain === 'quarter' ? 3 : 1
  const [year = 0, month = 1] = start.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
}

function stepsBetween(first: string, last: string, grain: Grain): number {
  if (grain === 'day') return days(first, last) + 1
  if (grain === 'week') return Math.round(days(first, last) / 7) + 1
  const [firstYear = 0, firstMonth = 1] = first.split('-').map(Number)
  const [lastYear = 0, lastMonth = 1] = last.split('-').map(Number)
  const months = (lastYear - firstYear) * 12 + lastMonth - firstMonth
  return Math.round(months / (grain === 'year' ? 12 : grain === 'quarter' ? 3 : 1)) + 1
}

function periodText(start: string, grain: Grain, { language }: Facts): string {
  const year = start.slice(0, 4)
  if (grain === 'year') return year
  if (grain === 'month') return monthText(start, language)
  if (grain === 'quarter')
    return language === 'zh'
      ? `${year}年第${(Number(start.slice(5, 7)) + 2) / 3}季度`
      : `Q${(Number(start.slice(5, 7)) + 2) / 3} ${year}`
  if (grain === 'week')
    return language === 'zh' ? `${dateText(start, language)}当周` : `the week of ${dateText(start, language)}`
  return dateText(start, language)
}
