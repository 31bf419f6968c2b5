import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { confined } from '../confine.ts'
import type { Reach } from '../store/reach.ts'
import type { Row } from './duckdb.ts'

/** Runs the catalog's own SQL over files; a failed, slow or crashed query rejects with a ReadError and never harms this process. */
export interface Reader {
  rows(sql: string): Promise<Row[]>
  /** Counts restarts: what was loaded before the last one is gone. */
  generation(): number
  close(): Promise<void>
}

/** Why a file could not be read: the first line of DuckDB's message without local paths, or that it took too long. */
export class ReadError extends Error {
  override name = 'ReadError'
  /** Whether it took too long: another way of reading would as well. */
  readonly slow: boolean

  constructor(message: string, slow = false) {
    super(message)
    this.slow = slow
  }
}

/** Time a query has beyond its limit to stop by itself before its process is killed. */
const GRACE_MS = 2000

/** Credentials of a machine's role change every few hours, and the next ones are there a quarter of an hour before. */
const REACHED_MS = 10 * 60_000

/** A reader over one child process, started at the first query and again after a crash. With `reach` it reads a bucket's objects where they lie; credentials are renewed a few times an hour. */
export async function openReader(limits: { memory_mb: number; timeout_ms: number }, reach?: Reach): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'asklake-catalog-'))
  let child: ChildProcess | null = null
  let generation = 0
  let last = 0
  const start = () => {
    if (child !== null && child.exitCode === null && child.signalCode === null) return child
    generation++
    child = startChild(limits.memory_mb, folder)
    return child
  }
  const send = (sql: string) => ask(start(), { id: ++last, sql, timeout_ms: limits.timeout_ms })
  let reached: { child: ChildProcess | null; until: number } = { child: null, until: 0 }
  const reachOut = async (reach: Reach) => {
    if (start() === reached.child && performance.now() < reached.until) return
    for (const statement of await reach()) await send(statement)
    reached = { child, until: performance.now() + REACHED_MS }
  }
  return {
    rows: async (sql) => {
      if (reach && sql.includes("'s3://")) await reachOut(reach)
      return send(sql)
    },
    generation: () => generation,
    close: async () => {
      child?.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What the process may take beyond DuckDB's own limit, which texts and lists do not count against. */
const BEYOND_MB = 1024

/** In the sources a TypeScript file under tsx, in the bundle a file beside it. It reads what we may read, so it keeps our account. */
function startChild(memory_mb: number, folder: string): ChildProcess {
  const source = import.meta.url.endsWith('.ts')
  const path = fileURLToPath(new URL(source ? './child.ts' : './catalog-child.js', import.meta.url))
  const loader = source ? ['--import', import.meta.resolve('tsx')] : []
  const limits = { memory_mb: memory_mb + BEYOND_MB, nobody: false }
  const { program, args, options } = confined([...loader, path, String(memory_mb), folder], limits)
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  child.unref()
  child.channel?.unref()
  return child
}

function ask(child: ChildProcess, request: { id: number; sql: string; timeout_ms: number }): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), request.timeout_ms + GRACE_MS)
    child.ref()
    child.channel?.ref()
    const settle = (act: () => void) => {
      clearTimeout(timer)
      child.unref()
      child.channel?.unref()
      child.off('message', onMessage)
      child.off('exit', onExit)
      act()
    }
    const onMessage = (reply: { id: number; rows?: Row[]; error?: string }) => {
      if (reply.id !== request.id) return
      settle(() => (reply.rows ? resolve(reply.rows) : reject(readError(reply.error ?? '', request.timeout_ms))))
    }
    const onExit = () => settle(() => reject(new ReadError('reading it took too long or crashed the reader', true)))
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.send(request, (error) => {
      if (error) settle(() => reject(new ReadError('the reader could not be reached')))
    })
  })
}

function readError(message: string, timeout_ms: number): ReadError {
  if (!message.startsWith('INTERRUPT')) return new ReadError(plainMessage(message))
  return new ReadError(
    `it took longer than ${timeout_ms / 1000} s (catalog_table_timeout_ms); Parquet is read faster`,
    true,
  )
}

/** First line, folders of local paths cut away. */
export function plainMessage(message: string): string {
  const line = message.split('\n')[0] ?? ''
  return line.replace(/(?:\/[^\s"'/]+)+\/([^\s"'/]+)/g, '$1').slice(0, 300)
}
