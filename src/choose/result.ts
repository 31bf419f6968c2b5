import type { Cell, Rows } from '../database.ts'

/** A text that is equal for results with the same values in the same columns, whatever the order of their rows and the names of their columns; numbers count to 9 digits. */
export function resultKey(rows: Rows): string {
  return rows.rows
    .map((row) => JSON.stringify(row.map(plain)))
    .sort()
    .join('\n')
}

function plain(cell: Cell): Cell {
  return typeof cell === 'number' && !Number.isInteger(cell) ? Number(cell.toPrecision(9)) : cell
}
