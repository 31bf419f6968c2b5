import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Confinement, confined, giveToNobody, isReadableByAll } from '../confine.ts'
import { privateFolder, removeFolder } from './folder.ts'
import { readReply, splitLines } from './lines.ts'
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
  /** Whether it runs as nobody and reads only what everybody may. */
  nobody: boolean
  /** One request at a time. Rejects with an Exit when the process ends first. */
  request(request: Request): Promise<Reply>
  interrupt(id: number): void
  kill(): void
  exited: Promise<Exit>
}

const IS_SOURCE = import.meta.url.endsWith('.ts')

/** The child's entry: beside this file as source, beside the bundle when bundled. */
const ENTRY = fileURLToPath(new URL(IS_SOURCE ? './child.ts' : './database-child.js', import.meta.url))
const LOADER = IS_SOURCE ? ['--import', import.meta.resolve('tsx')] : []

/** A process that is not ready by then never will be; usually it takes 300 ms. */
const START_MS = 30_000

/** Starts a query process under a confinement; rejects with an Exit when it ends before it is ready. */
export async function startProcess(settings: ChildSettings, wanted: Confinement): Promise<QueryProcess> {
  const folder = privateFolder()
  const nobody = wanted.nobody && isReadableByAll(ENTRY)
  if (nobody) giveToNobody(folder)
  const { program, args, options } = confined([...LOADER, ENTRY, JSON.stringify(settings)], { ...wanted, nobody })
  const child = spawn(program, args, {
    ...options,
    cwd: folder,
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
    nobody,
    exited,
    kill,
    interrupt: (id) => send({ kind: 'interrupt', id }),
    request(request) {
      send(request)
      return next()
    },
  }
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
  const take = (line: string) => {
    const reply = readReply(line)
    if (reply.kind === 'loaded') {
      keys.clear()
      for (const key of reply.keys) keys.add(key)
    }
    settle?.resolve(reply)
  }
  ;(child.stdio[3] as Readable).on('data', splitLines(take))
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
