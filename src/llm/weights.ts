import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Refusal } from '../refusal.ts'

/** A folder in the layout of Hugging Face's ONNX exports. */
export interface Weights {
  folder: string
  /** What config.json calls it, else the folder's name. */
  name: string
  /** The graph; its external data lies beside it. */
  graph: string
  shape: DecoderShape
  /** Tokens that end a text. */
  ends: number[]
  tokenizer: object
  tokenizerConfig: Record<string, unknown>
  /** The chat template, in Jinja. */
  template: string
}

export interface DecoderShape {
  layers: number
  keyHeads: number
  headSize: number
  vocabulary: number
  /** Longest text, in tokens. */
  positions: number
}

/** Graphs looked for when none is named, best first: four bits, then eight, then half and full precision. */
const GRAPHS = ['model_q4', 'model_q4f16', 'model_quantized', 'model_int8', 'model_fp16', 'model']

/** Reads config.json, generation_config.json, tokenizer.json and the chat template; `graph` names the .onnx file (`model_q4_plain`). Refuses `model-unavailable` for a folder that is not of this layout. */
export function readWeights(folder: string, graph = ''): Weights {
  const config = readJson(folder, 'config.json')
  const tokenizerConfig = readJson(folder, 'tokenizer_config.json')
  const generation = existsSync(join(folder, 'generation_config.json'))
    ? readJson(folder, 'generation_config.json')
    : {}
  const heads = count(config, 'num_attention_heads')
  return {
    folder,
    name: basename(String(config['_name_or_path'] ?? '')) || basename(folder),
    graph: graphOf(folder, graph),
    shape: {
      layers: count(config, 'num_hidden_layers'),
      keyHeads: Number(config['num_key_value_heads'] ?? heads),
      headSize: Number(config['head_dim'] ?? count(config, 'hidden_size') / heads),
      vocabulary: count(config, 'vocab_size'),
      positions: Number(config['max_position_embeddings'] ?? 4096),
    },
    ends: endsOf(generation['eos_token_id'] ?? config['eos_token_id']),
    tokenizer: readJson(folder, 'tokenizer.json'),
    tokenizerConfig,
    template: templateOf(folder, tokenizerConfig),
  }
}

function unavailable(message: string): Refusal {
  return new Refusal('model-unavailable', message, {
    hint: 'Give a folder as ONNX exports on Hugging Face have it: config.json, tokenizer.json, onnx/model_q4.onnx.',
  })
}

function readJson(folder: string, name: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>
  } catch (problem) {
    throw unavailable(`${join(folder, name)} cannot be read: ${problem instanceof Error ? problem.message : problem}`)
  }
}

function count(config: Record<string, unknown>, name: string): number {
  const value = Number(config[name])
  if (!Number.isInteger(value) || value <= 0) throw unavailable(`config.json has no ${name}.`)
  return value
}

function graphOf(folder: string, wanted: string): string {
  const places = [join(folder, 'onnx'), folder]
  const names = wanted === '' ? GRAPHS : [wanted.replace(/\.onnx$/, '')]
  for (const name of names) {
    const found = places.map((place) => join(place, `${name}.onnx`)).find((path) => existsSync(path))
    if (found !== undefined) return found
  }
  const there = places
    .flatMap((place) => (existsSync(place) ? readdirSync(place) : []))
    .filter((name) => name.endsWith('.onnx'))
  throw unavailable(`${folder} holds no ${names[0]}.onnx (it has: ${there.join(', ') || 'no graph'}).`)
}

function endsOf(given: unknown): number[] {
  const ends = (Array.isArray(given) ? given : [given]).map(Number)
  if (ends.length === 0 || ends.some((id) => !Number.isInteger(id))) throw unavailable('No eos_token_id is given.')
  return ends
}

function templateOf(folder: string, config: Record<string, unknown>): string {
  const file = join(folder, 'chat_template.jinja')
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const given = config['chat_template']
  if (typeof given === 'string') return given
  const named = Array.isArray(given) ? given.find((one) => one?.name === 'default') : undefined
  if (typeof named?.template === 'string') return named.template
  throw unavailable(`${folder} has no chat template (tokenizer_config.json or chat_template.jinja).`)
}
