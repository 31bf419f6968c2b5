import type { Database, QueryLimits, Rows, TableSet } from '../database.ts'

/** A service that runs checked SELECTs over more data than one machine holds. It refuses as a Database does. */
export interface Engine {
  /** Cells in the order of the statement's columns, at most `limits.rows` and one more; names and types are the sample's. */
  run(tables: TableSet, sql: string, limits: QueryLimits, signal?: AbortSignal): Promise<Rows['rows']>
}

/**
 * A Database whose large table sets are asked of an engine. The statement is bound by DuckDB first, so that names, types and
 * refusals are the same whoever runs it; table sets below `min_bytes` never leave this machine, nor do those of askers who see
 * only a part: the engine holds the whole.
 */
export function routedDatabase(near: Database, engine: Engine, min_bytes: number): Database {
  return {
    ...near,
    query: async (tables, sql, limits, signal) => {
      const bytes = tables.tables.reduce((sum, { source }) => sum + source.bytes, 0)
      if (tables.partial || bytes < min_bytes) return near.query(tables, sql, limits, signal)
      const bound = await near.query(tables, `SELECT * FROM (\n${sql}\n) LIMIT 0`, limits, signal)
      return { columns: bound.columns, ...cut(await engine.run(tables, sql, limits, signal), limits) }
    },
  }
}

function cut(rows: Rows['rows'], limits: QueryLimits): Pick<Rows, 'rows' | 'truncated'> {
  let bytes = 0
  const kept = rows.slice(0, limits.rows).filter((row) => {
    bytes += JSON.stringify(row).length
    return bytes <= limits.bytes
  })
  return { rows: kept, truncated: kept.length < rows.length }
}
