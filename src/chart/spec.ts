import type { Language } from '../wording.ts'
import type { Columns, Value } from './data.ts'
import type { Field } from './field.ts'
import { axisFormat } from './format.ts'
import type { Note } from './notes.ts'
import { GRAINS } from './time.ts'
import type { ChartKind } from './wish.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** A Vega-Lite v6 spec with its data inline; it names no address and holds no expression from outside. */
export type VegaLiteSpec = { [key: string]: Json }

/** What a kind makes of a result: marks and channels, their data, and what must be said with it. */
export interface Drawing {
  kind: ChartKind
  /** mark/encoding, layer or facet. */
  view: { [key: string]: Json }
  values: Record<string, Value>[]
  /** Pixels; the width follows the page unless the view is in parts. */
  height: number
  width?: number
  notes: Note[]
}

/** What every kind needs beside the result. */
export interface Page {
  title: string
  language: Language
  maxMarks: number
}

/**
 * Okabe & Ito's colours, told apart in every common colour blindness (https://jfly.uni-koeln.de/color/), yellow last
 * because it is faint on white.
 */
export const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#8c8c8c', '#f0e442']

/** The drawing as a whole spec. */
export function specOf(drawing: Drawing, page: Page, description: string): VegaLiteSpec {
  const sized =
    drawing.width === undefined ? { width: 'container', autosize: { type: 'fit-x', contains: 'padding' } } : {}
  const height = drawing.width === undefined ? { height: drawing.height } : {}
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description,
    title: { text: titleLines(page.title), anchor: 'start' },
    ...sized,
    ...height,
    data: { values: drawing.values },
    ...drawing.view,
    config: CONFIG,
    usermeta: { kind: drawing.kind },
  }
}

const CONFIG: { [key: string]: Json } = {
  font: 'Noto Sans, Noto Sans SC, Noto Sans Arabic, system-ui, Symbola, sans-serif',
  title: { fontSize: 15, fontWeight: 'normal', offset: 12 },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 320,
    gridColor: '#e3e3e3',
    domainColor: '#888',
    tickColor: '#888',
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    orient: 'top',
    labelLimit: 260,
    columns: 4,
  },
  header: { labelFontSize: 12, titleFontSize: 12 },
  view: { stroke: null },
  range: { category: PALETTE, heatmap: { scheme: 'blues' }, ramp: { scheme: 'blues' } },
  bar: { color: PALETTE[0] ?? '' },
  line: { color: PALETTE[0] ?? '', strokeWidth: 2 },
  area: { color: PALETTE[0] ?? '' },
  point: { color: PALETTE[0] ?? '' },
}

/** "… as a bar chart" at the end says how to draw, not what is drawn. */
function withoutWish(title: string): string {
  const rest = title.replace(
    /[,，]?\s+(as|in|with) (a|an) [a-z -]{0,24}(chart|graph|plot|line|pie|map|histogram|bars)$/i,
    '',
  )
  return rest.length > 4 ? rest : title
}

/** Signs in one line of a title at the usual width. */
const TITLE_LINE = 80

function titleLines(title: string): string | string[] {
  const plain = withoutWish(title.trim().replace(/[?？。.]+$/u, ''))
  const text = plain.charAt(0).toUpperCase() + plain.slice(1)
  if (text.length <= TITLE_LINE) return text
  const lines: string[] = ['']
  for (const word of text.slice(0, 3 * TITLE_LINE).split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last.length + word.length < TITLE_LINE) lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
    else lines.push(word)
  }
  return lines.slice(0, 3)
}

/** A number on an axis. */
export function sizeChannel(field: Field, zero = true): { [key: string]: Json } {
  return {
    field: field.key,
    type: 'quantitative',
    title: field.title,
    axis: { ...axisFormat(field.values, field.format), tickCount: 6, ...(isWhole(field) ? { tickMinStep: 1 } : {}) },
    ...(zero ? {} : { scale: { zero: false } }),
  }
}

/** Whole numbers only: no tick may stand between them. */
export function isWhole(field: Field): boolean {
  return field.format.endsWith(',.0f')
}

/** Labels along an axis, in the order of the rows. */
export function labelChannel(field: Field, axis: { [key: string]: Json } = {}): { [key: string]: Json } {
  const base = { field: field.key, title: field.title, sort: null }
  if (field.role !== 'time') return { ...base, type: 'ordinal', axis }
  const { unit, axis: format } = GRAINS[field.grain ?? 'moment']
  return { ...base, type: 'ordinal', timeUnit: unit, axis: { format, ...axis } }
}

/** Time along a continuous axis. */
export function timeChannel(field: Field): { [key: string]: Json } {
  const grain = field.grain ?? 'moment'
  const step = field.distinct <= 12 && (grain === 'year' || grain === 'quarter' || grain === 'month')
  const yearly = grain === 'year' ? { format: '%Y', tickCount: Math.min(field.distinct, 12) } : {}
  const all = step
    ? { values: [...new Set(field.values.filter((value) => value !== null))].map(dateTime), format: GRAINS[grain].axis }
    : {}
  return { field: field.key, type: 'temporal', title: field.title, axis: { ...yearly, ...all } }
}

function dateTime(value: string | number): Json {
  const [year = 0, month = 1, date = 1] = String(value).slice(0, 10).split('-').map(Number)
  return { year, month, date }
}

/** Series by colour, with a legend above. */
export function colorChannel(field: Field, domain: string[]): { [key: string]: Json } {
  const scale = { domain, range: PALETTE.slice(0, Math.max(1, domain.length)) }
  return { field: field.key, type: 'nominal', title: field.title === '' ? null : field.title, scale }
}

/** What the pointer shows of a mark: every field by its title. */
export function tooltips(columns: Columns): Json[] {
  return columns.map((field) => {
    const title = field.title === '' ? '—' : field.title
    if (field.role === 'time')
      return { field: field.key, type: 'temporal', title, format: GRAINS[field.grain ?? 'moment'].format }
    if (field.format !== '') return { field: field.key, type: 'quantitative', title, format: field.format }
    return { field: field.key, type: 'nominal', title }
  })
}

/** Lines far from zero show their changes; near zero the base is shown. */
export function startsAtZero(field: Field): boolean {
  if (field.additive) return true
  const numbers = field.values.filter((value) => typeof value === 'number')
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  return !(low > 0 && low > 0.6 * high && low < high)
}
