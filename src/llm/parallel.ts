import type { Decoding, Listener, Next, Request, Written } from './decoding.ts'
import type { GrammarState } from './grammar.ts'
import { afterToken, boundsOf, pick, type Vocabulary } from './pick.ts'
import { seeded } from './random.ts'
import { openWriting, type Writing } from './writing.ts'

interface Line {
  index: number
  writing: Writing
  text: string
  tokens: number[]
  logprobs: number[]
  random: () => number
  state: GrammarState | undefined
  finish?: 'stop' | 'length'
}

/** Texts written side by side, each token the likeliest or drawn; text `i` is drawn with the seed plus `i`. */
export function parallel(request: Request, vocabulary: Vocabulary, listen: Listener): Decoding {
  const count = request.temperature === 0 ? 1 : request.texts
  const lines = Array.from(
    { length: count },
    (_, index): Line => ({
      index,
      writing: openWriting(request.stop),
      text: '',
      tokens: [],
      logprobs: [],
      random: seeded(request.seed + index),
      state: request.grammar?.start,
    }),
  )
  let open = lines
  return {
    width: count,
    advance: (logits) => {
      const rows = open.flatMap((line, row): { line: Line; next: Next }[] => {
        // After the prompt there is one row for all texts.
        const parent = logits.length === open.length ? row : 0
        const token = extend(line, logits[parent] as Float32Array, request, vocabulary, listen)
        return token === undefined ? [] : [{ line, next: { parent, token } }]
      })
      open = rows.map(({ line }) => line)
      return rows.map(({ next }) => next)
    },
    written: () => lines.map(whole),
  }
}

/** The line's next token, or undefined when it has ended. */
function extend(
  line: Line,
  logits: Float32Array,
  request: Request,
  vocabulary: Vocabulary,
  listen: Listener,
): number | undefined {
  const bounds = boundsOf(request, line.state)
  const picked = pick(logits, request, vocabulary, { bounds, random: line.random })
  if (picked === undefined) return finished(line, 'stop', listen)
  const { token, logprob } = picked
  line.logprobs.push(logprob)
  if (vocabulary.ends.includes(token)) return finished(line, 'stop', listen)
  line.tokens.push(token)
  if (bounds !== undefined) line.state = afterToken(token, vocabulary, bounds)
  const { text, stopped } = line.writing.add(vocabulary.tokens.bytes(token) ?? new Uint8Array())
  line.text += text
  listen(line.index, text, { id: token, logprob })
  if (stopped) return finished(line, 'stop', listen)
  return line.tokens.length >= request.maxTokens ? finished(line, 'length', listen) : token
}

function finished(line: Line, finish: 'stop' | 'length', listen: Listener): undefined {
  const rest = line.writing.end()
  line.text += rest
  line.finish = finish
  if (rest !== '') listen(line.index, rest, { id: -1, logprob: 0 })
  return undefined
}

function whole({ text, tokens, logprobs, finish }: Line): Written {
  return { text, tokens, logprobs, score: logprobs.reduce((sum, one) => sum + one, 0), finish: finish ?? 'length' }
}
