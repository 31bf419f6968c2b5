import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { privateFolder, removeFolder } from './folder.ts'
import type { ChildSettings, Message, Reply, Request } from './messages.ts'

/** How a process ended. */
export interface Exit {
  /** True when we killed it. */
  killed: boolean
  /** `SIGSEGV`, `exit 1` … */
  how: string
  /** Last words on stderr, for the operator. */
  stderr: string
}

/** A query process that is up. */
export interface QueryProcess {
  /** Table sets it holds. */
  keys: ReadonlySet<string>
  /** One request at a time. Rejects with an Exit when the process ends first. */
  request(request: Request): Promise<Reply>
  interrupt(id: number): void
  kill(): void
  exited: Promise<Exit>
}

/** Data segment and core files are limited by the shell before Node starts; a system that knows no such limit goes without. */
const LIMITED = 'ulimit -d "$1" 2>/dev/null; ulimit -c 0; shift; exec "$@"'

/** A process that is not ready by then never will be; usually it takes 300 ms. */
const START_MS = 30_000

/** Starts a query process under `process_mb`; rejects with an Exit when it ends before it is ready. */
export async function startProcess(settings: ChildSettings, process_mb: number): Promise<QueryProcess> {
  const folder = privateFolder()
  const command = [process.execPath, ...childArguments(), JSON.stringify(settings)]
  const child = spawn('/bin/sh', ['-c', LIMITED, 'sh', String(process_mb * 1024), ...command], {
    cwd: folder,
    env: childEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    // A group of its own: an interrupt from the terminal reaches the parent, which ends its queries in order.
    detached: true,
  })
  const { exited, markKilled } = watchExit(child, folder)
  const { next, keys } = readReplies(child, exited)
  const kill = () => {
    markKilled()
    child.kill('SIGKILL')
  }
  const send = (message: Message) => child.stdin?.write(`${JSON.stringify(message)}\n`)
  child.stdin?.on('error', () => {}) // A process that ended is told by `exited`.
  const timer = setTimeout(kill, START_MS)
  await next().finally(() => clearTimeout(timer))
  return {
    keys,
    exited,
    kill,
    interrupt: (id) => send({ kind: 'interrupt', id }),
    request(request) {
      send(request)
      return next()
    },
  }
}

/** The child's entry: beside this file as source, beside the bundle when bundled. */
function childArguments(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL('./database-child.js', import.meta.url))]
  const entry = fileURLToPath(new URL('./child.ts', import.meta.url))
  return ['--import', import.meta.resolve('tsx'), entry]
}

/** Nothing of ours: no key or token may be read from a query. Some systems find Node's own libraries only by this one. */
function childEnvironment(): Record<string, string> {
  const libraries = process.env['LD_LIBRARY_PATH']
  return libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }
}

function watchExit(child: ChildProcess, folder: string) {
  let stderr = ''
  let killed = false
  child.stderr?.on('data', (data: Buffer) => {
    stderr = (stderr + data.toString()).slice(-2000)
  })
  const exited = new Promise<Exit>((resolve) => {
    const end = (how: string) => {
      removeFolder(folder)
      resolve({ killed, how, stderr })
    }
    child.once('exit', (code, signal) => end(signal ?? `exit ${code}`))
    child.once('error', (error) => end(error.message))
  })
  return { exited, markKilled: () => (killed = true) }
}

/** Replies come in the order of requests; what a process holds is kept up to date from them. */
function readReplies(child: ChildProcess, exited: Promise<Exit>) {
  const keys = new Set<string>()
  let settle: { resolve(reply: Reply): void; reject(exit: Exit): void } | undefined
  let parts: Buffer[] = []
  const take = (line: string) => {
    const reply = JSON.parse(line) as Reply
    if (reply.kind === 'loaded') {
      keys.clear()
      for (const key of reply.keys) keys.add(key)
    }
    settle?.resolve(reply)
  }
  ;(child.stdio[3] as Readable).on('data', (data: Buffer) => {
    let rest = data
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString()
      parts = []
      rest = rest.subarray(end + 1)
      take(line)
    }
    if (rest.length > 0) parts.push(rest)
  })
  let gone: Exit | undefined
  exited.then((exit) => {
    gone = exit
    settle?.reject(exit)
  })
  const next = () =>
    new Promise<Reply>((resolve, reject) => {
      if (gone) reject(gone)
      settle = { resolve, reject }
    })
  return { next, keys }
}
