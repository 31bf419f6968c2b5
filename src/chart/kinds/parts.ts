import { say } from '../../wording/phrases.ts'
import { capital } from '../../wording.ts'
import { arrange, collapse, domainOf, pointsOf, READABLE, range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { axisFormat } from '../format.ts'
import { asLabel } from '../label.ts'
import { type Note, note } from '../notes.ts'
import { longestLabel, type Shape } from '../shape.ts'
import { colorChannel, type Drawing, isWhole, type Json, labelChannel, type Page, tooltips } from '../spec.ts'
import { labelsThatTell } from './bars.ts'

/** Slices of one whole, largest first from twelve o'clock; past six the smallest become one. Refuses negative sizes. */
export function drawPie(shape: Shape, page: Page, kind: 'pie' | 'donut'): Drawing | undefined {
  const [first] = labelsThatTell(shape)
  if (first === undefined || shape.measures.some((field) => field.values.some((value) => Number(value) < 0)))
    return undefined
  const { columns, notes } = collapse([asLabel(first)], shape.measures[0], capital(say(page.language, 'count plain')))
  const [label, size] = arrange(columns, columns[0] as Field, columns[1] as Field, false) as [Field, Field]
  const parts = size.additive || size.share
  const together = parts ? restTogether([label, size], page) : { columns: [label, size], notes: manySlices(label) }
  const [slices, sizes] = together.columns as [Field, Field]
  if (sizes.values.every((value) => Number(value ?? 0) === 0)) return undefined
  return {
    kind,
    view: pieView(slices, sizes, kind),
    values: pointsOf([slices, sizes]).map((point, o) => ({ ...point, o, p: percentText(sizes, o) })),
    height: 300,
    notes: [...notes, ...together.notes, ...(parts ? [] : [note('chart-pie-not-parts', size.title)])],
  }
}

/** Pixels; the percentages stand outside. */
const PIE_RADIUS = 120

function pieView(slices: Field, sizes: Field, kind: 'pie' | 'donut'): { [key: string]: Json } {
  const inner = kind === 'donut' ? { innerRadius: PIE_RADIUS / 2 } : {}
  return {
    layer: [
      { mark: { type: 'arc', outerRadius: PIE_RADIUS, stroke: 'white', strokeWidth: 1.5, ...inner } },
      {
        mark: { type: 'text', radius: PIE_RADIUS + 22, fontSize: 12 },
        encoding: { text: { field: 'p' }, color: { value: '#555' } },
      },
    ],
    encoding: {
      theta: { field: sizes.key, type: 'quantitative', stack: true, title: sizes.title },
      color: {
        ...colorChannel(slices, domainOf(slices)),
        legend: { orient: 'right', columns: 1, title: slices.title },
      },
      order: { field: 'o', type: 'quantitative' },
      tooltip: tooltips([slices, sizes]),
    },
  }
}

/** A slice's share; nothing for slices too thin to carry it. */
function percentText(sizes: Field, row: number): string {
  const whole = sizes.values.reduce<number>((total, value) => total + Number(value ?? 0), 0)
  const share = Number(sizes.values[row] ?? 0) / whole
  return share < 0.03 ? '' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`
}

function manySlices(label: Field): Note[] {
  return label.values.length > READABLE.slices ? [note('chart-pie-many', label.values.length)] : []
}

function restTogether([label, size]: [Field, Field], page: Page): { columns: [Field, Field]; notes: Note[] } {
  const count = label.values.length
  if (count <= READABLE.slices) return { columns: [label, size], notes: [] }
  const kept = READABLE.slices - 1
  const rest = page.language === 'zh' ? '其他' : 'Other'
  const [labels, sizes] = take([label, size], range(kept)) as [Field, Field]
  const sum = size.values.slice(kept).reduce<number>((total, value) => total + Number(value ?? 0), 0)
  const { order: _, ...plain } = labels
  return {
    columns: [
      { ...plain, values: [...labels.values, rest], distinct: kept + 1 },
      { ...sizes, values: [...sizes.values, sum] },
    ],
    notes: [note('chart-rest', count - kept, rest), note('chart-pie-many', count)],
  }
}

/** Two labels as rows and columns of a grid, the measure as depth of one colour. */
export function drawHeatmap(shape: Shape, page: Page): Drawing | undefined {
  const [first, second] = [...shape.times, ...shape.labels]
  if (first === undefined || second === undefined) return undefined
  const wide = first.role === 'time' || first.recurring || first.distinct >= second.distinct
  const [across, down] = wide ? [first, asLabel(second)] : [second, asLabel(first)]
  const { columns, notes } = collapse([across, down], shape.measures[0], capital(say(page.language, 'count plain')))
  const limited = columns[0] && columns[0].values.length > page.maxMarks ? take(columns, range(page.maxMarks)) : columns
  const cut = limited === columns ? [] : [note('chart-cut', page.maxMarks, columns[0]?.values.length ?? 0)]
  const [x, y, size] = limited as [Field, Field, Field]
  return {
    kind: 'heatmap',
    view: {
      mark: { type: 'rect' },
      encoding: {
        x: {
          ...labelChannel(x, x.role === 'time' ? {} : { labelAngle: longestLabel(x) * x.distinct > 90 ? -45 : 0 }),
          sort: x.order ?? (x.role === 'time' ? 'ascending' : null),
        },
        y: { ...labelChannel(y), sort: y.order ?? null },
        color: {
          field: size.key,
          type: 'quantitative',
          title: size.title,
          legend: {
            ...axisFormat(size.values, size.format),
            ...(isWhole(size) ? { tickMinStep: 1, format: ',.0f' } : {}),
            gradientLength: 200,
            orient: 'top',
            direction: 'horizontal',
          },
          ...(size.additive ? { scale: { domainMin: 0 } } : {}),
        },
        tooltip: tooltips([x, y, size]),
      },
    },
    values: pointsOf([x, y, size]),
    height: Math.max(140, 24 * new Set(y.values).size + 20),
    notes: [...notes, ...cut],
  }
}
