import { Refusal } from '../../refusal.ts'
import { conjunctsOf } from '../../tree.ts'
import { allOf } from '../build.ts'
import { columnNamed } from '../column.ts'
import type { Edit } from '../edits.ts'
import { sameExpression } from '../map.ts'
import { partsOf } from '../parts.ts'
import { duringSql, periodSaid } from '../period.ts'
import { columnIn } from '../reach.ts'
import type { Sheet } from '../sheet.ts'
import { mainDate } from './by.ts'

type PeriodEdit = Extract<Edit, { slot: 'period' }>

/** Sets or removes the stretch of time; what was said of the same date before goes. */
export function changePeriod(sheet: Sheet, edit: PeriodEdit): void {
  if (sheet.body === undefined)
    throw new Refusal('edit-unfit', 'The query has several steps; its rows cannot be filtered as one.')
  const column = edit.column === undefined ? mainDate(sheet) : columnNamed(edit.column, sheet)
  if (column === undefined) throw new Refusal('edit-unfit', 'The tables of this answer have no date.')
  const made = edit.do === 'remove' ? [] : said(sheet, edit.period ?? '')
  const part = made.length > 0 ? columnIn(column, sheet) : undefined
  const old = partsOf(sheet).periods.find((one) => one.column.column === column.column)?.conditions ?? []
  if (edit.do === 'remove' && old.length === 0) throw new Refusal('edit-unfit', 'There is no period to remove.')
  const rest = conjunctsOf(sheet.body.where).filter((one) => !old.some((gone) => sameExpression(gone, one)))
  const conditions = part === undefined ? [] : made.flatMap((range) => duringSql(column, part, range))
  sheet.body.where = allOf([...rest, ...conditions])
}

function said(sheet: Sheet, text: string) {
  const found = periodSaid(text, sheet.today)
  if (found === null) throw new Refusal('edit-unfit', `“${text.slice(0, 80)}” names no period.`)
  sheet.relative ||= found.relative
  return [found.period]
}
