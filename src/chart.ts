import type { Catalog } from './catalog.ts'
import { describeChart } from './chart/alt.ts'
import { type Field, readFields } from './chart/field.ts'
import { drawBars, drawGroupedBars, drawNormalizedBars, drawStackedBars } from './chart/kinds/bars.ts'
import { drawCalendar, drawDots, drawSlope } from './chart/kinds/compared.ts'
import { drawFigure } from './chart/kinds/figure.ts'
import { drawLines } from './chart/kinds/lines.ts'
import { drawPanels, fullestPanel } from './chart/kinds/panels.ts'
import { drawHeatmap, drawPie } from './chart/kinds/parts.ts'
import { drawMap, drawScatter } from './chart/kinds/points.ts'
import { drawBoxplot, drawHistogram } from './chart/kinds/spread.ts'
import { layoutOf } from './chart/layout.ts'
import { findingsOf, KIND_NAMES, type Note, note } from './chart/notes.ts'
import { CHART_RULES, type ChartRule } from './chart/rules.ts'
import { asDrawn, type Shape, shapeOf } from './chart/shape.ts'
import { type Drawing, type Page, specOf, type VegaLiteSpec } from './chart/spec.ts'
import { type ChartKind, isLeaning, kindNamed, namesAxes } from './chart/wish.ts'
import type { Rows } from './database.ts'
import { SETTINGS } from './settings.ts'
import { sqlOf } from './tree/print.ts'
import { readTree } from './tree/read.ts'
import { type Expression, itemMeant, type Query, type Select } from './tree.ts'
import type { Finding } from './verify.ts'
import { type Language, languageOf } from './wording.ts'

export type { VegaLiteSpec } from './chart/spec.ts'
export { CHART_KINDS as KINDS, kindNamed, namedKindOf, wishOf } from './chart/wish.ts'

export interface Charted {
  /** Null when a table says more: `kind` is then 'table'. */
  spec: VegaLiteSpec | null
  kind: ChartKind
  /** Why this kind: a rule's sentence, or the wish. */
  why: string
  findings: Finding[]
}

export interface Charting {
  /** What stands above the chart: the question. */
  title: string
  /** Kind asked for, as `wishOf` or a caller names it; null when none. */
  wish: string | null
  catalog: Catalog
  /** DuckDB's parsed statement. */
  tree: unknown
  rows: Rows
  /** The title's own language by default. */
  language?: Language
  /** Setting `chart_max_marks`. */
  maxMarks?: number
}

/** A Vega-Lite v6 chart of the rows: the wished kind if the columns allow any reading of it, else the first rule that fits. */
export function chart({ title, wish, catalog, tree, rows, ...options }: Charting): Charted {
  const language = options.language ?? languageOf(title)
  const page: Page = { title, language, maxMarks: options.maxMarks ?? SETTINGS.chart_max_marks.default }
  const query = readTree(tree)
  const stored = readFields(rows, query, catalog, language)
  const wished = wish === null ? null : kindNamed(wish)
  const fields = asDrawn(stored, wished, { rows: rows.rows.length, axes: namesAxes(title) })
  const shape = shapeOf(fields, rows.rows.length, sortingOf(query, fields), wished, (all) => layoutOf(title, all))
  const { drawing, why, notes } = choose(shape, isLeaning(title, wished) ? null : wish, page)
  const findings = findingsOf([...notes, ...(drawing?.notes ?? [])], language)
  if (drawing === undefined) return { spec: null, kind: 'table', why, findings }
  const spec = specOf(drawing, page, describeChart(drawing, shape, page))
  return { spec, kind: drawing.kind, why, findings }
}

/** Whether the statement sorts, and by which of the result's fields first. */
function sortingOf(query: Query, fields: Field[]): { sorted: boolean; by: Field | undefined } {
  const [first] = query.order
  if (first === undefined || query.kind !== 'select') return { sorted: first !== undefined, by: undefined }
  return {
    sorted: true,
    by: fields[query.items.indexOf(itemMeant(query, first.by))] ?? fields[sameItem(query, first.by)],
  }
}

/** Position of the item written like an ORDER BY expression; -1 when it is none. */
function sameItem(query: Select, by: Expression): number {
  const sql = sqlOf(by)
  return sql === undefined ? -1 : query.items.findIndex((item) => sqlOf(item) === sql)
}

interface Choice {
  drawing: Drawing | undefined
  why: string
  notes: Note[]
}

function choose(shape: Shape, wish: string | null, page: Page): Choice {
  if (shape.wish === 'table') return { drawing: undefined, why: 'A table was asked for.', notes: [] }
  const unfit = isLeaning(page.title, shape.wish) && shape.wish === 'pie' && !isWholeOfParts(shape)
  const wished = shape.wish === null || shape.rows === 0 || unfit ? undefined : drawPlaced(shape.wish, shape, page)
  if (wished !== undefined)
    return { drawing: wished, why: `A ${name(shape.wish ?? '', 'en')} was asked for.`, notes: [] }
  const ruled = byRule(shape, page)
  const barred = ruled.drawing === undefined && namesAxes(page.title) ? drawPlaced('bar', shape, page) : undefined
  const fallback = barred === undefined ? ruled : { drawing: barred, why: 'Axes were spoken of.' }
  if (wish === null || shape.rows === 0) return { ...fallback, notes: [] }
  const instead = name(fallback.drawing?.kind ?? 'table', page.language)
  const ranked = shape.wish === 'map' ? fallback.drawing?.kind : undefined
  const missed =
    ranked === 'bar'
      ? note('chart-names-not-drawn', shape.labels[0]?.title ?? '')
      : shape.wish === null
        ? note('chart-wish-unknown', wish.slice(0, 40), instead)
        : note('chart-wish-impossible', name(shape.wish, page.language), instead)
  return { ...fallback, notes: [missed] }
}

/** Sizes "the proportion of" may be drawn as slices of: no percentages that are already proportions, each of another whole. */
function isWholeOfParts({ measures }: Shape): boolean {
  return measures.every(({ share, format }) => share || !format.includes('%'))
}

function name(kind: string, language: Language): string {
  return KIND_NAMES[kind]?.[language] ?? kind
}

function byRule(shape: Shape, page: Page): Omit<Choice, 'notes'> {
  const { facet } = shape.layout
  const rule = ruleFor(facet === undefined ? shape : fullestPanel(shape, facet))
  const places = rule.panels === true && facet === undefined ? withPanels(shape) : shape
  const drawing = rule.kind === 'table' ? undefined : drawPlaced(rule.kind, places, page)
  return { drawing, why: rule.why }
}

/** The first rule that fits; the last one always does. */
export function ruleFor(shape: Shape): ChartRule {
  const rule = CHART_RULES.find((one) => one.fits(shape))
  if (rule === undefined) throw new Error('the last chart rule must always fit')
  return rule
}

const DRAW: Record<Exclude<ChartKind, 'table'>, (shape: Shape, page: Page) => Drawing | undefined> = {
  number: (shape) => drawFigure(shape),
  bar: (shape, page) => drawBars(shape, page, 'either'),
  'bar-horizontal': (shape, page) => drawBars(shape, page, 'lying'),
  column: (shape, page) => drawBars(shape, page, 'upright'),
  'grouped-bar': (shape) => drawGroupedBars(shape),
  'stacked-bar': (shape) => drawStackedBars(shape),
  line: (shape, page) => drawLines(shape, page, 'line'),
  area: (shape, page) => drawLines(shape, page, 'area'),
  scatter: drawScatter,
  histogram: drawHistogram,
  pie: (shape, page) => drawPie(shape, page, 'pie'),
  donut: (shape, page) => drawPie(shape, page, 'donut'),
  heatmap: drawHeatmap,
  map: drawMap,
  boxplot: drawBoxplot,
  'normalized-bar': (shape) => drawNormalizedBars(shape),
  dot: (shape) => drawDots(shape),
  slope: (shape) => drawSlope(shape),
  calendar: (shape) => drawCalendar(shape),
}

/** Panels by the label with the fewest values. */
function withPanels(shape: Shape): Shape {
  const [facet] = shape.labels.toSorted((a, b) => a.distinct - b.distinct)
  return facet === undefined ? shape : { ...shape, layout: { ...shape.layout, facet } }
}

/** In panels where the question or the rule asks for them and they can be drawn. */
function drawPlaced(kind: ChartKind, shape: Shape, page: Page): Drawing | undefined {
  const { facet } = shape.layout
  const panels = facet === undefined ? undefined : drawPanels(shape, facet, (part) => drawKind(kind, part, page))
  return panels ?? drawKind(kind, shape, page)
}

function drawKind(kind: ChartKind, shape: Shape, page: Page): Drawing | undefined {
  const drawing = kind === 'table' ? undefined : DRAW[kind](shape, page)
  return drawing === undefined || drawing.values.length === 0 ? undefined : drawing
}

/** A result's fields and shape as the rules see them, for tests and for asking why a kind was chosen. */
export function shapeOfResult({ catalog, tree, rows }: Pick<Charting, 'catalog' | 'tree' | 'rows'>): {
  shape: Shape
  fields: Field[]
} {
  const query = readTree(tree)
  const stored = readFields(rows, query, catalog, 'en')
  const fields = asDrawn(stored, null, { rows: rows.rows.length, axes: false })
  return { fields, shape: shapeOf(fields, rows.rows.length, sortingOf(query, fields), null) }
}
