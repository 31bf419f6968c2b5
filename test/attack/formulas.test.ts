import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCsv } from '../../src/export/csv.ts'
import { listed } from './lists.ts'

interface Formula {
  cell: string
  /** Whether it is everyday text, which must come out as it went in. */
  harmless?: boolean
}

const FORMULAS = listed<Formula>('formulas')

/** The one cell of a CSV as a spreadsheet reads it: RFC 4180 with the given delimiter. */
function cellsOf(line: string, delimiter: string): string[] {
  const cells: string[] = []
  for (let at = 0; at <= line.length; ) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line.slice(at))
    const text = quoted?.[0] ?? line.slice(at).split(delimiter, 1)[0] ?? ''
    cells.push(quoted?.[1]?.replaceAll('""', '"') ?? text)
    at += text.length + 1
  }
  return cells
}

/** What Excel, LibreOffice and Google Sheets take as the start of a formula, full-width signs of Japanese Excel included; signs nobody sees do not protect. */
const RUNS = /^[\s\u00a0\u200b\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/

const lineOf = (cell: string, asName: boolean) => {
  const text = toCsv(
    asName
      ? { columns: [{ name: cell, type: 'VARCHAR' }], rows: [], truncated: false }
      : { columns: [{ name: 'x', type: 'VARCHAR' }], rows: [[cell]], truncated: false },
  )
  return asName ? text.slice(0, -2) : text.slice('x\r\n'.length, -2)
}

for (const { cell, harmless } of FORMULAS) {
  test(`${JSON.stringify(cell)} as a cell and as a column's name`, () => {
    for (const asName of [false, true]) {
      const line = lineOf(cell, asName)
      // In countries with a decimal comma a spreadsheet splits at semicolons; pasted text is split at tabs.
      for (const delimiter of [',', ';', '\t']) {
        for (const read of cellsOf(line, delimiter)) assert.doesNotMatch(read, RUNS, line)
      }
      if (harmless) assert.deepEqual(cellsOf(line, ','), [cell])
    }
  })
}

test('a nested value and a number that is text', () => {
  const csv = toCsv({
    columns: [
      { name: 'a', type: 'VARCHAR[]' },
      { name: 'b', type: 'DECIMAL(38,2)' },
    ],
    rows: [[['=1+1'], '-12345678901234567890.10']],
    truncated: false,
  })
  assert.equal(csv, 'a,b\r\n"[""=1+1""]",-12345678901234567890.10\r\n')
})
