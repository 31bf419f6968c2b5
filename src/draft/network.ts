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

/** What the network keeps of a schema: independent of any question. */
export interface SchemaMemory {
  tokenItem: Tensor
  itemTable: Tensor
  items: number
  tensors: Tensors
}

/** What the network keeps of a question against a schema. */
export interface QuestionMemory {
  items: number
  words: number
  tensors: Tensors
}

/** Keys and values [L, B, H, T, d] of what each of B hypotheses has written. */
export interface Past {
  hypotheses: number
  steps: number
  keys: Float32Array
  values: Float32Array
}

/** One token for each hypothesis: its decoder input id and the shown item or word it points at (-1 none). */
export interface StepInput {
  tokens: number[]
  items: number[]
  words: number[]
}

export interface StepOutput {
  /** Row by row: 96 keywords, then the shown items, then the words. */
  logits: Float32Array
  newKeys: Float32Array
  newValues: Float32Array
}

/** The three graphs of `model/weights`, loaded. */
export interface Network {
  card: ModelCard
  readSchema(schema: EncodedSchema): Promise<SchemaMemory>
  readQuestion(question: EncodedQuestion, schema: SchemaMemory): Promise<QuestionMemory>
  step(input: StepInput, question: QuestionMemory, past: Past): Promise<StepOutput>
  close(): Promise<void>
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
    readSchema: (encoded) => readSchema(schema, encoded),
    readQuestion: (encoded, memory) => readQuestion(question, encoded, memory),
    step: (input, memory, past) => runStep(step, card, input, memory, past),
    close: async () => {
      await Promise.all([schema.release(), question.release(), step.release()])
    },
  }
}

function integers(values: ArrayLike<number>, ...dimensions: number[]): Tensor {
  const dims = dimensions.length > 0 ? dimensions : [values.length]
  return new Tensor(
    'int64',
    BigInt64Array.from({ length: values.length }, (_, n) => BigInt(values[n] as number)),
    dims,
  )
}

async function readSchema(session: InferenceSession, schema: EncodedSchema): Promise<SchemaMemory> {
  const items = schema.anchors.length
  const tokenItem = integers(schema.tokenItem)
  const tensors = await session.run({
    tokens: integers(schema.tokens),
    token_item: tokenItem,
    anchors: integers(schema.anchors),
    relations: integers(schema.relations, items, items),
  })
  return { tokenItem, itemTable: integers(itemTables(schema)), items, tensors: tensors as Tensors }
}

/** Shown position of each item's table: a table's own. */
function itemTables({ relations, items }: EncodedSchema): number[] {
  const width = items.length
  return items.map((_, item) => {
    const table = relations.subarray(item * width, (item + 1) * width).indexOf(COLUMN_OF)
    return table < 0 ? item : table
  })
}

async function readQuestion(session: InferenceSession, question: EncodedQuestion, schema: SchemaMemory) {
  const words = question.wordFirst.length
  const shared = {
    token_word: integers(question.tokenWord),
    links: integers(question.links, words, schema.items),
    token_item: schema.tokenItem,
  }
  const run = await session.run({
    ...shared,
    ...schema.tensors,
    tokens: integers(question.tokens),
    word_first: integers(question.wordFirst),
  })
  return { items: schema.items, words, tensors: { ...shared, item_table: schema.itemTable, ...(run as Tensors) } }
}

async function runStep(
  session: InferenceSession,
  card: ModelCard,
  input: StepInput,
  question: QuestionMemory,
  past: Past,
): Promise<StepOutput> {
  const { layers, heads, width } = card.size
  const shape = [layers, past.hypotheses, heads, past.steps, width / heads]
  const run = await session.run({
    ...question.tensors,
    tokens: integers(input.tokens),
    ref_item: integers(input.items),
    ref_word: integers(input.words),
    past_keys: new Tensor('float32', past.keys, shape),
    past_values: new Tensor('float32', past.values, shape),
  })
  return {
    logits: run['logits']?.data as Float32Array,
    newKeys: run['new_keys']?.data as Float32Array,
    newValues: run['new_values']?.data as Float32Array,
  }
}

/** The past of an empty output. */
export function emptyPast(): Past {
  return { hypotheses: 1, steps: 0, keys: new Float32Array(0), values: new Float32Array(0) }
}

/** The past of the chosen hypotheses: `parents[n]` is the row that hypothesis n goes on from. */
export function extendPast(past: Past, output: StepOutput, parents: number[], card: ModelCard): Past {
  const { layers, heads, width } = card.size
  const extend = (old: Float32Array, fresh: Float32Array): Float32Array => {
    const size = width / heads
    const before = past.steps * size
    const grown = new Float32Array(layers * parents.length * heads * (before + size))
    let at = 0
    for (let layer = 0; layer < layers; layer++) {
      for (const parent of parents) {
        for (let head = 0; head < heads; head++) {
          const row = (layer * past.hypotheses + parent) * heads + head
          grown.set(old.subarray(row * before, (row + 1) * before), at)
          grown.set(fresh.subarray(row * size, (row + 1) * size), at + before)
          at += before + size
        }
      }
    }
    return grown
  }
  return {
    hypotheses: parents.length,
    steps: past.steps + 1,
    keys: extend(past.keys, output.newKeys),
    values: extend(past.values, output.newValues),
  }
}
