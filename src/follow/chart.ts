import { kindNamed } from '../chart/wish.ts'
import type { Rule } from './rules.ts'

const DRAW =
  /^(?:(?:now |just )?(?:as|in|into|to|with|using|use|draw|plot|make|turn|switch|change|show|display|view|render|visuali[sz]e|chart|graph|give me)\b ?(?:it |this |that |them )?(?:(?:as|in|into|to|with|using) )?)*(?:an? |the )?(.+?)(?: (?:chart|graph|plot|diagram|view|form|format))?$/i

export const CHART_RULES: Rule[] = [
  {
    name: 'chart',
    why: 'A kind of chart alone asks for the same rows drawn anew.',
    examples: [
      'as a line',
      'make it a pie chart',
      'bar chart please',
      'in a table',
      'draw it as stacked bars',
      '换成折线图',
    ],
    read: ({ text }) => {
      const words = text.replace(/^(?:换成|改成|画成|用)/u, '')
      const named = (DRAW.exec(words)?.[1] ?? '').toLowerCase()
      if (named === '' || named.split(' ').length > 4) return null
      const kind = EXACT[named] ?? kindNamed(words.toLowerCase().replace(/^(?:an? |the )/, '')) ?? null
      const known = kind !== null && named.split(/[ -]/).every((word) => KIND_WORDS.test(word))
      return known ? [{ slot: 'chart', do: 'set', chart: kind }] : null
    },
  },
  {
    name: 'any chart',
    why: 'Taking back a wish leaves the choice to the rules.',
    examples: ['any chart', 'whatever chart fits', 'default chart'],
    read: ({ text }) =>
      /^(?:any|default|automatic|the best|best|whatever|another) chart(?: (?:that )?fits)?$/i.test(text)
        ? [{ slot: 'chart', do: 'remove' }]
        : null,
  },
]

const EXACT: Record<string, 'bar' | 'line' | 'pie' | 'table' | 'area' | 'number' | 'map' | 'scatter'> = {
  bar: 'bar', bars: 'bar', line: 'line', lines: 'line', pie: 'pie', table: 'table', area: 'area', number: 'number', map: 'map', scatter: 'scatter',
} // biome-ignore format: a table

/** Words that name kinds of charts: anything else beside them is said of the data. */
const KIND_WORDS =
  /^(?:stacked|grouped|clustered|side|by|horizontal|vertical|bars?|columns?|lines?|area|pie|donut|doughnut|ring|scatter(?:plot)?|heat|heatmap|map|histogram|box(?:plot)?|plot|chart|graph|table|grid|number|single|big|time|series|bubble|trend|\p{Script=Han}+)$/iu
