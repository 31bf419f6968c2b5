import type { Word } from '../link.ts'
import { STOP_STEMS } from './stopwords.ts'
import { isSign } from './words.ts'

/** The words of a question that names and values are looked up by: punctuation and the possessive s are left out. */
export interface Reading {
  /** Index into the question's words of each solid word. */
  at: number[]
  /** What each solid word is looked up as. */
  stems: string[]
  /** Whether a comma or another stop stands before the word, so that no name runs across. */
  afterStop: boolean[]
  /** Whether the word alone may be a name or value: not a stop word, or quoted or capitalised in mid-sentence. */
  content: boolean[]
  /** Whether the word is written as a proper name: a capital in mid-sentence, or inside quotes. */
  proper: boolean[]
  sign: boolean[]
}

const STOPS = new Set([',', ';', '.', '?', '!', ':', '(', ')', '，', '。', '；', '？', '、', '：'])
const QUOTES = new Set(['"', '“', '”', '‘', '«', '»', '`', '「', '」'])

/** The solid words of a question. */
export function readingOf(words: Word[]): Reading {
  const reading: Reading = { at: [], stems: [], afterStop: [], content: [], proper: [], sign: [] }
  let afterStop = true
  let quoted = false
  let previous = ''
  words.forEach((word, at) => {
    const quote = QUOTES.has(word.text) || (word.text === "'" && isQuote(words, at))
    if (quote) quoted = !quoted
    else if (STOPS.has(word.text)) afterStop = true
    else if (/[\p{L}\p{N}]/u.test(word.text) && !(previous === "'" && word.lower === 's' && !quoted)) {
      const proper = quoted || (at > 0 && /^\p{Lu}/u.test(word.text) && !isSentenceStart(previous))
      push(reading, { word, at, afterStop, proper })
      afterStop = false
    }
    previous = word.text
  })
  return reading
}

function push(reading: Reading, solid: { word: Word; at: number; afterStop: boolean; proper: boolean }): void {
  reading.at.push(solid.at)
  reading.stems.push(solid.word.stem)
  reading.afterStop.push(solid.afterStop)
  reading.proper.push(solid.proper)
  reading.content.push(solid.proper || !STOP_STEMS.has(solid.word.stem))
  reading.sign.push(isSign(solid.word.lower))
}

/** A single quote opens after a space and closes before one or a stop; else it is an apostrophe. */
function isQuote(words: Word[], at: number): boolean {
  const word = words[at] as Word
  const before = words[at - 1]
  const after = words[at + 1]
  return (
    before === undefined ||
    after === undefined ||
    before.end < word.start ||
    word.end < after.start ||
    STOPS.has(after.text)
  )
}

function isSentenceStart(previous: string): boolean {
  return previous === '.' || previous === '?' || previous === '!'
}

/** A run of solid words, `first`..`last` inclusive, and the key it is looked up by. */
export interface Gram {
  first: number
  last: number
  key: string
}

/** Every run of at most `longest` solid words (three times as many signs) that is not one stop word, shortest first per start; with `within`, none crosses a comma or stop. */
export function gramsOf(reading: Reading, longest: number, within: boolean): Gram[] {
  const grams: Gram[] = []
  const count = reading.stems.length
  for (let first = 0; first < count; first++) {
    const limit = Math.min(count, first + (reading.sign[first] ? 3 * longest : longest))
    let key = ''
    for (let last = first; last < limit; last++) {
      if (within && last > first && reading.afterStop[last]) break
      key = last === first ? (reading.stems[last] as string) : `${key} ${reading.stems[last]}`
      if (last > first || reading.content[first]) grams.push({ first, last, key })
    }
  }
  return grams
}
