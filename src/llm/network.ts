import { open as openFile } from 'node:fs/promises'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { Refusal } from '../refusal.ts'
import type { Past, PastArray, PastShape } from './past.ts'
import type { Weights } from './weights.ts'

/** The decoder's pass: tokens behind a past give logits and a longer past. */
export interface Network {
  shape: PastShape
  /** A past of `rows` rows with nothing in it. */
  empty(rows: number): Past
  /** `tokens[row]` are equally many for every row; several tokens a row only where there is one row. Gives the last token's logits of each row. */
  forward(tokens: readonly (readonly number[])[], past: Past): Promise<{ logits: Float32Array[]; past: Past }>
  close(): Promise<void>
}

export interface NetworkOptions {
  provider: 'cpu' | 'cuda'
  threads: number
}

/** Opens a folder's graph. Refuses `gpu-unavailable` when CUDA is asked for and missing, `model-unavailable` when the graph cannot be run. */
export async function openNetwork(weights: Weights, options: NetworkOptions): Promise<Network> {
  // onnxruntime since 1.29 sends usage to Microsoft unless this is set before the library is loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  const onnx = await import('onnxruntime-node')
  const session = await openSession(onnx, weights, options)
  const inputs = new Map(session.inputMetadata.map((input) => [input.name, input]))
  refuseStrangers(weights, [...inputs.keys()])
  const names = session.inputNames.filter((name) => name.startsWith('past_key_values.'))
  const half = names.some((name) => typeOf(inputs.get(name)) === 'float16')
  const { keyHeads, headSize } = weights.shape
  const padding = (await holds(weights.graph, 'GroupQueryAttention')) ? 'right' : 'left'
  const shape: PastShape = { heads: keyHeads, size: headSize, padding }
  const empty = (rows: number): Past => ({
    lengths: new Array<number>(rows).fill(0),
    width: 0,
    tensors: names.map(() => (half ? new Uint16Array(0) : new Float32Array(0))),
  })
  const forward: Network['forward'] = async (tokens, past) => {
    const make = (type: Tensor.Type, data: BigInt64Array | PastArray, dims: readonly number[]) =>
      new onnx.Tensor(type, data, dims)
    const own = Object.entries(tokenFeeds(tokens, past, padding)).filter(([name]) => inputs.has(name))
    const feeds = Object.fromEntries(own.map(([name, { values, dims }]) => [name, make('int64', values, dims)]))
    const dims = [past.lengths.length, keyHeads, past.width, headSize]
    const type = half ? 'float16' : 'float32'
    names.forEach((name, at) => {
      feeds[name] = make(type, past.tensors[at] as PastArray, dims)
    })
    const results = await session.run(feeds)
    const presents = names.map((name) => results[name.replace('past_key_values.', 'present.')] as Tensor)
    const lengths = past.lengths.map((length, row) => length + (tokens[row]?.length ?? 0))
    const grown = {
      lengths,
      width: presents[0]?.dims[2] ?? 0,
      tensors: presents.map(({ data }) => plainArray(data as PastArray)),
    }
    return { logits: lastLogits(results['logits'] as Tensor), past: grown }
  }
  return { shape, empty, forward, close: () => session.release() }
}

type Onnx = typeof import('onnxruntime-node')

async function openSession(
  onnx: Onnx,
  { graph }: Weights,
  { provider, threads }: NetworkOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: provider === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  try {
    return await onnx.InferenceSession.create(graph, options)
  } catch (problem) {
    const message = (problem instanceof Error ? problem.message : String(problem)).split('\n')[0]?.slice(0, 300)
    if (provider === 'cuda') throw new Refusal('gpu-unavailable', `The model cannot be run on CUDA: ${message}`)
    throw new Refusal('model-unavailable', `${graph} cannot be run: ${message}`)
  }
}

const INPUTS = /^(input_ids|attention_mask|position_ids|num_logits_to_keep|past_key_values\.\d+\.(key|value))$/

function refuseStrangers({ graph, shape }: Weights, names: string[]): void {
  const strangers = names.filter((name) => !INPUTS.test(name))
  const pasts = names.filter((name) => name.startsWith('past_key_values.')).length
  if (strangers.length > 0)
    throw new Refusal(
      'model-unavailable',
      `${graph} wants inputs that a text decoder has not: ${strangers.join(', ')}.`,
    )
  if (pasts !== 2 * shape.layers)
    throw new Refusal(
      'model-unavailable',
      `${graph} has ${pasts} past inputs, ${shape.layers} layers need ${2 * shape.layers}: export it with past keys and values.`,
    )
}

function typeOf(metadata: InferenceSession.ValueMetadata | undefined): string {
  return metadata?.isTensor === true ? metadata.type : ''
}

interface Integers {
  values: BigInt64Array
  dims: readonly number[]
}

function integers(values: readonly number[], dims: readonly number[]): Integers {
  return { values: BigInt64Array.from(values, BigInt), dims }
}

/** Every input made of tokens; a graph takes those it has. */
function tokenFeeds(
  tokens: readonly (readonly number[])[],
  past: Past,
  padding: PastShape['padding'],
): Record<string, Integers> {
  const rows = tokens.length
  const steps = tokens[0]?.length ?? 0
  const width = past.width + steps
  const mask = past.lengths.flatMap((length) => {
    const real = new Array<number>(length + steps).fill(1)
    const none = new Array<number>(width - length - steps).fill(0)
    return padding === 'left' ? [...none, ...real] : [...real, ...none]
  })
  const positions = past.lengths.flatMap((length) => Array.from({ length: steps }, (_, step) => length + step))
  return {
    input_ids: integers(tokens.flat(), [rows, steps]),
    attention_mask: integers(mask, [rows, width]),
    position_ids: integers(positions, [rows, steps]),
    num_logits_to_keep: integers([1], []),
  }
}

/** Half-precision numbers come as their bits, or from Node 24 on as Float16Array: kept as bits. */
function plainArray(data: PastArray): PastArray {
  if (data instanceof Float32Array || data instanceof Uint16Array) return data
  const { buffer, byteOffset, length } = data as Uint16Array
  return new Uint16Array(buffer, byteOffset, length)
}

/** Logits [rows, steps, vocabulary] of the last step, one array a row. */
function lastLogits(logits: Tensor): Float32Array[] {
  const [rows = 0, steps = 0, vocabulary = 0] = logits.dims
  const data = plainArray(logits.data as PastArray)
  return Array.from({ length: rows }, (_, row) => {
    const end = (row + 1) * steps * vocabulary
    const last = data.subarray(end - vocabulary, end)
    return last instanceof Float32Array ? last : Float32Array.from(last, fromHalf)
  })
}

/** A number of IEEE 754 half precision from its bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Whether a file holds a word, read in parts: a graph may hold its weights as well. */
async function holds(path: string, word: string): Promise<boolean> {
  const file = await openFile(path)
  try {
    const part = Buffer.alloc(1 << 20)
    let tail = Buffer.alloc(0)
    for (;;) {
      const { bytesRead } = await file.read(part, 0, part.length)
      if (bytesRead === 0) return false
      const text = Buffer.concat([tail, part.subarray(0, bytesRead)])
      if (text.includes(word)) return true
      tail = text.subarray(-word.length)
    }
  } finally {
    await file.close()
  }
}
