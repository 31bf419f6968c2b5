import { Refusal } from '../../refusal.ts'
import { type Origin, originOf } from '../../tree/origin.ts'
import { conjunctsOf, type Expression } from '../../tree.ts'
import { listText } from '../../wording.ts'
import { allOf, conditionSql } from '../build.ts'
import { columnNamed } from '../column.ts'
import type { Edit, Operator, Value } from '../edits.ts'
import { sameExpression } from '../map.ts'
import { type Kept, partsOf } from '../parts.ts'
import { columnIn } from '../reach.ts'
import { columnKey, type Sheet, scopeOf } from '../sheet.ts'
import { columnsWith, storedValues } from '../value.ts'
import { chipAt } from './items.ts'

type FilterEdit = Extract<Edit, { slot: 'filter' }>

/** Adds, changes or removes a condition on the rows. `add` of a value on a column that is filtered by other values of it replaces them. */
export function changeFilter(sheet: Sheet, edit: FilterEdit): void {
  if (sheet.body === undefined)
    throw new Refusal('edit-unfit', 'The query has several steps; its rows cannot be filtered as one.')
  const { filters } = partsOf(sheet)
  if (edit.do === 'remove') return void removeFilter(sheet, chipAt(filters, edit.at, 'filter'))
  if (edit.do === 'set') {
    const old = chipAt(filters, edit.at, 'filter')
    const values = edit.values ?? old.values ?? []
    const column = edit.column === undefined ? old.column : columnNamed(edit.column, sheet)
    if (old.having || column === undefined)
      throw new Refusal('edit-unfit', 'This condition can be removed, not changed.')
    const made = conditionOn(sheet, column, edit.operator ?? old.operator ?? 'is', values)
    return void replaceFilter(sheet, old, made)
  }
  const meant = edit.column === undefined ? columnMeant(sheet, edit.values ?? []) : columnNamed(edit.column, sheet)
  const operator = edit.operator ?? 'is'
  const made = conditionOn(sheet, meant, operator, edit.values ?? [])
  const same = filters.find((one) => !one.having && one.column?.column === meant.column && fits(one.operator, operator))
  refuseShares(sheet, meant)
  if (same !== undefined) return void replaceFilter(sheet, same, made)
  setWhere(sheet, [...conjunctsOf(sheet.body.where), made])
}

/** Two conditions on one column stand for each other when they say of one kind which values: France instead of Germany. */
function fits(old: Operator | undefined, wanted: Operator): boolean {
  return old === wanted && wanted !== 'is not' && wanted !== 'contains'
}

function removeFilter(sheet: Sheet, filter: Kept): void {
  if (sheet.body === undefined) return
  if (filter.having) {
    sheet.body.having = allOf(conjunctsOf(sheet.body.having).filter((one) => !sameExpression(one, filter.expression)))
  } else
    setWhere(
      sheet,
      conjunctsOf(sheet.body.where).filter((one) => !sameExpression(one, filter.expression)),
    )
}

function replaceFilter(sheet: Sheet, old: Kept, made: Expression): void {
  const conditions = conjunctsOf(sheet.body?.where)
  const isOld = (one: Expression) => sameExpression(one, old.expression) || sameColumns(one, old, sheet)
  const at = conditions.findIndex(isOld)
  setWhere(
    sheet,
    conditions.map((one, i) => (i === at ? made : one)),
  )
}

/** A join made since has put table names in front of the columns. */
function sameColumns(one: Expression, old: Kept, sheet: Sheet): boolean {
  const now = partsOf(sheet).filters.find(
    (filter) => filter.expression === one || sameExpression(filter.expression, one),
  )
  return now?.column?.column === old.column?.column && now?.operator === old.operator
}

function setWhere(sheet: Sheet, conditions: Expression[]): void {
  if (sheet.body !== undefined) sheet.body.where = allOf(conditions)
}

/** The one column that holds the values. Refuses `edit-unfit` when none does, `edit-ambiguous` when several do. */
function columnMeant(sheet: Sheet, values: Value[]): Origin {
  const { filters, groups } = partsOf(sheet)
  const near = [...filters, ...groups].flatMap((part) => (part.column === undefined ? [] : [part.column]))
  const words = values.map(String)
  const found = columnsWith(words[0] ?? '', sheet, near).filter((one) =>
    words
      .slice(1)
      .every((word) =>
        columnsWith(word, sheet, [one.column]).some((other) => other.column.column === one.column.column),
      ),
  )
  const [first, ...others] = found
  const said = listText(
    words.map((word) => `“${word}”`),
    sheet.language,
  )
  if (first === undefined) throw new Refusal('edit-unfit', `No column of these tables holds ${said}.`)
  if (others.length === 0) return first.column
  const suggestions = found.map(({ column }) => `only ${columnKey(column)} ${words.join(', ')}`)
  throw new Refusal('edit-ambiguous', `Several columns hold ${said}.`, { suggestions })
}

function conditionOn(sheet: Sheet, column: Origin, operator: Operator, given: Value[]): Expression {
  const values = operator === 'contains' ? given : storedValues(given, column, sheet)
  const enough = operator === 'missing' || operator === 'present' ? 0 : operator === 'between' ? 2 : 1
  if (values === undefined || values.length < enough)
    throw new Refusal('edit-unfit', `“${given.join(', ')}” cannot be compared with ${column.column.name}.`)
  return conditionSql(columnIn(column, sheet), operator, values)
}

/** Of a share of all groups, keeping one group makes 100 %: not what people mean. */
function refuseShares(sheet: Sheet, { column }: Origin): void {
  const { groups, measures } = partsOf(sheet)
  const compares = measures.some(({ expression }) => JSON.stringify(expression).includes('"kind":"window"'))
  if (compares && groups.some((one) => (one.column ?? originOf(one.expression, scopeOf(sheet)))?.column === column))
    throw new Refusal(
      'edit-unfit',
      'The answer compares its rows with each other; without the others they would say something else.',
    )
}
