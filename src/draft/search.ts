import { BEGIN, COLUMN_POINTER, type QuestionMemory, type StepInput, TABLE_POINTER, WORD_POINTER } from './network.ts'
import { KEYWORD_SLOTS, KEYWORDS, type Keyword, type Program, type Token } from './program.ts'

/** What may be written next; words are an inclusive range. */
export interface Choices {
  keywords: Iterable<Keyword>
  items: Iterable<number>
  words: readonly [first: number, last: number] | null
}

/** The language's rules as the search sees them. */
export interface Grammar<State> {
  start: State
  allowed(state: State): Choices
  advance(state: State, token: Token): State
  /** Whether a word of the allowed range may begin or end the value being written. */
  readable(state: State, word: number): boolean
  /** Position of an item among those shown, -1 when it is not. */
  shown(item: number): number
  isTable(item: number): boolean
}

export interface SearchLimits {
  beams: number
  steps: number
  /** Asked before every step; true ends the search without a result. */
  stopped(): boolean
}

/** A finished program and the sum of its tokens' log-probabilities among what the grammar allowed. */
export interface Finished {
  program: Program
  score: number
}

interface Hypothesis<State> {
  program: Program
  score: number
  state: State
  /** Row of the hypothesis it came from. */
  parent: number
}

interface Candidate {
  token: Token
  score: number
  /** Row of the hypothesis it continues. */
  parent: number
}

const KEYWORD_SLOT = new Map(KEYWORDS.map((keyword, slot) => [keyword, slot]))

/**
 * Beam search over a question's output: at most `beams` finished programs, best first. Probabilities are shared among allowed
 * tokens only, ties go to the earlier hypothesis and the earlier slot. An empty list when none ended in `steps` tokens.
 */
export async function beamSearch<State>(
  question: QuestionMemory,
  grammar: Grammar<State>,
  limits: SearchLimits,
): Promise<Finished[]> {
  const finished: Finished[] = []
  const write = question.write()
  let alive: Hypothesis<State>[] = [{ program: [], score: 0, state: grammar.start, parent: 0 }]
  for (let step = 0; step < limits.steps && alive.length > 0 && finished.length < limits.beams; step++) {
    if (limits.stopped()) return []
    const logits = await write(inputOf(alive, grammar))
    const candidates = alive.flatMap((hypothesis, row) =>
      choices(hypothesis, { row, logits, question }, grammar, limits.beams),
    )
    candidates.sort((a, b) => b.score - a.score)
    const kept = keepBest(candidates, alive, finished, limits.beams)
    alive = kept.map(({ token, score, parent }) => {
      const before = alive[parent] as Hypothesis<State>
      return { program: [...before.program, token], score, state: grammar.advance(before.state, token), parent }
    })
  }
  return finished.sort((a, b) => b.score - a.score)
}

/** The best candidates that go on; those that end are moved to `finished`. */
function keepBest<State>(
  candidates: Candidate[],
  alive: Hypothesis<State>[],
  finished: Finished[],
  beams: number,
): Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of candidates.slice(0, beams)) {
    if (finished.length >= beams) break
    const ends = 'keyword' in candidate.token && candidate.token.keyword === '<eos>'
    if (ends) finished.push({ program: (alive[candidate.parent] as Hypothesis<State>).program, score: candidate.score })
    else kept.push(candidate)
  }
  return kept
}

function inputOf<State>(alive: Hypothesis<State>[], grammar: Grammar<State>): StepInput {
  const input: StepInput = { tokens: [], items: [], words: [], parents: alive.map(({ parent }) => parent) }
  for (const { program } of alive) {
    const token = program.at(-1)
    const item = token && 'item' in token ? token.item : undefined
    input.tokens.push(token ? decoderToken(token, grammar) : BEGIN)
    input.items.push(item === undefined ? -1 : grammar.shown(item))
    input.words.push(token && 'word' in token ? token.word : -1)
  }
  return input
}

function decoderToken<State>(token: Token, grammar: Grammar<State>): number {
  if ('keyword' in token) return KEYWORD_SLOT.get(token.keyword) as number
  if ('word' in token) return WORD_POINTER
  return grammar.isTable(token.item) ? TABLE_POINTER : COLUMN_POINTER
}

/** What the network said after a hypothesis. */
interface Said {
  row: number
  logits: Float32Array
  question: QuestionMemory
}

/** The `most` best allowed continuations of one hypothesis. */
function choices<State>(
  hypothesis: Hypothesis<State>,
  { row, logits: all, question }: Said,
  grammar: Grammar<State>,
  most: number,
): Candidate[] {
  const width = KEYWORD_SLOTS + question.items + question.words
  const logits = all.subarray(row * width, (row + 1) * width)
  const allowed = grammar.allowed(hypothesis.state)
  const options: Candidate[] = []
  const add = (token: Token, slot: number) => options.push({ token, score: logits[slot] as number, parent: row })
  for (const keyword of allowed.keywords) add({ keyword }, KEYWORD_SLOT.get(keyword) as number)
  for (const item of allowed.items) {
    const place = grammar.shown(item)
    if (place >= 0) add({ item }, KEYWORD_SLOTS + place)
  }
  const [first, last] = allowed.words ?? [0, -1]
  for (let word = first; word <= last; word++) {
    if (grammar.readable(hypothesis.state, word)) add({ word }, KEYWORD_SLOTS + question.items + word)
  }
  return best(options, hypothesis.score, most)
}

/** Turns logits into total scores and keeps the best. */
function best(options: Candidate[], before: number, most: number): Candidate[] {
  if (options.length === 0) return []
  options.sort((a, b) => b.score - a.score)
  const top = (options[0] as Candidate).score
  const sum = options.reduce((total, option) => total + Math.exp(option.score - top), 0)
  const shift = before - top - Math.log(sum)
  return options.slice(0, most).map((option) => ({ ...option, score: option.score + shift }))
}
