import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { identifier, literal, loadSql } from '../catalog/load.ts'
import type { Table } from '../catalog.ts'
import type { ChildSettings } from './messages.ts'

/** A table with what loading it needs. */
export type LoadTable = Pick<Table, 'name' | 'columns' | 'source'>

/**
 * A DuckDB instance that holds exactly `tables` and can reach nothing else: data first, then no external access, then no
 * more settings. Small table sets become tables in memory; large ones views over exactly their files. `reach` are the
 * statements by which objects are read where they lie. `folder` takes spilled data.
 */
export async function openInstance(
  { tables, reach }: { tables: LoadTable[]; reach: string[] },
  folder: string,
  settings: ChildSettings,
): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    memory_limit: `${settings.memory_mb}MB`,
    temp_directory: join(folder, 'spill'),
    max_temp_directory_size: `${settings.spill_mb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    allow_persistent_secrets: 'false',
  })
  const connection = await instance.connect()
  try {
    await connection.run("SET GLOBAL TimeZone = 'UTC'")
    for (const statement of reach) await connection.run(statement)
    await loadTables(connection, tables, settings)
    await lock(connection)
  } catch (error) {
    instance.closeSync()
    throw error
  } finally {
    connection.closeSync()
  }
  return instance
}

async function loadTables(connection: DuckDBConnection, tables: LoadTable[], settings: ChildSettings): Promise<void> {
  const views = weightOf(tables) > settings.load_max_bytes
  for (const table of tables) {
    await connection.run(`CREATE ${views ? 'VIEW' : 'TABLE'} ${identifier(table.name)} AS ${loadSql(table)}`)
  }
  if (!views) return
  const paths = tables.flatMap((table) => table.source.files.map(literal))
  await connection.run(`SET GLOBAL allowed_paths = [${paths.join(', ')}]`)
}

/** Bytes a table set is expected to take in memory: Parquet grows about five times, text shrinks. */
export function weightOf(tables: LoadTable[]): number {
  return tables.reduce((sum, { source }) => sum + source.bytes * (source.format === 'parquet' ? 5 : 1), 0)
}

async function lock(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET GLOBAL enable_external_access = false')
  await connection.run('SET GLOBAL lock_configuration = true')
}
