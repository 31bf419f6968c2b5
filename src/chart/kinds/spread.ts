import { say } from '../../wording/phrases.ts'
import { capital } from '../../wording.ts'
import { binsOf, cutSeries, domainOf, pointsOf, READABLE, range, take } from '../data.ts'
import type { Field } from '../field.ts'
import { note } from '../notes.ts'
import type { Shape } from '../shape.ts'
import { colorChannel, type Drawing, type Json, labelChannel, type Page, sizeChannel, tooltips } from '../spec.ts'

/** How one number is spread: bins over stored numbers, or the bins and counts the query made. */
export function drawHistogram(shape: Shape, page: Page): Drawing | undefined {
  const [measure] = shape.measures
  const line = shape.labels.find((label) => label.role === 'ordered' && !label.recurring && isNumbers(label))
  const series = shape.labels.find(
    (label) => label !== line && label.role !== 'key' && label.distinct > 1 && label.distinct <= READABLE.series,
  )
  if (line !== undefined && measure?.additive === true) return queryBins(line, measure, series)
  const numbers = measure === undefined ? line : measure
  const values = (numbers?.values ?? []).map(Number).filter(Number.isFinite)
  if (numbers === undefined || values.length < 2) return undefined
  const bins = binsOf(values)
  const title = capital(say(page.language, 'count plain'))
  const rows = bins.map(({ start, end, count }) => ({ [numbers.key]: start, end, n: count }))
  return {
    kind: 'histogram',
    view: {
      mark: { type: 'bar', binSpacing: 1 },
      encoding: {
        x: {
          field: numbers.key,
          bin: { binned: true },
          type: 'quantitative',
          title: numbers.title,
          axis: { tickCount: 10 },
        },
        x2: { field: 'end' },
        y: { field: 'n', type: 'quantitative', title, axis: { tickMinStep: 1 } },
        tooltip: [
          {
            field: numbers.key,
            type: 'quantitative',
            title: page.language === 'zh' ? '从' : 'From',
            format: numbers.format,
          },
          { field: 'end', type: 'quantitative', title: page.language === 'zh' ? '到' : 'To', format: numbers.format },
          { field: 'n', type: 'quantitative', title, format: ',.0f' },
        ],
      },
    },
    values: rows,
    height: 300,
    notes: values.length < 10 ? [note('chart-few-values', values.length)] : [],
  }
}

function isNumbers(label: Field): boolean {
  return label.values.some((value) => Number.isFinite(Number(value)))
}

/** The query counted per number or bin already: bars that touch, each as wide as the step between numbers. */
function queryBins(line: Field, measure: Field, series: Field | undefined): Drawing {
  const rows = range(line.values.length).filter((row) => Number.isFinite(Number(line.values[row])))
  const [starts, sizes, groups] = take([line, measure, ...(series ? [series] : [])], rows) as [Field, Field, Field?]
  const numbers = starts.values.map(Number)
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b)
  const step = Math.min(...sorted.slice(1).map((value, i) => value - (sorted[i] ?? 0)), Number.POSITIVE_INFINITY)
  const width = Number.isFinite(step) ? step : 1
  const values = numbers.map((start, row) => ({
    [line.key]: start,
    end: Number((start + width).toPrecision(12)),
    [measure.key]: sizes.values[row] ?? null,
    ...(groups ? { [groups.key]: groups.values[row] ?? null } : {}),
  }))
  return {
    kind: 'histogram',
    view: {
      mark: { type: 'bar', binSpacing: 1 },
      encoding: {
        x: {
          field: line.key,
          bin: { binned: true, step: width },
          type: 'quantitative',
          title: line.title,
          axis: { tickCount: 10 },
        },
        x2: { field: 'end' },
        y: { ...sizeChannel(measure), stack: 'zero' },
        ...(groups ? { color: colorChannel(groups, domainOf(groups)) } : {}),
        tooltip: [
          { field: line.key, type: 'quantitative', title: line.title },
          ...tooltips([...(groups ? [groups] : []), measure]),
        ],
      },
    },
    values,
    height: 300,
    notes: [],
  }
}

/** Median, quartiles and outliers of stored numbers, for each label when there is one. */
export function drawBoxplot(shape: Shape, page: Page): Drawing | undefined {
  const [measure] = shape.measures
  if (measure === undefined || shape.rows < 2) return undefined
  const label = shape.labels.find((field) => field.role !== 'key' && field.distinct * 2 <= shape.rows)
  const kept =
    shape.rows > page.maxMarks
      ? take([...(label ? [label] : []), measure], range(page.maxMarks))
      : [...(label ? [label] : []), measure]
  const limited = label === undefined ? { columns: kept, notes: [] } : cutSeries(kept, kept[0] as Field, measure, 30)
  const size = limited.columns.at(-1) as Field
  const named = label === undefined ? undefined : (limited.columns[0] as Field)
  const cut = shape.rows > page.maxMarks ? [note('chart-cut', page.maxMarks, shape.rows)] : []
  const few = shape.rows < 5 ? [note('chart-few-values', shape.rows)] : []
  const side: { [key: string]: Json } =
    named === undefined ? {} : { y: { ...labelChannel(named), sort: named.order ?? 'ascending' } }
  return {
    kind: 'boxplot',
    view: {
      mark: { type: 'boxplot', extent: 1.5, size: 18, median: { color: 'white' }, outliers: { size: 14 } },
      encoding: { ...side, x: { ...sizeChannel(size), scale: { zero: false } } },
    },
    values: pointsOf(limited.columns),
    height: named === undefined ? 110 : Math.max(140, 34 * named.distinct + 20),
    notes: [...limited.notes, ...cut, ...few],
  }
}
