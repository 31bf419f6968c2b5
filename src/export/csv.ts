import type { Cell, Rows } from '../database.ts'

/** RFC 4180 text with a header line and CRLF ends. A text cell that a spreadsheet would run as a formula gets a leading apostrophe (OWASP CSV injection); numbers stay numbers. */
export function toCsv(result: Rows): string {
  const header = result.columns.map((column) => quote(harmless(column.name))).join(',')
  const lines = result.rows.map((row) =>
    row.map((cell, i) => quote(csvCell(cell, result.columns[i]?.type ?? ''))).join(','),
  )
  return `${[header, ...lines].join('\r\n')}\r\n`
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/

function csvCell(cell: Cell, type: string): string {
  if (cell === null) return ''
  if (typeof cell === 'object') return harmless(JSON.stringify(cell))
  return typeof cell === 'string' && !NUMERIC.test(type) ? harmless(cell) : String(cell)
}

function harmless(text: string): string {
  return /^[\s\u00a0]*[=+\-@|%\t\r\n]/.test(text) ? `'${text}` : text
}

function quote(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
