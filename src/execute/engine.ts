import type { Cell, Database, QueryLimits, Rows, TableSet } from '../database.ts'

/** A service that runs checked SELECTs over more data than one machine holds. It refuses as a Database does. */
export interface Engine {
  /** Whether it can hold these tables at all; always when absent. */
  holds?(tables: TableSet): boolean
  /** Cells in the order of the statement's columns, at most `limits.rows` and one more; names and types are the sample's. */
  run(tables: TableSet, sql: string, limits: QueryLimits, signal?: AbortSignal): Promise<Rows['rows']>
}

/**
 * A Database whose large table sets are asked of an engine. The statement is bound by DuckDB first, so that names, types and
 * refusals are the same whoever runs it; table sets below `min_bytes` never leave this machine, nor do those that the engine
 * cannot hold and those of askers who see only a part: the engine holds the whole.
 */
export function routedDatabase(near: Database, engine: Engine, min_bytes: number): Database {
  return {
    ...near,
    query: async (tables, sql, limits, signal) => {
      const bytes = tables.tables.reduce((sum, { source }) => sum + source.bytes, 0)
      if (tables.partial || bytes < min_bytes || engine.holds?.(tables) === false)
        return near.query(tables, sql, limits, signal)
      const bound = await near.query(tables, `SELECT * FROM (\n${sql}\n) LIMIT 0`, limits, signal)
      const types = bound.columns.map(({ type }) => type)
      const rows = await engine.run(tables, sql, limits, signal)
      const same = rows.map((row) => row.map((cell, index) => asType(cell, types[index] ?? '')))
      return { columns: bound.columns, ...cut(same, limits) }
    },
  }
}

/** A cell of an engine as DuckDB writes one of its type: the first of a month is a date here and midnight there, a sum of decimals has another scale. */
function asType(cell: Cell, type: string): Cell {
  if (typeof cell === 'string') {
    if (type === 'DATE') return cell.slice(0, 10)
    if (type === 'TIMESTAMP') return cell.length === 10 ? `${cell}T00:00:00` : cell.replace(/Z$/, '')
    if (INTEGERS.has(type) && Number.isSafeInteger(Number(cell))) return Number(cell)
    if (type === 'DOUBLE' && Number.isFinite(Number(cell))) return Number(cell)
  }
  const scale = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(type)?.[1]
  return typeof cell === 'number' && scale !== undefined ? cell.toFixed(Number(scale)) : cell
}

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'])

function cut(rows: Rows['rows'], limits: QueryLimits): Pick<Rows, 'rows' | 'truncated'> {
  let bytes = 0
  const kept = rows.slice(0, limits.rows).filter((row) => {
    bytes += JSON.stringify(row).length
    return bytes <= limits.bytes
  })
  return { rows: kept, truncated: kept.length < rows.length }
}
