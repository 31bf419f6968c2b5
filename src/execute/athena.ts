import type { QueryLimits, Rows, TableSet } from '../database.ts'
import { Refusal } from '../refusal.ts'
import { engineCell } from './cell.ts'
import { trinoSql } from './dialect.ts'
import type { Engine } from './engine.ts'
import { isRegistrable } from './register.ts'

/** What is needed of Athena; functions/athena.ts gives it by the AWS client. Refuses `engine-unavailable`. */
export interface AthenaCalls {
  start(sql: string, database: string): Promise<string>
  state(id: string): Promise<{ state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'; reason?: string }>
  /** One page: rows as text, a header line first on the first page. */
  results(id: string, token?: string): Promise<{ types: string[]; rows: (string | null)[][]; token?: string }>
  stop(id: string): Promise<void>
}

export interface AthenaEffects {
  calls: AthenaCalls
  /** The database that holds a table set, with all its tables. */
  ready(tables: TableSet, runs: (ddl: string, database: string) => Promise<void>): Promise<string>
  now(): number
  pause(ms: number): Promise<void>
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1000

/** Athena: a statement is started, looked at until it ends, and its results are read in pages; one nobody waits for is stopped. */
export function athenaEngine(effects: AthenaEffects): Engine {
  return {
    holds: isRegistrable,
    run: async (tables, sql, limits, signal) => {
      const text = `SELECT * FROM (\n${await trinoSql(sql)}\n) LIMIT ${limits.rows + 1}`
      const waited = { limits, signal }
      const database = await effects.ready(
        tables,
        async (ddl, place) => void (await runToEnd(ddl, place, effects, waited)),
      )
      return allRows(await runToEnd(text, database, effects, waited), effects.calls)
    },
  }
}

interface Waited {
  limits: QueryLimits
  signal: AbortSignal | undefined
}

/** Runs a statement; gives its id when it has succeeded. */
async function runToEnd(sql: string, database: string, effects: AthenaEffects, waited: Waited): Promise<string> {
  const id = await effects.calls.start(sql, database)
  try {
    await ended(id, effects, waited)
    return id
  } catch (problem) {
    if (problem instanceof Refusal && STOPPED.has(problem.code)) await effects.calls.stop(id)
    throw problem
  }
}

const STOPPED = new Set(['query-timeout', 'cancelled'])

async function ended(id: string, effects: AthenaEffects, { limits, signal }: Waited): Promise<void> {
  const deadline = effects.now() + limits.timeout_ms
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const { state, reason = '' } = await effects.calls.state(id)
    if (state === 'SUCCEEDED') return
    if (state === 'FAILED')
      throw new Refusal('query-failed', `The engine refused the query: ${reason.split('\n')[0]?.slice(0, 200)}`)
    if (state === 'CANCELLED' || signal?.aborted) throw new Refusal('cancelled', 'The query was cancelled.')
    if (effects.now() > deadline) throw new Refusal('query-timeout', 'The query took longer than it may.')
    await effects.pause(pause)
  }
}

async function allRows(id: string, calls: AthenaCalls): Promise<Rows['rows']> {
  const rows: Rows['rows'] = []
  let token: string | undefined
  let header = true
  do {
    const page = await calls.results(id, token)
    const body = header ? page.rows.slice(1) : page.rows
    for (const row of body) rows.push(row.map((value, index) => engineCell(value, page.types[index] ?? '')))
    header = false
    token = page.token
  } while (token !== undefined)
  return rows
}
