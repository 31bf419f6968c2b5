import { parseNumber } from '../draft/numbers.ts'
import type { Edit, Operator } from '../edit/edits.ts'
import { partsOf } from '../edit/parts.ts'
import { columnKey, type Sheet } from '../edit/sheet.ts'
import { groupNamed } from './group.ts'
import { measureNamed } from './measure.ts'
import type { Rule } from './rules.ts'
import { columnSaid, columnsSaid, valuesSaid } from './said.ts'

const ONLY =
  /^(?:(?:only|just|solely|limit(?:ed)?(?: it)? to|restrict(?:ed)?(?: it)? to|filter(?:ed)?(?: it)? (?:on|by|to|for)|keep(?: only)?|show(?: only| just)?|where|with|for|in|from|of|at|只看|仅看|只要|仅)(?: |(?<=\p{Script=Han}))(?:the )?)*/iu
const NOT =
  /^(?:without|not including|not counting|excluding|exclude|except(?: for)?|but not|not|no|leave out|leaving out|remove|drop|ignore|ignoring|minus|other than|all but|everything but|everything except|apart from|不要|排除|去掉|不含) ?(?:the |any |those |in |from |for )?/iu

const COMPARISONS: { operator: Operator; words: RegExp }[] = [
  { operator: 'at least', words: /^(?:is |are |of )?(?:at least|not less than|no less than|>=|≥)\s*/i },
  { operator: 'at most', words: /^(?:is |are |of )?(?:at most|not more than|no more than|up to|<=|≤)\s*/i },
  {
    operator: 'above',
    words:
      /^(?:is |are |of )?(?:above|over|more than|greater than|larger than|higher than|bigger than|exceeding|>)\s*/i,
  },
  { operator: 'below', words: /^(?:is |are |of )?(?:below|under|less than|fewer than|smaller than|lower than|<)\s*/i },
]

export const FILTER_RULES: Rule[] = [
  {
    name: 'take away',
    why: 'A part of the reading goes: a filter, a split, a measure.',
    examples: [
      'without the filter',
      'drop the country filter',
      'remove the average',
      'without the month',
      'all countries',
    ],
    read: ({ text }, sheet) => takeAway(text, sheet),
  },
  {
    name: 'number',
    why: 'A number column compared with a number.',
    examples: [
      'only freight above 100',
      'where price is at least 20',
      'with quantity under 5',
      'freight between 10 and 20',
    ],
    read: ({ text }, sheet) => numberFilter(text.replace(ONLY, ''), sheet),
  },
  {
    name: 'without',
    why: 'All values but those named.',
    examples: [
      'without returns',
      'excluding USA',
      'except Germany and France',
      'not Germany',
      'leave out Brazil',
      '排除Germany',
    ],
    read: ({ text }, sheet) => {
      if (!NOT.test(text)) return null
      const found = valuesSaid(text.replace(NOT, ''), sheet)
      return found === undefined ? null : excluded(found.column, found.values, sheet)
    },
  },
  {
    name: 'also value',
    why: 'One more value where some are kept already.',
    examples: ['also Italy', 'and France too', 'add Spain', 'include Italy as well'],
    read: ({ text, also }, sheet) =>
      also && !/^(?:only|just)\b/i.test(text) ? included(text.replace(ONLY, ''), sheet) : null,
  },
  {
    name: 'only',
    why: 'A stored value alone is the filter on the column that holds it; it takes the place of another value of that column.',
    examples: [
      'only Germany',
      'just France and Italy',
      'same for France',
      'Germany only',
      'what about Italy',
      'in Berlin',
      'only ship country Germany',
      '只看Germany',
    ],
    read: ({ text, added }, sheet) => {
      if (added) return null
      const words = text.replace(ONLY, '').replace(/ only$/i, '')
      const found = words === '' ? undefined : valuesSaid(words, sheet)
      return found === undefined
        ? null
        : [{ slot: 'filter', do: 'add', column: columnKey(found.column), values: found.values }]
    },
  },
]

function excluded(column: Parameters<typeof columnKey>[0], values: string[], sheet: Sheet): Edit[] {
  const { filters } = partsOf(sheet)
  const at = filters.findIndex((one) => one.column?.column === column.column && one.operator === 'is not')
  const old = filters[at]?.values ?? []
  if (at >= 0) return [{ slot: 'filter', do: 'set', at, column: columnKey(column), values: [...old, ...values] }]
  return [{ slot: 'filter', do: 'add', column: columnKey(column), operator: 'is not', values }]
}

/** Where all values are kept, one more changes nothing: that is no edit. */
function included(words: string, sheet: Sheet): Edit[] | null {
  const found = valuesSaid(words, sheet)
  if (found === undefined) return null
  const { filters } = partsOf(sheet)
  const at = filters.findIndex((one) => one.column?.column === found.column.column && one.operator === 'is')
  const old = filters[at]?.values
  return old === undefined ? null : [{ slot: 'filter', do: 'set', at, values: [...old, ...found.values] }]
}

function numberFilter(words: string, sheet: Sheet): Edit[] | null {
  const between = /^(.+?) (?:is |are )?between (\S+) and (\S+)$/i.exec(words)
  if (between !== null) {
    const values = [parseNumber(between[2] ?? ''), parseNumber(between[3] ?? '')].filter((value) => value !== null)
    return values.length < 2 ? null : onColumn(between[1] ?? '', 'between', values, sheet)
  }
  const parts = words.split(' ')
  for (let cut = 1; cut < parts.length; cut++) {
    const rest = parts.slice(cut).join(' ')
    const found = COMPARISONS.find((one) => one.words.test(rest))
    const number = found === undefined ? null : parseNumber(rest.replace(found.words, ''))
    if (found !== undefined && number !== null)
      return onColumn(parts.slice(0, cut).join(' '), found.operator, [number], sheet)
  }
  return null
}

function onColumn(name: string, operator: Operator, values: number[], sheet: Sheet): Edit[] | null {
  const column = columnSaid(name, sheet, ({ column }) => column.kind === 'number')
  return column === undefined ? null : [{ slot: 'filter', do: 'add', column: columnKey(column), operator, values }]
}

function takeAway(text: string, sheet: Sheet): Edit[] | null {
  const { filters, groups, measures } = partsOf(sheet)
  if (/^(?:without|no|remove|drop|clear)(?: the| any| all(?: the)?)? filters?$/i.test(text))
    return filters.length === 0 ? null : filters.map((): Edit => ({ slot: 'filter', do: 'remove', at: 0 }))
  const all =
    /^(?:for |in )?(?:all|any|every)(?: the)? (.+)$/i.exec(text)?.[1] ??
    /^(?:without|no|remove|drop)(?: the)? (.+) filter$/i.exec(text)?.[1]
  if (all !== undefined) {
    const columns = columnsSaid(all, sheet).map((one) => one.column)
    const at = filters.findIndex((one) => one.column !== undefined && columns.includes(one.column.column))
    return at < 0 ? null : [{ slot: 'filter', do: 'remove', at }]
  }
  const named = /^(?:without|remove|drop|no|hide|leave out)(?: the)? (.+)$/i.exec(text)?.[1]
  if (named === undefined) return null
  const measure = measures.length > 1 ? measureNamed(named, measures, sheet) : -1
  if (measure >= 0) return [{ slot: 'measure', do: 'remove', at: measure }]
  const at = groupNamed(named, groups, sheet)
  return at < 0 ? null : [{ slot: 'by', do: 'remove', at }]
}
