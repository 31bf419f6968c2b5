import type { Answer } from './api.ts'
import { element } from './element.ts'

const SHOWN = 500

/** An answer's rows as a table, the first 500 of them. */
export function rowTable(answer: Pick<Answer, 'columns' | 'rows'>): HTMLElement {
  const numeric = answer.columns.map((column) => /INT|DOUBLE|FLOAT|DECIMAL/.test(column.type))
  const heads = answer.columns.map((column, i) =>
    element('th', { scope: 'col', class: numeric[i] ? 'number' : '' }, column.name),
  )
  const lines = answer.rows
    .slice(0, SHOWN)
    .map((row) => element('tr', {}, ...row.map((cell, i) => cellOf(cell, numeric[i] === true))))
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...lines))
  const box = element('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Rows' }, table)
  if (answer.rows.length <= SHOWN) return box
  const rest = `The first ${SHOWN} of ${answer.rows.length.toLocaleString()} rows; the downloads have all.`
  return element('div', {}, box, element('p', { class: 'quiet small' }, rest))
}

function cellOf(cell: unknown, numeric: boolean): HTMLElement {
  if (cell === null) return element('td', { class: 'null' }, 'none')
  return element('td', { class: numeric ? 'number' : '' }, textOf(cell))
}

function textOf(cell: unknown): string {
  if (typeof cell === 'number') return cell.toLocaleString(undefined, { maximumFractionDigits: 6 })
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
