import type { Finding } from '../verify.ts'
import type { Language } from '../wording.ts'

/** What a chart has to say about itself; `{0}`, `{1}` are filled in. */
export const CHART_NOTES = {
  'chart-wish-impossible': {
    level: 'info',
    en: 'A {0} cannot be drawn from these columns; a {1} is shown.',
    zh: '这些列无法画成{0}，改用{1}。',
  },
  'chart-wish-unknown': {
    level: 'info',
    en: 'No chart goes by the name “{0}”; a {1} is shown.',
    zh: '没有名为「{0}」的图表，改用{1}。',
  },
  'chart-cut': {
    level: 'info',
    en: 'The chart shows {0} of {1} rows; the table has all.',
    zh: '图中显示{1}行中的{0}行，表格中有全部。',
  },
  'chart-series-cut': {
    level: 'info',
    en: 'The chart shows {0} of {1} values of {2}: those with the largest totals.',
    zh: '图中只显示{2}的{1}个值中总量最大的{0}个。',
  },
  'chart-rest': {
    level: 'info',
    en: 'The smallest {0} slices are drawn together as “{1}”.',
    zh: '最小的{0}个扇区合并为「{1}」。',
  },
  'chart-averaged': {
    level: 'info',
    en: 'Several rows share a label; the chart shows their average.',
    zh: '多行共用一个标签；图中显示其平均值。',
  },
  'chart-summed': {
    level: 'info',
    en: 'Several rows share a label; the chart shows their sum.',
    zh: '多行共用一个标签；图中显示其总和。',
  },
  'chart-counted': {
    level: 'info',
    en: 'No number was asked for; the chart counts rows.',
    zh: '结果没有数值列；图中显示行数。',
  },
  'chart-pie-not-parts': {
    level: 'warning',
    en: 'The slices are no parts of one whole ({0}): a bar chart compares them better.',
    zh: '各扇区并非同一整体的组成部分（{0}），柱状图更适合比较。',
  },
  'chart-pie-many': {
    level: 'info',
    en: '{0} slices are hard to compare in a pie: a bar chart shows them better.',
    zh: '饼图中{0}个扇区难以比较，柱状图更清楚。',
  },
  'chart-line-unordered': {
    level: 'info',
    en: 'A line suggests an order that {0} does not have: a bar chart suits better.',
    zh: '折线暗示顺序，而{0}没有顺序，柱状图更合适。',
  },
  'chart-stack-not-parts': {
    level: 'warning',
    en: 'Stacked {0} do not add up to anything: side by side compares them.',
    zh: '堆叠的{0}加起来没有意义，并排更合适。',
  },
  'chart-one-number': {
    level: 'info',
    en: 'Only one number per row: points are drawn along {0}.',
    zh: '每行只有一个数值：沿{0}画点。',
  },
  'chart-names-not-drawn': {
    level: 'info',
    en: 'Names of places are no positions: {0} are ranked; a map needs latitude and longitude.',
    zh: '地名不是坐标：改为排序显示{0}；地图需要经纬度。',
  },
  'chart-colors-cut': {
    level: 'info',
    en: 'Colours tell {0} values of {1} apart; the other {2} are drawn as “{3}”.',
    zh: '颜色只能区分{1}的{0}个值，其余{2}个合并为「{3}」。',
  },
  'chart-few-values': {
    level: 'info',
    en: 'Only {0} values: their spread says little.',
    zh: '只有{0}个值，分布意义不大。',
  },
} as const satisfies Record<string, { level: Finding['level']; en: string; zh: string }>

export type NoteName = keyof typeof CHART_NOTES

export interface Note {
  name: NoteName
  holes: (string | number)[]
}

/** A note with its holes. */
export function note(name: NoteName, ...holes: (string | number)[]): Note {
  return { name, holes }
}

/** Notes as findings in the asker's language, each once. */
export function findingsOf(notes: Note[], language: Language): Finding[] {
  const findings = notes.map(({ name, holes }): Finding => {
    const text = CHART_NOTES[name][language].replace(/\{(\d)\}/g, (_, hole: string) =>
      String(holes[Number(hole)] ?? ''),
    )
    return { code: name, level: CHART_NOTES[name].level, text }
  })
  return findings.filter((one, i) => findings.findIndex((other) => other.text === one.text) === i)
}

/** Names of kinds as people say them. */
export const KIND_NAMES: Record<string, { en: string; zh: string }> = {
  table: { en: 'table', zh: '表格' },
  number: { en: 'number', zh: '数字' },
  bar: { en: 'bar chart', zh: '柱状图' },
  'bar-horizontal': { en: 'bar chart', zh: '条形图' },
  column: { en: 'bar chart', zh: '柱状图' },
  'grouped-bar': { en: 'grouped bar chart', zh: '分组柱状图' },
  'stacked-bar': { en: 'stacked bar chart', zh: '堆叠柱状图' },
  line: { en: 'line chart', zh: '折线图' },
  area: { en: 'area chart', zh: '面积图' },
  scatter: { en: 'scatter plot', zh: '散点图' },
  histogram: { en: 'histogram', zh: '直方图' },
  pie: { en: 'pie chart', zh: '饼图' },
  donut: { en: 'donut chart', zh: '环形图' },
  heatmap: { en: 'heat map', zh: '热力图' },
  map: { en: 'map', zh: '地图' },
  boxplot: { en: 'box plot', zh: '箱形图' },
  'normalized-bar': { en: '100 % stacked bar chart', zh: '百分比堆叠柱状图' },
  dot: { en: 'dot plot', zh: '点图' },
  slope: { en: 'slope chart', zh: '斜率图' },
  calendar: { en: 'calendar', zh: '日历图' },
}
