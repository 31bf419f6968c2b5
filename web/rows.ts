import type { Answer } from './api.ts'
import { element } from './element.ts'

const SHOWN = 500

/** An answer's rows as a table, the first 500 of them. */
export function rowTable(answer: Pick<Answer, 'columns' | 'rows'>): HTMLElement {
  const kinds = answer.columns.map(({ type }) => kindOf(type))
  const heads = answer.columns.map(({ name }, i) => element('th', { scope: 'col', class: kinds[i] ?? '' }, name))
  const lines = answer.rows
    .slice(0, SHOWN)
    .map((row) => element('tr', {}, ...row.map((cell, i) => cellOf(cell, kinds[i] ?? ''))))
  if (lines.length === 0) {
    const colspan = String(Math.max(1, heads.length))
    lines.push(element('tr', {}, element('td', { class: 'none', colspan }, 'No rows')))
  }
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...lines))
  const box = element('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Rows' }, table)
  if (answer.rows.length <= SHOWN) return box
  const rest = `The first ${SHOWN} of ${answer.rows.length.toLocaleString()} rows; the downloads have all.`
  return element('div', {}, box, element('p', { class: 'quiet small' }, rest))
}

/** How the cells of a type stand: numbers to the right, dates on one line. */
function kindOf(type: string): 'number' | 'time' | '' {
  if (/INT|DOUBLE|FLOAT|DECIMAL/.test(type)) return 'number'
  return /DATE|TIME/.test(type) ? 'time' : ''
}

function cellOf(cell: unknown, kind: string): HTMLElement {
  if (cell === null) return element('td', { class: 'null' }, 'none')
  return element('td', { class: kind }, textOf(cell))
}

function textOf(cell: unknown): string {
  if (typeof cell === 'number') return cell.toLocaleString(undefined, { maximumFractionDigits: 6 })
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
