import type { Origin } from '../tree/origin.ts'
import { capital, humanise, nameOf, type Teller } from '../wording.ts'
import { isFinest } from './change/measure.ts'
import type { Choice, Edit } from './edits.ts'
import { isDate, type Parts } from './parts.ts'
import { phrase } from './phrases.ts'
import { columnKey, columnsOf, type Sheet, scopeOf, tablesOf } from './sheet.ts'

/** Most choices under one heading of a menu; a longer list is read by nobody. */
export const MOST = 10

/** Most different values of a column people group by; beyond it the answer is a list. */
const FEW_GROUPS = 300

export interface Desk {
  sheet: Sheet
  parts: Parts
  tell: Teller
  /** Columns that can be used without a row being counted twice. */
  columns: Origin[]
  /** Number columns that can be added up. */
  numbers: Origin[]
  names: Map<Origin['column'], string>
}

export function summable(sheet: Sheet, columns: Origin[]): Origin[] {
  const finest = new Map(tablesOf(sheet).map((table) => [table, isFinest(sheet, table)]))
  return columns.filter(
    ({ table, column }) =>
      column.kind === 'number' && !/key|latitude|longitude/.test(column.role) && finest.get(table) === true,
  )
}

/** Columns people split by that the answer is not split by yet. */
export function splits({ parts, columns }: Desk): Origin[] {
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

export function splitEdit(how: 'set' | 'add', origin: Origin, at?: number): Edit {
  const grain = isDate(origin) && origin.column.kind === 'date' ? { grain: 'month' as const } : {}
  return { slot: 'by', do: how, column: columnKey(origin), ...grain, ...(at === undefined ? {} : { at }) }
}

function splitting(role: string): boolean {
  return role === 'category' || role === 'ordered' || role === 'name' || role === 'place' || role === 'time'
}

export function categories({ columns }: Desk): Origin[] {
  return columns
    .filter(
      ({ column }) =>
        column.kind === 'text' &&
        splitting(column.role) &&
        column.distinct > 1 &&
        column.distinct <= FEW_GROUPS &&
        frequent({ column } as Origin).length > 0,
    )
    .slice(0, 5)
}

export function unshown({ sheet, parts }: Desk): Origin[] {
  const shown = parts.measures.map((one) => one.column?.column)
  return columnsOf(scopeOf(sheet).leaves.flatMap((leaf) => leaf.table ?? []))
    .filter(({ column }) => !shown.includes(column) && column.kind !== 'other')
    .slice(0, MOST)
}

export function frequent({ column }: Origin, but: unknown[] = []): string[] {
  if (column.kind === 'bool') return ['true', 'false'].filter((value) => !but.includes(value === 'true'))
  if (column.kind !== 'text' || column.role === 'key') return []
  return column.frequent
    .map(({ value }) => value)
    .filter((value) => value !== '' && value.length <= 60 && !but.includes(value))
    .slice(0, MOST)
}

/** The years a date column spans, latest first. */
export function years({ column }: Origin): string[] {
  const [first, last] = [column.min, column.max].map((date) => Number(date?.slice(0, 4)))
  if (!first || !last || last < first) return []
  return Array.from({ length: Math.min(MOST, last - first + 1) }, (_, i) => String(last - i))
}

/** What columns are called, their table's name before it where another one in reach is called the same. */
export function namesOf(columns: Origin[]): Map<Origin['column'], string> {
  const plain = columns.map(({ column }) => nameOf(column))
  const counts = new Map<string, number>()
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1)
  return new Map(
    columns.map(({ table, column }, i) => {
      const name = plain[i] ?? column.name
      return [column, (counts.get(name) ?? 0) > 1 ? `${humanise(table.name)} ${name}` : name]
    }),
  )
}

/** A split in menus: dates are split by month until another period is chosen. */
export function splitText(origin: Origin, desk: Desk): string {
  const name = naming(origin, desk)
  if (origin.column.kind !== 'date') return name
  return desk.tell.language === 'zh' ? `${name}（月）` : `month of ${name}`
}

/** A column's name in menus. */
export function naming({ column }: Origin, { names }: Desk): string {
  return names.get(column) ?? nameOf(column)
}

export function choice(
  group: 'how' | 'what' | 'only' | 'period' | 'largest first' | 'smallest first',
  text: string,
  desk: Desk,
  edit: Edit,
): Choice {
  return { text, group: capital(phrase(group, desk.tell.language)), edit }
}

export const LIMITS = [1, 3, 5, 10, 20, 50, 100]
