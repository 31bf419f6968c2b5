import { isFinest } from '../edit/change/measure.ts'
import type { Aggregate, Edit } from '../edit/edits.ts'
import { partsOf, type Shown } from '../edit/parts.ts'
import { columnKey, type Sheet } from '../edit/sheet.ts'
import { isGrouped } from '../tree.ts'
import type { Rule, Said } from './rules.ts'
import { columnSaid, tableSaid } from './said.ts'

const AGGREGATE_WORDS: { aggregate: Aggregate; words: RegExp }[] = [
  {
    aggregate: 'distinct',
    words:
      /^(?:(?:number|count) of (?:different|distinct|unique)|(?:different|distinct|unique)|how many (?:different|distinct|unique)) ?(?:of )?/i,
  },
  { aggregate: 'count', words: /^(?:number|count|how many|数量|个数)(?: of)?(?= |$)/iu },
  { aggregate: 'average', words: /^(?:average|mean|avg|平均值?)(?: of)?(?= |$)/iu },
  { aggregate: 'median', words: /^(?:median|中位数)(?: of)?(?= |$)/iu },
  { aggregate: 'sum', words: /^(?:total|sum|总和|合计|总计)(?: of)?(?= |$)/iu },
  { aggregate: 'max', words: /^(?:max(?:imum)?|highest|largest|most expensive|最大值?)(?: of)?(?= |$)/iu },
  { aggregate: 'min', words: /^(?:min(?:imum)?|lowest|smallest|cheapest|最小值?)(?: of)?(?= |$)/iu },
]

export const MEASURE_RULES: Rule[] = [
  {
    name: 'instead of',
    why: 'Names both what comes and what goes.',
    examples: ['average instead of total', 'the median rather than the average', 'quantity instead of freight'],
    read: ({ text }, sheet) => {
      const match = /^(?:the )?(.+?) (?:instead of|rather than|not) (?:the )?(.+)$/i.exec(text)
      const target = match === null ? undefined : measureSaid(match[1] ?? '', sheet)
      const at = match === null ? -1 : measureNamed(match[2] ?? '', partsOf(sheet).measures, sheet)
      return target === undefined || at < 0 ? null : [{ slot: 'measure', do: 'set', at, ...target }]
    },
  },
  {
    name: 'measure',
    why: 'Another sum over the same rows: in place of the only one, or beside it with "also" or "too".',
    examples: [
      'average instead',
      'the median',
      'and the average too',
      'also the maximum',
      'add the number of orders',
      'average freight instead',
      'how many',
      '平均呢',
    ],
    read: (said, sheet) => measureEdits(said, sheet),
  },
  {
    name: 'show column',
    why: 'A listing can show one more column.',
    examples: ['also show the city', 'and the phone too', 'add the country', 'include the price'],
    read: (said, sheet) => {
      if (sheet.body === undefined || isGrouped(sheet.body) || !said.also) return null
      const column = columnSaid(said.text.replace(/^(?:show |their |its |the )+/i, ''), sheet)
      return column === undefined ? null : [{ slot: 'measure', do: 'add', column: columnKey(column) }]
    },
  },
]

interface Target {
  aggregate?: Aggregate
  column?: string
}

function measureEdits(said: Said, sheet: Sheet): Edit[] | null {
  if (sheet.body === undefined || !isGrouped(sheet.body)) return null
  const words = said.text
    .replace(/^(?:use |show |give me |take |with |as )?(?:the |their |its )?/i, '')
    .replace(/呢$/u, '')
  const target = measureSaid(words, sheet)
  const { measures } = partsOf(sheet)
  if (target === undefined || (target.aggregate === undefined && !said.instead && !said.also)) return null
  if (said.also) return [{ slot: 'measure', do: 'add', ...target }]
  return measures.length === 1 ? [{ slot: 'measure', do: 'set', at: 0, ...target }] : null
}

/** "average freight", "median", "freight", "number of orders"; undefined for anything else. */
function measureSaid(words: string, sheet: Sheet): Target | undefined {
  const said = words.trim()
  const known = AGGREGATE_WORDS.find((one) => one.words.test(said))
  const rest = (known === undefined ? said : said.replace(known.words, '')).replace(/^(?:the |of )+/i, '').trim()
  if (known === undefined) return numberColumn(rest, sheet)
  if (rest === '') return known.aggregate === 'distinct' ? undefined : { aggregate: known.aggregate }
  if (known.aggregate === 'count') return countOf(rest, sheet)
  const column = known.aggregate === 'distinct' ? columnSaid(rest, sheet) : undefined
  if (known.aggregate === 'distinct') return column && { aggregate: 'distinct', column: columnKey(column) }
  const number = numberColumn(rest, sheet)
  return number && { aggregate: known.aggregate, ...number }
}

function numberColumn(words: string, sheet: Sheet): Target | undefined {
  const column = columnSaid(words, sheet, ({ column }) => column.kind === 'number' && !/key/.test(column.role))
  return column && { column: columnKey(column) }
}

/** Rows are counted where each of them is one of what is asked for. */
function countOf(words: string, sheet: Sheet): Target | undefined {
  if (/^(?:rows|records|entries|lines|them|items)$/i.test(words)) return { aggregate: 'count' }
  const table = tableSaid(words, sheet)
  return table !== undefined && isFinest(sheet, table) ? { aggregate: 'count' } : undefined
}

/** The number of the measure that some words name; -1 for none. */
export function measureNamed(words: string, measures: Shown[], sheet: Sheet): number {
  const target = measureSaid(words, sheet)
  if (target === undefined) return -1
  return measures.findIndex(
    (one) =>
      (target.aggregate === undefined || one.aggregate === target.aggregate) &&
      (target.column === undefined || (one.column !== undefined && columnKey(one.column) === target.column)),
  )
}
