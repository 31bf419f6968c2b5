/** Questions of people in other words: phrases that stood for each other in questions which mean the same. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from '../../src/draft/program.ts'
import { wordsOf } from '../../src/link/words.ts'
import type { Word } from '../../src/link.ts'
import type { Asked } from './frames.ts'
import { CACHE } from './shared.ts'
import type { Random } from './synthetic/random.ts'

/** Phrase → phrases that may stand for it, in lower case. */
export type Phrases = ReadonlyMap<string, string[]>

/** The surer half of what `synonyms.ts` mined; empty where nothing was. */
export function minedPhrases(path = join(CACHE, 'synonyms.json')): Phrases {
  if (!existsSync(path)) return new Map()
  const { rewrites } = JSON.parse(readFileSync(path, 'utf8')) as { rewrites: Record<string, Record<string, number>> }
  return new Map(Object.entries(rewrites).map(([phrase, others]) => [phrase, Object.keys(others)]))
}

/** The question with one phrase said otherwise, its program pointing at the same words; undefined when no phrase is known that holds no word pointed at. */
export function rephrased(random: Random, { question, program }: Asked, phrases: Phrases): Asked | undefined {
  const words = wordsOf(question)
  const values = valuesOf(program)
  const free = ({ from, to }: Span) => values.every((value) => to <= value.from || value.to <= from)
  const place = random.pickOr(placesOf(words, phrases).filter(free))
  if (place === undefined) return undefined
  const said = random.pick(phrases.get(place.phrase) ?? [])
  const [start, end] = [words[place.from]?.start ?? 0, words[place.to - 1]?.end ?? 0]
  const text = question.slice(0, start) + said + question.slice(end)
  const moved = wordsOf(said).length - (place.to - place.from)
  return {
    question: text,
    program: program.map((token) =>
      'word' in token && token.word >= place.to ? { ...token, word: token.word + moved } : token,
    ),
  }
}

/** A half-open range of words. */
interface Span {
  from: number
  to: number
}

/** What a program points at: first and last word, one after the other. */
function valuesOf(program: Program): Span[] {
  const pointed = program.flatMap((token) => ('word' in token ? [token.word] : []))
  return pointed.flatMap((from, at) => (at % 2 === 0 ? [{ from, to: (pointed[at + 1] ?? from) + 1 }] : []))
}

const MOST_WORDS = 4

function placesOf(words: Word[], phrases: Phrases): (Span & { phrase: string })[] {
  return words.flatMap((_, from) =>
    Array.from({ length: Math.min(MOST_WORDS, words.length - from) }, (_, more) => from + more + 1)
      .map((to) => ({ phrase: phraseOf(words.slice(from, to)), from, to }))
      .filter(({ phrase }) => phrases.has(phrase)),
  )
}

function phraseOf(words: Word[]): string {
  return words.map(({ lower }) => lower).join(' ')
}
