import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { COLUMN_OF, type EncodedQuestion, type EncodedSchema } from './encode.ts'
import { KEYWORD_SLOTS } from './program.ts'

/** `model/weights/model.json`: what the weights are and the shapes of the network. */
export interface ModelCard {
  /** Name and content hash of the weights. */
  id: string
  quantization: string
  /** Hash of vocabulary.json's bytes, 16 hexadecimal digits. */
  vocabulary: string
  keywords: string[]
  size: { width: number; layers: number; heads: number; pointer: number }
  /** Folders of several networks trained apart, whose probabilities are averaged; without it the graphs lie beside this file. */
  members?: string[]
}

/** Decoder input ids after the keyword slots. */
export const BEGIN = 96
export const TABLE_POINTER = 97
export const COLUMN_POINTER = 98
export const WORD_POINTER = 99

type Tensors = Record<string, Tensor>

/** What one member keeps of a schema: independent of any question. */
interface SchemaPart {
  tokenItem: Tensor
  itemTable: Tensor
  tensors: Tensors
}

export interface SchemaMemory {
  items: number
  parts: SchemaPart[]
}

/** What the members keep of a question against a schema. */
export interface QuestionMemory {
  items: number
  words: number
  parts: Tensors[]
}

/** Keys and values [L, B, H, T, d] of what each of B hypotheses has written, by member. */
export interface Past {
  hypotheses: number
  steps: number
  parts: { keys: Float32Array; values: Float32Array }[]
}

/** One token for each hypothesis: its decoder input id and the shown item or word it points at (-1 none). */
export interface StepInput {
  tokens: number[]
  items: number[]
  words: number[]
}

/** What one member makes of a step. */
interface StepPart {
  logits: Float32Array
  newKeys: Float32Array
  newValues: Float32Array
}

export interface StepOutput {
  /** Row by row: 96 keywords, then the shown items, then the words. */
  logits: Float32Array
  parts: StepPart[]
}

/** The graphs of a weights folder, loaded: one network, or several that vote. */
export interface Network {
  card: ModelCard
  readSchema(schema: EncodedSchema): Promise<SchemaMemory>
  readQuestion(question: EncodedQuestion, schema: SchemaMemory): Promise<QuestionMemory>
  step(input: StepInput, question: QuestionMemory, past: Past): Promise<StepOutput>
  /** The past of an empty output. */
  emptyPast(): Past
  /** The past of the chosen hypotheses: `parents[n]` is the row that hypothesis n goes on from. */
  extendPast(past: Past, output: StepOutput, parents: number[]): Past
  close(): Promise<void>
}

/** One network of the folder. */
interface Member {
  size: ModelCard['size']
  schema: InferenceSession
  question: InferenceSession
  step: InferenceSession
}

/** Reads model.json of a weights folder. */
export function readModelCard(folder: string): ModelCard {
  return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as ModelCard
}

/** Loads the graphs of a weights folder; rejects when a file is missing or damaged. Members run side by side. */
export async function openNetwork(folder: string, threads: number): Promise<Network> {
  const card = readModelCard(folder)
  const folders = card.members?.map((name) => join(folder, name)) ?? [folder]
  const members = await Promise.all(folders.map((one) => openMember(one, threads)))
  return {
    card,
    readSchema: async (encoded) => ({
      items: encoded.anchors.length,
      parts: await Promise.all(members.map(({ schema }) => readSchema(schema, encoded))),
    }),
    readQuestion: async (encoded, memory) => ({
      items: memory.items,
      words: encoded.wordFirst.length,
      parts: await Promise.all(
        members.map(({ question }, at) =>
          readQuestion(question, encoded, memory.items, memory.parts[at] as SchemaPart),
        ),
      ),
    }),
    step: async (input, memory, past) => {
      const parts = await Promise.all(members.map((member, at) => runStep(member, input, memory, past, at)))
      return { logits: averaged(parts, KEYWORD_SLOTS + memory.items + memory.words), parts }
    },
    emptyPast: () => ({ hypotheses: 1, steps: 0, parts: members.map(() => ({ keys: NOTHING, values: NOTHING })) }),
    extendPast: (past, output, parents) => extendPast(past, output, parents, members),
    close: async () => {
      await Promise.all(
        members.flatMap(({ schema, question, step }) => [schema, question, step].map((one) => one.release())),
      )
    },
  }
}

const NOTHING = new Float32Array(0)

/** Keeps the logarithm of a probability that float32 cannot hold finite. */
const FAINT = 1e-30

async function openMember(folder: string, threads: number): Promise<Member> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  const open = (name: string) => InferenceSession.create(join(folder, `${name}.onnx`), options)
  const [schema, question, step] = await Promise.all([open('schema'), open('question'), open('step')])
  return { size: readModelCard(folder).size, schema, question, step }
}

/** Logits whose softmax is the mean of the members' over every row of `width`; a lone member's as they are. */
export function averaged(parts: { logits: Float32Array }[], width: number): Float32Array {
  const [first, ...others] = parts
  if (first === undefined || others.length === 0) return first?.logits ?? NOTHING
  const mean = new Float32Array(first.logits.length)
  for (const { logits } of parts) {
    for (let row = 0; row < logits.length; row += width) addProbabilities(logits.subarray(row, row + width), mean, row)
  }
  return mean.map((sum) => Math.log(sum / parts.length + FAINT))
}

function addProbabilities(logits: Float32Array, sums: Float32Array, at: number): void {
  const top = logits.reduce((high, logit) => Math.max(high, logit), Number.NEGATIVE_INFINITY)
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0)
  for (const [slot, logit] of logits.entries())
    sums[at + slot] = (sums[at + slot] as number) + Math.exp(logit - top) / total
}

function integers(values: ArrayLike<number>, ...dimensions: number[]): Tensor {
  const dims = dimensions.length > 0 ? dimensions : [values.length]
  return new Tensor(
    'int64',
    BigInt64Array.from({ length: values.length }, (_, n) => BigInt(values[n] as number)),
    dims,
  )
}

async function readSchema(session: InferenceSession, schema: EncodedSchema): Promise<SchemaPart> {
  const items = schema.anchors.length
  const tokenItem = integers(schema.tokenItem)
  const tensors = await session.run({
    tokens: integers(schema.tokens),
    token_item: tokenItem,
    anchors: integers(schema.anchors),
    relations: integers(schema.relations, items, items),
  })
  return { tokenItem, itemTable: integers(itemTables(schema)), tensors: tensors as Tensors }
}

/** Shown position of each item's table: a table's own. */
function itemTables({ relations, items }: EncodedSchema): number[] {
  const width = items.length
  return items.map((_, item) => {
    const table = relations.subarray(item * width, (item + 1) * width).indexOf(COLUMN_OF)
    return table < 0 ? item : table
  })
}

async function readQuestion(
  session: InferenceSession,
  question: EncodedQuestion,
  items: number,
  schema: SchemaPart,
): Promise<Tensors> {
  const shared = {
    token_word: integers(question.tokenWord),
    links: integers(question.links, question.wordFirst.length, items),
    token_item: schema.tokenItem,
  }
  const run = await session.run({
    ...shared,
    ...schema.tensors,
    tokens: integers(question.tokens),
    word_first: integers(question.wordFirst),
  })
  return { ...shared, item_table: schema.itemTable, ...(run as Tensors) }
}

async function runStep(
  { step, size }: Member,
  input: StepInput,
  question: QuestionMemory,
  past: Past,
  at: number,
): Promise<StepPart> {
  const own = past.parts[at] as Past['parts'][number]
  const shape = [size.layers, past.hypotheses, size.heads, past.steps, size.width / size.heads]
  const run = await step.run({
    ...(question.parts[at] as Tensors),
    tokens: integers(input.tokens),
    ref_item: integers(input.items),
    ref_word: integers(input.words),
    past_keys: new Tensor('float32', own.keys, shape),
    past_values: new Tensor('float32', own.values, shape),
  })
  return {
    logits: run['logits']?.data as Float32Array,
    newKeys: run['new_keys']?.data as Float32Array,
    newValues: run['new_values']?.data as Float32Array,
  }
}

function extendPast(past: Past, output: StepOutput, parents: number[], members: Member[]): Past {
  const parts = members.map(({ size }, at) => {
    const old = past.parts[at] as Past['parts'][number]
    const { newKeys, newValues } = output.parts[at] as StepPart
    return { keys: extended(past, old.keys, newKeys, parents, size), values: extended(past, old.values, newValues, parents, size) } // biome-ignore format: a pair
  })
  return { hypotheses: parents.length, steps: past.steps + 1, parts }
}

/** [L, B, H, T, d] and [L, B, H, 1, d] → [L, parents, H, T + 1, d]. */
function extended(
  past: Past,
  old: Float32Array,
  fresh: Float32Array,
  parents: number[],
  { layers, heads, width }: Member['size'],
): Float32Array {
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
