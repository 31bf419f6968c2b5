import { FUTURE, SCAFFOLD } from './answerable/scaffold.ts'
import { suggestedQuestions } from './catalog/suggest.ts'
import type { Catalog } from './catalog.ts'
import { type Links, RELATIONS, type Word } from './link.ts'

export interface Answerable {
  answerable: boolean
  /** What did not match, for the asker; empty when answerable. */
  reason: string
  /** Questions that can be asked instead. */
  suggestions: string[]
  /** Share of the words that should name data and do not, 0 to 1; a word that is only like a name, or a part of a value, counts half. */
  strange: number
  /** Those words that match nothing at all, as typed. */
  strangers: string[]
}

/** Below this share of matched content words the question is about something else (docs/decisions.md has the counts). */
const MATCHED_MIN = 0.34

/** Whether the words of a question that should name data do name some: the cheap "not in your data" before any model is asked. */
export function answerable(links: Links, catalog: Catalog): Answerable {
  const matched = new Set([
    ...links.links.map((link) => link.word),
    ...links.values.flatMap((value) => range(value.first, value.last)),
  ])
  const content = links.words
    .map((word, at) => ({ word, at }))
    .filter(({ word, at }) => namesData(word, matched.has(at)))
  const unmatched = content.filter(({ at }) => !matched.has(at)).map(({ word }) => word)
  const reason = whyNot(links, content.length, unmatched, catalog)
  const weak = content.filter(({ at }) => matched.has(at) && isWeak(at, links)).length
  return {
    answerable: reason === '',
    reason,
    suggestions: reason === '' ? [] : suggestedQuestions(catalog).slice(0, 3),
    strange: content.length === 0 ? 0 : (unmatched.length + weak / 2) / content.length,
    strangers: unmatched.map(({ text }) => text),
  }
}

const WEAK: ReadonlySet<number> = new Set([
  RELATIONS.valuePartial,
  RELATIONS.numberInRange,
  RELATIONS.columnSimilar,
  RELATIONS.tableSimilar,
])

function isWeak(word: number, { links, values }: Links): boolean {
  const own = links.filter((link) => link.word === word)
  const isValue = values.some(
    ({ first, last, how }) => first <= word && word <= last && how !== 'part' && how !== 'fuzzy',
  )
  return own.length > 0 && !isValue && own.every(({ relation }) => WEAK.has(relation))
}

function whyNot(links: Links, content: number, unmatched: Word[], catalog: Catalog): string {
  const strangers = phrases(unmatched)
    .map((text) => `"${text}"`)
    .join(', ')
  const names = unmatched.filter((word) => isName(word, links))
  if (content > 0 && (content - unmatched.length) / content < MATCHED_MIN) {
    return `Nothing in ${catalog.dataset} matches ${strangers}.`
  }
  if (unmatched.length > 0 && links.words.some((word) => FUTURE.has(word.lower))) {
    return `The data tells what was, not what will be, and nothing in ${catalog.dataset} matches ${strangers}.`
  }
  if (names.length > 0 && valuesAreComplete(catalog)) {
    return `No value, table or column in ${catalog.dataset} matches ${names.map((word) => `"${word.text}"`).join(', ')}.`
  }
  return ''
}

/** Words as they are read aloud: Chinese signs that stand together are one. */
function phrases(words: Word[]): string[] {
  const found: { text: string; end: number }[] = []
  for (const { text, start } of words) {
    const last = found.at(-1)
    if (last?.end === start && /^\p{Script=Han}/u.test(text))
      Object.assign(last, { text: last.text + text, end: start + text.length })
    else found.push({ text, end: start + text.length })
  }
  return found.map(({ text }) => text)
}

/** "orders" names data where there is a table of orders, and shapes the question where there is none. */
function namesData(word: Word, matched: boolean): boolean {
  return (
    /^(\p{L}{2,}|\p{Script=Han})/u.test(word.text) &&
    (matched || (!SCAFFOLD.has(word.lower) && !SCAFFOLD.has(word.stem)))
  )
}

/** A capitalised word inside an otherwise lower-case sentence; one in quotes may be a part of a value, one that opens a sentence is no name. */
function isName(word: Word, links: Links): boolean {
  if (word.start === 0 || !/^\p{Lu}\p{Ll}+/u.test(word.text)) return false
  if (/["'“”‘’«.?!]\s*$/u.test(links.question.slice(0, word.start))) return false
  const letters = links.words.filter((other) => /^\p{L}/u.test(other.text))
  const capitalised = letters.filter((other) => /^\p{Lu}/u.test(other.text))
  return capitalised.length <= letters.length / 2
}

function valuesAreComplete(catalog: Catalog): boolean {
  return catalog.tables.every((table) =>
    table.columns.every((column) => column.kind !== 'text' || column.distinct <= column.values.length * 1.05 + 5),
  )
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
