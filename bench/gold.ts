/** What a gold query gives in DuckDB. */
import type { Expression, Query } from '../model/data/sql.ts'
import type { Cell, Database, QueryLimits, TableSet } from '../src/database.ts'
import { Refusal } from '../src/refusal.ts'

/**
 * The gold's result here, as a list of none or one: where ties or SQLite's types make another result of it than SQLite's,
 * that one is right as well. Columns that SQLite lets stand beside GROUP BY are grouped by.
 */
export async function goldHere(
  sql: string,
  tables: TableSet,
  database: Database,
  limits: QueryLimits,
): Promise<Cell[][][]> {
  for (const attempt of [async () => sql, () => grouped(sql, tables, database, limits)]) {
    try {
      return [(await database.query(tables, await attempt(), limits)).rows]
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem
    }
  }
  return []
}

async function grouped(sql: string, tables: TableSet, database: Database, limits: QueryLimits): Promise<string> {
  const parsed = JSON.parse(await database.parse(sql)) as { error: boolean; statements: { node: Query }[] }
  if (parsed.error) throw new Refusal('sql-unparseable', 'The gold query cannot be read.')
  for (const { node } of parsed.statements) groupEverything(node)
  const tree = JSON.stringify(parsed).replaceAll("'", "''")
  const { rows } = await database.query(tables, `SELECT json_deserialize_sql('${tree}'::JSON)`, limits)
  return String(rows[0]?.[0])
}

function groupEverything(node: Query & { group_sets?: number[][] }): void {
  if (node.left) groupEverything(node.left)
  if (node.right) groupEverything(node.right)
  const groups = node.group_expressions ?? []
  if (groups.length === 0) return
  const known = new Set(groups.map(nameOf))
  groups.push(...(node.select_list ?? []).filter((one) => one.class === 'COLUMN_REF' && !known.has(nameOf(one))))
  node.group_sets = [groups.map((_, at) => at)]
}

function nameOf(written: Expression): string {
  return (written.column_names ?? []).join('.').toLowerCase()
}
