import type { QueryLimits, Rows } from '../database.ts'
import { Refusal } from '../refusal.ts'
import { engineCell } from './cell.ts'
import { trinoSql } from './dialect.ts'
import type { Engine } from './engine.ts'

export interface TrinoOptions {
  /** `https://trino.example:8443`. */
  url: string
  catalog: string
  /** The schema that holds a table set. */
  schemaOf(key: string): string
  user: string
  /** Sent as a bearer token unless empty. */
  token: string
}

/** One page of a result: https://trino.io/docs/current/develop/client-protocol.html */
interface Page {
  nextUri?: string
  columns?: { name: string; type: string }[]
  data?: unknown[][]
  error?: { message: string; errorName: string; errorType: string }
}

/** Trino by its HTTP protocol; a statement nobody waits for any longer is cancelled there. */
export function trinoEngine(options: TrinoOptions): Engine {
  return {
    run: async (tables, sql, limits, signal) => {
      const text = `SELECT * FROM (\n${await trinoSql(sql)}\n) LIMIT ${limits.rows + 1}`
      return runStatement(text, { ...options, schema: options.schemaOf(tables.key) }, limits, signal)
    },
  }
}

type Session = Omit<TrinoOptions, 'schemaOf'> & { schema: string }

/** All rows of a statement in Trino's own dialect. Refuses `query-timeout`, `query-failed`, `cancelled`, `store-unavailable`. */
export async function runStatement(
  text: string,
  session: Session,
  limits: Pick<QueryLimits, 'timeout_ms'>,
  signal?: AbortSignal,
): Promise<Rows['rows']> {
  const late = AbortSignal.timeout(limits.timeout_ms)
  const stop = signal === undefined ? late : AbortSignal.any([signal, late])
  const headers = headersOf(session)
  const ask = (url: string, body?: string) =>
    page(url, { headers, signal: stop, ...(body === undefined ? {} : { method: 'POST', body }) })
  const rows: Rows['rows'] = []
  let next: string | undefined
  try {
    let found = await ask(`${session.url}/v1/statement`, text)
    for (;;) {
      if (found.error) throw refusalOf(found.error)
      const types = found.columns?.map(({ type }) => type) ?? []
      for (const row of found.data ?? []) rows.push(row.map((value, index) => engineCell(value, types[index] ?? '')))
      next = found.nextUri
      if (next === undefined) return rows
      found = await ask(next)
    }
  } catch (problem) {
    if (next !== undefined) await fetch(next, { method: 'DELETE', headers }).catch(() => {}) // It ends by itself later.
    if (late.aborted) throw new Refusal('query-timeout', 'The query took longer than it may.')
    if (signal?.aborted) throw new Refusal('cancelled', 'The asker left.')
    throw problem
  }
}

async function page(url: string, request: RequestInit): Promise<Page> {
  const response = await fetch(url, request).catch((problem) => {
    if (request.signal?.aborted) throw problem
    throw new Refusal('engine-unavailable', 'The engine cannot be reached.')
  })
  if (!response.ok) throw new Refusal('engine-unavailable', `The engine answered ${response.status}.`)
  return (await response.json()) as Page
}

function headersOf({ catalog, schema, user, token }: Session): Record<string, string> {
  return {
    'x-trino-user': user,
    'x-trino-catalog': catalog,
    'x-trino-schema': schema,
    'x-trino-time-zone': 'UTC',
    'x-trino-source': 'asklake',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
  }
}

function refusalOf({ message, errorName, errorType }: NonNullable<Page['error']>): Refusal {
  if (errorName === 'EXCEEDED_TIME_LIMIT') return new Refusal('query-timeout', 'The query took longer than it may.')
  if (errorType === 'INSUFFICIENT_RESOURCES')
    return new Refusal('query-memory', 'The engine has no room for the query.')
  const [line = ''] = message.split('\n')
  return new Refusal('query-failed', `The engine refused the query: ${line.slice(0, 200)}`)
}
