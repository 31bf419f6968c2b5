import { isFinest } from '../edit/change/measure.ts'
import type { Edit, Grain } from '../edit/edits.ts'
import { type Grouped, isDate, partsOf } from '../edit/parts.ts'
import { columnKey, type Sheet, tablesOf } from '../edit/sheet.ts'
import type { Origin } from '../tree/origin.ts'
import { isGrouped } from '../tree.ts'
import type { Rule, Said } from './rules.ts'
import { columnSaid, tableSaid } from './said.ts'

const GRAIN_WORDS: { grain: Grain; words: RegExp }[] = [
  { grain: 'month of year', words: /^(?:months? of (?:the )?year|calendar months?)$/i },
  { grain: 'weekday', words: /^(?:weekdays?|days? of (?:the )?week|星期|周几)$/i },
  { grain: 'year', words: /^(?:years?|yearly|annual(?:ly)?|年)$/i },
  { grain: 'quarter', words: /^(?:quarters?|quarterly|季度?)$/i },
  { grain: 'month', words: /^(?:months?|monthly|月份?)$/i },
  { grain: 'week', words: /^(?:weeks?|weekly|周)$/i },
  { grain: 'day', words: /^(?:days?|daily|dates?|日|天)$/i },
  { grain: 'hour', words: /^(?:hours?|hourly)$/i },
]

const ADDS =
  /^(?:(?:also|and|then|further|additionally) )?(?:make (?:it|them) )?(?:split|broken down|break (?:it |this |that )?down|break down|divided?|separate(?:d)?|stacked|colou?red|drill(?:ed)? down)(?: it| this| that| them| further)?(?: up| out)?(?: by| per| into| on)? /i
const BY =
  /^(?:(?:now |grouped? |summari[sz]ed? |aggregated? |show(?: it| this)? )?(?:it |this |them )?(?:by|per|for each|for every|each|every|over)|按(?:照)?每?个?) ?(?:the )?/iu

export const GROUP_RULES: Rule[] = [
  {
    name: 'by',
    why: '"by month" after "by year" is the other grain; "by region" after "by country" the other column; "split by" and "also by" come beside.',
    examples: [
      'by month instead',
      'monthly',
      'per week',
      'by shipper',
      'split by year',
      'and by region',
      'broken down by category',
      'by country and year',
      '按月',
    ],
    read: (said, sheet) => groupEdits(said, sheet),
  },
  {
    name: 'in total',
    why: 'One number over all rows.',
    examples: ['in total', 'overall', 'altogether', 'not by country', 'without the split'],
    read: ({ text }, sheet) => {
      const { groups } = partsOf(sheet)
      if (groups.length === 0) return null
      if (
        /^(?:in total|overall|altogether|ungrouped|(?:without|no)(?: the| any)? (?:split|groups?|grouping|breakdown))$/i.test(
          text,
        )
      )
        return cleared(groups)
      const named = /^(?:not|no longer) (?:by|per) (.+)$/i.exec(text)?.[1]
      const at = named === undefined ? -1 : groupNamed(named, groups, sheet)
      return at < 0 ? null : [{ slot: 'by', do: 'remove', at }]
    },
  },
]

/** The number of the group that some words name. */
export function groupNamed(words: string, groups: Grouped[], sheet: Sheet): number {
  const grain = grainSaid(words)
  if (grain !== undefined) return groups.findIndex((one) => one.grain === grain)
  const column = columnSaid(words, sheet)
  return groups.findIndex((one) => one.column !== undefined && one.column.column === column?.column)
}

function cleared(groups: Grouped[]): Edit[] {
  return groups.map((): Edit => ({ slot: 'by', do: 'remove', at: 0 }))
}

function grainSaid(words: string): Grain | undefined {
  return GRAIN_WORDS.find((one) => one.words.test(words.trim()))?.grain
}

interface Target {
  grain?: Grain
  column?: string
}

function groupEdits(said: Said, sheet: Sheet): Edit[] | null {
  const adds = ADDS.test(said.text)
  if (sheet.body === undefined || !isGrouped(sheet.body)) return null
  const rest = said.text.replace(ADDS, '').replace(BY, '')
  const adverb = /^(?:yearly|annual(?:ly)?|quarterly|monthly|weekly|daily|hourly)$/i.test(said.text)
  if (rest === said.text && !adverb) return null
  const targets = rest.split(/\s*(?:,|\band\b(?: by| per)?|和)\s*/i).map((words) => targetSaid(words, sheet))
  if (targets.some((target) => target === undefined)) return null
  const known = targets.filter((target) => target !== undefined)
  const { groups } = partsOf(sheet)
  if (adds || said.also) {
    const stacked: Edit[] = /\bstacked\b/i.test(said.text) ? [{ slot: 'chart', do: 'set', chart: 'stacked-bar' }] : []
    return [...known.map((target): Edit => ({ slot: 'by', do: 'add', ...target })), ...stacked]
  }
  if (known.length > 1)
    return [...cleared(groups), ...known.map((target): Edit => ({ slot: 'by', do: 'add', ...target }))]
  return known[0] === undefined ? null : [instead(known[0], groups)].filter((edit) => edit !== undefined)
}

function targetSaid(words: string, sheet: Sheet): Target | undefined {
  const grain = grainSaid(words)
  if (grain !== undefined) return { grain }
  const table = tableSaid(words, sheet)
  if (table !== undefined && isFinest(sheet, table)) return undefined
  const dated = /^(year|quarter|month|week|day|weekday) of (.+)$/i.exec(words)
  const column = columnSaid(dated?.[2] ?? words, sheet, ({ column }) => column.kind !== 'other')
  if (column === undefined || isKeyOfRows(column, sheet)) return undefined
  const of =
    dated === null ? (isDate(column) && column.column.kind === 'date' ? 'month' : undefined) : grainSaid(dated[1] ?? '')
  return { column: columnKey(column), ...(of === undefined ? {} : { grain: of }) }
}

/** "per order" over orders: each row for itself, which brings nothing together. */
function isKeyOfRows({ table, column }: Origin, sheet: Sheet): boolean {
  return tablesOf(sheet).includes(table) && table.primaryKey.length === 1 && table.primaryKey[0] === column.name
}

/** In place of the group of the same nature, of the only one, or as the first. */
function instead(target: Target, groups: Grouped[]): Edit {
  const isTime = (one: Grouped) => one.grain !== undefined || (one.column !== undefined && isDate(one.column))
  const wanted = target.grain !== undefined
  const alike = groups.findIndex((one) => isTime(one) === wanted)
  const at = alike >= 0 ? alike : 0
  return groups.length === 0 ? { slot: 'by', do: 'add', ...target } : { slot: 'by', do: 'set', at, ...target }
}
