/** A Database in this very process: measures thousands of queries quickly, guards against nothing. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { identifier, loadSql } from '../src/catalog/load.ts'
import { runSelect } from '../src/database/run.ts'
import type { Database, QueryLimits, Rows, TableSet } from '../src/database.ts'
import { Refusal } from '../src/refusal.ts'

const COLUMNS_MAX = 1000

/** Loads a table set at its first query and keeps the last one; failed queries are Refusals. */
export async function openBenchDatabase(): Promise<Database> {
  const bare = await DuckDBInstance.create(':memory:', { threads: '1' })
  const parser = await bare.connect()
  let loaded: { key: string; instance: DuckDBInstance; connection: DuckDBConnection } | null = null
  const unload = () => {
    loaded?.connection.closeSync()
    loaded?.instance.closeSync()
    loaded = null
  }
  const connectionOf = async (tables: TableSet) => {
    if (loaded?.key !== tables.key) {
      unload()
      loaded = { key: tables.key, ...(await load(tables)) }
    }
    return loaded.connection
  }
  return {
    query: async (tables, sql, limits) => run(await connectionOf(tables), sql, limits),
    parse: async (sql) => {
      const answer = await parser.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
      return String(answer.getRows()[0]?.[0])
    },
    close: async () => {
      unload()
      parser.closeSync()
      bare.closeSync()
    },
  }
}

async function load(tables: TableSet) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '2GB' })
  const connection = await instance.connect()
  await connection.run("SET GLOBAL TimeZone = 'UTC'")
  for (const table of tables.tables) {
    await connection.run(`CREATE TABLE ${identifier(table.name)} AS ${loadSql(table)}`)
  }
  return { instance, connection }
}

async function run(connection: DuckDBConnection, sql: string, limits: QueryLimits): Promise<Rows> {
  const timer = setTimeout(() => connection.interrupt(), limits.timeout_ms)
  try {
    return await runSelect(connection, sql, limits, COLUMNS_MAX)
  } catch (problem) {
    throw new Refusal(
      'query-failed',
      problem instanceof Error ? (problem.message.split('\n')[0] ?? '') : String(problem),
    )
  } finally {
    clearTimeout(timer)
  }
}
