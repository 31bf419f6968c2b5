import type { Json, VegaLiteSpec } from './spec.ts'

/**
 * A bar, line or histogram spec drawn with block signs, `width` columns wide; empty for kinds that a terminal cannot show.
 * The title stands above, labels left, values right; time runs downwards.
 */
export function terminalChart(spec: VegaLiteSpec, width: number): string {
  const read = readSpec(spec)
  if (read === undefined || read.points.length === 0) return ''
  const shown = read.points.slice(0, MOST)
  const rest = read.points.length - shown.length
  const title = object(spec.title).text
  return [
    Array.isArray(title) ? title.join(' ') : String(title ?? ''),
    ...(read.measure === '' ? [] : [read.measure]),
    '',
    ...bars(shown, width),
    ...(rest > 0 ? [`… ${rest} more`] : []),
  ].join('\n')
}

interface Point {
  label: string
  value: number
}

/** Lines that fit on a usual screen. */
const MOST = 40

function object(value: Json | undefined): { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function readSpec(spec: VegaLiteSpec): { points: Point[]; measure: string } | undefined {
  const encoding = object(spec.encoding)
  const mark = object(spec.mark).type ?? spec.mark
  const [x, y] = [object(encoding.x), object(encoding.y)]
  if (mark !== 'bar' && mark !== 'line' && mark !== 'area') return undefined
  const binned = object(x.bin).binned === true
  const lying = x.type === 'quantitative' && !binned
  const [label, size] = lying ? [y, x] : [x, y]
  const series = object(encoding.color)
  const values = object(spec.data).values
  if (!Array.isArray(values) || typeof label.field !== 'string' || typeof size.field !== 'string') return undefined
  const points = values.map(object).map((row) => ({
    label: [labelText(row, label, binned), series.field === undefined ? '' : String(row[String(series.field)] ?? '')]
      .filter((part) => part !== '')
      .join(' · '),
    value: Number(row[String(size.field)] ?? Number.NaN),
  }))
  return { points: points.filter((point) => Number.isFinite(point.value)), measure: String(size.title ?? '') }
}

function labelText(row: { [key: string]: Json }, channel: { [key: string]: Json }, binned: boolean): string {
  const value = row[String(channel.field)]
  if (binned) return `${value} – ${row.end}`
  const text = String(value ?? '')
  if (channel.timeUnit === undefined && channel.type !== 'temporal') return text
  const day = text.replace('T00:00:00', '')
  const unit = channel.timeUnit
  return unit === 'year'
    ? day.slice(0, 4)
    : unit === 'yearmonth' || unit === 'yearquarter'
      ? day.slice(0, 7)
      : day.replace('T', ' ')
}

/** Eighths of a cell, from one to seven. */
const EIGHTHS = ' ▏▎▍▌▋▊▉'

function bars(points: Point[], width: number): string[] {
  const numbers = points.map(({ value }) => value.toLocaleString('en-US', { maximumFractionDigits: 2 }))
  const numberWidth = Math.max(...numbers.map(cells))
  const labelWidth = Math.min(Math.max(...points.map(({ label }) => cells(label))), Math.floor(width * 0.4))
  const room = Math.max(5, width - labelWidth - numberWidth - 3)
  const largest = Math.max(...points.map(({ value }) => Math.abs(value)), Number.MIN_VALUE)
  return points.map(({ label, value }, i) => {
    const eighths = Math.round((Math.abs(value) / largest) * room * 8)
    const bar = '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : EIGHTHS.charAt(eighths % 8))
    const number = (numbers[i] ?? '').padStart(numberWidth)
    return `${fit(label, labelWidth)} ${number} ${value < 0 ? `-${bar}` : bar}`.trimEnd()
  })
}

/** A Chinese, Japanese or Korean sign takes two cells. */
function cells(text: string): number {
  return [...text].reduce((total, sign) => total + (WIDE.test(sign) ? 2 : 1), 0)
}

const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]/u

function fit(text: string, width: number): string {
  let kept = ''
  for (const sign of text.replaceAll(/\p{Cc}/gu, ' ')) {
    if (cells(kept + sign) > width)
      return `${kept.slice(0, -1)}…${' '.repeat(Math.max(0, width - cells(`${kept.slice(0, -1)}…`)))}`
    kept += sign
  }
  return kept + ' '.repeat(width - cells(kept))
}
