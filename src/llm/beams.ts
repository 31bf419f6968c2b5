import type { Decoding, Next, Request, Written } from './decoding.ts'
import type { GrammarState } from './grammar.ts'
import { afterToken, allowedIds, boundsOf, logSum, type Vocabulary } from './pick.ts'
import { openWriting } from './writing.ts'

interface Beam {
  tokens: number[]
  logprobs: number[]
  score: number
  state: GrammarState | undefined
  ended: boolean
}

/**
 * Beam search by sums of log-probabilities, without a length penalty: of each step's 2 × width best continuations the
 * ended ones are set aside and `width` go on. It ends when no open beam can overtake the `width` best ended ones.
 */
export function beamSearch(request: Request, vocabulary: Vocabulary): Decoding {
  const width = request.texts
  let open: Beam[] = [{ tokens: [], logprobs: [], score: 0, state: request.grammar?.start, ended: false }]
  let ended: Beam[] = []
  let steps = 0
  return {
    width,
    advance: (logits) => {
      steps++
      const grown = continuations(open, logits, request, vocabulary, 2 * width)
      const fresh = grown.filter(({ beam }) => !beam.ended).slice(0, width)
      ended = best([...ended, ...grown.filter(({ beam }) => beam.ended).map(({ beam }) => beam)], width)
      open = fresh.map(({ beam }) => beam)
      const worst = ended.length === width ? (ended.at(-1)?.score ?? -Infinity) : -Infinity
      if (steps >= request.maxTokens || (open[0]?.score ?? -Infinity) <= worst) return []
      return fresh.map(({ next }) => next)
    },
    written: () => best([...ended, ...open], width).map((beam) => whole(beam, request, vocabulary)),
  }
}

function best(beams: Beam[], most: number): Beam[] {
  return beams.sort((a, b) => b.score - a.score).slice(0, most)
}

interface Grown {
  beam: Beam
  next: Next
}

/** The `most` best continuations of all beams, best first. */
function continuations(
  open: Beam[],
  logits: readonly Float32Array[],
  request: Request,
  vocabulary: Vocabulary,
  most: number,
): Grown[] {
  const found = open.flatMap((beam, parent) => {
    const own = logits[parent] as Float32Array
    const bounds = boundsOf(request, beam.state)
    const sum = logSum(own)
    const ids = topIds(own, allowedIds(vocabulary, bounds), most)
    return ids.map((token) => ({ parent, token, logprob: (own[token] as number) - sum, bounds }))
  })
  const scored = found.map((one) => ({ ...one, score: (open[one.parent] as Beam).score + one.logprob }))
  const kept = scored.sort((a, b) => b.score - a.score).slice(0, most)
  return kept.map(({ parent, token, logprob, score, bounds }) => {
    const before = open[parent] as Beam
    const state = bounds === undefined ? undefined : afterToken(token, vocabulary, bounds)
    const logprobs = [...before.logprobs, logprob]
    const ended = vocabulary.ends.includes(token)
    return { beam: { tokens: [...before.tokens, token], logprobs, score, state, ended }, next: { parent, token } }
  })
}

/** The ids of the `most` largest logits, largest first, of those allowed. */
function topIds(logits: Float32Array, allowed: Int32Array | undefined, most: number): number[] {
  const top: number[] = []
  const consider = (id: number) => {
    const logit = logits[id] as number
    if (top.length === most && logit <= (logits[top[most - 1] as number] as number)) return
    let at = top.length
    while (at > 0 && (logits[top[at - 1] as number] as number) < logit) at--
    top.splice(at, 0, id)
    if (top.length > most) top.pop()
  }
  if (allowed === undefined) for (let id = 0; id < logits.length; id++) consider(id)
  else for (const id of allowed) consider(id)
  return top
}

function whole(
  { tokens, logprobs, score, ended }: Beam,
  request: Request,
  { tokens: vocabulary }: Vocabulary,
): Written {
  const own = ended ? tokens.slice(0, -1) : tokens
  const writing = openWriting(request.stop)
  let text = ''
  let stopped = false
  for (const token of own) {
    const added = writing.add(vocabulary.bytes(token) ?? new Uint8Array())
    text += added.text
    stopped ||= added.stopped
  }
  return { text: text + writing.end(), tokens: own, logprobs, score, finish: ended || stopped ? 'stop' : 'length' }
}
