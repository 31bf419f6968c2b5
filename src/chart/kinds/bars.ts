import { say } from '../../wording/phrases.ts'
import { capital } from '../../wording.ts'
import { arrange, type Columns, collapse, cutSeries, domainOf, fold, pointsOf, READABLE, range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { asLabel } from '../label.ts'
import { type Note, note } from '../notes.ts'
import { isUpright, longestLabel, type Shape, shareAxis, tellsRowsApart } from '../shape.ts'
import { colorChannel, type Drawing, type Json, labelChannel, type Page, sizeChannel, tooltips } from '../spec.ts'

type Direction = 'upright' | 'lying' | 'either'

/** Bars of one label; two labels or several measures become groups, stacks or parts beside each other. */
export function drawBars(shape: Shape, page: Page, direction: Direction): Drawing | undefined {
  const [label] = labelsThatTell(shape)
  if (label === undefined) return undefined
  const needed = labelsThatTell(shape)
  if (needed.length === 2 && shape.measures.length === 1) {
    return shape.measures[0]?.additive ? drawStackedBars(shape) : drawGroupedBars(shape)
  }
  if (shape.measures.length > 1 && shape.measures.length <= 4 && tellsRowsApart([label], shape.rows)) {
    return shareAxis(shape.measures) ? drawGroupedBars(shape) : drawBarsBeside(shape, label)
  }
  const counted = capital(say(page.language, 'count plain'))
  const collapsed = collapse([label], shape.measures[0], counted)
  const [bars, size] = collapsed.columns as [Field, Field]
  const { columns, notes } = cutBars(arrange([bars, size], bars, size, shape.sorted), page)
  return oneBar(columns as [Field, Field], direction, shape, [...collapsed.notes, ...notes])
}

/** Of the discrete fields, one that tells the rows apart alone, else the first two. */
export function labelsThatTell(shape: Shape): Field[] {
  const discrete = [...shape.times, ...shape.labels]
  const alone = discrete.find((field) => tellsRowsApart([field], shape.rows))
  return alone === undefined ? discrete.slice(0, 2) : [alone]
}

function cutBars(columns: Columns, page: Page): { columns: Columns; notes: Note[] } {
  const rows = columns[0]?.values.length ?? 0
  const most = Math.min(
    columns[0]?.role === 'time' || columns[0]?.order ? 3 * READABLE.bars : READABLE.bars,
    page.maxMarks,
  )
  if (rows <= most) return { columns, notes: [] }
  return { columns: take(columns, range(most)), notes: [note('chart-cut', most, rows)] }
}

function oneBar([label, size]: [Field, Field], direction: Direction, shape: Shape, notes: Note[]): Drawing {
  const upright =
    direction === 'upright' || (direction === 'either' && isUpright({ ...shape, labels: [label], times: [] }))
  const count = label.values.length
  const channels: { [key: string]: Json } = upright
    ? { x: labelChannel(label, uprightAxis(label, count)), y: sizeChannel(size) }
    : { y: labelChannel(label), x: sizeChannel(size) }
  return {
    kind: 'bar',
    view: {
      mark: { type: 'bar', ...roundEnd(upright), ...slimBand(count) },
      encoding: { ...channels, tooltip: tooltips([label, size]) },
    },
    values: pointsOf([label, size]),
    height: upright ? 300 : Math.max(120, 22 * count + 20),
    notes,
  }
}

function roundEnd(upright: boolean) {
  return { cornerRadiusEnd: 2, orient: upright ? 'vertical' : 'horizontal' }
}

/** Labels tilt where they would touch; of very many only some are written. */
function uprightAxis(label: Field, count: number): { [key: string]: Json } {
  const signs = label.role === 'time' ? 8 : longestLabel(label)
  return { labelAngle: signs * count > 90 ? -45 : 0, ...(count > 31 ? { labelOverlap: 'greedy' } : {}) }
}

/** One or two bars would fill the whole width. */
function slimBand(count: number): { [key: string]: Json } {
  return count <= 3 ? { width: { band: 0.5 }, height: { band: 0.6 } } : {}
}

/** Two labels and one measure, or one label and several alike measures, as label, series and size. */
function seriesOf(shape: Shape): { label: Field; series: Field; measure: Field } | undefined {
  const told = toldSeries(shape)
  if (told !== undefined) return told
  const [first, second] = labelsThatTell(shape).length === 2 ? labelsThatTell(shape) : [...shape.times, ...shape.labels]
  const [measure] = shape.measures
  if (first === undefined || measure === undefined) return undefined
  if (shape.measures.length > 1 && (second === undefined || tellsRowsApart([first], shape.rows))) {
    const folded = fold([first], shape.measures)
    return { label: folded.labels[0] as Field, series: folded.series, measure: folded.measure }
  }
  if (second === undefined) return undefined
  const swap =
    first.role !== 'time' &&
    !first.recurring &&
    (second.role === 'time' || second.recurring || first.distinct < second.distinct)
  return swap ? { label: second, series: asLabel(first), measure } : { label: first, series: asLabel(second), measure }
}

/** The colours the question names, beside the first other label. */
function toldSeries({ layout, times, labels, measures }: Shape): Parts | undefined {
  const label = [...times, ...labels].find((field) => field !== layout.color)
  const [measure] = measures
  if (layout.color === undefined || label === undefined || measure === undefined) return undefined
  if (![...times, ...labels].includes(layout.color)) return undefined
  return { label, series: asLabel(layout.color), measure }
}

/** Bars of each label side by side, one per series. */
export function drawGroupedBars(shape: Shape): Drawing | undefined {
  return drawSeriesBars(shape, 'grouped-bar')
}

/** Bars of each label cut into series that add up. */
export function drawStackedBars(shape: Shape): Drawing | undefined {
  return drawSeriesBars(shape, 'stacked-bar')
}

/** Bars of equal length cut into each series' share. */
export function drawNormalizedBars(shape: Shape): Drawing | undefined {
  return drawSeriesBars(shape, 'normalized-bar')
}

type SeriesKind = 'grouped-bar' | 'stacked-bar' | 'normalized-bar'

function drawSeriesBars(shape: Shape, kind: SeriesKind): Drawing | undefined {
  const read = seriesOf(shape)
  if (read === undefined) return undefined
  const { columns: unique, notes } = collapse([read.label, read.series], read.measure, '')
  const cut = cutSeries(unique, unique[1] as Field, unique[2] as Field, READABLE.series)
  const labelled = cutLabels(cut.columns)
  const [label, series, measure] = labelled.columns as [Field, Field, Field]
  const stackNote =
    kind !== 'grouped-bar' && !measure.additive && !measure.share ? [note('chart-stack-not-parts', measure.title)] : []
  return {
    ...seriesView({ label, series, measure }, kind, shape),
    values: pointsOf([label, series, measure]),
    notes: [...notes, ...cut.notes, ...labelled.notes, ...stackNote],
  }
}

/** Labels with the largest totals first, unless they have an order; at most as many as can be read. */
function cutLabels(columns: Columns): { columns: Columns; notes: Note[] } {
  const [label, , measure] = columns as [Field, Field, Field]
  if (label.role === 'time' || label.order !== undefined)
    return { columns: arrange(columns, label, measure, false), notes: [] }
  const totals = new Map<string, number>()
  label.values.forEach((value, row) => {
    totals.set(String(value), (totals.get(String(value)) ?? 0) + Number(measure.values[row] ?? 0))
  })
  const ranked = [...totals].toSorted((a, b) => b[1] - a[1]).map(([value]) => value)
  const place = new Map(ranked.slice(0, READABLE.bars).map((value, i) => [value, i]))
  const at = (row: number) => place.get(String(label.values[row])) ?? Number.POSITIVE_INFINITY
  const rows = range(label.values.length)
    .filter((row) => Number.isFinite(at(row)))
    .toSorted((a, b) => at(a) - at(b))
  const notes =
    ranked.length > READABLE.bars ? [note('chart-series-cut', READABLE.bars, ranked.length, label.title)] : []
  return { columns: take(columns, rows), notes }
}

type Parts = { label: Field; series: Field; measure: Field }

function seriesView({ label, series, measure }: Parts, kind: SeriesKind, shape: Shape) {
  const domain = domainOf(series)
  const count = new Set(label.values).size
  const tight = kind === 'grouped-bar' ? count * domain.length > 48 : count > 31
  const upright = isUpright({ ...shape, labels: [{ ...label, distinct: count }] }) && !tight
  const stack = { 'grouped-bar': null, 'stacked-bar': 'zero', 'normalized-bar': 'normalize' }[kind]
  const share = kind === 'normalized-bar' ? { axis: { format: '.0%' } } : {}
  const size = { ...sizeChannel(measure), ...share, stack }
  const axis = uprightAxis(label, count)
  const offset = { field: series.key, sort: domain }
  const place: { [key: string]: Json } = upright
    ? { x: labelChannel(label, axis), y: size }
    : { y: labelChannel(label), x: size }
  const beside: { [key: string]: Json } = upright ? { xOffset: offset } : { yOffset: offset }
  const color = colorChannel(series, domain)
  const rows = kind === 'grouped-bar' ? count * domain.length : count
  return {
    kind,
    view: {
      mark: { type: 'bar', orient: upright ? 'vertical' : 'horizontal' },
      encoding: {
        ...place,
        ...(kind === 'grouped-bar' ? beside : {}),
        color,
        tooltip: tooltips([label, series, measure]),
      },
    },
    height: upright ? 320 : Math.max(160, 14 * rows + 40),
  }
}

/** Measures of different units: one small bar chart each, side by side over the same labels. */
function drawBarsBeside(shape: Shape, label: Field): Drawing {
  const arranged = arrange([label, ...shape.measures], label, shape.measures[0] as Field, shape.sorted)
  const total = label.values.length
  const kept = total > READABLE.bars ? take(arranged, range(READABLE.bars)) : arranged
  const folded = fold(kept.slice(0, 1), kept.slice(1))
  const [labels] = folded.labels as [Field]
  const titles = folded.series.order ?? []
  const view = {
    facet: { column: { field: folded.series.key, title: null, sort: titles, header: { labelFontSize: 12 } } },
    spec: {
      width: Math.floor(440 / titles.length) + 60,
      height: Math.max(120, 22 * (kept[0]?.values.length ?? 0) + 10),
      mark: { type: 'bar', cornerRadiusEnd: 2, orient: 'horizontal' },
      encoding: {
        y: { field: labels.key, type: 'ordinal', title: label.title, sort: domainOf(labels) },
        x: { ...sizeChannel(folded.measure), title: null, axis: { tickCount: 4, format: '~s' } },
        tooltip: tooltips([labels, folded.series, folded.measure]),
      },
    },
    resolve: { scale: { x: 'independent' } },
  }
  const notes = total > READABLE.bars ? [note('chart-cut', READABLE.bars, total)] : []
  return {
    kind: 'bar',
    view,
    values: pointsOf([labels, folded.series, folded.measure]),
    height: 300,
    width: 600,
    notes,
  }
}
