import { CHART_KINDS } from '../chart/wish.ts'
import type { Origin } from '../tree/origin.ts'
import { isGrouped } from '../tree.ts'
import { teller } from '../wording/tell.ts'
import { capital, humanise, nameOf, type Teller } from '../wording.ts'
import { isFinest } from './change/measure.ts'
import { AGGREGATES, type Chip, type Choice, type Edit, GRAINS, type Reading } from './edits.ts'
import { type During, type Grouped, isDate, type Kept, type Parts, partsOf, type Shown } from './parts.ts'
import { periodText } from './period.ts'
import { phrase } from './phrases.ts'
import { reachable } from './reach.ts'
import { columnKey, columnsOf, type Sheet, scopeOf } from './sheet.ts'

/** Most choices under one heading of a menu; a longer list is read by nobody. */
const MOST = 12
/** Most different values of a column people group by; beyond it the answer is a list. */
const FEW_GROUPS = 300

interface Desk {
  sheet: Sheet
  parts: Parts
  tell: Teller
  /** Columns that can be used without a row being counted twice. */
  columns: Origin[]
}

/** The parts of a sheet as chips, each with what it may be changed to, and what may be added. */
export function chipsOf(sheet: Sheet): Reading {
  const { body, catalog, language } = sheet
  if (body === undefined) return { chips: [...orderChips(sheet), chartChip(sheet)], add: [], chart: sheet.wish }
  const columns = columnsOf(reachable(sheet)).filter(({ column }) => column.kind !== 'other')
  const desk: Desk = { sheet, parts: partsOf(sheet), tell: teller(catalog, language), columns }
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
    ...numbers(desk)
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
      ...splits(desk).map((origin) => choice('what', naming(origin, desk), desk, splitEdit('set', origin, at))),
    ],
    ...(parts.measures.length > 0 ? { remove: { slot: 'by', do: 'remove', at } } : {}),
  }
}

function splitEdit(how: 'set' | 'add', origin: Origin, at?: number): Edit {
  const grain = isDate(origin) && origin.column.kind === 'date' ? { grain: 'month' as const } : {}
  return { slot: 'by', do: how, column: columnKey(origin), ...grain, ...(at === undefined ? {} : { at }) }
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

function frequent({ column }: Origin, but: unknown[] = []): string[] {
  if (column.kind === 'bool') return ['true', 'false'].filter((value) => !but.includes(value === 'true'))
  if (column.kind !== 'text' || column.role === 'key') return []
  return column.frequent
    .map(({ value }) => value)
    .filter((value) => value !== '' && value.length <= 60 && !but.includes(value))
    .slice(0, MOST)
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

/** The years a date column spans, latest first. */
function years({ column }: Origin): string[] {
  const [first, last] = [column.min, column.max].map((date) => Number(date?.slice(0, 4)))
  if (!first || !last || last < first) return []
  return Array.from({ length: Math.min(MOST, last - first + 1) }, (_, i) => String(last - i))
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

const LIMITS = [1, 3, 5, 10, 20, 50, 100]

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
  const text = sheet.wish === null ? phrase('chart that fits', sheet.language) : sheet.wish.replaceAll('-', ' ')
  return {
    id: 'chart-0',
    slot: 'chart',
    text,
    choices,
    ...(sheet.wish === null ? {} : { remove: { slot: 'chart', do: 'remove' } }),
  }
}

function additions(desk: Desk): Choice[] {
  const { sheet, parts, tell } = desk
  const { language } = tell
  const grouped = sheet.body !== undefined && isGrouped(sheet.body)
  const group = (name: 'add measure' | 'add by' | 'add limit' | 'add column') => phrase(name, language)
  const filtered = parts.filters.map((one) => one.column?.column)
  const measures = numbers(desk).slice(0, MOST)
  const aggregate =
    parts.measures.find((one) => one.aggregate !== undefined && one.aggregate !== 'count')?.aggregate ?? 'sum'
  return [
    ...(sheet.whole && grouped
      ? measures.map(
          (origin): Choice => ({
            group: group('add measure'),
            text: `${phrase(aggregate, language)} ${naming(origin, desk)}`,
            edit: { slot: 'measure', do: 'add', aggregate, column: columnKey(origin) },
          }),
        )
      : []),
    ...(sheet.whole && grouped
      ? splits(desk).map(
          (origin): Choice => ({ group: group('add by'), text: naming(origin, desk), edit: splitEdit('add', origin) }),
        )
      : []),
    ...(sheet.whole && !grouped
      ? unshown(desk).map(
          (origin): Choice => ({
            group: group('add column'),
            text: naming(origin, desk),
            edit: { slot: 'measure', do: 'add', column: columnKey(origin) },
          }),
        )
      : []),
    ...categories(desk)
      .filter(({ column }) => !filtered.includes(column))
      .flatMap((origin) =>
        frequent(origin).map(
          (value): Choice => ({
            group: `${phrase('only', language)} ${naming(origin, desk)}`,
            text: value,
            edit: { slot: 'filter', do: 'add', column: columnKey(origin), values: [value] },
          }),
        ),
      ),
    ...periodAdditions(desk),
    ...(sheet.query.limit === undefined && sheet.body?.qualify === undefined
      ? LIMITS.slice(1, 5).map(
          (limit): Choice => ({
            group: group('add limit'),
            text: `${phrase('first', language)} ${limit}`,
            edit: { slot: 'limit', do: 'set', limit },
          }),
        )
      : []),
  ]
}

function periodAdditions({ sheet, parts, tell, columns }: Desk): Choice[] {
  const taken = parts.periods.map((one) => one.column.column)
  const dates = columns.filter((origin) => isDate(origin) && !taken.includes(origin.column)).slice(0, 3)
  return dates
    .flatMap((origin) =>
      years(origin).map(
        (period): Choice => ({
          group: `${phrase('period of', sheet.language)} ${nameOf(origin.column)}`,
          text: period,
          edit: { slot: 'period', do: 'set', column: columnKey(origin), period },
        }),
      ),
    )
    .slice(0, tell.language === 'zh' ? 2 * MOST : 2 * MOST)
}

/** Number columns that can be added up. */
function numbers({ sheet, columns }: Desk): Origin[] {
  return columns.filter(
    (origin) =>
      origin.column.kind === 'number' &&
      !/key/.test(origin.column.role) &&
      !/latitude|longitude/.test(origin.column.role) &&
      isFinest(sheet, origin.table),
  )
}

/** Columns people split by that the answer is not split by yet. */
function splits({ parts, columns }: Desk): Origin[] {
  const taken = parts.groups.map((one) => one.column?.column)
  return columns
    .filter(
      ({ column }) =>
        !taken.includes(column) &&
        (splitting(column.role) || (column.kind === 'date' && !/^TIME(?!STAMP)/.test(column.type))) &&
        column.distinct > 1,
    )
    .filter(({ column }) => column.kind === 'date' || column.distinct <= FEW_GROUPS)
    .slice(0, MOST)
}

function splitting(role: string): boolean {
  return role === 'category' || role === 'ordered' || role === 'name' || role === 'place' || role === 'time'
}

function categories({ columns }: Desk): Origin[] {
  return columns
    .filter(
      ({ column }) =>
        column.kind === 'text' &&
        splitting(column.role) &&
        column.distinct > 1 &&
        column.distinct <= FEW_GROUPS &&
        frequent({ column } as Origin).length > 0,
    )
    .slice(0, 6)
}

function unshown({ sheet, parts }: Desk): Origin[] {
  const shown = parts.measures.map((one) => one.column?.column)
  return columnsOf(scopeOf(sheet).leaves.flatMap((leaf) => leaf.table ?? []))
    .filter(({ column }) => !shown.includes(column) && column.kind !== 'other')
    .slice(0, MOST)
}

/** A column's name, its table's before it where another column in reach is called the same. */
function naming(origin: Origin, { columns }: Desk): string {
  const name = nameOf(origin.column)
  const others = columns.filter(({ column }) => nameOf(column) === name)
  return others.length > 1 ? `${humanise(origin.table.name)} ${name}` : name
}

function choice(
  group: 'how' | 'what' | 'only' | 'period' | 'largest first' | 'smallest first',
  text: string,
  desk: Desk,
  edit: Edit,
): Choice {
  return { text, group: capital(phrase(group, desk.tell.language)), edit }
}
