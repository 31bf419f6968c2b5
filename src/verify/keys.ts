import type { Column, Table } from '../catalog.ts'
import { everyExpression, isAggregate } from '../tree.ts'
import { nameOf, numberText, rowsOf } from '../wording.ts'
import type { FindingRule } from './facts.ts'
import { tellFinding } from './texts.ts'

/** Above this many rows the catalog counts distinct values by estimate, which tells no duplicate. */
const EXACT_ROWS = 100_000

/** Share of the rows whose key may come again; more is no key. */
const MOST_AGAIN = 0.05

export const duplicatedKey: FindingRule = {
  name: 'duplicated-key',
  level: 'warning',
  why: 'A file that was appended to twice counts the same order twice.',
  look: ({ selects, language }) => {
    const summed = selects.filter(({ select }) => select.items.some((item) => everyExpression(item).some(isAggregate)))
    const tables = summed.flatMap(({ scope }) => scope.leaves.flatMap(({ table }) => (table ? [table] : [])))
    return [...new Set(tables)].flatMap((table) => {
      const key = keyOf(table)
      const again = key === undefined ? 0 : againIn(key, table)
      if (key === undefined || again <= 0 || again > Math.max(1, MOST_AGAIN * table.rows)) return []
      return [tellFinding(language, 'duplicated key', numberText(again), rowsOf(table, language), nameOf(key))]
    })
  },
}

/** The declared key of one column, else the column called id or after the table. */
function keyOf({ primaryKey, columns, name }: Table): Column | undefined {
  const [declared, ...more] = primaryKey
  if (declared !== undefined) return more.length > 0 ? undefined : columns.find((column) => column.name === declared)
  const singular = name.toLowerCase().replace(/s$/, '')
  return columns.find((column) =>
    ['id', `${singular}_id`, `${singular}id`, `${singular} id`].includes(column.name.toLowerCase()),
  )
}

/** Rows whose key stands in an earlier row as well. */
function againIn({ distinct, nullShare }: Column, { rows }: Table): number {
  return rows > EXACT_ROWS ? 0 : Math.round(rows * (1 - nullShare)) - distinct
}
