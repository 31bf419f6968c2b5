import type { Catalog } from './catalog.ts'
import type { Checked } from './check.ts'
import { type Database, type QueryLimits, type Rows, tableSetOf } from './database.ts'

/** The rows of a checked statement, cut at `limits`. Refuses what the database refuses. */
export function execute(
  checked: Checked,
  catalog: Catalog,
  limits: QueryLimits,
  database: Pick<Database, 'query'>,
  signal?: AbortSignal,
): Promise<Rows> {
  return database.query(tableSetOf(catalog), checked.sql, limits, signal)
}
