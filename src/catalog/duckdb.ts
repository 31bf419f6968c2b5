import { DuckDBInstance } from '@duckdb/node-api'

/** One JSON-safe row: names of columns to values, 64-bit integers and decimals as strings. */
export type Row = Record<string, unknown>

export interface Duckdb {
  rows(sql: string, timeout_ms: number): Promise<Row[]>
  close(): void
}

/** DuckDB in this process with file access: for the catalog's child process and for tests. `folder` takes what does not fit in memory. */
export async function openDuckdb(options: { memory_mb: number; folder: string }): Promise<Duckdb> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${options.memory_mb}MB`,
    threads: '2',
    temp_directory: options.folder,
    max_temp_directory_size: '4GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
  })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  return {
    rows: async (sql, timeout_ms) => {
      const timer = setTimeout(() => connection.interrupt(), timeout_ms)
      try {
        return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Row[]
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
