/** How a delimited text is laid out, decided from its head. */
export interface Dialect {
  delimiter: string
  quote: '"' | "'" | ''
  /** Physical lines before the header or first record. */
  skip: number
  header: boolean
  /** Names of the header as read, padded to `width`; empty strings when there is no header. */
  names: string[]
  /** Fields of a record. */
  width: number
  /** Whether line ends are of more than one kind, which DuckDB's strict parser refuses. */
  mixedLines: boolean
  /** Share of the records with the usual count of fields. */
  share: number
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const RECORDS = 1000

/** Layout of a text whose first characters are `text`; null when it holds no record. `whole`: nothing follows. */
export function detectDialect(text: string, whole: boolean): Dialect | null {
  const lines = whole ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text
  const readings = DELIMITERS.flatMap((delimiter) => [reading(lines, delimiter, '"')])
  const best = readings.sort((a, b) => b.score - a.score)[0]
  if (best === undefined || best.records.length === 0) return null
  const first = best.records.findIndex((record) => record.length === best.mode || isHeaderFor(record, best.mode))
  const records = best.records.slice(Math.max(first, 0))
  return dialectOf({ ...best, records }, best.lines[Math.max(first, 0)] ?? 0, text)
}

interface Reading {
  delimiter: string
  quote: '"' | ''
  records: string[][]
  /** Physical line on which each record starts. */
  lines: number[]
  /** Most usual count of fields. */
  mode: number
  share: number
  score: number
}

/** A header may be one short (row names) or one long (a closing delimiter); fewer is a line above the table. */
function isHeaderFor(record: string[], mode: number): boolean {
  return record.length > mode || (mode > 2 && record.length === mode - 1)
}

function dialectOf(best: Reading, skip: number, text: string): Dialect {
  const [top = [], ...body] = best.records
  const header = hasHeader(top, body)
  const width = Math.max(best.mode, header ? trimmedLength(top) : 0)
  const names = Array.from({ length: width }, (_, index) => (header ? (top[index] ?? '') : ''))
  const breaks = new Set(text.slice(0, 65536).match(/\r\n|\n|\r/g) ?? [])
  return {
    delimiter: best.delimiter,
    quote: best.quote,
    skip,
    header,
    names,
    width,
    mixedLines: breaks.size > 1,
    share: best.share,
  }
}

function trimmedLength(record: string[]): number {
  let length = record.length
  while (length > 0 && record[length - 1]?.trim() === '') length--
  return length
}

/** The share of records with the usual count of fields counts most, then that there is more than one field. */
function reading(text: string, delimiter: string, quote: '"' | ''): Reading {
  const { records, lines } = splitRecords(text, delimiter, quote)
  const counts = new Map<number, number>()
  for (const record of records) counts.set(record.length, (counts.get(record.length) ?? 0) + 1)
  const [mode = 1, times = 0] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  const share = records.length === 0 ? 0 : times / records.length
  const score = mode === 1 ? 0.1 : share + Math.min(mode, 10) / 100
  return { delimiter, quote, records, lines, mode, share, score }
}

/** Up to 1,000 records of a delimited text, blank lines left out, and the line each starts on. */
export function splitRecords(text: string, delimiter: string, quote: string): { records: string[][]; lines: number[] } {
  const records: string[][] = []
  const lines: number[] = []
  let at = 0
  let line = 0
  while (at < text.length && records.length < RECORDS) {
    const start = line
    const { fields, end, breaks } = splitRecord(text, at, delimiter, quote)
    at = end
    line += breaks
    if (fields.length === 1 && fields[0]?.trim() === '') continue
    records.push(fields)
    lines.push(start)
  }
  return { records, lines }
}

function splitRecord(text: string, from: number, delimiter: string, quote: string) {
  const fields: string[] = []
  let at = from
  let breaks = 0
  for (;;) {
    const field = text[at] === quote && quote !== '' ? quotedField(text, at, quote) : null
    const plainEnd = nextBreak(text, field?.end ?? at, delimiter)
    fields.push(field === null ? text.slice(at, plainEnd) : field.value)
    breaks += field?.breaks ?? 0
    at = plainEnd
    if (text[at] !== delimiter) break
    at++
  }
  const end = text.startsWith('\r\n', at) ? at + 2 : at + 1
  return { fields, end, breaks: breaks + 1 }
}

function quotedField(text: string, at: number, quote: string) {
  let end = at + 1
  let value = ''
  while (end < text.length) {
    const close = text.indexOf(quote, end)
    if (close < 0) break
    value += text.slice(end, close)
    end = close + 1
    if (text[end] !== quote) return { value, end, breaks: value.match(/\r\n|\n|\r/g)?.length ?? 0 }
    value += quote
    end++
  }
  return null
}

function nextBreak(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    const sign = text[at]
    if (sign === delimiter || sign === '\n' || sign === '\r') return at
  }
  return text.length
}

const NUMBER = /^[+-]?[$€£]?\s?(\d[\d,.\s]*|\.\d+)([eE][+-]?\d+)?\s?%?$/
const DATE = /^(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ].*)?$/
const YEAR = /^(19|20)\d\d$/

function isTyped(cell: string): boolean {
  const text = cell.trim()
  return NUMBER.test(text) || DATE.test(text) || /^(true|false)$/i.test(text)
}

/**
 * Whether the first record names the columns: no typed cell in it (years as headings are allowed), and not a row that
 * recurs below. An all-text table with short distinct first cells is taken to have one, as nearly all files do.
 */
export function hasHeader(top: string[], body: string[][]): boolean {
  const cells = top.map((cell) => cell.trim())
  const named = cells.filter((cell) => cell !== '')
  if (named.length === 0) return false
  const typed = named.filter(isTyped)
  if (typed.length > 0)
    return typed.every((cell) => YEAR.test(cell)) && typed.length < named.length && bodyIsNotYears(cells, body)
  const columnTyped = cells.some((_, index) => {
    const column = body.map((record) => record[index]?.trim() ?? '').filter((cell) => cell !== '')
    return column.length > 0 && column.filter(isTyped).length > column.length * 0.8
  })
  if (columnTyped || body.length === 0) return true
  return new Set(named.map((cell) => cell.toLowerCase())).size === named.length && !recursBelow(cells, body)
}

function bodyIsNotYears(cells: string[], body: string[][]): boolean {
  const year = cells.findIndex((cell) => YEAR.test(cell))
  return body.length > 0 && !body.every((record) => YEAR.test(record[year]?.trim() ?? ''))
}

/** Values of a header do not occur in their own columns. */
function recursBelow(cells: string[], body: string[][]): boolean {
  const hits = cells.filter((cell, index) => cell !== '' && body.some((record) => record[index]?.trim() === cell))
  return hits.length > cells.length / 3
}
