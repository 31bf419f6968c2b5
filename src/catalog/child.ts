// Runs the catalog's own queries over files that may be hostile, in a process that can be killed. Started by reader.ts.
import { openDuckdb } from './duckdb.ts'

interface Request {
  id: number
  sql: string
  timeout_ms: number
}

const [memory_mb = '1024', folder = ''] = process.argv.slice(2)
const duckdb = await openDuckdb({ memory_mb: Number(memory_mb), folder })

process.on('message', async ({ id, sql, timeout_ms }: Request) => {
  try {
    process.send?.({ id, rows: await duckdb.rows(sql, timeout_ms) })
  } catch (error) {
    process.send?.({ id, error: (error as Error).message })
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.({ id: 0 })
