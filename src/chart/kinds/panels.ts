import { range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { asLabel } from '../label.ts'
import { note } from '../notes.ts'
import type { Shape } from '../shape.ts'
import type { Drawing, Json } from '../spec.ts'

/** Most panels a reader compares. */
const MOST_PANELS = 12

/** Pixels of all panels of a row together. */
const ROW_WIDTH = 600

/** One drawing per value of a field, all on the same scales. Undefined when the field has one value or the kind cannot be drawn. */
export function drawPanels(
  shape: Shape,
  facet: Field,
  draw: (shape: Shape) => Drawing | undefined,
): Drawing | undefined {
  const label = asLabel(facet)
  const values = panelsOf(label)
  const shown = values.slice(0, MOST_PANELS)
  const whole = draw(without(shape, facet, range(shape.rows)))
  if (whole === undefined || values.length < 2 || 'facet' in whole.view) return undefined
  const panels = shown.map((value) => {
    const rows = range(shape.rows).filter((row) => String(label.values[row]) === value)
    return { value, drawing: draw(without(shape, facet, rows)) }
  })
  const columns = Math.min(shown.length, shown.length === 4 ? 2 : 3)
  const width = Math.floor(ROW_WIDTH / columns) - 20
  const cut = values.length > shown.length ? [note('chart-series-cut', shown.length, values.length, facet.title)] : []
  return {
    ...whole,
    view: {
      facet: { field: facet.key, type: 'nominal', title: facet.title, sort: shown },
      columns,
      spec: { ...sized(whole.view), width, height: panelHeight(whole) },
    },
    values: panels.flatMap(({ value, drawing }) =>
      (drawing?.values ?? []).map((point) => ({ ...point, [facet.key]: value })),
    ),
    width: ROW_WIDTH,
    notes: [...panels.flatMap(({ drawing }) => drawing?.notes ?? []), ...cut],
  }
}

/** The rows of the fullest panel: what a rule for the kind looks at. */
export function fullestPanel(shape: Shape, facet: Field): Shape {
  const label = asLabel(facet)
  const { order: _, ...unordered } = label
  const [fullest] = panelsOf(unordered)
  return without(
    shape,
    facet,
    range(shape.rows).filter((row) => String(label.values[row]) === fullest),
  )
}

/** Values in their own order, else the most frequent first. */
function panelsOf(label: Field): string[] {
  const counts = new Map<string, number>()
  for (const value of label.values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  const order = label.order ?? [...counts].toSorted((a, b) => b[1] - a[1]).map(([value]) => value)
  return order.filter((value) => counts.has(value))
}

function panelHeight({ height }: Drawing): number {
  return Math.min(260, Math.max(130, Math.round(height * 0.6)))
}

/** What is smaller in a panel than alone: the radii of pies. */
const SMALLER: [string, string][] = [
  ['"outerRadius":120', '"outerRadius":60'],
  ['"innerRadius":60', '"innerRadius":30'],
  ['"radius":142', '"radius":74'],
]

/** The view for a panel: small pies, tilted labels under bars. */
function sized(view: { [key: string]: Json }): { [key: string]: Json } {
  const text = SMALLER.reduce((written, [large, small]) => written.replaceAll(large, small), JSON.stringify(view))
  const own = JSON.parse(text) as { encoding?: { x?: { type?: string; axis?: object } } } & { [key: string]: Json }
  const x = own.encoding?.x
  if (x?.type === 'ordinal') x.axis = { ...x.axis, labelAngle: -45 }
  return own
}

/** The rows of one panel, without the field the panels are cut by. */
function without(shape: Shape, facet: Field, rows: number[]): Shape {
  const kept = new Map(shape.fields.map((field) => [field, take([field], rows)[0] as Field]))
  const of = (field: Field) => kept.get(field) ?? (take([field], rows)[0] as Field)
  const list = (fields: Field[]) => fields.filter((field) => field !== facet).map(of)
  const { facet: _, ...layout } = shape.layout
  const places = Object.fromEntries(Object.entries(layout).map(([place, field]) => [place, of(field as Field)]))
  return {
    ...shape,
    rows: rows.length,
    fields: list(shape.fields),
    measures: list(shape.measures),
    labels: list(shape.labels),
    times: list(shape.times),
    latitude: shape.latitude && of(shape.latitude),
    longitude: shape.longitude && of(shape.longitude),
    layout: places,
  }
}
