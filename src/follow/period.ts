import { mainDate } from '../edit/change/by.ts'
import { partsOf } from '../edit/parts.ts'
import { periodSaid } from '../edit/period.ts'
import { columnKey } from '../edit/sheet.ts'
import type { Rule } from './rules.ts'

export const PERIOD_RULES: Rule[] = [
  {
    name: 'all time',
    why: 'Takes the period away.',
    examples: ['all years', 'for all time', 'any date', 'without the period', 'over the whole period'],
    read: ({ text }, sheet) => {
      const all =
        /^(?:(?:for|over|in|of|across) )?(?:all (?:years|time|dates|months|periods)|any (?:date|time|year)|the (?:whole|entire|full) (?:period|time|range)|(?:without|no|remove|drop)(?: the| any)? (?:period|date filter|time filter|date|year|time|date range)|全部时间|所有年份)$/iu
      const [first] = partsOf(sheet).periods
      return first !== undefined && all.test(text)
        ? [{ slot: 'period', do: 'remove', column: columnKey(first.column) }]
        : null
    },
  },
  {
    name: 'period',
    why: 'A stretch of time alone is that of the rows: it takes the place of the one said before.',
    examples: [
      'same for 2024',
      'last year',
      'in Q3 2023',
      'since March 1997',
      '1996 to 1997',
      'before 1998',
      'only 1997',
      '2024年呢',
    ],
    read: ({ text }, sheet) => {
      const words = text
        .replace(/ only$/i, '')
        .replace(/^(?:only|just|for|in|during|with|from|over)\b ?(?=.)/i, (word) =>
          /^from/i.test(word) ? 'from ' : '',
        )
        .replace(/^(?:the )?year /i, '')
        .replace(/^(\d{4})\s*年(?:的)?$/u, '$1')
      const column = mainDate(sheet)
      if (column === undefined || /^\d{1,3}$/.test(words) || periodSaid(words, sheet.today) === null) return null
      return [{ slot: 'period', do: 'set', period: words, column: columnKey(column) }]
    },
  },
]
