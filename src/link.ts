import type { Catalog } from './catalog.ts'
import { emptyBoard, linksOf } from './link/board.ts'
import { type Spelling, spellingOf } from './link/fuzzy.ts'
import { linkFuzzy } from './link/linkfuzzy.ts'
import { linkNames } from './link/linknames.ts'
import { linkNumbers, type RangeIndex, rangeIndexOf } from './link/linknumbers.ts'
import { linkValues } from './link/linkvalues.ts'
import { type NameIndex, nameIndexOf } from './link/nameindex.ts'
import { linkSimilar } from './link/similar.ts'
import { readingOf } from './link/spans.ts'
import { type ValueIndex, valueIndexOf } from './link/valueindex.ts'
import { wordsOf } from './link/words.ts'

/** One word of the question: letters, a number ("1,200.5"), or a single other sign; CJK text is cut sign by sign. */
export interface Word {
  /** As typed. */
  text: string
  lower: string
  stem: string
  /** Half-open range in the question's text, UTF-16 units. */
  start: number
  end: number
}

export interface Link {
  /** Index into `words`. */
  word: number
  /** Index into `itemsOf(catalog)`. */
  item: number
  /** A value of RELATIONS. */
  relation: number
}

/** A stored value that words `first`..`last` (inclusive) may mean, best first per span. */
export interface ValueMatch {
  first: number
  last: number
  item: number
  /** The value as stored. */
  value: string
  how: 'exact' | 'case' | 'stem' | 'fuzzy' | 'acronym' | 'part' | 'synonym'
  /** 0 to 1; 1 is exact. */
  score: number
}

/** Which words of a question may mean which tables, columns, values, numbers. */
export interface Links {
  question: string
  words: Word[]
  links: Link[]
  values: ValueMatch[]
}

export type LinkStep = (question: string, catalog: Catalog) => Links

interface CatalogIndex {
  names: NameIndex
  values: ValueIndex
  ranges: RangeIndex
  /** Made at the first question with a word that nothing else matches. */
  spelling: () => Spelling
}

const indexes = new WeakMap<Catalog, CatalogIndex>()

/** Finds which words of the question may mean which tables, columns and stored values. The look-up tables of a catalog are made at its first question. */
export function link(question: string, catalog: Catalog): Links {
  const index = indexOf(catalog)
  const words = wordsOf(question)
  const reading = readingOf(words)
  const board = emptyBoard(words.length, index.names.items.length)
  const found: ValueMatch[] = []
  const search = { question, words, reading, index: index.values, board, found }
  linkNames(reading, index.names, board)
  linkValues(search)
  linkNumbers(words, index.ranges, board)
  linkSimilar(reading, index.names, board)
  linkFuzzy(search, index.names, index.spelling)
  return { question, words, links: linksOf(board), values: inOrder(found) }
}

function indexOf(catalog: Catalog): CatalogIndex {
  const known = indexes.get(catalog)
  if (known !== undefined) return known
  const names = nameIndexOf(catalog)
  const values = valueIndexOf(catalog)
  let spelling: Spelling | undefined
  const index: CatalogIndex = {
    names,
    values,
    ranges: rangeIndexOf(catalog),
    spelling: () => {
      spelling ??= spellingOf(wordsIn([names.exact, names.partial, values.exact, values.partial]))
      return spelling
    },
  }
  indexes.set(catalog, index)
  return index
}

/** Every word of the keys of look-up tables. */
function* wordsIn(maps: ReadonlyMap<string, unknown>[]): Generator<string> {
  for (const map of maps) for (const key of map.keys()) yield* key.split(' ')
}

/** By span, best first; of equal values in a span and column only the best. */
function inOrder(found: ValueMatch[]): ValueMatch[] {
  const sorted = found.sort((a, b) => a.first - b.first || a.last - b.last || b.score - a.score || a.item - b.item)
  const seen = new Set<string>()
  return sorted.filter((match) => {
    const key = `${match.first} ${match.last} ${match.item} ${match.value}`
    return !seen.has(key) && seen.add(key)
  })
}

export { RELATION_SLOTS, RELATIONS } from './link/relations.ts'
export { stem, wordsOf } from './link/words.ts'
