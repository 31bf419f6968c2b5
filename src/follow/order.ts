import { parseNumber } from '../draft/numbers.ts'
import { mainDate } from '../edit/change/by.ts'
import { mainItem } from '../edit/change/order.ts'
import type { Edit } from '../edit/edits.ts'
import { partsOf } from '../edit/parts.ts'
import { columnKey, type Sheet } from '../edit/sheet.ts'
import type { Origin } from '../tree/origin.ts'
import type { Rule } from './rules.ts'
import { columnSaid, columnsSaid, tableSaid } from './said.ts'

const HIGH = 'top|best|largest|biggest|highest|greatest|most'
const LOW = 'bottom|lowest|smallest|worst|least|fewest'
const COUNT = '(\\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|fifty|hundred)'
const TOP = new RegExp(
  `^(?:(?:only|just|show(?: me)?|give me|keep|limit(?: it)? to|the) )*(?:(${HIGH}|${LOW}|first) ${COUNT}|${COUNT} (${HIGH}|${LOW}))(?: (.+?))?(?: by (.+))?$`,
  'i',
)
const PLAIN = new RegExp(
  `^(?:(?:only|just|show|keep) |limit(?: it)?(?: to)? )(?:the )?${COUNT}(?: (?:rows?|results?|of them|lines?|ones))?$`,
  'i',
)

export const ORDER_RULES: Rule[] = [
  {
    name: 'top',
    why: 'The largest of what is shown, by the first measure unless another is named.',
    examples: ['top 5', 'only the top ten', 'the 3 largest', 'bottom 5', 'top 5 countries', 'top 10 by freight', '前5'],
    read: ({ text }, sheet) => {
      const chinese = /^(?:只看|显示)?前\s*(\d+)(?:名|个|位|行)?$/u.exec(text)
      if (chinese !== null) return top(Number(chinese[1]), 'top', undefined, sheet)
      const match = TOP.exec(text)
      if (match === null || !isGeneral(match[5], sheet)) return null
      const count = parseNumber(match[2] ?? match[3] ?? '')
      return count === null ? null : top(count, (match[1] ?? match[4] ?? '').toLowerCase(), match[6], sheet)
    },
  },
  {
    name: 'rows',
    why: 'A number of rows alone cuts the answer as it is sorted.',
    examples: ['just 5', 'limit to 20', 'only ten rows', 'show 50 rows'],
    read: ({ text }, sheet) => {
      if (/\b(?:1[5-9]|2[01])\d\d$/.test(text) && mainDate(sheet) !== undefined) return null
      const count = parseNumber(PLAIN.exec(text)?.[1] ?? '')
      return count === null || count > 100_000 ? null : [{ slot: 'limit', do: 'set', limit: count }]
    },
  },
  {
    name: 'all rows',
    why: 'Takes the cut away.',
    examples: ['all of them', 'show all', 'without the limit', 'no limit', 'everything', '全部'],
    read: ({ text }, { query }) =>
      query.limit !== undefined &&
      /^(?:(?:show |give me )?(?:all|everything)(?: (?:of them|rows|results))?|(?:no|without(?: the| any)?|remove(?: the)?) limit|全部|所有)$/iu.test(
        text,
      )
        ? [{ slot: 'limit', do: 'remove' }]
        : null,
  },
  {
    name: 'sort by',
    why: 'A column or measure that is shown, with its direction.',
    examples: [
      'sorted by name',
      'order by freight descending',
      'sort by country',
      'sort by the average',
      'rank by freight, lowest first',
      '按ShipCountry排序',
    ],
    read: ({ text }, sheet) => {
      const chinese = /^按(.+?)(?:排序|排列)(?:，?(升序|降序))?$/u.exec(text)
      const match =
        /^(?:re-?)?(?:sort|order|rank|arrange)(?:ed)?(?: it| them| the rows| this)? (?:by|on) (?:the )?(.+?)(?:,? (?:in )?(asc|desc|ascending|descending|alphabetical|(?:largest|highest|biggest|smallest|lowest|newest|latest|oldest|earliest) first)(?: order)?)?$/i.exec(
          text,
        )
      const by = sortable(chinese?.[1] ?? match?.[1] ?? '', sheet)
      const direction = directionOf(chinese?.[2] ?? match?.[2] ?? '')
      return by === undefined
        ? null
        : [{ slot: 'sort', do: 'set', by, ...(direction === undefined ? {} : { descending: direction }) }]
    },
  },
  {
    name: 'direction',
    why: 'The order there is, turned or told; by the first measure when there is none.',
    examples: [
      'highest first',
      'ascending',
      'in descending order',
      'reverse the order',
      'the other way round',
      'alphabetically',
      '降序',
    ],
    read: ({ text }, sheet) => direction(text, sheet),
  },
  {
    name: 'unsorted',
    why: 'Takes the order away.',
    examples: ['without sorting', 'unsorted'],
    read: ({ text }) =>
      /^(?:unsorted|(?:without|no|remove(?: the)?|drop(?: the)?) (?:sorting|sort|order(?:ing)?))$/i.test(text)
        ? [{ slot: 'sort', do: 'remove' }]
        : null,
  },
]

function top(count: number, word: string, by: string | undefined, sheet: Sheet): Edit[] | null {
  const limit: Edit = { slot: 'limit', do: 'set', limit: count }
  const named = by === undefined ? undefined : sortable(by, sheet)
  if (by !== undefined && named === undefined) return null
  const low = new RegExp(`^(?:${LOW})$`).test(word)
  if (named !== undefined) return [{ slot: 'sort', do: 'set', by: named, descending: !low }, limit]
  const main = mainItem(sheet)
  if (word === 'first' || main === undefined) return word === 'first' ? [limit] : null
  const { measures } = partsOf(sheet)
  const at = measures.findIndex((one) => one.expression === main)
  const [first] = sheet.body?.order ?? []
  const sorted = measures.some(
    (one) =>
      first !== undefined &&
      JSON.stringify({ ...one.expression, alias: undefined }) === JSON.stringify({ ...first.by, alias: undefined }),
  )
  return sorted && first?.descending === !low
    ? [limit]
    : [{ slot: 'sort', do: 'set', by: `measure-${at}`, descending: !low }, limit]
}

/** "top 5 countries": the noun is what the answer shows anyway. */
function isGeneral(noun: string | undefined, sheet: Sheet): boolean {
  if (noun === undefined || /^(?:rows?|results?|ones|of them|values?|entries|items?|only|instead)$/i.test(noun))
    return true
  const { groups, measures } = partsOf(sheet)
  const shown = [...groups, ...measures].map((one) => one.column?.column)
  return tableSaid(noun, sheet) !== undefined || columnsSaid(noun, sheet).some(({ column }) => shown.includes(column))
}

/** What a sort names: a chip, or a column of the rows that are listed. */
function sortable(words: string, sheet: Sheet): string | undefined {
  const { measures, groups } = partsOf(sheet)
  if (words === '') return undefined
  const aggregate = measures.findIndex(
    (one) => one.aggregate !== undefined && AGGREGATE_WORDS[one.aggregate]?.test(words),
  )
  if (aggregate >= 0 || /^(?:value|amount|size|result|measure|数量|数值)$/i.test(words))
    return `measure-${Math.max(0, aggregate)}`
  const shown = (origin: Origin) => [...groups, ...measures].some((one) => one.column?.column === origin.column)
  const column = columnsSaid(words, sheet).find(shown) ?? (groups.length === 0 ? columnSaid(words, sheet) : undefined)
  if (column !== undefined) return columnKey(column)
  return /^(?:name|date|time|label)$/i.test(words) && groups.length > 0 ? 'by-0' : undefined
}

const AGGREGATE_WORDS: Record<string, RegExp> = {
  count: /^(?:count|number(?: of .+)?|how many|frequency|total)$/i,
  sum: /^(?:total|sum)(?: .+)?$/i,
  average: /^(?:average|mean|avg)(?: .+)?$/i,
  median: /^median(?: .+)?$/i,
  max: /^(?:max(?:imum)?|highest|largest)(?: .+)?$/i,
  min: /^(?:min(?:imum)?|lowest|smallest)(?: .+)?$/i,
}

/** True for descending; undefined when the word says neither. */
function directionOf(words: string): boolean | undefined {
  if (/^(?:desc|largest|highest|biggest|newest|latest|most|降)/i.test(words)) return true
  return /^(?:asc|smallest|lowest|oldest|earliest|alphabetical|least|升)/i.test(words) ? false : undefined
}

function direction(text: string, sheet: Sheet): Edit[] | null {
  if (
    /^(?:reverse(?: (?:it|the order|the sorting|order))?|(?:the )?other way (?:a?round)|flip (?:it|the order)|反过来|倒序)$/i.test(
      text,
    )
  )
    return [{ slot: 'sort', do: 'set' }]
  if (/^(?:sort(?:ed)? )?(?:alphabetical(?:ly)?|in alphabetical order|a to z|a-z)$/i.test(text))
    return partsOf(sheet).groups.length > 0 ? [{ slot: 'sort', do: 'set', by: 'by-0', descending: false }] : null
  const match =
    /^(?:sort(?:ed)? )?(?:in )?(?:the )?(ascending|descending|asc|desc|largest|highest|biggest|most|smallest|lowest|least|升序|降序)(?: order| first)?$/i.exec(
      text,
    )
  const descending = directionOf(match?.[1] ?? '')
  if (descending === undefined) return null
  const [first] = sheet.body?.order ?? []
  const main = partsOf(sheet).measures.findIndex((one) => one.expression === mainItem(sheet))
  if (first !== undefined && !/first$/i.test(text)) return [{ slot: 'sort', do: 'set', descending }]
  return main < 0 ? null : [{ slot: 'sort', do: 'set', by: `measure-${main}`, descending }]
}
