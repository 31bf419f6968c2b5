import { readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { type DuckDBConnection, type DuckDBInstance, DuckDBInstance as Instance } from '@duckdb/node-api'
import type { Rows } from '../database.ts'
import { failureOf } from './failure.ts'
import { openInstance, weightOf } from './instance.ts'
import { replyLine, splitLines } from './lines.ts'
import type { Answer, ChildSettings, Message, Reply, Request } from './messages.ts'
import { runSelect } from './run.ts'

// A query process: holds DuckDB instances, one per table set, and answers requests that arrive on stdin with lines on
// descriptor 3. Ends with its parent.

const settings = JSON.parse(process.argv[2] ?? '') as ChildSettings
const folder = process.cwd()
const replies = new Socket({ fd: 3, readable: false, writable: true })

/** An empty instance takes about 10 MB and some threads. */
const INSTANCES_MAX = 8

/** A table set: its instance, and a connection nobody has used yet, opened ahead because every query gets a new one. */
interface Held {
  instance: DuckDBInstance
  fresh: Promise<DuckDBConnection>
  weight: number
}

/** Table sets by key, least recently used first. */
const instances = new Map<string, Held>()
const parser = await (await Instance.create(':memory:', { threads: '1' })).connect()
const serialize = await parser.prepare('SELECT json_serialize_sql($1::VARCHAR)')
let running: { id: number; connection: DuckDBConnection } | undefined

function reply(message: Reply): void {
  replies.write(replyLine(message))
}

async function answer(request: Request): Promise<Answer> {
  switch (request.kind) {
    case 'parse':
      return { kind: 'parsed', json: await parse(request.sql) }
    case 'load':
      return { kind: 'loaded', keys: await load(request) }
    case 'query':
      return { kind: 'rows', rows: await query(request) }
  }
}

const PAGE_BYTES = 4096

/** Address space kept counts, not pages in use: an allocator gives the pages back and keeps the space the kernel limits. Elsewhere than on Linux, resident memory. */
function dataSegmentMb(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss() / 2 ** 20
  const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[5])
  return (pages * PAGE_BYTES) / 2 ** 20
}

/** The text is a bound value: nothing of it is evaluated. */
async function parse(sql: string): Promise<string> {
  serialize.bindVarchar(1, sql)
  const result = await serialize.run()
  return String(result.getChunk(0).getColumnVector(0).getItem(0))
}

async function load({ key, tables, reach }: Extract<Request, { kind: 'load' }>): Promise<string[]> {
  const weight = Math.min(weightOf(tables), settings.load_max_bytes)
  makeRoom(weight)
  const instance = await openInstance({ tables, reach }, folder, settings)
  instances.set(key, { instance, fresh: instance.connect(), weight })
  return [...instances.keys()]
}

/** Drops what was used longest ago until the new table set fits: together they take no more than one large set. */
function makeRoom(weight: number): void {
  let total = weight
  for (const held of instances.values()) total += held.weight
  for (const [key, held] of instances) {
    if (total <= settings.load_max_bytes && instances.size < INSTANCES_MAX) return
    held.fresh.then((connection) => connection.closeSync())
    held.instance.closeSync()
    instances.delete(key)
    total -= held.weight
  }
}

async function query({ id, key, sql, limits }: Extract<Request, { kind: 'query' }>): Promise<Rows> {
  const held = instances.get(key)
  if (held === undefined) throw new Error(`table set not loaded: ${key}`)
  instances.delete(key)
  instances.set(key, held)
  const connection = await held.fresh
  running = { id, connection }
  const timer = setTimeout(() => connection.interrupt(), limits.timeout_ms)
  try {
    return await runSelect(connection, sql, limits, settings.columns_max)
  } finally {
    clearTimeout(timer)
    running = undefined
    setImmediate(renew, held, connection)
  }
}

/** Behind the reply: closing and opening take as long as a small query. */
function renew(held: Held, used: DuckDBConnection): void {
  used.closeSync()
  held.fresh = held.instance.connect()
}

function take(line: string): void {
  const message = JSON.parse(line) as Message
  if (message.kind === 'interrupt') {
    if (running?.id === message.id) running.connection.interrupt()
    return
  }
  answer(message)
    .catch((error: unknown): Answer => ({ kind: 'failed', failure: failureOf(error) }))
    .then((answer) => reply({ ...answer, id: message.id, data_mb: dataSegmentMb() }))
}

/** Nothing gentler ends a process whose thread is in a query. */
function die(): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}

process.stdin.on('data', splitLines(take)).on('close', die)
replies.on('error', die)
reply({ kind: 'ready' })
