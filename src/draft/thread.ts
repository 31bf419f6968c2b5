import { Worker } from 'node:worker_threads'
import type { Catalog } from '../catalog.ts'
import { Refusal } from '../refusal.ts'
import type { EncodedSchema } from './encode.ts'
import type { DraftReply, DraftRequest, WorkerStart } from './messages.ts'
import type { Finished } from './search.ts'

/** One question; `key` names the schema, which is sent only once. */
export interface Ask extends Omit<DraftRequest, 'id' | 'schema' | 'stop'> {
  encoded: EncodedSchema
  catalog: Catalog
}

export interface Drafter {
  /** Resolves when the weights are loaded. */
  ready(): Promise<void>
  draft(ask: Ask, signal?: AbortSignal): Promise<Finished[]>
  close(): Promise<void>
}

interface Thread {
  worker: Worker
  ready: Promise<void>
  /** Keys of the schemas it was sent. */
  sent: Set<string>
  waiting: Map<number, (reply: DraftReply | Error) => void>
  dead: boolean
}

/** Sends questions to the worker thread. A thread that dies is replaced once per question; then it refuses with `model-unavailable`. `spawn` starts the thread. */
export function openDrafter(start: WorkerStart, spawn = startWorker): Drafter {
  let thread = startThread(spawn(start))
  let last = 0
  const living = () => {
    if (thread.dead) thread = startThread(spawn(start))
    return thread
  }
  const once = async (ask: Ask, stop: Int32Array): Promise<Finished[]> => {
    const current = living()
    await current.ready
    if (current.dead) throw new DeadThread("the model's thread died")
    const id = ++last
    const { encoded, catalog, ...request } = ask
    const schema = current.sent.has(ask.key) ? {} : { schema: { encoded, catalog } }
    current.sent.add(ask.key)
    const reply = await send(current, { ...request, ...schema, id, stop })
    if ('finished' in reply) return reply.finished
    if ('error' in reply) throw new Error(`the model's thread: ${reply.error}`)
    current.sent.delete(ask.key)
    return once(ask, stop)
  }
  return {
    ready: () => retried(() => living().ready),
    draft: (ask, signal) => stoppable(signal, (stop) => retried(() => once(ask, stop))),
    // A thread ended while it loads its weights takes the whole process with it (onnxruntime throws into nobody's hands).
    close: async () => {
      await thread.ready.catch(() => {})
      await thread.worker.terminate()
    },
  }
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (problem) {
    if (!(problem instanceof DeadThread)) throw problem
  }
  try {
    return await attempt()
  } catch (problem) {
    if (problem instanceof DeadThread) throw new Refusal('model-unavailable', problem.message)
    throw problem
  }
}

/** Rejects with the signal's reason as soon as it fires, and tells the thread to stop. */
async function stoppable<T>(signal: AbortSignal | undefined, act: (stop: Int32Array) => Promise<T>): Promise<T> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  if (signal === undefined) return act(stop)
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    const leave = () => {
      Atomics.store(stop, 0, 1)
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    act(stop)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', leave))
  })
}

class DeadThread extends Error {}

function send(thread: Thread, request: DraftRequest): Promise<DraftReply> {
  return new Promise((resolve, reject) => {
    thread.waiting.set(request.id, (reply) => (reply instanceof Error ? reject(reply) : resolve(reply)))
    thread.worker.ref()
    thread.worker.postMessage(request)
  })
}

/** In the sources a TypeScript file, which Node 20 loads in a thread only once tsx is registered there; in the bundle a file beside this one. */
function startWorker(start: WorkerStart): Worker {
  // onnxruntime since 1.29 sends usage to Microsoft unless this is set; a thread's own process.env never reaches the library.
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./draft-worker.js', import.meta.url), { workerData: start })
  const register = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const entry = JSON.stringify(new URL('./worker.ts', import.meta.url).href)
  const code = `import(${register}).then((tsx) => { tsx.register(); return import(${entry}) })`
  return new Worker(code, { eval: true, execArgv: [], workerData: start })
}

function startThread(worker: Worker): Thread {
  const thread: Thread = { worker, ready: Promise.resolve(), sent: new Set(), waiting: new Map(), dead: false }
  const fail = (message: string) => {
    thread.dead = true
    for (const settle of thread.waiting.values()) settle(new DeadThread(message))
    thread.waiting.clear()
  }
  worker.on('error', (problem) => fail(`the model's thread died: ${problem.message}`))
  worker.on('exit', (code) => fail(`the model's thread ended with code ${code}`))
  thread.ready = untilReady(worker)
  thread.ready.then(() => worker.unref()).catch((problem) => fail(String(problem)))
  worker.on('message', (reply: DraftReply | string) => {
    if (typeof reply === 'string') return
    thread.waiting.get(reply.id)?.(reply)
    thread.waiting.delete(reply.id)
    if (thread.waiting.size === 0) worker.unref()
  })
  return thread
}

/** The worker's first word: `ready`, or why it is not. */
function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (word: unknown) => {
      if (word === 'ready') resolve()
      else reject(new Refusal('model-unavailable', `The weights cannot be loaded: ${word}`))
    })
    worker.once('error', (problem) => reject(new DeadThread(`the model's thread died: ${problem.message}`)))
    worker.once('exit', (code) => reject(new DeadThread(`the model's thread ended with code ${code}`)))
  })
}
