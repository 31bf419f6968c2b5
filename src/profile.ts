import type { Catalog, Column, Table } from './catalog.ts'
import { type Database, tableSetOf } from './database.ts'
import type { Settings } from './settings.ts'

/** How the values of a column lie between its smallest and its largest. */
export interface ColumnProfile {
  name: string
  /** Of equal width, in order; bounds as text: numbers, or ISO 8601 dates. */
  bins: { from: string; to: string; count: number }[]
}

/** Bars that are told apart in a picture as wide as a word. */
const BINS = 12
/** Columns looked at: one pass over the table each. */
const COLUMNS = 60

/** Histograms of a table's numbers and dates (the first 60 of them), counted by one query over the whole table; columns that hold one value or none have no bins. */
export async function profileTable(
  table: Table,
  catalog: Catalog,
  { database, settings }: { database: Pick<Database, 'query'>; settings: Settings },
): Promise<ColumnProfile[]> {
  const ranges = table.columns.flatMap(rangeOf).slice(0, COLUMNS)
  if (ranges.length === 0) return []
  const sql = ranges.map((range, index) => countSql(range, index, table)).join('\nUNION ALL\n')
  const limits = { rows: COLUMNS * BINS, bytes: 1_000_000, timeout_ms: settings.query_timeout_ms }
  const { rows } = await database.query(tableSetOf(catalog), sql, limits)
  return ranges.map((range, index) => {
    const counts = new Map(
      rows.filter(([column]) => column === index).map(([, bin, count]) => [Number(bin), Number(count)]),
    )
    return { name: range.column.name, bins: binsOf(range, counts) }
  })
}

interface Range {
  column: Column
  low: number
  high: number
}

/** A date counts in seconds since 1970. */
function rangeOf(column: Column): Range[] {
  if ((column.kind !== 'number' && column.kind !== 'date') || column.min === undefined || column.max === undefined)
    return []
  const [low, high] = [column.min, column.max].map((text) => (column.kind === 'date' ? secondsOf(text) : Number(text)))
  return Number.isFinite(low) && Number.isFinite(high) && Number(low) < Number(high)
    ? [{ column, low: low as number, high: high as number }]
    : []
}

function secondsOf(text: string): number {
  return Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`) / 1000
}

function countSql({ column, low, high }: Range, index: number, table: Table): string {
  const name = quoted(column.name)
  const value = column.kind === 'date' ? `epoch(CAST(${name} AS TIMESTAMP))` : `CAST(${name} AS DOUBLE)`
  const bin = `greatest(0, least(${BINS - 1}, floor((v - (${low})) / (${high - low}) * ${BINS})))`
  const inside = `SELECT ${value} AS v FROM ${quoted(table.name)} WHERE ${name} IS NOT NULL`
  return `SELECT ${index} AS c, CAST(${bin} AS INTEGER) AS b, count(*) AS n FROM (${inside}) WHERE isfinite(v) GROUP BY b`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function binsOf({ column, low, high }: Range, counts: Map<number, number>): ColumnProfile['bins'] {
  const bound = (index: number) => {
    const value = low + ((high - low) * index) / BINS
    if (column.kind === 'date')
      return new Date(value * 1000).toISOString().slice(0, high - low < 86_400 * BINS ? 19 : 10)
    return String(Number(value.toPrecision(6)))
  }
  return Array.from({ length: BINS }, (_, i) => ({ from: bound(i), to: bound(i + 1), count: counts.get(i) ?? 0 }))
}
