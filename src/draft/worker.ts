/** The thread that runs the network: a run holds its thread for milliseconds, which a server's event loop cannot spare. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Catalog, itemsOf } from '../catalog.ts'
import { recentMap } from '../recent.ts'
import type { EncodedSchema } from './encode.ts'
import { advance, allowed, type State, startState } from './grammar.ts'
import type { DraftReply, DraftRequest, WorkerStart } from './messages.ts'
import { openNetwork, type SchemaMemory } from './network.ts'
import { readableWords } from './readable.ts'
import { beamSearch, type Grammar } from './search.ts'

/** Schemas kept; one of 400 tokens holds 5 MB of keys and values. */
const SCHEMAS = 32

interface Known {
  memory: SchemaMemory
  encoded: EncodedSchema
  catalog: Catalog
}

const { weights, threads } = workerData as WorkerStart
const opening = openNetwork(weights, threads)
const schemas = recentMap<Known>(SCHEMAS)
let turn: Promise<unknown> = Promise.resolve()

opening.then(
  () => parentPort?.postMessage('ready'),
  (problem) => parentPort?.postMessage(`failed: ${problem}`),
)
parentPort?.on('message', (request: DraftRequest) => {
  turn = turn.then(() => answer(request)).then((reply) => parentPort?.postMessage(reply))
})

async function answer(request: DraftRequest): Promise<DraftReply> {
  try {
    const known = await schemaOf(request)
    if (known === undefined) return { id: request.id, forgotten: true }
    return { id: request.id, finished: await draft(request, known) }
  } catch (problem) {
    return { id: request.id, error: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem) }
  }
}

async function schemaOf({ key, schema }: DraftRequest): Promise<Known | undefined> {
  const known = schemas.get(key)
  if (known !== undefined || schema === undefined) return known
  const memory = await (await opening).readSchema(schema.encoded)
  const added = { memory, ...schema }
  schemas.set(key, added)
  return added
}

async function draft(request: DraftRequest, known: Known) {
  const memory = await known.memory.readQuestion(request.question)
  const stopped = () => Atomics.load(request.stop, 0) !== 0
  const limits = { beams: request.beams, steps: request.steps, stopped }
  return beamSearch(memory, grammarOf(known, request), limits)
}

function grammarOf({ encoded, catalog }: Known, { links, today }: DraftRequest): Grammar<State> {
  const items = itemsOf(catalog)
  const places = new Map(encoded.items.map((item, place) => [item, place]))
  return {
    start: startState({ catalog, items: encoded.items, words: links.words.length }),
    allowed,
    advance,
    readable: readableWords(links, today),
    shown: (item) => places.get(item) ?? -1,
    isTable: (item) => items[item]?.kind === 'table',
  }
}
