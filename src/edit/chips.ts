import { CHART_KINDS } from '../chart/wish.ts'
import { isGrouped } from '../tree.ts'
import { teller } from '../wording/tell.ts'
import { additions } from './additions.ts'
import {
  choice,
  type Desk,
  frequent,
  LIMITS,
  MOST,
  namesOf,
  naming,
  splitEdit,
  splits,
  splitText,
  summable,
  years,
} from './desk.ts'
import { AGGREGATES, type Chip, type Choice, GRAINS, type Reading } from './edits.ts'
import { type During, type Grouped, isDate, type Kept, partsOf, type Shown } from './parts.ts'
import { periodText } from './period.ts'
import { phrase } from './phrases.ts'
import { reachable } from './reach.ts'
import { columnKey, columnsOf, type Sheet, scopeOf } from './sheet.ts'

/** The parts of a sheet as chips, each with what it may be changed to, and what may be added. */
export function chipsOf(sheet: Sheet): Reading {
  const { body, catalog, language } = sheet
  if (body === undefined) return { chips: [...orderChips(sheet), chartChip(sheet)], add: [], chart: sheet.wish }
  const columns = columnsOf(reachable(sheet)).filter(({ column }) => column.kind !== 'other')
  const numbers = summable(sheet, columns)
  const desk: Desk = {
    sheet,
    parts: partsOf(sheet),
    tell: teller(catalog, language),
    columns,
    numbers,
    names: namesOf(columns),
  }
  const { measures, groups, filters, periods } = desk.parts
  const chips = [
    ...(sheet.whole ? measures.map((one, at) => measureChip(one, at, desk)) : []),
    ...(sheet.whole ? groups.map((one, at) => groupChip(one, at, desk)) : []),
    ...filters.map((one, at) => filterChip(one, at, desk)),
    ...periods.map((one, at) => periodChip(one, at, desk)),
    ...(sheet.whole ? sortChips(desk) : []),
    ...orderChips(sheet),
    chartChip(sheet),
  ]
  return { chips, add: additions(desk), chart: sheet.wish }
}

function measureChip(one: Shown, at: number, desk: Desk): Chip {
  const { sheet, parts, tell } = desk
  const text =
    one.expression.kind === 'star'
      ? phrase('every column', tell.language)
      : tell.expression(one.expression, scopeOf(sheet))
  return {
    id: `measure-${at}`,
    slot: 'measure',
    text,
    choices: isGrouped(sheet.body as never) ? measureChoices(one, at, desk) : shownChoices(one, at, desk),
    ...(parts.measures.length > 1 ? { remove: { slot: 'measure', do: 'remove', at } } : {}),
  }
}

function measureChoices(one: Shown, at: number, desk: Desk): Choice[] {
  const { language } = desk.tell
  const aggregates = AGGREGATES.filter((name) => name !== one.aggregate && name !== 'deviation' && canTake(name, one))
  return [
    ...aggregates.map(
      (aggregate): Choice =>
        choice('how', phrase(aggregate, language), desk, { slot: 'measure', do: 'set', at, aggregate }),
    ),
    ...desk.numbers
      .filter(({ column }) => column !== one.column?.column && one.aggregate !== undefined && one.aggregate !== 'count')
      .slice(0, MOST)
      .map((origin) =>
        choice('what', naming(origin, desk), desk, { slot: 'measure', do: 'set', at, column: columnKey(origin) }),
      ),
  ]
}

function canTake(aggregate: string, one: Shown): boolean {
  if (aggregate === 'count') return true
  if (one.column === undefined || one.call === undefined) return false
  if (aggregate === 'distinct') return one.column.column.kind !== 'number'
  return (
    one.column.column.kind === 'number' ||
    ((aggregate === 'min' || aggregate === 'max') && one.column.column.kind === 'date')
  )
}

function shownChoices(one: Shown, at: number, desk: Desk): Choice[] {
  const shown = desk.parts.measures.map((measure) => measure.column?.column)
  return desk.columns
    .filter(
      ({ column }) => !shown.includes(column) && (one.column === undefined || column.kind === one.column.column.kind),
    )
    .slice(0, MOST)
    .map((origin) =>
      choice('what', naming(origin, desk), desk, { slot: 'measure', do: 'set', at, column: columnKey(origin) }),
    )
}

function groupChip(one: Grouped, at: number, desk: Desk): Chip {
  const { sheet, parts, tell } = desk
  const grains = one.column !== undefined && one.column.column.kind !== 'number' && isDate(one.column) ? GRAINS : []
  return {
    id: `by-${at}`,
    slot: 'by',
    text: tell.expression(one.expression, scopeOf(sheet)),
    choices: [
      ...grains
        .filter((grain) => grain !== one.grain && grain !== 'hour')
        .map((grain) => choice('period', phrase(grain, tell.language), desk, { slot: 'by', do: 'set', at, grain })),
      ...splits(desk).map((origin) => choice('what', splitText(origin, desk), desk, splitEdit('set', origin, at))),
    ],
    ...(parts.measures.length > 0 ? { remove: { slot: 'by', do: 'remove', at } } : {}),
  }
}

function filterChip(one: Kept, at: number, desk: Desk): Chip {
  const { sheet, tell } = desk
  const { column, operator } = one
  const editable = column !== undefined && !one.having
  const values = editable && (operator === 'is' || operator === 'is not') ? frequent(column, one.values) : []
  const key = column === undefined ? '' : columnKey(column)
  return {
    id: `filter-${at}`,
    slot: 'filter',
    text: tell.condition(one.expression, scopeOf(sheet)),
    choices: [
      ...values.map((value) =>
        choice('only', value, desk, { slot: 'filter', do: 'set', at, column: key, values: [value] }),
      ),
      ...(editable && operator !== undefined ? opposite(operator, at, desk) : []),
    ],
    remove: { slot: 'filter', do: 'remove', at },
  }
}

function opposite(operator: string, at: number, desk: Desk): Choice[] {
  const turned = { is: 'is not', 'is not': 'is', above: 'at most', below: 'at least', 'at least': 'below', 'at most': 'above', missing: 'present', present: 'missing' } as const // biome-ignore format: a table
  const other = turned[operator as keyof typeof turned]
  return other === undefined
    ? []
    : [choice('how', phrase(other, desk.tell.language), desk, { slot: 'filter', do: 'set', at, operator: other })]
}

function periodChip(one: During, at: number, desk: Desk): Chip {
  const { tell, sheet } = desk
  const key = columnKey(one.column)
  const told = periodText(one.conditions, tell.language)
  const whole =
    one.conditions.length === 1 && one.conditions[0]
      ? one.conditions[0]
      : { kind: 'logic' as const, op: 'and' as const, parts: one.conditions }
  return {
    id: `period-${at}`,
    slot: 'period',
    text: told ?? tell.condition(whole, scopeOf(sheet)),
    choices: years(one.column)
      .filter((year) => year !== told)
      .map((period) => choice('period', period, desk, { slot: 'period', do: 'set', column: key, period })),
    remove: { slot: 'period', do: 'remove', column: key },
  }
}

function sortChips(desk: Desk): Chip[] {
  const { sheet, parts, tell } = desk
  const order = sheet.body?.order ?? []
  const [first] = order
  const shown = [
    ...parts.measures.map((one, i) => ({ ...one, id: `measure-${i}` })),
    ...parts.groups.map((one, i) => ({ ...one, id: `by-${i}` })),
  ]
  if (first === undefined || parts.measures.length + parts.groups.length === 0) return []
  const text = order.map(({ by, descending }) => `${tell.expression(by, scopeOf(sheet))} ${descending ? '↓' : '↑'}`)
  const choices = shown.flatMap(({ expression, id }) =>
    [true, false].map((descending) =>
      choice(descending ? 'largest first' : 'smallest first', tell.expression(expression, scopeOf(sheet)), desk, {
        slot: 'sort',
        do: 'set',
        by: id,
        descending,
      }),
    ),
  )
  return [
    {
      id: 'sort-0',
      slot: 'sort',
      text: text.join(', '),
      choices: choices.slice(0, 2 * MOST),
      remove: { slot: 'sort', do: 'remove' },
    },
  ]
}

function orderChips(sheet: Sheet): Chip[] {
  const { limit } = sheet.query
  if (limit === undefined || sheet.body?.qualify !== undefined) return []
  const choices = LIMITS.filter((one) => one !== limit).map(
    (one): Choice => ({
      text: String(one),
      group: phrase('rows', sheet.language),
      edit: { slot: 'limit', do: 'set', limit: one },
    }),
  )
  return [
    {
      id: 'limit-0',
      slot: 'limit',
      text: `${phrase('first', sheet.language)} ${limit}`,
      choices,
      remove: { slot: 'limit', do: 'remove' },
    },
  ]
}

function chartChip(sheet: Sheet): Chip {
  const group = phrase('chart', sheet.language)
  const choices = CHART_KINDS.filter((kind) => kind !== sheet.wish).map(
    (chart): Choice => ({ text: chart.replaceAll('-', ' '), group, edit: { slot: 'chart', do: 'set', chart } }),
  )
  const text = sheet.wish === null ? phrase('best fit', sheet.language) : sheet.wish.replaceAll('-', ' ')
  return {
    id: 'chart-0',
    slot: 'chart',
    text,
    choices,
    ...(sheet.wish === null ? {} : { remove: { slot: 'chart', do: 'remove' } }),
  }
}
