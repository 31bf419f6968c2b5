import type { Grammar, GrammarState } from './grammar.ts'
import type { Tokens } from './tokens.ts'

/** How the next token is chosen. */
export interface Sampling {
  /** 0 takes the likeliest. */
  temperature: number
  /** Only the smallest set of tokens that together have this share, 1 for all. */
  topP: number
  /** Only so many of the likeliest, 0 for all. */
  topK: number
}

/** What may come next: the grammar's state, absent when anything may. */
export interface Bounds {
  grammar: Grammar
  state: GrammarState
}

/** The bounds of a text that stands at `state`; undefined when it has none. */
export function boundsOf({ grammar }: { grammar?: Grammar }, state: GrammarState | undefined): Bounds | undefined {
  return grammar === undefined || state === undefined ? undefined : { grammar, state }
}

export interface Picked {
  token: number
  /** Natural logarithm of the model's own share for it, before temperature and bounds. */
  logprob: number
}

export interface Vocabulary {
  tokens: Pick<Tokens, 'bytes' | 'trie'>
  ends: readonly number[]
}

/** The next token, or undefined when the bounds allow none. */
export function pick(
  logits: Float32Array,
  { temperature, topP, topK }: Sampling,
  vocabulary: Vocabulary,
  { bounds, random }: { bounds?: Bounds | undefined; random: () => number },
): Picked | undefined {
  const token =
    temperature === 0
      ? likeliest(logits, vocabulary, bounds)
      : drawn(logits, allowedIds(vocabulary, bounds), { temperature, topP, topK }, random)
  return token === undefined ? undefined : { token, logprob: (logits[token] as number) - logSum(logits) }
}

/** Logarithm of the sum of exponentials: what turns logits into log-probabilities. */
export function logSum(logits: Float32Array): number {
  let top = -Infinity
  for (const logit of logits) if (logit > top) top = logit
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - top)
  return top + Math.log(sum)
}

/** The state after a token; undefined when it may not come. An end may come where the grammar may end. */
export function afterToken(
  token: number,
  { tokens, ends }: Vocabulary,
  { grammar, state }: Bounds,
): GrammarState | undefined {
  if (ends.includes(token)) return grammar.mayEnd(state) ? state : undefined
  const bytes = tokens.bytes(token)
  return bytes === undefined || bytes.length === 0 ? undefined : grammar.after(state, bytes)
}

/** Tokens that may come next; undefined for all. */
export function allowedIds({ tokens, ends }: Vocabulary, bounds: Bounds | undefined): Int32Array | undefined {
  if (bounds === undefined) return undefined
  const found = bounds.grammar.allowed(bounds.state, tokens.trie)
  return bounds.grammar.mayEnd(bounds.state) ? Int32Array.from([...found, ...ends]) : found
}

/** The model's first choice is nearly always allowed, so it is tried before the whole vocabulary is held against the grammar. */
function likeliest(logits: Float32Array, vocabulary: Vocabulary, bounds: Bounds | undefined): number | undefined {
  const first = best(logits, undefined)
  if (bounds === undefined || first === undefined) return first
  if (afterToken(first, vocabulary, bounds) !== undefined) return first
  return best(logits, allowedIds(vocabulary, bounds))
}

function best(logits: Float32Array, ids: Int32Array | undefined): number | undefined {
  let found: number | undefined
  let top = -Infinity
  const count = ids?.length ?? logits.length
  for (let at = 0; at < count; at++) {
    const id = ids === undefined ? at : (ids[at] as number)
    const logit = logits[id] as number
    if (logit > top) {
      top = logit
      found = id
    }
  }
  return found
}

/** A token drawn after temperature, then top-k, then top-p: the order of Hugging Face's generate. */
function drawn(
  logits: Float32Array,
  ids: Int32Array | undefined,
  { temperature, topP, topK }: Sampling,
  random: () => number,
): number | undefined {
  const order = [...(ids ?? logits.keys())].sort((a, b) => (logits[b] as number) - (logits[a] as number))
  const kept = topK > 0 ? order.slice(0, topK) : order
  const [first] = kept
  if (first === undefined) return undefined
  const weights = kept.map((id) => Math.exp(((logits[id] as number) - (logits[first] as number)) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let share = 0
  let count = 0
  while (count < kept.length && (count === 0 || share < topP * total)) share += weights[count++] as number
  let left = random() * share
  for (let at = 0; at < count; at++) {
    left -= weights[at] as number
    if (left < 0) return kept[at]
  }
  return kept[count - 1]
}
