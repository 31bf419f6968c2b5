import type { Cell } from '../database.ts'

/**
 * A value as Trino (JSON) or Athena (text) gives it, in the notation of DuckDB's cells: integers beyond 2^53 and decimals as
 * text, times in ISO 8601 (zoned ones in UTC), NaN and infinities as text. `type` is Trino's name of the column's type.
 */
export function engineCell(value: unknown, type: string): Cell {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map((item) => engineCell(item, elementOf(type)))
  if (typeof value === 'object') return value as Cell
  const text = String(value)
  const base = type.toLowerCase().replace(/\(.*/, '').trim()
  const write = NOTATIONS[base]
  return write === undefined ? (value as Cell) : write(text)
}

const float = (text: string): Cell =>
  Number.isFinite(Number(text)) ? Number(text) : text === 'Infinity' || text === '-Infinity' ? text : 'NaN'

const integer = (text: string): Cell => (Number.isSafeInteger(Number(text)) ? Number(text) : text)

const NOTATIONS: Record<string, (text: string) => Cell> = {
  boolean: (text) => text === 'true',
  tinyint: integer,
  smallint: integer,
  integer,
  bigint: integer,
  real: float,
  float,
  double: float,
  decimal: (text) => text,
  timestamp: isoTime,
  'timestamp with time zone': isoTime,
}

/** `2024-01-02 03:04:05.000 UTC` → `2024-01-02T03:04:05Z`. */
function isoTime(text: string): string {
  const [, date, time = '', fraction = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+?)?0*( UTC)?$/.exec(text) ?? []
  if (date === undefined) return text
  return `${date}T${time}${fraction === '.' || /^\.0*$/.test(fraction) ? '' : fraction}${zone === '' ? '' : 'Z'}`
}

function elementOf(type: string): string {
  return /^array[(<](.+)[)>]$/i.exec(type)?.[1] ?? type
}
