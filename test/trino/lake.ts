import type { Catalog, Table } from '../../src/catalog.ts'
import { type Cell, type Database, tableSetOf } from '../../src/database.ts'
import { runStatement } from '../../src/execute/trino.ts'

/** Address of a running Trino; empty when there is none. */
export const TRINO = process.env['TRINO_TEST_URL'] ?? ''

const LIMITS = { rows: 100_000, bytes: 2 ** 27, timeout_ms: 120_000 }
const STATEMENT_CHARS = 400_000

function session(schema: string) {
  return { url: TRINO, catalog: 'memory', schema, user: 'test', token: '' }
}

/** Copies every table of a catalog into a schema of Trino's memory that is named as the dataset. */
export async function copyToTrino(catalog: Catalog, database: Database): Promise<void> {
  const schema = catalog.dataset.toLowerCase()
  const run = (sql: string) => runStatement(sql, session(schema), LIMITS)
  await run(`CREATE SCHEMA IF NOT EXISTS memory.${quoted(schema)}`)
  for (const table of catalog.tables) {
    const columns = table.columns.map(({ name, type }) => `${quoted(name)} ${trinoType(type)}`)
    await run(`DROP TABLE IF EXISTS ${quoted(table.name)}`)
    await run(`CREATE TABLE ${quoted(table.name)} (${columns.join(', ')})`)
    const sql = `SELECT ${table.columns.map(({ name }) => `${quoted(name)}::VARCHAR`).join(', ')} FROM ${quoted(table.name)}`
    const { rows } = await database.query(tableSetOf(catalog), sql, LIMITS)
    for (const batch of batches(rows)) await run(inserted(table, batch))
  }
}

/** Texts of rows, each below the length that Trino takes in one statement. */
function* batches(rows: Cell[][]): Generator<string> {
  let batch: string[] = []
  let size = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (size + text.length > STATEMENT_CHARS) {
      yield `[${batch.join()}]`
      batch = []
      size = 0
    }
    batch.push(text)
    size += text.length + 1
  }
  if (batch.length > 0) yield `[${batch.join()}]`
}

/** The rows are one literal: as expressions, a thousand of them take a minute to plan. */
function inserted({ name, columns }: Table, rows: string): string {
  const cells = columns.map(({ type }, index) => `CAST(r[${index + 1}] AS ${trinoType(type)})`)
  const array = `CAST(json_parse('${rows.replaceAll("'", "''")}') AS array(array(varchar)))`
  return `INSERT INTO ${quoted(name)} SELECT ${cells.join(', ')} FROM UNNEST(${array}) AS u(r)`
}

const quoted = (name: string) => `"${name.toLowerCase().replaceAll('"', '""')}"`

function trinoType(type: string): string {
  const same = /^(BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|DOUBLE|VARCHAR|DATE|DECIMAL\(.+\))$/
  if (same.test(type)) return type
  const other: Record<string, string> = { FLOAT: 'REAL', TIMESTAMP: 'TIMESTAMP(6)', UINTEGER: 'BIGINT' }
  const known = other[type]
  if (known === undefined) throw new Error(`no type of Trino for ${type}`)
  return known
}
