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

/** What spreadsheets run: OWASP's signs, their full-width forms (Japanese Excel), behind space or signs nobody sees. */
const FORMULA = /^[\s\u200b-\u200f\u2060\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** Semicolons and tabs, too: in countries with a decimal comma a spreadsheet splits there, and what follows would be a cell of its own. */
function quote(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
