import { arrange, cutSeries, domainOf, pointsOf, range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { asLabel } from '../label.ts'
import { note } from '../notes.ts'
import type { Shape } from '../shape.ts'
import { type Drawing, type Json, labelChannel, PALETTE, sizeChannel, tooltips } from '../spec.ts'

/** Most rows of dots and most lines of a slope chart that can be followed. */
const MOST = { dots: 40, slopes: 15 }

/** A dot per label, with a bar from the lowest to the highest of its measures when there are several of one unit. */
export function drawDots(shape: Shape): Drawing | undefined {
  const [label] = [...shape.labels, ...shape.times.map(asLabel)]
  const measures = shape.measures.slice(0, 3)
  if (label === undefined || measures.length === 0) return undefined
  const columns = arrange([label, ...measures], label, measures.at(-1) as Field, shape.sorted)
  const total = columns[0]?.values.length ?? 0
  const [names, ...sizes] = take(columns, range(Math.min(total, MOST.dots))) as [Field, ...Field[]]
  const points = pointsOf([names, ...sizes]).map((point) => {
    const numbers = sizes.map(({ key }) => point[key]).filter((value) => typeof value === 'number')
    return { ...point, low: Math.min(...numbers), high: Math.max(...numbers) }
  })
  const y = labelChannel(names)
  return {
    kind: 'dot',
    view: { layer: [...(sizes.length > 1 ? [rangeLayer(y)] : []), ...sizes.map((size, at) => dotLayer(size, { y, at, titles: sizes.map(({ title }) => title), columns: [names, ...sizes] }))] },
    values: points,
    height: Math.max(120, 22 * points.length + 20),
    notes: total > MOST.dots ? [note('chart-cut', MOST.dots, total)] : [],
  } // biome-ignore format: a table
}

function rangeLayer(y: { [key: string]: Json }): Json {
  return {
    mark: { type: 'rule', color: '#999', strokeWidth: 2 },
    encoding: { y, x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
  }
}

interface Around {
  y: { [key: string]: Json }
  at: number
  titles: string[]
  columns: Field[]
}

function dotLayer(size: Field, { y, at, titles, columns }: Around): Json {
  const many = titles.length > 1
  const color = many
    ? { color: { datum: size.title, type: 'nominal', title: null } }
    : { color: { value: PALETTE[at] ?? '' } } // biome-ignore format: a table
  return {
    mark: { type: 'point', filled: true, size: 70, opacity: 1 },
    encoding: {
      y,
      x: { ...sizeChannel(size, false), ...(many ? { title: null } : {}) },
      ...(color as { [key: string]: Json }),
      tooltip: tooltips(columns),
    },
  }
}

/** A line per label between two moments. */
export function drawSlope(shape: Shape): Drawing | undefined {
  const [time] = [...shape.times, ...shape.labels.filter(({ role }) => role === 'ordered')].filter(
    ({ distinct }) => distinct === 2,
  )
  const label = shape.labels.find((field) => field !== time)
  const [measure] = shape.measures
  if (time === undefined || label === undefined || measure === undefined) return undefined
  const cut = cutSeries([asLabel(time), label, measure], label, measure, MOST.slopes)
  const [moments, names, size] = cut.columns as [Field, Field, Field]
  const domain = domainOf(names)
  const last = domainOf(moments).at(-1) ?? ''
  const color = { field: names.key, type: 'nominal', title: names.title, legend: null, scale: { domain, range: domain.map((_, at) => PALETTE[at % PALETTE.length] ?? '') } } // biome-ignore format: a table
  const x = { ...labelChannel(moments, { labelAngle: 0 }), sort: domainOf(moments), scale: { padding: 0.3 } }
  const y = sizeChannel(size, false)
  return {
    kind: 'slope',
    view: {
      layer: [
        { mark: { type: 'line', point: { size: 60 } }, encoding: { tooltip: tooltips([names, moments, size]) } },
        {
          transform: [{ filter: { field: moments.key, equal: last } }],
          mark: { type: 'text', align: 'left', dx: 10 },
          encoding: { text: { field: names.key } },
        },
      ],
      encoding: { x, y, color },
    },
    values: pointsOf([moments, names, size]),
    height: 340,
    notes: cut.notes,
  }
}

/** Most years of days that a calendar shows. */
const MOST_YEARS = 4

/** A small square per day, weeks across and weekdays down, a strip per year. */
export function drawCalendar(shape: Shape): Drawing | undefined {
  const [time] = shape.times
  const [measure] = shape.measures
  if (time === undefined || measure === undefined || !['day', 'week'].includes(time.grain ?? '')) return undefined
  const years = [...new Set(time.values.map((value) => String(value ?? '').slice(0, 4)))].filter(Boolean).toSorted()
  const kept = new Set(years.slice(-MOST_YEARS))
  const rows = range(shape.rows).filter((row) => kept.has(String(time.values[row] ?? '').slice(0, 4)))
  const [days, size] = take([time, measure], rows) as [Field, Field]
  const year = { field: days.key, type: 'ordinal', timeUnit: 'year', title: null }
  return {
    kind: 'calendar',
    view: {
      facet: { row: year },
      spec: {
        width: 600,
        height: 91,
        mark: { type: 'rect', stroke: 'white', strokeWidth: 1 },
        encoding: {
          x: { field: days.key, type: 'ordinal', timeUnit: 'week', title: null, axis: { labelExpr: "date(datum.value) <= 7 ? timeFormat(datum.value, '%b') : ''", ticks: false, labelOverlap: false, labelAngle: 0 } },
          y: { field: days.key, type: 'ordinal', timeUnit: 'day', title: null, axis: { format: '%a', domain: false, ticks: false } },
          color: { field: size.key, type: 'quantitative', title: size.title, legend: { orient: 'top', direction: 'horizontal', gradientLength: 200 } },
          tooltip: tooltips([days, size]),
        },
      },
    },
    values: pointsOf([days, size]),
    height: 100 * kept.size,
    width: 600,
    notes: years.length > kept.size ? [note('chart-cut', rows.length, shape.rows)] : [],
  } // biome-ignore format: a table
}
