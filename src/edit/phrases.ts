import type { Language } from '../wording.ts'

/** What menus and titles say, English and Chinese. */
const PHRASES = {
  count: ['number of rows', '行数'],
  distinct: ['number of different', '不同值的数量'],
  sum: ['total', '总计'],
  average: ['average', '平均'],
  min: ['lowest', '最小'],
  max: ['highest', '最大'],
  median: ['median', '中位数'],
  deviation: ['standard deviation', '标准差'],
  year: ['year', '年'],
  quarter: ['quarter', '季度'],
  month: ['month', '月'],
  week: ['week', '周'],
  day: ['day', '日'],
  hour: ['hour', '小时'],
  weekday: ['weekday', '星期'],
  'month of year': ['month of the year', '月份'],
  is: ['only these', '只要'],
  'is not': ['all but these', '排除'],
  above: ['above', '大于'],
  below: ['below', '小于'],
  'at least': ['at least', '至少'],
  'at most': ['at most', '至多'],
  missing: ['missing', '为空'],
  present: ['not missing', '不为空'],
  how: ['how', '方式'],
  what: ['instead', '换成'],
  only: ['only', '只看'],
  period: ['period', '时段'],
  'period of': ['only a period of', '时段：'],
  rows: ['rows', '行数'],
  first: ['first', '前'],
  chart: ['chart', '图表'],
  'best fit': ['as fits best', '自动选择'],
  'largest first': ['largest first', '从大到小'],
  'smallest first': ['smallest first', '从小到大'],
  'add measure': ['Also show', '再显示'],
  'add by': ['Split by', '再按'],
  'add column': ['Also show', '再显示'],
  'add limit': ['Rows', '行数'],
  'every column': ['every column', '所有列'],
} as const satisfies Record<string, readonly [string, string]>

/** A phrase of menus and titles in a language. */
export function phrase(name: keyof typeof PHRASES, language: Language): string {
  return PHRASES[name][language === 'zh' ? 1 : 0]
}
