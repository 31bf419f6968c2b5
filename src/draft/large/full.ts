import type { Column } from '../../catalog.ts'
import { quoteName, quoteText } from '../compile/quote.ts'
import { joinText } from './compact.ts'
import type { ShownSchema, ShownTable } from './schema.ts'

/** Longest value shown. */
const VALUE_CHARS = 40

/** The schema as CREATE TABLE statements with what is known of each column behind it: title, key, unit, `values` frequent values. */
export function fullSchema({ tables, joins }: ShownSchema, values: number): string {
  const keys = joins.length === 0 ? [] : [`-- Joins: ${joins.map(joinText).join('; ')}`]
  return [...tables.map((table) => tableText(table, values)), ...keys].join('\n')
}

function tableText({ table, columns }: ShownTable, values: number): string {
  const about = [`${table.rows} rows`, table.title, table.description].filter(
    (part) => part !== undefined && part !== '',
  )
  const lines = columns.map((column, at) => {
    const notes = notesOf(column, table.primaryKey.includes(column.name), values)
    const end = at === columns.length - 1 ? '' : ','
    return `  ${quoteName(column.name)} ${column.type}${end}${notes.length === 0 ? '' : ` -- ${notes.join('; ')}`}`
  })
  return `CREATE TABLE ${quoteName(table.name)} ( -- ${oneLine(about.join('; '))}\n${lines.join('\n')}\n);`
}

function notesOf(column: Column, isKey: boolean, values: number): string[] {
  const said = [column.title, column.description].filter((text) => text !== undefined && text !== column.name)
  const words = column.synonyms.length > 0 ? [`also: ${column.synonyms.join(', ')}`] : []
  const shown = column.kind === 'text' ? column.frequent.slice(0, values).map(({ value }) => shownValue(value)) : []
  const range =
    column.kind === 'date' && values > 0 && column.min !== undefined ? [`${column.min} to ${column.max}`] : []
  return [
    ...(isKey ? ['key'] : []),
    ...said.map((text) => oneLine(text as string)),
    ...words,
    ...(column.unit === undefined ? [] : [column.unit]),
    ...range,
    ...(shown.length > 0 ? [`${shown.join(', ')}${column.distinct > shown.length ? ', …' : ''}`] : []),
  ]
}

function shownValue(value: string): string {
  const short = value.length > VALUE_CHARS ? `${value.slice(0, VALUE_CHARS)}…` : value
  return quoteText(oneLine(short))
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 200)
}
