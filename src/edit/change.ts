import { changeBy } from './change/by.ts'
import { changeFilter } from './change/filter.ts'
import { changeMeasure } from './change/measure.ts'
import { changeLimit, changeSort } from './change/order.ts'
import { changePeriod } from './change/period.ts'
import type { Edit } from './edits.ts'
import type { Sheet } from './sheet.ts'

/** Carries out one edit on a sheet, in place. Refuses `edit-unfit` where it would mean nothing, `edit-ambiguous` where it may mean several things. */
export function change(sheet: Sheet, edit: Edit): void {
  switch (edit.slot) {
    case 'measure':
      return void changeMeasure(sheet, edit)
    case 'by':
      return void changeBy(sheet, edit)
    case 'filter':
      return void changeFilter(sheet, edit)
    case 'period':
      return void changePeriod(sheet, edit)
    case 'sort':
      return void changeSort(sheet, edit)
    case 'limit':
      return void changeLimit(sheet, edit)
    case 'chart':
      sheet.wish = edit.do === 'remove' ? null : (edit.chart ?? sheet.wish)
  }
}
