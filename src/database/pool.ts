import { type Confinement, isReadableByAll } from '../confine.ts'
import type { Database, QueryLimits, Rows, TableSet } from '../database.ts'
import { type RecentMap, recentMap } from '../recent.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'
import { isRemote, openReach, type Reach } from '../store/reach.ts'
import { type Crew, openCrew } from './crew.ts'
import { sweepFolders } from './folder.ts'
import type { ChildSettings, Reply, Request } from './messages.ts'
import { type Exit, type QueryProcess, startProcess } from './process.ts'

export interface DatabaseStats {
  /** Processes that are up, and of those the ones at work. */
  processes: number
  busy: number
  /** Requests that wait for a process. */
  waiting: number
  /** Since start: queries run, processes killed for time or after a doubtful error, processes that ended by themselves. */
  queries: number
  killed: number
  crashed: number
}

export interface OpenDatabase extends Database {
  /** Settles when all processes are up; rejects when they cannot start. */
  ready(): Promise<void>
  /** Loads a table set ahead of the first query. */
  warm(tables: TableSet): Promise<void>
  stats(): DatabaseStats
}

/** After this a query that does not heed its interrupt loses its process. */
const GRACE_MS = 300

/** Share of the process's data segment above which it is replaced: DuckDB and V8 give little of it back. */
const FULL_SHARE = 0.8

/** Parsed statements kept, none larger than this many characters; an ordinary one has 3,000. */
const PARSED_MAX = 500
const PARSED_MOST = 50_000

interface Pool {
  crew: Crew
  settings: Settings
  requests: number
  /** Parsed statements by their text: a plan's SQL is checked when it is made and each time it is recalled. */
  parsed: RecentMap<string>
  counts: { queries: number; killed: number; crashed: number }
  /** Loaded ahead into every new process. */
  recent: TableSet | undefined
  /** How a process reads objects where they lie. */
  reach: Reach | undefined
  /** New processes give up root until a file turns out to be readable by us alone. */
  confinement: Confinement
}

/** Starts the query processes: `query_processes` that work and one spare, each locked in as docs/security.md says. */
export function openDatabase(settings: Settings): OpenDatabase {
  sweepFolders()
  const counts = { queries: 0, killed: 0, crashed: 0 }
  const confinement: Confinement = { memory_mb: settings.query_process_mb, nobody: true }
  const crew = openCrew({
    workers: settings.query_processes,
    queue: settings.query_queue_max,
    start: () => startProcess(childSettings(settings), confinement),
    greet: (process) => greet(pool, process),
    left: (exit) => void counts[exit.killed ? 'killed' : 'crashed']++,
  })
  const pool: Pool = {
    crew,
    settings,
    requests: 0,
    counts,
    recent: undefined,
    reach: openReach(settings),
    parsed: recentMap(PARSED_MAX),
    confinement,
  }
  return {
    query: (tables, sql, limits, signal) => query(pool, tables, { sql, limits }, signal),
    parse: (sql) => parse(pool, sql),
    warm: (tables) => warm(pool, tables),
    ready: crew.ready,
    close: crew.close,
    stats: () => ({ ...crew.counts(), ...counts }),
  }
}

function childSettings(settings: Settings): ChildSettings {
  return {
    memory_mb: settings.query_memory_mb,
    threads: settings.query_threads,
    spill_mb: settings.query_spill_mb,
    load_max_bytes: settings.query_load_mb * 2 ** 20,
    columns_max: settings.query_columns_max,
  }
}

async function query(pool: Pool, tables: TableSet, asked: { sql: string; limits: QueryLimits }, signal?: AbortSignal) {
  if (signal?.aborted) throw cancelled()
  const work = runQuery(pool, tables, asked, signal)
  if (signal === undefined) return work
  work.catch(() => {}) // The asker who left is told at once; the process is tidied up behind.
  return Promise.race([work, whenAborted(signal)])
}

async function runQuery(
  pool: Pool,
  tables: TableSet,
  { sql, limits }: { sql: string; limits: QueryLimits },
  signal?: AbortSignal,
): Promise<Rows> {
  const process = await takeLoaded(pool, tables, limits.timeout_ms)
  let sound = true
  try {
    if (signal?.aborted) throw cancelled()
    pool.counts.queries++
    const request: Request = { id: ++pool.requests, kind: 'query', key: tables.key, sql, limits }
    const reply = await ask(process, request, limits.timeout_ms, signal)
    sound = isSound(reply, pool.settings)
    if (reply.kind === 'rows') return reply.rows
    throw signal?.aborted ? cancelled() : refusalOf(reply)
  } finally {
    pool.crew.give(process, sound)
  }
}

async function parse(pool: Pool, sql: string): Promise<string> {
  const known = pool.parsed.get(sql)
  if (known !== undefined) return known
  const json = await parseAnew(pool, sql)
  if (json.length <= PARSED_MOST) pool.parsed.set(sql, json)
  return json
}

async function parseAnew(pool: Pool, sql: string): Promise<string> {
  const timeout_ms = pool.settings.query_parse_timeout_ms
  const process = await pool.crew.take({ kind: 'parse', patience_ms: pool.settings.query_timeout_ms })
  let sound = false
  try {
    const reply = await ask(process, { id: ++pool.requests, kind: 'parse', sql }, timeout_ms)
    sound = isSound(reply, pool.settings)
    if (reply.kind === 'parsed') return reply.json
    throw new Refusal('sql-unparseable', 'The SQL cannot be parsed.')
  } finally {
    pool.crew.give(process, sound)
  }
}

async function warm(pool: Pool, tables: TableSet): Promise<void> {
  pool.crew.give(await takeLoaded(pool, tables, pool.settings.query_load_timeout_ms), true)
}

/** A process that holds the tables. One without the memory for them may have spent it on earlier work: it is replaced, and once more asked. */
async function takeLoaded(pool: Pool, tables: TableSet, patience_ms: number): Promise<QueryProcess> {
  for (let first = true; ; first = false) {
    const process = await takeFor(pool, tables, patience_ms)
    try {
      await load(pool, process, tables)
      return process
    } catch (error) {
      const full = error instanceof Refusal && error.code === 'query-memory'
      pool.crew.give(process, !full)
      if (!full || !first) throw error
    }
  }
}

/** A process that may read the files of the tables. Processes that run as nobody are replaced, for good, once a file is for us alone. */
async function takeFor(pool: Pool, tables: TableSet, patience_ms: number): Promise<QueryProcess> {
  for (;;) {
    const process = await pool.crew.take({ kind: 'query', key: tables.key, patience_ms })
    if (!process.nobody || process.keys.has(tables.key) || filesOf(tables).every(isReadable)) return process
    pool.confinement.nobody = false
    pool.crew.give(process, false)
  }
}

function filesOf({ tables }: TableSet): string[] {
  return tables.flatMap((table) => table.source.files)
}

function isReadable(path: string): boolean {
  return isRemote(path) || isReadableByAll(path)
}

async function load(pool: Pool, process: QueryProcess, tables: TableSet): Promise<void> {
  pool.recent = tables
  if (process.keys.has(tables.key)) return
  const needed = tables.tables.map(({ name, columns, source }) => ({ name, columns, source }))
  const reach = pool.reach && filesOf(tables).some(isRemote) ? await pool.reach() : []
  const request: Request = { id: ++pool.requests, kind: 'load', key: tables.key, tables: needed, reach }
  const reply = await ask(process, request, pool.settings.query_load_timeout_ms)
  if (reply.kind === 'loaded') return
  if (reply.kind === 'failed' && reply.failure.code === 'query-memory') throw refusalOf(reply)
  throw new Refusal('dataset-unreadable', 'The files of the dataset could not be loaded.')
}

/** What was asked last is likely asked next: a new process has it before anyone waits. */
async function greet(pool: Pool, process: QueryProcess): Promise<void> {
  if (pool.recent === undefined) return
  await load(pool, process, pool.recent).catch(() => {}) // Whoever asks for it is told.
}

/** Sends one request and kills the process when neither reply nor interrupt comes in time. */
async function ask(process: QueryProcess, request: Request, timeout_ms: number, signal?: AbortSignal): Promise<Reply> {
  const timers = [setTimeout(process.kill, timeout_ms + GRACE_MS)]
  const stop = () => {
    process.interrupt(request.id)
    timers.push(setTimeout(process.kill, GRACE_MS))
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await process.request(request)
  } catch (exit) {
    throw exitRefusal(exit as Exit, request)
  } finally {
    signal?.removeEventListener('abort', stop)
    for (const timer of timers) clearTimeout(timer)
  }
}

function isSound(reply: Reply, settings: Settings): boolean {
  if (reply.kind === 'ready') return true
  if (reply.kind === 'failed' && !reply.failure.sound) return false
  return reply.data_mb < settings.query_process_mb * FULL_SHARE
}

function refusalOf(reply: Reply): Refusal {
  if (reply.kind !== 'failed') throw new Error(`unexpected reply: ${reply.kind}`)
  return new Refusal(reply.failure.code, reply.failure.message)
}

function exitRefusal(exit: Exit, request: Request): Refusal {
  if (request.kind === 'parse') return new Refusal('sql-forbidden', 'The SQL is too complex to parse.')
  if (exit.killed) return new Refusal('query-timeout', 'The query took longer than it may.')
  return new Refusal('query-memory', 'The query needs more memory than it may use.')
}

function cancelled(): Refusal {
  return new Refusal('cancelled', 'The asker left.')
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(cancelled()), { once: true }))
}
