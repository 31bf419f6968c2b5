import type { Cell, Rows } from '../database.ts'

/** What a column becomes in a typed file; a timestamp is a clock's face without a place, an instant has one. */
export type Shape = 'boolean' | 'integer' | 'double' | 'date' | 'timestamp' | 'instant' | 'text'

/** The shape of a DuckDB type name; nested and unknown types become JSON text. */
export function shapeOf(type: string): Shape {
  if (type === 'BOOLEAN') return 'boolean'
  if (/^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type)) return 'integer'
  if (/^(FLOAT|DOUBLE|U?HUGEINT|DECIMAL)/.test(type)) return 'double'
  if (type === 'DATE') return 'date'
  if (/^TIMESTAMP.*ZONE|^TIMESTAMPTZ/.test(type)) return 'instant'
  return type.startsWith('TIMESTAMP') ? 'timestamp' : 'text'
}

/** Rows written at a time by every format: a few hundred kilobytes. */
export const SLICE = 4096

/** The slices of a result's rows, as [from, to); one empty slice when there are no rows. */
export function* slices(result: Rows): Generator<[from: number, to: number]> {
  for (let from = 0; from === 0 || from < result.rows.length; from += SLICE) {
    yield [from, Math.min(from + SLICE, result.rows.length)]
  }
}

export interface TypedColumn {
  name: string
  shape: Shape
  /** boolean, bigint, number, Date or string by shape; NULL is null. */
  values: (boolean | bigint | number | Date | string | null)[]
}

/** Columns of the rows [from, to) with their values in JavaScript's own types. Names are made unique with _2, _3 … since typed files need it. */
export function typedColumns(result: Rows, from = 0, to = result.rows.length): TypedColumn[] {
  const seen = new Map<string, number>()
  const rows = result.rows.slice(from, to)
  return result.columns.map(({ name, type }, i) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    const shape = shapeOf(type)
    return {
      name: count === 1 ? name : `${name}_${count}`,
      shape,
      values: rows.map((row) => typed(row[i] ?? null, shape)),
    }
  })
}

function typed(cell: Cell, shape: Shape): TypedColumn['values'][number] {
  if (cell === null) return null
  if (shape === 'boolean') return cell === true
  if (shape === 'integer') return BigInt(cell as string | number)
  if (shape === 'double') return Number(cell)
  if (shape === 'date' || shape === 'timestamp' || shape === 'instant') return instant(String(cell))
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}

/** Dates that JavaScript cannot hold (years beyond 9999, "infinity") become null. */
function instant(text: string): Date | null {
  const iso = text.replace(' ', 'T')
  const zoned = iso.includes('T') && !/(Z|[+-]\d\d(:?\d\d)?)$/.test(iso) ? `${iso}Z` : iso
  const date = new Date(zoned)
  return Number.isNaN(date.getTime()) ? null : date
}
