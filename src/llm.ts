import { beamSearch } from './llm/beams.ts'
import { type ChatWriter, openChat } from './llm/chat.ts'
import type { Listener, Request, Written } from './llm/decoding.ts'
import { type Load, openEngine } from './llm/engine.ts'
import { openNetwork } from './llm/network.ts'
import { parallel } from './llm/parallel.ts'
import { openTokens, type Tokens } from './llm/tokens.ts'
import { readWeights } from './llm/weights.ts'
import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'

/** A large language model over onnxruntime: text in, text out. It knows no tables. */
export interface LanguageModel {
  /** What config.json calls it. */
  id: string
  /** Longest prompt and text together, in tokens. */
  positions: number
  chat: ChatWriter
  tokens: Tokens
  /** Writes texts. Refuses `prompt-too-long` when the prompt leaves no room; rejects with the signal's reason when it fires. */
  write(request: Request, options?: { listen?: Listener; signal?: AbortSignal }): Promise<Written[]>
  readonly load: Load
  close(): Promise<void>
}

export interface LanguageModelOptions {
  /** Folder in the layout of Hugging Face's ONNX exports. */
  weights: string
  settings: Pick<
    Settings,
    'llm_graph' | 'llm_provider' | 'llm_threads' | 'llm_rows' | 'llm_prompt_chunk' | 'llm_prefix_mb'
  >
}

/** Opens a folder of weights. Refuses `model-unavailable`, and `gpu-unavailable` when CUDA is asked for and missing. */
export async function openLanguageModel({ weights: folder, settings }: LanguageModelOptions): Promise<LanguageModel> {
  const weights = readWeights(folder, settings.llm_graph)
  const provider = providerOf(settings.llm_provider)
  const network = await openNetwork(weights, { provider, threads: settings.llm_threads })
  const tokens = openTokens(weights)
  const engine = openEngine(network, {
    rows: settings.llm_rows,
    chunk: settings.llm_prompt_chunk,
    prefixBytes: settings.llm_prefix_mb * 1024 * 1024,
  })
  const vocabulary = { tokens, ends: weights.ends }
  const { positions } = weights.shape
  return {
    id: weights.name,
    positions,
    chat: openChat(weights),
    tokens,
    load: engine.load,
    write: async (request, { listen = () => {}, signal } = {}) => {
      const room = positions - request.prompt.length
      if (room < 1)
        throw new Refusal(
          'prompt-too-long',
          `The prompt has ${request.prompt.length} tokens, the model reads ${positions - 1}.`,
        )
      const fitting = { ...request, maxTokens: Math.min(request.maxTokens, room) }
      const decoding = fitting.beams ? beamSearch(fitting, vocabulary) : parallel(fitting, vocabulary, listen)
      await engine.run(request.prompt, decoding, signal)
      return decoding.written()
    },
    close: () => engine.close(),
  }
}

function providerOf(name: string): 'cpu' | 'cuda' {
  if (name === 'cpu' || name === 'cuda') return name
  throw new Refusal('bad-setting', `llm_provider is "${name}": it is cpu or cuda.`)
}
