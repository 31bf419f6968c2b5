import type { Cell, Rows } from '../src/database.ts'

const NUMERIC = /INT|DOUBLE|FLOAT|DECIMAL/

/** The result as a text table no wider than `width` signs: numbers to the right, long cells cut with …, at most `most` rows, and as many columns as fit. */
export function textTable(all: Pick<Rows, 'columns' | 'rows'>, width: number, most: number): string {
  const fitting = Math.max(1, Math.floor((width + 2) / (NARROWEST + 2)))
  const result = { columns: all.columns.slice(0, fitting), rows: all.rows.map((row) => row.slice(0, fitting)) }
  const shown = result.rows.slice(0, most).map((row) => row.map(text))
  const wanted = result.columns.map((column, i) =>
    Math.max(size(column.name), ...shown.map((row) => size(row[i] ?? ''))),
  )
  const widths = fit(wanted, width)
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => pad(cut(cell, widths[i] ?? 0), widths[i] ?? 0, NUMERIC.test(result.columns[i]?.type ?? '')))
      .join('  ')
      .trimEnd()
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join('  ')
  const more = [
    ...left(all.rows.length - shown.length, 'row'),
    ...left(all.columns.length - result.columns.length, 'column'),
  ]
  return [line(result.columns.map((column) => column.name)), rule, ...shown.map(line), ...more].join('\n')
}

/** What is not shown of the rows or columns. */
function left(count: number, what: string): string[] {
  return count > 0 ? [`… and ${count} more ${what}${count === 1 ? '' : 's'}`] : []
}

function text(cell: Cell): string {
  if (cell === null) return '·'
  if (typeof cell === 'number' && !Number.isInteger(cell)) return String(Number(cell.toPrecision(8)))
  // Control characters in a cell must not reach the terminal.
  return (typeof cell === 'object' ? JSON.stringify(cell) : String(cell)).replace(/\p{Cc}/gu, ' ')
}

/** A column narrower than this tells nothing. */
const NARROWEST = 6

/** Narrows the widest columns first until the line fits. */
function fit(wanted: number[], width: number): number[] {
  const widths = [...wanted]
  const total = () => widths.reduce((sum, w) => sum + w, 0) + 2 * (widths.length - 1)
  while (total() > width && Math.max(...widths) > NARROWEST) narrowWidest(widths)
  return widths
}

function narrowWidest(widths: number[]): void {
  const widest = widths.indexOf(Math.max(...widths))
  widths[widest] = (widths[widest] ?? 0) - 1
}

/** Columns a text takes in a terminal: CJK and emoji take two. */
function size(value: string): number {
  let columns = 0
  for (const sign of value)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(sign)
        ? 2
        : 1
  return columns
}

function cut(value: string, width: number): string {
  if (size(value) <= width) return value
  let kept = ''
  for (const sign of value) {
    if (size(kept) + size(sign) > width - 1) break
    kept += sign
  }
  return `${kept}…`
}

function pad(value: string, width: number, right: boolean): string {
  const blank = ' '.repeat(Math.max(0, width - size(value)))
  return right ? blank + value : value + blank
}
