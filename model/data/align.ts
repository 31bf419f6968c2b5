/** Literals of gold SQL → spans of the question, so that a program points at words instead of spelling values. */
import type { Keyword, Program, Token } from '../../src/draft/program.ts'
import { numberOf, stem, wordsOf } from '../../src/link/words.ts'
import type { ValueMatch, Word } from '../../src/link.ts'
import { dateSpans } from './dates.ts'
import { type Literal, type Loose, Unsayable } from './scope.ts'

type Span = [first: number, last: number]

/** The longest value in words. */
const MOST_WORDS = 10

/** Likeness from which a misspelt or inflected span is taken for the value. */
const ALIKE = 0.74

/** The program with every literal as a span of the question or a constant; throws Unsayable when one is not there. */
export function alignLiterals(loose: Loose[], question: Question): Program {
  const asked: Asked = { ...question, used: [] }
  const output: Token[] = []
  for (const token of loose) {
    if ('literal' in token) output.push(...aligned(token.literal, asked))
    else output.push(token)
  }
  return output
}

/** A question, and which stored values its words may mean where that is known: asked for only when the words alone do not say it. */
export interface Question {
  words: Word[]
  text: string
  values?: () => ValueMatch[]
}

interface Asked extends Question {
  used: Span[]
}

function aligned(literal: Literal, asked: Asked): Token[] {
  if (literal.use === 'limit' && literal.number === 1) return [{ keyword: '#1' }]
  for (const find of literal.number === undefined ? TEXT_WAYS : NUMBER_WAYS) {
    const spans = find(literal, asked).filter(([first, last]) => last - first < MOST_WORDS)
    const fresh =
      spans.find((span) => !asked.used.some(([first, last]) => first === span[0] && last === span[1])) ?? spans[0]
    if (fresh === undefined) continue
    asked.used.push(fresh)
    return [{ word: fresh[0] }, { word: fresh[1] }]
  }
  const constant = constantFor(literal)
  if (constant === undefined) throw new Unsayable('value not in the question')
  return [{ keyword: constant }]
}

function constantFor({ text, number, use }: Literal): Keyword | undefined {
  if (number !== undefined && Number.isInteger(number) && number >= 0 && number <= 3) return `#${number}` as Keyword
  if (use !== 'equal') return undefined
  if (/^(t|y|yes|true|1)$/i.test(text)) return '#true'
  return /^(f|n|no|false|0)$/i.test(text) ? '#false' : undefined
}

type Way = (literal: Literal, asked: Asked) => Span[]

const exact: Way = ({ text }, { words }) => spansOf(wordsOf(text.trim()), words, (word) => word.lower)

const stemmed: Way = ({ text }, { words }) => {
  const spans = spansOf(wordsOf(text.trim()), words, (word) => word.stem)
  return spans.length > 0 ? spans : spansOf(wordsOf(text.trim()).filter(isWord), words, (word) => word.stem)
}

function isWord({ lower }: Word): boolean {
  return /[\p{L}\p{N}]/u.test(lower)
}

function spansOf(value: Word[], words: Word[], form: (word: Word) => string): Span[] {
  if (value.length === 0) return []
  const sought = value.map(form).join('\n')
  const spans: Span[] = []
  for (let first = 0; first + value.length <= words.length; first++) {
    const last = first + value.length - 1
    if (
      words
        .slice(first, last + 1)
        .map(form)
        .join('\n') === sought
    )
      spans.push([first, last])
  }
  return spans
}

const MULTIPLES = new Set([100, 1000, 1_000_000, 1_000_000_000])

const sameNumber: Way = ({ number }, { words }) => {
  const spans: Span[] = []
  words.forEach((word, at) => {
    const said = numberOf(word.lower)
    if (said === undefined) return
    const next = numberOf(words[at + 1]?.lower ?? '')
    const signed = words[at - 1]?.lower === '-' && words[at - 1]?.end === word.start
    if (next !== undefined && MULTIPLES.has(next) && said * next === number) spans.push([at, at + 1])
    else if (signed && said !== 0 && -said === number) spans.push([at - 1, at])
    else if (said === number) spans.push([at, at])
  })
  const digits = spans.filter(([first, last]) =>
    /\d/.test(
      words
        .slice(first, last + 1)
        .map(({ lower }) => lower)
        .join(''),
    ),
  )
  return [...digits, ...spans.filter((span) => !digits.includes(span))]
}

/** "#3" is said when the number is not; "both" or "once" may say it too, but digits are surer. */
const textAsNumber: Way = (literal, asked) => {
  const number = Number(literal.text)
  return literal.text.trim() === '' || Number.isNaN(number) ? [] : sameNumber({ ...literal, number }, asked)
}

const numberAsText: Way = ({ text }, { words }) => spansOf(wordsOf(text), words, (word) => word.lower)

const STOP_WORDS = new Set(
  `a an the of in on for to by with and or is are was were be what which who whom whose how many much show me list give
  find return tell display all each every any do does did has have had that this those these it its their there than from
  as at not no more most less number count total average please i want we you can , . ? ' " ! ( ) - : ; / when where`.split(
    /\s+/,
  ),
)

const alike: Way = ({ text }, { words, text: question }) => {
  const value = text.trim().toLowerCase()
  if (value.length < 3) return []
  const length = wordsOf(value).length
  let best: { span: Span; likeness: number } | undefined
  for (let count = Math.max(1, length - 2); count <= length + 2; count++) {
    for (let first = 0; first + count <= words.length; first++) {
      const [head, tail] = [words[first], words[first + count - 1]]
      if (head === undefined || tail === undefined || STOP_WORDS.has(head.lower) || STOP_WORDS.has(tail.lower)) continue
      const likeness = likenessOf(question.slice(head.start, tail.end).toLowerCase(), value)
      if (likeness > (best?.likeness ?? ALIKE)) best = { span: [first, first + count - 1], likeness }
    }
  }
  return best === undefined ? [] : [best.span]
}

/** 1 for equal texts, 0 for nothing in common: one minus the share of letters to change. */
export function likenessOf(one: string, other: string): number {
  const longest = Math.max(one.length, other.length)
  if (longest === 0) return 1
  if (Math.min(one.length, other.length) / longest < 0.5) return 0
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return 1 - (row[other.length] ?? 0) / longest
}

const FLAG_WORDS = new Set(
  'female females male males man men woman women boy boys girl girls true false yes no'.split(' '),
)
const FLAG_LETTERS: Record<string, string> = { man: 'm', boy: 'm', woman: 'f', girl: 'f' }

const flag: Way = ({ text }, { words }) => {
  const value = text.trim().toLowerCase()
  if (!/^\p{L}$/u.test(value)) return []
  return words.flatMap(({ lower }, at): Span[] => {
    if (!FLAG_WORDS.has(lower)) return []
    return (FLAG_LETTERS[stem(lower)] ?? lower[0]) === value ? [[at, at]] : []
  })
}

const acronym: Way = ({ text }, { words }) => {
  const value = text.trim().toLowerCase()
  if (!/^\p{L}{2,5}$/u.test(value)) return []
  const spans: Span[] = []
  for (let count = 2; count <= 6; count++) {
    for (let first = 0; first + count <= words.length; first++) {
      const initials = words.slice(first, first + count).filter((word) => isWord(word) && word.lower !== 'of')
      if (initials.map(({ lower }) => lower[0]).join('') === value) spans.push([first, first + count - 1])
    }
  }
  return spans
}

/** Part of a longer value: "Computer Science" of the question for "Comp. Sci.", or "Bob" for "Bob Smith". */
const part: Way = ({ text, use }, { words }) => {
  const value = wordsOf(text.trim()).filter(isWord)
  if (use !== 'equal' || value.length < 2) return []
  return words.flatMap((_, first): Span[] => {
    const matched = value.every((word, at) => {
      const said = words[first + at]?.lower ?? ''
      return said !== '' && (said.startsWith(word.lower) || (said.length > 2 && word.lower.startsWith(said)))
    })
    return matched ? [[first, first + value.length - 1]] : []
  })
}

/** "US" for "United States". */
const initials: Way = ({ text }, { words }) => {
  const value = wordsOf(text.trim())
    .filter(isWord)
    .map(({ lower }) => lower[0])
    .join('')
  if (value.length < 2) return []
  return words.flatMap(({ lower, text: typed }, at): Span[] => (lower === value && typed !== lower ? [[at, at]] : []))
}

/** What linking takes the words for: "Italian" for "Italy". */
const linked: Way = ({ text, item }, { values }) => {
  if (item === undefined || values === undefined) return []
  const matches = values().filter((match) => match.item === item && match.value === text)
  return matches.sort((a, b) => b.score - a.score).map(({ first, last }): Span => [first, last])
}

const sameDate: Way = ({ text }, { words }) => dateSpans(text, words)

const TEXT_WAYS: Way[] = [exact, textAsNumber, stemmed, sameDate, alike, flag, acronym, initials, part, linked]
const NUMBER_WAYS: Way[] = [sameNumber, numberAsText]
