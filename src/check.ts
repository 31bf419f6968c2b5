import type { Catalog } from './catalog.ts'
import { BOUNDS } from './check/bounds.ts'
import type { Node } from './check/node.ts'
import { asciiLower } from './check/scope.ts'
import { plainText } from './check/text.ts'
import { walk } from './check/walk.ts'
import type { Database } from './database.ts'
import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'

/** SQL that may be run: one SELECT over tables of the catalog. */
export interface Checked {
  /** As it is run: without a closing semicolon. */
  sql: string
  /** Names of the tables it reads, as the catalog spells them. */
  tables: string[]
  /** The statement as DuckDB's json_serialize_sql gives it. */
  tree: unknown
}

/**
 * Passes one SELECT over the catalog's own tables and ordinary functions, and nothing else: everything in the parsed
 * statement must be on an allow-list. Refuses with sql-too-long, sql-unparseable, sql-not-select or sql-forbidden.
 */
export async function check(
  sql: string,
  catalog: Catalog,
  database: Pick<Database, 'parse'>,
  settings: Pick<Settings, 'sql_max_bytes'>,
): Promise<Checked> {
  const text = plainText(sql, settings.sql_max_bytes)
  const tree = onlyStatement(await database.parse(text), text)
  return { sql: text, tables: walk(tree, grantedBy(catalog)), tree }
}

interface Parsed {
  error: boolean
  error_type?: string
  error_message?: string
  statements?: Node[]
}

function onlyStatement(json: string, sql: string): Node {
  if (json.length > BOUNDS.tree.most) throw new Refusal('sql-forbidden', 'The SQL is too complex.')
  const parsed = parseTree(json)
  if (parsed.error) throw parseRefusal(parsed, sql)
  const statements = parsed.statements ?? []
  const [statement] = statements
  if (statement === undefined) throw new Refusal('sql-not-select', 'There is no statement in the SQL.')
  if (statements.length > 1)
    throw new Refusal('sql-not-select', `There are ${statements.length} statements in the SQL.`)
  return statement
}

/** An infinite number in the statement is written in a way JSON does not know. */
function parseTree(json: string): Parsed {
  try {
    return JSON.parse(json) as Parsed
  } catch {
    throw new Refusal('sql-forbidden', 'The SQL contains a number that is too large.')
  }
}

function parseRefusal(parsed: Parsed, sql: string): Refusal {
  if (parsed.error_type === 'not implemented') {
    const hint = /\bpivot(?:_wider)?\b/i.test(sql)
      ? { hint: "List the values of a PIVOT: PIVOT t ON region IN ('north', 'south') USING sum(amount)." }
      : {}
    return new Refusal('sql-not-select', 'The SQL is not a SELECT statement.', hint)
  }
  const message = (parsed.error_message ?? 'The SQL cannot be parsed.').split('\n')[0] ?? ''
  return new Refusal('sql-unparseable', message.slice(0, 300))
}

function grantedBy(catalog: Catalog) {
  return {
    tables: new Map(catalog.tables.map((table) => [asciiLower(table.name), table.name])),
    columns: new Set(catalog.tables.flatMap((table) => table.columns.map((column) => asciiLower(column.name)))),
  }
}
