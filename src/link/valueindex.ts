import { type Catalog, itemsOf } from '../catalog.ts'
import { STOP_STEMS } from './stopwords.ts'
import { isPlace } from './valuesynonyms.ts'
import { foldAccents, isSign, solidWordsOf, stem } from './words.ts'

/** Where a word is part of a value: the first columns and the first values that hold it. */
export interface Part {
  /** At most MOST_COLUMNS + 1. */
  columns: number[]
  /** At most MOST_VALUES + 1. */
  values: number[]
}

/** A word in values of more columns than this tells nothing. */
export const MOST_COLUMNS = 3
/** A word in more values of its columns than this names none of them. */
export const MOST_VALUES = 64

/** The distinct text values of a catalog, each with the column (item) that holds it. */
export interface ValueIndex {
  values: string[]
  items: number[]
  /** How many distinct values each column holds. */
  sizes: Map<number, number>
  /** How many of them are places or peoples known by several names. */
  places: Map<number, number>
  /** Stems of the value's solid words, as many as `counts` says. */
  counts: number[]
  /** Values by all their stems joined by a space. */
  exact: Map<string, number[]>
  /** Values of one word made of two ("Shutdown"), and others, by their letters written together. */
  joined: Map<string, number[]>
  /** Values of two to eight words by each word that is no stop word; neighbouring signs for CJK. */
  partial: Map<string, Part>
  /** Values of two to six words by their initials, with and without small words. */
  initials: Map<string, number[]>
}

/** Values with more words are texts to search in, not names to know. */
const LONGEST_VALUE = 8
const LONGEST_INITIALS = 6
/** The look-up tables of a catalog's values. */
export function valueIndexOf(catalog: Catalog): ValueIndex {
  const index: ValueIndex = {
    values: [],
    items: [],
    sizes: new Map(),
    places: new Map(),
    counts: [],
    exact: new Map(),
    joined: new Map(),
    partial: new Map(),
    initials: new Map(),
  }
  itemsOf(catalog).forEach((item, id) => {
    if (item.kind === 'table') return
    const values = catalog.tables[item.table]?.columns[item.column]?.values ?? []
    index.sizes.set(id, values.length)
    for (const value of values) addValue(index, id, value)
  })
  return index
}

function addValue(index: ValueIndex, item: number, value: string): void {
  if (value.length > 120) return
  const stems = solidWordsOf(value).map(stem)
  const signs = stems.length > 0 && stems.every(isSign)
  if (stems.length === 0 || stems.length > LONGEST_VALUE * (signs ? 2 : 1)) return
  const id = index.values.length
  index.values.push(value)
  index.items.push(item)
  index.counts.push(stems.length)
  const key = stems.join(' ')
  push(index.exact, key, id)
  if (isPlace(key)) index.places.set(item, (index.places.get(item) ?? 0) + 1)
  if (stems.length === 1) {
    addOneWord(index, stems[0] as string, id)
    return
  }
  stems.forEach((word, at) => {
    const next = stems[at + 1]
    if (isSign(word)) {
      if (next !== undefined && isSign(next)) addPart(index, `${word} ${next}`, id)
    } else if (word.length > 2 && !STOP_STEMS.has(word)) addPart(index, word, id)
  })
  addInitials(index, value, id)
}

function addOneWord(index: ValueIndex, word: string, id: number): void {
  if (word.length > 4) push(index.joined, word, id)
}

function addInitials(index: ValueIndex, value: string, id: number): void {
  const words = foldAccents(value).match(/\p{L}+/gu) ?? []
  if (words.length < 2 || words.length > LONGEST_INITIALS || !words.some((word) => /^\p{Lu}/u.test(word))) return
  const all = words
    .map((word) => word.charAt(0))
    .join('')
    .toLowerCase()
  const large = words.filter((word) => !STOP_STEMS.has(word.toLowerCase()))
  push(index.initials, all, id)
  const short = large
    .map((word) => word.charAt(0))
    .join('')
    .toLowerCase()
  if (short !== all && short.length > 1) push(index.initials, short, id)
}

function push(map: Map<string, number[]>, key: string, id: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [id])
  else list.push(id)
}

function addPart(index: ValueIndex, key: string, id: number): void {
  const item = index.items[id] as number
  const part = index.partial.get(key) ?? { columns: [], values: [] }
  if (part.values.length === 0) index.partial.set(key, part)
  if (part.values.length <= MOST_VALUES && part.values.at(-1) !== id) part.values.push(id)
  if (part.columns.length <= MOST_COLUMNS && part.columns.at(-1) !== item) part.columns.push(item)
}
