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

/** Tokens this much less likely than the likeliest are left out before sorting: of 150,000 together they have a ten-thousandth. */
const NEGLIGIBLE = 1e-9

/** A token drawn after temperature, then top-k, then top-p: the order of Hugging Face's generate. */
function drawn(
  logits: Float32Array,
  allowed: Int32Array | undefined,
  { temperature, topP, topK }: Sampling,
  random: () => number,
): number | undefined {
  const first = best(logits, allowed)
  if (first === undefined) return undefined
  const top = logits[first] as number
  const ids = allowed ?? Int32Array.from(logits, (_, id) => id)
  const shares = Float64Array.from(ids, (id) => Math.exp(((logits[id] as number) - top) / temperature))
  if (topK === 0 && topP === 1) return ids[placeOf(shares, shares.length, random)]
  const order = [...shares.keys()].filter((at) => (shares[at] as number) >= NEGLIGIBLE)
  order.sort((a, b) => (shares[b] as number) - (shares[a] as number))
  const kept = Float64Array.from(topK > 0 ? order.slice(0, topK) : order, (at) => shares[at] as number)
  const total = kept.reduce((sum, share) => sum + share, 0)
  let sum = 0
  let count = 0
  while (count < kept.length && (count === 0 || sum < topP * total)) sum += kept[count++] as number
  return ids[order[placeOf(kept, count, random)] as number]
}

/** A place among the first `count`, drawn by their shares. */
function placeOf(shares: Float64Array, count: number, random: () => number): number {
  let total = 0
  for (let at = 0; at < count; at++) total += shares[at] as number
  let left = random() * total
  for (let at = 0; at < count; at++) {
    left -= shares[at] as number
    if (left < 0) return at
  }
  return count - 1
}
