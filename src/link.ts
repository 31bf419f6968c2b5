import type { Catalog } from './catalog.ts'

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

/**
 * Why a word may mean an item. The numbers are the model's relation ids (0 = none): never renumber, append only.
 * Exact beats partial: a pair (word, item) keeps its strongest relation.
 */
export const RELATIONS = {
  columnExact: 1,
  columnPartial: 2,
  tableExact: 3,
  tablePartial: 4,
  valueExact: 5,
  valuePartial: 6,
  numberInRange: 7,
  columnSimilar: 8,
  tableSimilar: 9,
  valueFuzzy: 10,
  metric: 11,
} as const

/** Width of the model's relation embedding: room for further relations without a change of shape. */
export const RELATION_SLOTS = 16

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

export { stem, wordsOf } from './link/words.ts'
