import { domainOf, pointsOf, READABLE, range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { asLabel } from '../label.ts'
import { type Note, note } from '../notes.ts'
import type { Shape } from '../shape.ts'
import {
  colorChannel,
  type Drawing,
  type Json,
  labelChannel,
  type Page,
  sizeChannel,
  startsAtZero,
  timeChannel,
  tooltips,
} from '../spec.ts'

/** A point per row: two measures, or one along time or a label; colour by a label, size by a third measure. */
export function drawScatter(shape: Shape, page: Page): Drawing | undefined {
  const [first, second, third] = shape.measures
  if (first === undefined) return undefined
  const along = second === undefined ? (shape.times[0] ?? shape.labels[0]) : first
  if (along === undefined) return undefined
  const y = second ?? first
  const told = shape.layout
  const shaded =
    told.color !== undefined && [along, y].every((field) => field !== told.color) && isSize(told.color)
      ? told.color
      : undefined
  const size = second === undefined || (shaded === third && told.size === undefined) ? undefined : third
  const named = told.color !== undefined && told.color !== along && !isSize(told.color) ? told.color : undefined
  const label =
    shaded === undefined
      ? (named ?? shape.labels.find((field) => field !== along && (tellsGroups(field) || isFewPoints(field, first))))
      : undefined
  const columns = unique([
    along,
    y,
    ...(size === undefined ? [] : [size]),
    ...(shaded === undefined ? [] : [shaded]),
    ...(label === undefined ? [] : [label]),
    ...shape.labels,
    ...shape.times,
  ])
  const { kept: cut, notes } = limit(columns, page)
  const colours = label === undefined ? undefined : fewColours(cut[columns.indexOf(label)] as Field, page)
  const kept =
    colours === undefined ? cut : cut.map((field) => (field.key === colours.field.key ? colours.field : field))
  const poor = second === undefined && along.role !== 'time' ? [note('chart-one-number', along.title)] : []
  return {
    kind: 'scatter',
    view: {
      mark: { type: 'point', filled: true, opacity: kept[0] && kept[0].values.length > 300 ? 0.4 : 0.7, size: 50 },
      encoding: {
        x: alongChannel(along),
        y: sizeChannel(y, startsAtZero(y)),
        ...(colours === undefined ? {} : { color: colorChannel(colours.field, domainOf(colours.field)) }),
        ...(shaded === undefined
          ? {}
          : { color: { field: shaded.key, type: 'quantitative', title: shaded.title, scale: { scheme: 'viridis' } } }),
        ...(size === undefined ? {} : { size: { field: size.key, type: 'quantitative', title: size.title } }),
        tooltip: tooltips(kept.slice(0, 6)),
      },
    },
    values: pointsOf(kept),
    height: 340,
    notes: [...notes, ...(colours?.notes ?? []), ...poor],
  }
}

function isSize({ role }: Field): boolean {
  return role === 'measure' || role === 'rate'
}

/** At most as many values as colours tell apart: the most frequent stay, the rest are drawn as one. */
function fewColours(label: Field, page: Page): { field: Field; notes: Note[] } {
  const plain = asLabel(label)
  if (plain.distinct <= READABLE.series) return { field: plain, notes: [] }
  const counts = new Map<string, number>()
  for (const value of plain.values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  const kept = [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, READABLE.series - 1)
    .map(([value]) => value)
  const rest = page.language === 'zh' ? '其他' : 'Other'
  const { order: _, ...bare } = plain
  const values = plain.values.map((value) => (kept.includes(String(value)) ? value : rest))
  const field = { ...bare, values, order: [...kept, rest], distinct: READABLE.series }
  return { field, notes: [note('chart-colors-cut', kept.length, label.title, plain.distinct - kept.length, rest)] }
}

/** One computed point per group, few of them: colour alone says which is which. */
function isFewPoints({ distinct }: Field, { aggregated }: Field): boolean {
  return aggregated && distinct >= 2 && distinct <= READABLE.series
}

/** Few groups of several points each: what colour is for. */
function tellsGroups(field: Field): boolean {
  const grouping = field.role === 'category' || field.role === 'ordered'
  return grouping && field.distinct >= 2 && field.distinct <= READABLE.series && field.distinct < field.values.length
}

function unique(fields: Field[]): Field[] {
  return [...new Set(fields)].slice(0, 7)
}

function limit(columns: Field[], page: Page) {
  const rows = columns[0]?.values.length ?? 0
  if (rows <= page.maxMarks) return { kept: columns, notes: [] }
  return { kept: take(columns, range(page.maxMarks)), notes: [note('chart-cut', page.maxMarks, rows)] }
}

function alongChannel(field: Field): { [key: string]: Json } {
  if (field.role === 'time') return timeChannel(field)
  return field.role === 'measure' || field.role === 'rate'
    ? sizeChannel(field, startsAtZero(field))
    : labelChannel(field, { labelAngle: -45 })
}

/** Widest map in pixels: the width a page usually has. */
const MAP_WIDTH = 640

/** Points at longitude and latitude, the axes stretched as an equirectangular map at the middle latitude is. */
export function drawMap(shape: Shape, page: Page): Drawing | undefined {
  const { latitude, longitude } = shape
  if (latitude === undefined || longitude === undefined) return undefined
  const label = shape.labels.find((field) => tellsGroups(field))
  const [size] = shape.measures
  const columns = unique([longitude, latitude, ...shape.labels, ...(size === undefined ? [] : [size]), ...shape.times])
  const { kept, notes } = limit(columns, page)
  return {
    kind: 'map',
    view: {
      mark: { type: 'circle', opacity: 0.75, size: size === undefined ? 60 : 80 },
      encoding: {
        x: degreeChannel(longitude),
        y: degreeChannel(latitude),
        ...(label === undefined ? {} : { color: colorChannel(label, domainOf(label)) }),
        ...(size === undefined
          ? {}
          : { size: { field: size.key, type: 'quantitative', title: size.title, scale: { range: [20, 600] } } }),
        tooltip: tooltips([...kept.slice(2), ...kept.slice(0, 2)]),
      },
    },
    values: pointsOf(kept),
    height: mapHeight(longitude, latitude),
    notes,
  }
}

function degreeChannel(field: Field): { [key: string]: Json } {
  const axis = { grid: true, labelExpr: "datum.label + '°'" }
  return {
    field: field.key,
    type: 'quantitative',
    title: field.title,
    scale: { zero: false, nice: false, padding: 20 },
    axis,
  }
}

function mapHeight(longitude: Field, latitude: Field): number {
  const width = spread(longitude)
  const height = spread(latitude)
  const middle = (height.low + height.high) / 2
  const ratio =
    (height.high - height.low || 1) /
    ((width.high - width.low || 1) * Math.max(0.2, Math.cos((middle * Math.PI) / 180)))
  return Math.round(Math.min(560, Math.max(220, MAP_WIDTH * ratio)))
}

function spread(field: Field): { low: number; high: number } {
  const numbers = field.values.filter((value) => typeof value === 'number')
  return { low: Math.min(...numbers), high: Math.max(...numbers) }
}
