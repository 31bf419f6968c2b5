import { Worker } from 'node:worker_threads'
import type { Catalog } from '../catalog.ts'
import type { Draft, Model } from '../draft.ts'
import type { Links } from '../link.ts'
import { recentMap } from '../recent.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'
import { CompileError, compile } from './compile.ts'
import { type EncodedSchema, encodeQuestion, encodeSchema } from './encode.ts'
import type { DraftReply, DraftRequest, WorkerStart } from './messages.ts'
import { readModelCard } from './network.ts'
import type { Finished } from './search.ts'
import { shownItems } from './shown.ts'

export interface ModelOptions {
  /** Folder of the weights: model/weights of the package. */
  weights: string
  settings: Pick<Settings, 'draft_max_steps' | 'draft_schema_tokens' | 'draft_threads'>
}

/** Encoded schemas kept beside the worker's keys and values. */
const SCHEMAS = 64

interface Shown {
  key: string
  encoded: EncodedSchema
}

/**
 * The embedded model: our own weights in a worker thread. Drafts are compiled programs, best first; programs that mean
 * nothing are left out. Refuses with `model-unavailable` when the weights cannot be loaded, or when the worker died twice.
 */
export async function openEmbeddedModel({ weights, settings }: ModelOptions): Promise<Model> {
  const { id } = readCard(weights)
  const drafter = openDrafter({ weights, threads: settings.draft_threads })
  await drafter.ready()
  const encoded = recentMap<EncodedSchema>(SCHEMAS)
  const show = (catalog: Catalog, links: Links): Shown => {
    const items = shownItems(catalog, links, settings.draft_schema_tokens)
    const key = `${catalog.dataset} ${catalog.fingerprint.schema} ${items.join(' ')}`
    const made = encoded.get(key) ?? encodeSchema(catalog, { items })
    encoded.set(key, made)
    return { key, encoded: made }
  }
  return {
    id,
    draft: async (_question, catalog, links, { beams, today, signal }) => {
      if (links.words.length === 0) return []
      const shown = show(catalog, links)
      const question = encodeQuestion(links, shown.encoded)
      const ask = { ...shown, catalog, question, beams, steps: settings.draft_max_steps }
      const finished = await drafter.draft(ask, signal)
      return finished.flatMap((one) => compiled(one, catalog, links, today))
    },
    close: () => drafter.close(),
  }
}

function readCard(weights: string) {
  try {
    return readModelCard(weights)
  } catch (problem) {
    throw new Refusal('model-unavailable', `The weights in ${weights} cannot be read: ${problem}`)
  }
}

function compiled({ program, score }: Finished, catalog: Catalog, links: Links, today: string): Draft[] {
  try {
    return [{ ...compile(program, catalog, links, { today }), score, program }]
  } catch (problem) {
    if (problem instanceof CompileError) return []
    throw problem
  }
}

interface Ask extends Shown {
  catalog: Catalog
  question: DraftRequest['question']
  beams: number
  steps: number
}

interface Drafter {
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

/** Sends questions to the worker thread; a thread that dies is replaced once per question. */
function openDrafter(start: WorkerStart): Drafter {
  let thread = startThread(start)
  let last = 0
  const living = () => (thread.dead ? (thread = startThread(start)) : thread)
  const once = async (ask: Ask, stop: Int32Array): Promise<Finished[]> => {
    const current = living()
    await current.ready
    const id = ++last
    const known = current.sent.has(ask.key)
    current.sent.add(ask.key)
    const { key, question, beams, steps } = ask
    const schema = known ? {} : { schema: { encoded: ask.encoded, catalog: bare(ask.catalog) } }
    const reply = await send(current, { id, key, ...schema, question, beams, steps, stop })
    if ('finished' in reply) return reply.finished
    if ('error' in reply) throw new Error(`the model's thread: ${reply.error}`)
    current.sent.delete(key)
    return once(ask, stop)
  }
  return {
    ready: () => thread.ready,
    draft: (ask, signal) => stoppable(signal, (stop) => retried(() => once(ask, stop))),
    close: async () => void (await thread.worker.terminate()),
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
    thread.worker.postMessage(request)
  })
}

/** In the sources a TypeScript file under tsx, in the bundle a file beside it. */
function startThread(start: WorkerStart): Thread {
  const source = import.meta.url.endsWith('.ts')
  const path = new URL(source ? './worker.ts' : './draft-worker.js', import.meta.url)
  const execArgv = source ? ['--import', import.meta.resolve('tsx')] : []
  const worker = new Worker(path, { workerData: start, execArgv })
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

/** A catalog without its values: the grammar needs names, kinds and joins only. */
function bare(catalog: Catalog): Catalog {
  const tables = catalog.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, values: [], frequent: [] })),
  }))
  return { ...catalog, tables }
}
