import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Cell } from '../database.ts'

/** A DuckDB value as a JSON-safe cell: integers beyond 2^53 and decimals as text, times in ISO 8601 (zoned ones in UTC), NaN and infinities as text. */
export function cellOf(value: DuckDBValue): Cell {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString()
    default:
      return value === null || value === undefined ? null : objectCell(value)
  }
}

function objectCell(value: NonNullable<Extract<DuckDBValue, object>>): Cell {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(cellOf)
  if (value instanceof DuckDBStructValue) return entriesCell(Object.entries(value.entries))
  if (value instanceof DuckDBMapValue)
    return value.entries.map((entry) => ({ key: cellOf(entry.key), value: cellOf(entry.value) }))
  if (value instanceof DuckDBUnionValue) return cellOf(value.value)
  if (value instanceof DuckDBBlobValue) return blobCell(value)
  return isTimestamp(value) ? isoTimestamp(value.toString()) : value.toString()
}

/** Own properties even for names such as `__proto__`. */
function entriesCell(entries: [string, DuckDBValue][]): Cell {
  return Object.fromEntries(entries.map(([name, value]) => [name, cellOf(value)]))
}

/** Text where the bytes are UTF-8, DuckDB's `\xFF` notation where they are not. */
function blobCell(value: DuckDBBlobValue): Cell {
  return value.toString()
}

function isTimestamp(value: object): boolean {
  return (
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampTZValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue
  )
}

/** `2024-01-02 03:04:05+00` → `2024-01-02T03:04:05Z`; `infinity` and years before Christ stay DuckDB's text. */
function isoTimestamp(text: string): string {
  const [, date, time, zone = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00(?::?00)?)?$/.exec(text) ?? []
  return date === undefined ? text : `${date}T${time}${zone === '' ? '' : 'Z'}`
}
