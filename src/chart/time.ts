import type { Cell } from '../database.ts'

/** The step between two values of a time column. */
export type Grain = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'moment'

/**
 * How a grain is drawn. `unit` is Vega-Lite's timeUnit for discrete axes, `format` d3's time format, `approximate_ms`
 * the usual distance of neighbours.
 */
export const GRAINS: Record<Grain, { unit: string; format: string; axis: string }> = {
  year: { unit: 'year', format: '%Y', axis: '%Y' },
  quarter: { unit: 'yearquarter', format: 'Q%q %Y', axis: 'Q%q %Y' },
  month: { unit: 'yearmonth', format: '%b %Y', axis: '%b %Y' },
  week: { unit: 'yearmonthdate', format: '%d %b %Y', axis: '%d %b %Y' },
  day: { unit: 'yearmonthdate', format: '%d %b %Y', axis: '%d %b %Y' },
  hour: { unit: 'yearmonthdatehours', format: '%d %b %Y %H:%M', axis: '%d %b %H:%M' },
  moment: { unit: 'yearmonthdatehoursminutesseconds', format: '%d %b %Y %H:%M', axis: '%d %b %H:%M' },
}

const PATTERNS: { pattern: RegExp; iso: (match: RegExpExecArray) => string; grain: Grain }[] = [
  { pattern: /^(\d{4})-(\d\d)-(\d\d)$/, iso: (m) => m[0], grain: 'day' },
  {
    pattern: /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d(:\d\d)?)/,
    iso: (m) => `${m[1]}-${m[2]}-${m[3]}T${m[4]}`,
    grain: 'moment',
  },
  { pattern: /^(\d{4})-(\d\d)$/, iso: (m) => `${m[1]}-${m[2]}-01`, grain: 'month' },
  {
    pattern: /^(\d{4})[- ]?Q([1-4])$/i,
    iso: (m) => `${m[1]}-${String(Number(m[2]) * 3 - 2).padStart(2, '0')}-01`,
    grain: 'quarter',
  },
  { pattern: /^(1[5-9]|2[01])\d\d$/, iso: (m) => `${m[0]}-01-01`, grain: 'year' },
]

/**
 * Values as local date-times without a zone ("2023-06-01T00:00:00"), so that a browser anywhere shows the day the data
 * says (a bare ISO date is read as UTC and drawn a day early west of Greenwich); undefined when a value is no date.
 */
export function readTimes(values: Cell[]): { times: (string | null)[]; grain: Grain } | undefined {
  const present = values.filter((value) => value !== null)
  const rule = PATTERNS.find(({ pattern }) => present.every((value) => pattern.test(String(value))))
  if (rule === undefined || present.length === 0) return undefined
  const times = values.map((value) => {
    const match = value === null ? null : rule.pattern.exec(String(value))
    return match === null ? null : complete(rule.iso(match))
  })
  return { times, grain: rule.grain === 'day' || rule.grain === 'moment' ? grainOf(times, rule.grain) : rule.grain }
}

function complete(iso: string): string {
  if (!iso.includes('T')) return `${iso}T00:00:00`
  return iso.length === 16 ? `${iso}:00` : iso
}

/** The coarsest grain at which no value loses anything. */
function grainOf(times: (string | null)[], fallback: Grain): Grain {
  const distinct = [...new Set(times.filter((time) => time !== null))]
  if (distinct.length < 2) return distinct.every((time) => time.endsWith('T00:00:00')) ? 'day' : fallback
  if (distinct.every((time) => time.endsWith('-01-01T00:00:00'))) return 'year'
  if (distinct.every((time) => /-(01|04|07|10)-01T00:00:00$/.test(time))) return 'quarter'
  if (distinct.every((time) => time.endsWith('-01T00:00:00'))) return 'month'
  if (distinct.every((time) => time.endsWith('T00:00:00'))) return 'day'
  return distinct.every((time) => time.endsWith(':00:00')) ? 'hour' : 'moment'
}
