import { Refusal } from '../../refusal.ts'
import type { Origin } from '../../tree/origin.ts'
import { type Expression, isGrouped } from '../../tree.ts'
import { aggregateName, aggregateSql } from '../build.ts'
import { columnNamed } from '../column.ts'
import type { Aggregate, Edit } from '../edits.ts'
import { partsOf, type Shown } from '../parts.ts'
import { columnIn, wayTo } from '../reach.ts'
import { type Sheet, tablesOf } from '../sheet.ts'
import { chipAt, insertItem, removeItem, replaceItem, wholeBody } from './items.ts'

type MeasureEdit = Extract<Edit, { slot: 'measure' }>

/** Adds, changes or removes what is shown: an aggregate of a column, or the column itself where rows are listed. */
export function changeMeasure(sheet: Sheet, edit: MeasureEdit): void {
  const body = wholeBody(sheet)
  const { measures } = partsOf(sheet)
  if (edit.do === 'remove') {
    const gone = chipAt(measures, edit.at, 'measure')
    if (measures.length < 2) throw new Refusal('edit-unfit', 'Nothing would be left to show.')
    return void removeItem(body, gone.item)
  }
  const grouped = isGrouped(body)
  const old = edit.do === 'set' ? chipAt(measures, edit.at, 'measure') : undefined
  const model = old ?? measures.find((one) => one.aggregate !== undefined)
  const named = edit.column === undefined ? undefined : columnNamed(edit.column, sheet)
  if (!grouped && edit.aggregate === undefined) return void showColumn(sheet, old, named)
  const made = aggregated(sheet, edit.aggregate ?? model?.aggregate ?? 'sum', named, model)
  if (old !== undefined) replaceItem(body, old.item, made.expression, made.name)
  else if (grouped) insertItem(body, body.items.length, made.expression, made.name)
  else throw new Refusal('edit-unfit', 'The answer lists rows; it sums up nothing yet.')
}

function showColumn(sheet: Sheet, old: Shown | undefined, named: Origin | undefined): void {
  const body = wholeBody(sheet)
  if (named === undefined) throw new Refusal('edit-unfit', 'Name the column to show.')
  const expression = columnIn(named, sheet)
  if (old === undefined) insertItem(body, body.items.length, expression, undefined)
  else replaceItem(body, old.item, expression, undefined)
}

/** An aggregate of the named column, or of what the measure it is modelled on sums up. */
function aggregated(
  sheet: Sheet,
  aggregate: Aggregate,
  named: Origin | undefined,
  model: Shown | undefined,
): { expression: Expression; name: string } {
  const kept = model?.call?.name === 'count_star' ? undefined : model?.call?.args[0]
  const column = named ?? model?.column
  if (aggregate === 'count' && named === undefined)
    return { expression: aggregateSql('count', undefined), name: 'count' }
  if (named === undefined && kept !== undefined) {
    refuseText(aggregate, column)
    return { expression: aggregateSql(aggregate, kept), name: aggregateName(aggregate, column) }
  }
  if (named === undefined) throw new Refusal('edit-unfit', `Name the column to take the ${aggregate} of.`)
  refuseText(aggregate, named)
  refuseMultiplied(aggregate, named, sheet)
  return { expression: aggregateSql(aggregate, columnIn(named, sheet)), name: aggregateName(aggregate, named) }
}

function refuseText(aggregate: Aggregate, column: Origin | undefined): void {
  const adds = aggregate === 'sum' || aggregate === 'average' || aggregate === 'median' || aggregate === 'deviation'
  if (adds && column !== undefined && column.column.kind !== 'number')
    throw new Refusal('edit-unfit', `${column.column.name} holds no numbers to take the ${aggregate} of.`)
}

/** A value is counted once for each row it is joined to: only columns of the finest table can be added up. */
function refuseMultiplied(aggregate: Aggregate, { table }: Origin, sheet: Sheet): void {
  if (aggregate === 'min' || aggregate === 'max' || aggregate === 'distinct') return
  if (!isFinest(sheet, table))
    throw new Refusal(
      'edit-unfit',
      `Each row of ${table.name} is joined to several others and would be counted several times.`,
    )
}

/** Whether every table that is read gives at most one row for each row of this one. */
export function isFinest(sheet: Sheet, table: Origin['table']): boolean {
  const read = tablesOf(sheet)
  if (!read.includes(table)) return false
  const alone: Sheet = {
    ...sheet,
    body: sheet.body && { ...sheet.body, from: { kind: 'table', name: table.name, alias: table.name } },
  }
  if (alone.body === undefined) return false
  const query = { ...alone, query: alone.body }
  return read.every((other) => other === table || wayTo(other, query) !== undefined)
}
