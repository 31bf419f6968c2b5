import { placesNamed } from './places.ts'
import {
  firstDistinct,
  hasNegative,
  hasRange,
  isNumberLine,
  isUpright,
  makesWhole,
  type Shape,
  secondDistinct,
  shareAxis,
  tellsRowsApart,
  timeSteps,
  UPRIGHT,
} from './shape.ts'
import type { ChartKind } from './wish.ts'

export interface ChartRule {
  name: string
  kind: ChartKind
  why: string
  source: string
  /** Drawn in panels by the label with the fewest values. */
  panels?: true
  fits(shape: Shape): boolean
}

const MACKINLAY = 'Mackinlay 1986, Automating the Design of Graphical Presentations'
const CLEVELAND = 'Cleveland & McGill 1984, Graphical Perception'
const DRACO = 'Draco 2, draco/asp/soft.lp'
const COMPASS = 'CompassQL, src/constraint/encoding.ts and src/ranking/effectiveness'
const FEW = 'Few 2012, Show Me the Numbers'
const VEGA_LITE = 'vega-lite documentation, mark and encoding pages'

const oneLabel = (s: Shape) => s.labels.length === 1 && s.times.length === 0
const single = (s: Shape) => s.measures.length === 1
const discrete = (s: Shape) => [...s.times, ...s.labels]

/** Which kind a result gets when the question wishes none: the first rule that fits. */
export const CHART_RULES: ChartRule[] = [
  {
    name: 'nothing to draw',
    kind: 'table',
    why: 'Without rows or without numbers and places a table says all there is.',
    source: FEW,
    fits: (s) => s.rows === 0 || (s.measures.length === 0 && !(s.latitude && s.longitude)),
  },
  {
    name: 'few single numbers',
    kind: 'number',
    why: 'One row of one to four numbers is read as figures; an axis adds nothing.',
    source: FEW,
    fits: (s) =>
      s.rows === 1 && s.measures.length >= 1 && s.measures.length <= 4 && s.fields.length - s.measures.length <= 1,
  },
  {
    name: 'one wide row',
    kind: 'table',
    why: 'One row with many columns is a record, not a comparison.',
    source: FEW,
    fits: (s) => s.rows === 1,
  },
  {
    name: 'places',
    kind: 'map',
    why: 'Longitude and latitude are positions already.',
    source: VEGA_LITE,
    fits: (s) => s.latitude !== undefined && s.longitude !== undefined,
  },
  {
    name: 'places by name',
    kind: 'bar-horizontal',
    why: 'Names of countries and states are ranked: areas on a map hide small places, and names are no positions.',
    source: CLEVELAND,
    fits: (s) =>
      oneLabel(s) &&
      single(s) &&
      tellsRowsApart(s.labels, s.rows) &&
      placesNamed(s.labels[0]?.values ?? []) !== undefined,
  },
  {
    name: 'ranked moments',
    kind: 'bar-horizontal',
    why: 'Moments sorted by size are a ranking, not a course of time.',
    source: FEW,
    fits: (s) =>
      s.ranked && s.times.length === 1 && s.labels.length === 0 && single(s) && tellsRowsApart(s.times, s.rows),
  },
  {
    name: 'measures over time',
    kind: 'line',
    why: 'Position along a time axis joined by a line shows change best.',
    source: MACKINLAY,
    fits: (s) =>
      s.times.length === 1 &&
      s.labels.length === 0 &&
      timeSteps(s) >= 3 &&
      s.measures.length <= 4 &&
      tellsRowsApart(s.times, s.rows),
  },
  {
    name: 'few moments',
    kind: 'column',
    why: 'Two points make no line: bars compare them.',
    source: CLEVELAND,
    fits: (s) => s.times.length === 1 && s.labels.length === 0 && single(s) && tellsRowsApart(s.times, s.rows),
  },
  {
    name: 'one line per label',
    kind: 'line',
    why: 'Up to eight lines can be told apart by colour.',
    source: COMPASS,
    fits: (s) =>
      s.times.length === 1 &&
      s.labels.length === 1 &&
      single(s) &&
      timeSteps(s) >= 3 &&
      (s.labels[0]?.distinct ?? 0) <= 8 &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'recurring period by year',
    kind: 'line',
    why: 'Years laid over the same months show seasons.',
    source: FEW,
    fits: (s) =>
      s.times.length === 1 &&
      s.times[0]?.grain === 'year' &&
      s.labels.length === 1 &&
      s.labels[0]?.recurring === true &&
      timeSteps(s) <= 8 &&
      single(s) &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'time by many labels',
    kind: 'heatmap',
    why: 'More than eight lines tangle; colour in a grid keeps every label readable.',
    source: COMPASS,
    fits: (s) =>
      s.times.length === 1 &&
      s.labels.length === 1 &&
      single(s) &&
      timeSteps(s) >= 3 &&
      (s.labels[0]?.distinct ?? 0) <= 40 &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'two moments by label',
    kind: 'slope',
    why: 'Between two moments the slope of a line tells who rose and who fell.',
    source: 'Tufte 1983, The Visual Display of Quantitative Information',
    fits: (s) =>
      s.times.length === 1 &&
      s.labels.length === 1 &&
      single(s) &&
      timeSteps(s) === 2 &&
      (s.labels[0]?.distinct ?? 0) >= 3 &&
      (s.labels[0]?.distinct ?? 0) <= 15 &&
      s.measures[0]?.additive === false &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'lines in panels',
    kind: 'line',
    why: 'A second label beside time gets panels: small multiples on equal scales compare best.',
    source: 'Tufte 1983, The Visual Display of Quantitative Information',
    panels: true,
    fits: (s) =>
      s.times.length === 1 &&
      s.labels.length === 2 &&
      single(s) &&
      timeSteps(s) >= 3 &&
      s.labels.every((label) => label.distinct <= 12) &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'lowest to highest',
    kind: 'dot',
    why: 'A range is read from its two ends: dots on a common scale, joined.',
    source: CLEVELAND,
    fits: (s) =>
      oneLabel(s) &&
      s.measures.length >= 2 &&
      s.measures.length <= 3 &&
      hasRange(s) &&
      shareAxis(s.measures) &&
      tellsRowsApart(s.labels, s.rows),
  },
  {
    name: 'spread within groups',
    kind: 'boxplot',
    why: 'Many numbers per label are compared by their median and quartiles.',
    source: 'Tukey 1977, Exploratory Data Analysis',
    fits: (s) =>
      s.raw &&
      oneLabel(s) &&
      single(s) &&
      (s.labels[0]?.distinct ?? 0) <= 30 &&
      s.rows >= 5 * Math.max(2, s.labels[0]?.distinct ?? 0),
  },
  {
    name: 'two numbers',
    kind: 'scatter',
    why: 'Two positions show how one number goes with another.',
    source: CLEVELAND,
    fits: (s) => s.raw && s.rows >= 5 && s.measures.length >= 2 && s.measures.length <= 3 && s.labels.length <= 2,
  },
  {
    name: 'one number, many rows',
    kind: 'histogram',
    why: 'Bins show how one number is spread.',
    source: DRACO,
    fits: (s) =>
      s.raw &&
      single(s) &&
      s.rows >= 10 &&
      s.labels.every((label) => label.role === 'key') &&
      s.times.length === 0 &&
      !s.sorted,
  },
  {
    name: 'parts of a whole',
    kind: 'pie',
    why: 'Two to six shares that make 100 % are the one case where a pie reads well.',
    source: FEW,
    fits: (s) =>
      oneLabel(s) && single(s) && s.measures[0]?.share === true && s.rows >= 2 && s.rows <= 6 && makesWhole(s),
  },
  {
    name: 'grouped numbers',
    kind: 'histogram',
    why: 'Counts per number or bin stand on the number line without gaps.',
    source: DRACO,
    fits: (s) =>
      oneLabel(s) &&
      single(s) &&
      s.measures[0]?.additive === true &&
      isNumberLine(s) &&
      (s.labels[0]?.distinct ?? 0) > UPRIGHT.labels,
  },
  {
    name: 'a name among labels',
    kind: 'bar',
    why: 'Where one label tells the rows apart the others only describe it.',
    source: COMPASS,
    fits: (s) => single(s) && s.labels.length >= 2 && s.labels.some((label) => tellsRowsApart([label], s.rows)),
  },
  {
    name: 'two labels, many cells',
    kind: 'heatmap',
    why: 'A grid of colour stays readable where bars would be too thin.',
    source: COMPASS,
    fits: (s) =>
      discrete(s).length === 2 &&
      single(s) &&
      secondDistinct(s) > 8 &&
      firstDistinct(s) <= 60 &&
      secondDistinct(s) <= 60 &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'two labels, parts add up',
    kind: 'stacked-bar',
    why: 'Counts and sums of parts add up to the bar.',
    source: VEGA_LITE,
    fits: (s) =>
      discrete(s).length === 2 &&
      single(s) &&
      s.measures[0]?.additive === true &&
      !hasNegative(s) &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'two labels, no sum',
    kind: 'grouped-bar',
    why: 'Averages and rates must not be stacked: side by side they compare.',
    source: DRACO,
    fits: (s) => discrete(s).length === 2 && single(s) && tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'bars in panels',
    kind: 'grouped-bar',
    why: 'Three labels that together tell the rows apart: one panel for each value of the poorest.',
    source: 'CompassQL, src/constraint/encoding.ts',
    panels: true,
    fits: (s) =>
      s.times.length === 0 &&
      s.labels.length === 3 &&
      single(s) &&
      s.labels.every((label) => label.distinct <= 12) &&
      s.rows >= 8 &&
      tellsRowsApart(s.labels, s.rows),
  },
  {
    name: 'alike measures by label',
    kind: 'grouped-bar',
    why: 'Measures of one unit share an axis.',
    source: CLEVELAND,
    fits: (s) =>
      discrete(s).length === 1 &&
      s.measures.length >= 2 &&
      s.measures.length <= 4 &&
      s.rows <= 12 &&
      shareAxis(s.measures) &&
      tellsRowsApart(discrete(s), s.rows),
  },
  {
    name: 'many rows of two measures',
    kind: 'scatter',
    why: 'Above fifteen rows two measures are read against each other, not row by row.',
    source: CLEVELAND,
    fits: (s) => s.measures.length === 2 && s.rows > 15 && !s.sorted && s.labels.length <= 1 && s.times.length === 0,
  },
  {
    name: 'measures of different units',
    kind: 'bar',
    why: 'Different units get their own axes side by side, never one with two scales.',
    source: FEW,
    fits: (s) => oneLabel(s) && s.measures.length >= 2 && s.measures.length <= 4 && tellsRowsApart(s.labels, s.rows),
  },
  {
    name: 'few short labels',
    kind: 'bar',
    why: 'Length from a common base is read most exactly; short labels fit under upright bars.',
    source: CLEVELAND,
    fits: (s) => oneLabel(s) && single(s) && tellsRowsApart(s.labels, s.rows) && isUpright(s),
  },
  {
    name: 'many or long labels',
    kind: 'bar',
    why: 'Lying bars leave room for long labels and many rows.',
    source: FEW,
    fits: (s) => oneLabel(s) && single(s) && tellsRowsApart(s.labels, s.rows),
  },
  {
    name: 'events over time',
    kind: 'scatter',
    why: 'Single measured events are points on the time line.',
    source: MACKINLAY,
    fits: (s) => s.times.length === 1 && s.measures.length >= 1 && s.rows >= 3,
  },
  {
    name: 'anything else',
    kind: 'table',
    why: 'More labels and numbers than a chart can show at once.',
    source: FEW,
    fits: () => true,
  },
]
