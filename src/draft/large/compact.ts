import type { Column, Join } from '../../catalog.ts'
import { quoteName } from '../compile/quote.ts'
import type { ShownSchema } from './schema.ts'

/** The schema in as few tokens as say it: `orders(id number, status)` a table, kinds other than text named, then joins as equations. */
export function compactSchema({ tables, joins }: ShownSchema): string {
  const lines = tables.map(({ table, columns }) => `${quoteName(table.name)}(${columns.map(columnText).join(', ')})`)
  return [...lines, ...joins.map(joinText)].join('\n')
}

function columnText({ name, kind }: Column): string {
  return kind === 'text' ? quoteName(name) : `${quoteName(name)} ${kind}`
}

/** `orders.customer_id = customers.id`, one equation per column. */
export function joinText({ from, to }: Join): string {
  return from.columns
    .map((column, at) => {
      const other = to.columns[at] ?? ''
      return `${quoteName(from.table)}.${quoteName(column)} = ${quoteName(to.table)}.${quoteName(other)}`
    })
    .join(' AND ')
}
