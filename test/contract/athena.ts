import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DuckDBInstance } from '@duckdb/node-api'

/**
 * The four calls of Athena that are made, over HTTP in AWS's JSON protocol: statements are run by DuckDB, over the files that
 * a table's manifest names. `lake` gives the local file of an object, `manifest` the text of one.
 */
export interface AthenaServer {
  endpoint: string
  /** Statements started, with the database they were started in. */
  statements: { sql: string; database: string; workgroup: string }[]
  stopped: string[]
  /** Statements whose text matches never end, or fail. */
  hang: RegExp
  fail: RegExp
  close(): Promise<void>
}

interface Execution {
  state: string
  reason: string
  looks: number
  types: string[]
  rows: (string | null)[][]
}

/** What the calls are asked, of whichever call. */
interface Asked {
  QueryString: string
  WorkGroup: string
  QueryExecutionContext: { Database: string }
  QueryExecutionId: string
  NextToken?: string
}

interface Lake {
  file(address: string): string
  manifest(address: string): string
}

/** Rows of one page of results; Athena gives a thousand. */
const PAGE = 3

export async function startAthena(lake: Lake): Promise<AthenaServer> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const executions = new Map<string, Execution>()
  const run = async (sql: string, database: string): Promise<Omit<Execution, 'looks'>> => {
    const done = { state: 'SUCCEEDED', reason: '', types: [], rows: [] }
    if (self.hang.test(sql)) return { ...done, state: 'RUNNING' }
    if (self.fail.test(sql)) return { ...done, state: 'FAILED', reason: 'HIVE_CURSOR_ERROR: no such file\nat line 1' }
    if (sql.startsWith('CREATE DATABASE')) await connection.run(sql.replace('DATABASE', 'SCHEMA').replaceAll('`', '"'))
    else if (sql.startsWith('CREATE EXTERNAL TABLE')) await connection.run(viewOf(sql, lake))
    else return { ...done, ...(await select(sql, database)) }
    return done
  }
  const select = async (sql: string, database: string) => {
    await connection.run(`USE "${database}"`)
    const result = await connection.runAndReadAll(sql)
    const names = result.columnNames()
    const rows = result.getRowsJson().map((row) => row.map((cell) => (cell === null ? null : String(cell))))
    return { types: result.columnTypes().map((type) => String(type).toLowerCase()), rows: [names, ...rows] }
  }
  const CALLS: Record<string, (asked: Asked) => Promise<object>> = {
    StartQueryExecution: async ({ QueryString: sql, WorkGroup: workgroup, QueryExecutionContext: place }) => {
      const { Database: database } = place
      self.statements.push({ sql, database, workgroup })
      const id = `q${self.statements.length}`
      executions.set(id, { ...(await run(sql, database)), looks: 0 })
      return { QueryExecutionId: id }
    },
    GetQueryExecution: async ({ QueryExecutionId: id }) => {
      const one = executions.get(id) as Execution
      const State = one.looks++ === 0 ? 'QUEUED' : one.state
      return { QueryExecution: { QueryExecutionId: id, Status: { State, StateChangeReason: one.reason } } }
    },
    GetQueryResults: async ({ QueryExecutionId: id, NextToken: token }) => {
      const { rows, types } = executions.get(id) as Execution
      const from = Number(token ?? 0)
      const page = rows
        .slice(from, from + PAGE)
        .map((row) => ({ Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) }))
      const more = from + PAGE < rows.length ? { NextToken: String(from + PAGE) } : {}
      return {
        ResultSet: { Rows: page, ResultSetMetadata: { ColumnInfo: types.map((Type) => ({ Name: 'c', Type })) } },
        ...more,
      }
    },
    StopQueryExecution: async ({ QueryExecutionId: id }) => {
      self.stopped.push(id)
      return {}
    },
  }
  const server = createServer((request, response) => void answer(request, response, CALLS))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const self: AthenaServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statements: [],
    stopped: [],
    hang: /^$/,
    fail: /^$/,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
  return self
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  calls: Record<string, (asked: Asked) => Promise<object>>,
) {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const [, name = ''] = /^AmazonAthena\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? []
  const signed = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/us-east-1\/athena\/aws4_request/
  const type = 'application/x-amz-json-1.1'
  const call = signed.test(request.headers.authorization ?? '') ? calls[name] : undefined
  const body = await call?.(JSON.parse(Buffer.concat(parts).toString()))
  response.writeHead(body ? 200 : 400, { 'content-type': type })
  response.end(JSON.stringify(body ?? { __type: 'AccessDeniedException' }))
}

/** The view that an external table is: its columns, over the files its manifest names. */
function viewOf(ddl: string, lake: Lake): string {
  const [, name = '', columns = '', location = ''] =
    /^CREATE EXTERNAL TABLE IF NOT EXISTS (\S+) \((.*)\)\n[\s\S]*LOCATION '(.*)'$/.exec(ddl) ?? []
  assert.notEqual(location, '', ddl)
  const files = lake
    .manifest(`${location}files`)
    .trim()
    .split('\n')
    .map((address) => `'${lake.file(address)}'`)
  const kept = [...columns.matchAll(/`([^`]+)` (\w+)/g)].map(
    ([, column, type]) => `CAST("${column}" AS ${type}) AS "${column}"`,
  )
  return `CREATE OR REPLACE VIEW ${name.replaceAll('`', '"')} AS SELECT ${kept.join(', ')} FROM read_parquet([${files.join(', ')}])`
}
