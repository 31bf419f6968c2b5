import type { Cell, Rows } from '../database.ts'
import { slices } from './values.ts'

/** RFC 4180 text with a header line and CRLF ends, a few thousand rows at a time. A text cell that a spreadsheet would run as a formula gets a leading apostrophe (OWASP CSV injection); numbers stay numbers. */
export function* csvChunks(result: Rows): Generator<string> {
  const types = result.columns.map(({ type }) => type)
  yield `${result.columns.map((column) => quote(harmless(column.name))).join(',')}\r\n`
  for (const [from, to] of slices(result)) {
    let text = ''
    for (const row of result.rows.slice(from, to)) {
      text += `${row.map((cell, i) => quote(csvCell(cell, types[i] ?? ''))).join(',')}\r\n`
    }
    if (text !== '') yield text
  }
}

/** The whole of `csvChunks`. */
export function toCsv(result: Rows): string {
  return [...csvChunks(result)].join('')
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
