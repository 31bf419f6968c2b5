import { arrange, type Columns, collapse, cutSeries, domainOf, fold, pointsOf, READABLE, range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { asLabel } from '../label.ts'
import { note } from '../notes.ts'
import { type Shape, shareAxis } from '../shape.ts'
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

/** Measures along time, or along labels when there is no time: one line, one per series, or one panel per unit. */
export function drawLines(shape: Shape, page: Page, mark: 'line' | 'area'): Drawing | undefined {
  const { along, series } = placesOf(shape)
  const [measure] = shape.measures
  if (along === undefined || measure === undefined) return undefined
  if (shape.measures.length > 1 && series === undefined && !shareAxis(shape.measures))
    return drawPanels(shape, along, mark)
  const read =
    shape.measures.length > 1 && series === undefined ? folded(along, shape.measures) : { along, series, measure }
  const { columns: unique, notes } = collapse(
    read.series === undefined ? [read.along] : [read.along, read.series],
    read.measure,
    '',
  )
  const cut = cutSeries(
    unique,
    (read.series === undefined ? unique[0] : unique[1]) as Field,
    unique.at(-1) as Field,
    read.series === undefined ? Number.POSITIVE_INFINITY : READABLE.series,
  )
  const whole = mark === 'area' && read.measure.additive ? withZeros(cut.columns) : cut.columns
  const columns = sortedAlong(limit(whole, page.maxMarks), shape)
  const odd = along.role === 'category' || along.role === 'name' || along.role === 'key'
  return {
    kind: mark,
    view: lineView(columns, mark, read.series !== undefined),
    values: pointsOf(columns),
    height: 320,
    notes: [...notes, ...cut.notes, ...(odd ? [note('chart-line-unordered', along.title)] : [])],
  }
}

function folded(along: Field, measures: Field[]): { along: Field; series: Field; measure: Field } {
  const made = fold([along], measures)
  return { along: made.labels[0] as Field, series: made.series, measure: made.measure }
}

function limit(columns: Columns, most: number): Columns {
  return (columns[0]?.values.length ?? 0) > most ? take(columns, range(most)) : columns
}

/** A stacked area needs every series at every step: what is missing from a count or a sum is none. */
function withZeros(columns: Columns): Columns {
  const [along, series, measure] = columns
  if (along === undefined || series === undefined || measure === undefined) return columns
  const seen = new Set(range(along.values.length).map((row) => `${along.values[row]}\u0000${series.values[row]}`))
  const missing = [...new Set(along.values)].flatMap((step) =>
    [...new Set(series.values)].filter((value) => !seen.has(`${step}\u0000${value}`)).map((value) => ({ step, value })),
  )
  return [
    { ...along, values: [...along.values, ...missing.map(({ step }) => step)] },
    { ...series, values: [...series.values, ...missing.map(({ value }) => value)] },
    { ...measure, values: [...measure.values, ...missing.map(() => 0)] },
  ]
}

function sortedAlong(columns: Columns, shape: Shape): Columns {
  const [along] = columns
  const measure = columns.at(-1)
  return along === undefined || measure === undefined
    ? columns
    : arrange(columns, along, measure, shape.sorted || along.role === 'category')
}

/** The field the line runs along, and the one that tells lines apart. Years beside a recurring period are the series. */
function placesOf(shape: Shape): { along: Field | undefined; series: Field | undefined } {
  const { color } = shape.layout
  const told = [...shape.times, ...shape.labels].find((field) => field !== color)
  if (color !== undefined && told !== undefined && shape.labels.includes(color)) return { along: told, series: color }
  const recurring = shape.labels.find((label) => label.recurring)
  const [time, otherTime] = shape.times
  if (recurring !== undefined && time?.grain === 'year') return { along: recurring, series: asLabel(time) }
  if (time !== undefined) {
    const other = shape.labels[0] ?? (otherTime === undefined ? undefined : asLabel(otherTime))
    return { along: time, series: other }
  }
  const ordered = shape.labels.find((label) => label.role === 'ordered') ?? shape.labels[0]
  return { along: ordered, series: shape.labels.find((label) => label !== ordered) }
}

function lineView(columns: Columns, mark: 'line' | 'area', many: boolean): { [key: string]: Json } {
  const along = columns[0] as Field
  const measure = columns.at(-1) as Field
  const series = many ? columns[1] : undefined
  const steps = new Set(along.values).size
  const point = steps <= 31 && mark === 'line'
  const stacked = mark === 'area' && series !== undefined
  const y = { ...sizeChannel(measure, mark === 'area' || startsAtZero(measure)), ...(stacked ? { stack: 'zero' } : {}) }
  const style =
    mark === 'area'
      ? { type: 'area', line: series === undefined, opacity: series === undefined ? 0.35 : 0.9 }
      : { type: 'line', point }
  return {
    mark: style,
    encoding: {
      x: along.role === 'time' ? timeChannel(along) : labelChannel(along, { labelAngle: 0 }),
      y,
      ...(series === undefined ? {} : { color: colorChannel(series, domainOf(series)) }),
      tooltip: tooltips(columns),
    },
  }
}

/** Measures of different units over the same time: a panel each, one above the other. */
function drawPanels(shape: Shape, along: Field, mark: 'line' | 'area'): Drawing {
  const { along: repeated, series, measure } = folded(along, shape.measures)
  const columns: Columns = [repeated, series, measure]
  const steps = new Set(repeated.values).size
  return {
    kind: mark,
    view: {
      facet: {
        row: {
          field: series.key,
          title: null,
          sort: series.order ?? [],
          header: { orient: 'top', labelFontSize: 12, labelAnchor: 'start' },
        },
      },
      spec: {
        width: 600,
        height: 140,
        mark: { type: mark, point: steps <= 31 },
        encoding: {
          x: repeated.role === 'time' ? timeChannel(repeated) : labelChannel(repeated, { labelAngle: 0 }),
          y: { ...sizeChannel(measure), title: null, axis: { tickCount: 4, format: '~s' } },
          tooltip: tooltips(columns),
        },
      },
      resolve: { scale: { y: 'independent' } },
    },
    values: pointsOf(columns),
    height: 160 * shape.measures.length,
    width: 600,
    notes: [],
  }
}
