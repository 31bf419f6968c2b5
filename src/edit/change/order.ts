import { Refusal } from '../../refusal.ts'
import type { Expression } from '../../tree.ts'
import { columnNamed } from '../column.ts'
import type { Edit } from '../edits.ts'
import { aliased } from '../map.ts'
import { partsOf } from '../parts.ts'
import { columnIn } from '../reach.ts'
import type { Sheet } from '../sheet.ts'
import { wholeBody } from './items.ts'

/** Sets or removes what the rows are sorted by; without `by` the order there is gets the other direction. */
export function changeSort(sheet: Sheet, edit: Extract<Edit, { slot: 'sort' }>): void {
  const body = wholeBody(sheet)
  if (edit.do === 'remove') {
    body.order = []
    return
  }
  const [first] = body.order
  const by = edit.by === undefined ? (first?.by ?? mainItem(sheet)) : itemMeant(sheet, edit.by)
  if (by === undefined) throw new Refusal('edit-unfit', 'There is nothing to sort by.')
  const descending =
    edit.descending ?? (edit.by === undefined && first !== undefined ? !first.descending : isMeasure(sheet, by))
  body.order = [{ by: aliased(by, undefined), descending, nulls: 'default' }]
}

/** What people mean by "the largest": the first measure. */
export function mainItem(sheet: Sheet): Expression | undefined {
  const { measures } = partsOf(sheet)
  const summed =
    measures.find((one) => one.call !== undefined) ?? measures.find((one) => one.column?.column.kind === 'number')
  return summed?.expression
}

function isMeasure(sheet: Sheet, by: Expression): boolean {
  return partsOf(sheet).measures.some(
    (one) => one.expression === by && (one.call ?? one.column?.column.kind === 'number'),
  )
}

function itemMeant(sheet: Sheet, by: string): Expression | undefined {
  const { measures, groups } = partsOf(sheet)
  const chip = /^(measure|by)-(\d+)$/.exec(by)
  if (chip !== null) return (chip[1] === 'measure' ? measures : groups)[Number(chip[2])]?.expression
  const column = columnNamed(by, sheet)
  const shown = [...measures, ...groups].find((one) => one.column?.column === column.column)
  if (shown !== undefined) return shown.expression
  if (wholeBody(sheet).groups.length > 0)
    throw new Refusal('edit-unfit', `The answer does not show ${column.column.name}; it cannot be sorted by it.`)
  return columnIn(column, sheet)
}

/** Sets or removes how many rows are shown. Refuses `edit-unfit` for less than one. */
export function changeLimit(sheet: Sheet, edit: Extract<Edit, { slot: 'limit' }>): void {
  const { query } = sheet
  if (sheet.body?.qualify !== undefined)
    throw new Refusal('edit-unfit', 'The answer keeps some rows of each group; say how many of each in a question.')
  delete query.limit
  delete query.offset
  if (edit.do === 'remove') return
  if (edit.limit === undefined || edit.limit < 1) throw new Refusal('edit-unfit', 'At least one row has to be left.')
  query.limit = Math.floor(edit.limit)
}
