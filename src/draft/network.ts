import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { COLUMN_OF, type EncodedQuestion, type EncodedSchema } from './encode.ts'

/** `model/weights/model.json`: what the weights are and the shapes of the network. */
export interface ModelCard {
  /** Name and content hash of the weights. */
  id: string
  quantization: string
  /** Hash of vocabulary.json's bytes, 16 hexadecimal digits. */
  vocabulary: string
  keywords: string[]
  size: { width: number; layers: number; heads: number; pointer: number }
}

/** Decoder input ids after the keyword slots. */
export const BEGIN = 96
export const TABLE_POINTER = 97
export const COLUMN_POINTER = 98
export const WORD_POINTER = 99

type Tensors = Record<string, Tensor>

/** One token for each hypothesis: its decoder input id, the shown item or word it points at (-1 none), and the row of the hypothesis before that it goes on from. */
export interface StepInput {
  tokens: number[]
  items: number[]
  words: number[]
  parents: number[]
}

/** The three graphs of `model/weights`, loaded. */
export interface Network {
  card: ModelCard
  /** What is kept of a schema: independent of any question. */
  readSchema(schema: EncodedSchema): Promise<SchemaMemory>
  close(): Promise<void>
}

export interface SchemaMemory {
  readQuestion(question: EncodedQuestion): Promise<QuestionMemory>
}

/** What is kept of a question against a schema of so many shown items. */
export interface QuestionMemory {
  items: number
  words: number
  /** Begins an output: each step takes the tokens written last and gives logits, row by row 96 keywords, then the shown items, then the words. */
  write(): (input: StepInput) => Promise<Float32Array>
}

/** Reads model.json of a weights folder. */
export function readModelCard(folder: string): ModelCard {
  return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as ModelCard
}

/** Loads the graphs of a weights folder; rejects when a file is missing or damaged. */
export async function openNetwork(folder: string, threads: number): Promise<Network> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  const open = (name: string) => InferenceSession.create(join(folder, `${name}.onnx`), options)
  const [schema, question, step] = await Promise.all([open('schema'), open('question'), open('step')])
  const card = readModelCard(folder)
  return {
    card,
    readSchema: (encoded) => readSchema({ schema, question, step, size: card.size }, encoded),
    close: async () => {
      await Promise.all([schema.release(), question.release(), step.release()])
    },
  }
}

interface Graphs {
  schema: InferenceSession
  question: InferenceSession
  step: InferenceSession
  size: ModelCard['size']
}

function integers(values: ArrayLike<number>, ...dimensions: number[]): Tensor {
  const dims = dimensions.length > 0 ? dimensions : [values.length]
  return new Tensor(
    'int64',
    BigInt64Array.from({ length: values.length }, (_, n) => BigInt(values[n] as number)),
    dims,
  )
}

async function readSchema(graphs: Graphs, schema: EncodedSchema): Promise<SchemaMemory> {
  const items = schema.anchors.length
  const token_item = integers(schema.tokenItem)
  const memory = await graphs.schema.run({
    tokens: integers(schema.tokens),
    token_item,
    anchors: integers(schema.anchors),
    relations: integers(schema.relations, items, items),
  })
  const item_table = integers(itemTables(schema))
  return { readQuestion: (question) => readQuestion(graphs, question, { items, token_item, item_table, memory }) }
}

interface ReadSchema {
  items: number
  token_item: Tensor
  item_table: Tensor
  memory: Tensors
}

/** Shown position of each item's table: a table's own. */
function itemTables({ relations, items }: EncodedSchema): number[] {
  const width = items.length
  return items.map((_, item) => {
    const table = relations.subarray(item * width, (item + 1) * width).indexOf(COLUMN_OF)
    return table < 0 ? item : table
  })
}

async function readQuestion(graphs: Graphs, question: EncodedQuestion, schema: ReadSchema): Promise<QuestionMemory> {
  const { items, token_item, item_table } = schema
  const words = question.wordFirst.length
  const shared = {
    token_word: integers(question.tokenWord),
    links: integers(question.links, words, items),
    token_item,
  }
  const run = await graphs.question.run({
    ...shared,
    ...schema.memory,
    tokens: integers(question.tokens),
    word_first: integers(question.wordFirst),
  })
  return { items, words, write: () => writer(graphs, { ...shared, item_table, ...run }) }
}

/** Keys and values [L, B, H, T, d] of what each of B hypotheses has written. */
interface Past {
  hypotheses: number
  steps: number
  keys: Float32Array
  values: Float32Array
}

function writer({ step, size }: Graphs, question: Tensors): (input: StepInput) => Promise<Float32Array> {
  let past: Past = { hypotheses: 1, steps: 0, keys: new Float32Array(0), values: new Float32Array(0) }
  let fresh: { keys: Float32Array; values: Float32Array } | undefined
  return async (input) => {
    if (fresh) past = extended(past, fresh, input.parents, size)
    const shape = [size.layers, past.hypotheses, size.heads, past.steps, size.width / size.heads]
    const run = await step.run({
      ...question,
      tokens: integers(input.tokens),
      ref_item: integers(input.items),
      ref_word: integers(input.words),
      past_keys: new Tensor('float32', past.keys, shape),
      past_values: new Tensor('float32', past.values, shape),
    })
    const values = (name: string) => run[name]?.data as Float32Array
    fresh = { keys: values('new_keys'), values: values('new_values') }
    return values('logits')
  }
}

/** The past of the hypotheses that go on: `parents[n]` is the row that hypothesis n comes from. */
function extended(past: Past, fresh: Pick<Past, 'keys' | 'values'>, parents: number[], size: ModelCard['size']): Past {
  const { layers, heads, width } = size
  const extend = (old: Float32Array, added: Float32Array): Float32Array => {
    const one = width / heads
    const before = past.steps * one
    const grown = new Float32Array(layers * parents.length * heads * (before + one))
    let at = 0
    for (let layer = 0; layer < layers; layer++) {
      for (const parent of parents) {
        for (let head = 0; head < heads; head++) {
          const row = (layer * past.hypotheses + parent) * heads + head
          grown.set(old.subarray(row * before, (row + 1) * before), at)
          grown.set(added.subarray(row * one, (row + 1) * one), at + before)
          at += before + one
        }
      }
    }
    return grown
  }
  return {
    hypotheses: parents.length,
    steps: past.steps + 1,
    keys: extend(past.keys, fresh.keys),
    values: extend(past.values, fresh.values),
  }
}
