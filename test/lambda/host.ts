import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { CREDENTIALS } from '../s3/signature.ts'
import { boundMemory, type MemoryBound } from './memory.ts'

const RUNTIME = resolve('test/lambda/runtime/node_modules/aws-lambda-ric/bin/index.mjs')
const NATIVE_CLIENT = resolve('test/lambda/native-client.mjs')

/** What a function gave back for one event. */
export interface Invocation {
  /** The pieces in which the answer arrived; one when it was not streamed. */
  pieces: Buffer[]
  streamed: boolean
  /** The error the function posted instead. */
  failed?: { errorType: string; errorMessage: string }
}

/** One execution environment of a packaged function. */
export interface Environment {
  /** `left_ms` is the time Lambda gives the function, a minute when absent. */
  invoke(event: unknown, left_ms?: number): Promise<Invocation>
  /** Standard output and errors so far. */
  log(): string
  /** Most megabytes its processes held at once, caches included; null when the kernel does not tell. */
  peakMb(): number | null
  /** Processor time of its running processes so far; 0 where the kernel does not say which they are. */
  cpuMs(): number
  close(): Promise<void>
}

interface Waiting {
  id: string
  event: string
  left_ms: number
  settle: { resolve(result: Invocation): void; reject(problem: Error): void }
}

/** Smaller than any stage of infra/stage.ts gives. */
const MEMORY_MB = 2048

/**
 * Runs a packaged function as Lambda does: the Runtime API over HTTP, Lambda's own client, its folder as the task root,
 * memory and /tmp bounded where the kernel allows it.
 */
export async function startEnvironment(
  folder: string,
  handler: string,
  env: Record<string, string>,
): Promise<Environment> {
  const memory = boundMemory(MEMORY_MB)
  const waiting: Waiting[] = []
  const running = new Map<string, Waiting>()
  let poll: ServerResponse | undefined
  let initError: string | undefined
  const hand = () => {
    const next = poll && waiting.shift()
    if (poll === undefined || next === undefined) return
    running.set(next.id, next)
    poll.writeHead(200, invocationHeaders(next)).end(next.event)
    poll = undefined
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (path.endsWith('/invocation/next')) {
      poll = response
      return hand()
    }
    const result = await readResult(request)
    if (path.endsWith('/init/error')) initError = Buffer.concat(result.pieces).toString()
    const id = path.split('/').at(-2) ?? ''
    running.get(id)?.settle.resolve(result)
    running.delete(id)
    response.writeHead(202).end()
  })
  server.keepAliveTimeout = 0 // The client keeps one connection, however long an answer takes.
  const port = await listen(server)
  const child = startRuntime(resolve(folder), handler, { ...env, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` }, memory)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (log += data.toString()))
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  exited.then(() => {
    const problem = new Error(`the environment ended: ${initError ?? log.slice(-2000)}`)
    for (const { settle } of [...waiting, ...running.values()]) settle.reject(problem)
  })
  return {
    invoke: (event, left_ms = 60_000) =>
      new Promise((done, reject) => {
        waiting.push({ id: randomUUID(), event: JSON.stringify(event), left_ms, settle: { resolve: done, reject } })
        hand()
      }),
    log: () => log,
    peakMb: () => {
      const peak = memory.peak()
      return peak === null ? null : Math.round(peak / 1024 / 1024)
    },
    cpuMs: () => memory.processes().reduce((sum, id) => sum + cpuMsOf(id), 0),
    close: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
      await exited
      await removed(memory)
      server.closeAllConnections()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}

/** The kernel counts in hundredths of a second; a process that ended meanwhile counts nothing. */
function cpuMsOf(id: number): number {
  try {
    const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw problem
  }
}

/** Those of its processes that were killed with it leave the group a moment later. */
async function removed(memory: MemoryBound): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return memory.remove()
    } catch (problem) {
      if (tries > 100) throw problem
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}

/** The smallest disk a function can have below /tmp. */
const DISK_MB = 512

/** Functions do not run as root there. */
const USER = 993

/** A file system where only /tmp can be written, as Lambda's, and a user without rights; needs a kernel that lets users make namespaces. */
const READ_ONLY = `
mount -t tmpfs -o size=${DISK_MB}m tmpfs /tmp
awk '$2 !~ "^/(tmp|proc|dev|sys)(/|$)" { print $2 }' /proc/mounts | while read -r place; do
  mount -o remount,bind,ro "$place" 2>/dev/null || :
done
if touch "$PWD/.written" 2>/dev/null; then rm -f "$PWD/.written"; echo "still writable"; exit 9; fi
exec unshare --map-user=${USER} --map-group=${USER} -- "$@"`

const unshared = spawnSync('unshare', ['-mr', 'sh', '-ec', READ_ONLY, 'sh', 'true'], { encoding: 'utf8' })

/** Why functions run on this machine's own file system instead of a read-only one; empty when they do not. */
export const writableBecause = whyWritable()

function whyWritable(): string {
  if (process.cwd().startsWith('/tmp/')) return 'this checkout lies below /tmp, which would be covered'
  if (unshared.status === 0) return ''
  return `unshare -mr: ${unshared.error?.message ?? `${unshared.stdout}${unshared.stderr}`.trim()}`
}

function startRuntime(folder: string, handler: string, env: Record<string, string>, memory: MemoryBound): ChildProcess {
  const command = [process.execPath, '--import', NATIVE_CLIENT, RUNTIME, handler]
  const isolated = ['unshare', '-mr', 'sh', '-ec', READ_ONLY, 'sh', ...command]
  const run = writableBecause === '' ? isolated : command
  return spawn('sh', ['-ec', `${memory.join}\nexec "$@"`, 'sh', ...run], {
    cwd: folder,
    env: { ...lambdaEnvironment(folder, handler), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

/** What Lambda sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html; no home folder exists there. */
function lambdaEnvironment(folder: string, handler: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    ...(process.env['LD_LIBRARY_PATH'] ? { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] } : {}),
    HOME: '/home/sbx_user1051',
    TZ: ':UTC',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: `asklake-${handler}`,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB),
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/asklake',
    AWS_LAMBDA_LOG_STREAM_NAME: 'test',
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
  }
}

function invocationHeaders({ id, left_ms }: Waiting): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(Date.now() + left_ms),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:asklake',
  }
}

async function readResult(request: IncomingMessage): Promise<Invocation> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming'
  const failed = request.url?.endsWith('/error') ? JSON.parse(Buffer.concat(pieces).toString()) : undefined
  return { pieces, streamed, ...(failed ? { failed } : {}) }
}

function listen(server: Server): Promise<number> {
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port))
  })
}

/** The folder of a packaged function. */
export function packaged(name: string): string {
  return join('dist/lambda-test', name)
}
