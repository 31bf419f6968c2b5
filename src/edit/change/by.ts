import { Refusal } from '../../refusal.ts'
import { type Origin, originOf } from '../../tree/origin.ts'
import { type Expression, isGrouped, type Select } from '../../tree.ts'
import { calendarSql, grainSql } from '../build.ts'
import { columnNamed } from '../column.ts'
import type { Edit, Grain } from '../edits.ts'
import { aliased } from '../map.ts'
import { type Grouped, isDate, partsOf } from '../parts.ts'
import { columnIn } from '../reach.ts'
import { columnsOf, type Sheet, scopeOf, tablesOf } from '../sheet.ts'
import { chipAt, insertItem, removeItem, replaceItem, wholeBody } from './items.ts'

type ByEdit = Extract<Edit, { slot: 'by' }>

/** Adds, changes or removes what the rows are brought together by. */
export function changeBy(sheet: Sheet, edit: ByEdit): void {
  const body = wholeBody(sheet)
  if (!isGrouped(body))
    throw new Refusal('edit-unfit', 'The answer lists rows; it sums up nothing that could be split.')
  const { groups, measures } = partsOf(sheet)
  if (edit.do === 'remove') {
    if (measures.length === 0) throw new Refusal('edit-unfit', 'Nothing would be left to show.')
    return void removeGroup(sheet, chipAt(groups, edit.at, 'group'))
  }
  const old = edit.do === 'set' ? chipAt(groups, edit.at, 'group') : undefined
  const made = groupSql(sheet, edit, old)
  if (groups.some((one) => one !== old && one.column?.column === made.column.column && one.grain === made.grain)) {
    throw new Refusal('edit-unfit', 'The answer is split by that already.')
  }
  if (old === undefined) {
    insertItem(body, groups.length, made.expression, made.name)
    body.groups.push(aliased(made.expression, undefined))
  } else {
    if (old.grain !== made.grain || made.grain !== undefined) dropCalendarOrder(body, old, sheet)
    dropHidden(sheet, old)
    replaceItem(body, old.item, made.expression, made.name)
  }
  orderByTime(sheet, made)
}

interface Made {
  expression: Expression
  column: Origin
  grain: Grain | undefined
  name: string | undefined
}

function groupSql(sheet: Sheet, edit: ByEdit, old: Grouped | undefined): Made {
  const column = edit.column === undefined ? dateMeant(sheet, edit, old) : columnNamed(edit.column, sheet)
  const part = columnIn(column, sheet)
  const grain = edit.grain ?? (isDate(column) && column.column.kind === 'date' ? old?.grain : undefined)
  if (grain === undefined) return { expression: part, column, grain, name: undefined }
  if (!isDate(column)) throw new Refusal('edit-unfit', `${column.column.name} holds no dates.`)
  if (column.column.kind === 'number' && grain !== 'year')
    throw new Refusal('edit-unfit', 'The data tells years alone, not months or days.')
  const name = grain === 'month of year' ? 'month' : grain
  return { expression: grainSql(grain, column, part), column, grain, name }
}

/** The date that a grain alone speaks of: the group's own, the one a period is set on, else the first date of the tables that are read. */
function dateMeant(sheet: Sheet, edit: ByEdit, old: Grouped | undefined): Origin {
  if (old?.column !== undefined && isDate(old.column)) return old.column
  const column = mainDate(sheet)
  if (column === undefined || edit.grain === undefined)
    throw new Refusal('edit-unfit', 'The tables of this answer have no date to split by.')
  return column
}

/** The date people mean who name none. */
export function mainDate(sheet: Sheet): Origin | undefined {
  const { groups, periods } = partsOf(sheet)
  const used = [...periods.map((one) => one.column), ...groups.flatMap((one) => one.column ?? [])].find(isDate)
  const dates = columnsOf(tablesOf(sheet)).filter(isDate)
  return used ?? dates.find(({ column }) => column.kind === 'date') ?? dates[0]
}

function removeGroup(sheet: Sheet, group: Grouped): void {
  const body = wholeBody(sheet)
  dropCalendarOrder(body, group, sheet)
  dropHidden(sheet, group)
  removeItem(body, group.item)
}

/** A key that is grouped by beside the name that is shown goes with the name. */
function dropHidden(sheet: Sheet, group: Grouped): void {
  const body = wholeBody(sheet)
  const scope = scopeOf(sheet)
  const shown = partsOf(sheet).groups.map((one) => one.column?.column)
  body.groups = body.groups.filter((one) => {
    const origin = originOf(one, scope)
    if (origin === undefined || shown.includes(origin.column)) return true
    return origin.table !== group.column?.table
  })
}

/** Weekdays are sorted by a number that means nothing once they are gone. */
function dropCalendarOrder(body: Select, group: Grouped, sheet: Sheet): void {
  if (group.grain !== 'weekday' && group.grain !== 'month of year') return
  const column = group.column?.column
  const calendar = (e: Expression) =>
    e.kind === 'call' &&
    /^(isodow|month)$/.test(e.name) &&
    e.args.some((part) => originOf(part, scopeOf(sheet))?.column === column)
  body.groups = body.groups.filter((one) => !calendar(one))
  body.order = body.order.filter((one) => !calendar(one.by))
}

/** Time runs forward unless the answer is cut to the largest. */
function orderByTime(sheet: Sheet, { column, grain, expression }: Made): void {
  const body = wholeBody(sheet)
  if (grain === undefined || body.limit !== undefined) return
  const calendar = calendarSql(grain, column, columnIn(column, sheet))
  if (calendar !== undefined) body.groups.push(calendar)
  body.order = [{ by: calendar ?? aliased(expression, undefined), descending: false, nulls: 'default' }]
}
