/**
 * What the network reads: made by this one file both when serving and when training data is written, so the two cannot
 * drift apart.
 */
import vocabularyFile from '../../model/weights/vocabulary.json' with { type: 'json' }
import { type Catalog, type Column, type Item, itemsOf, type Table } from '../catalog.ts'
import { namesOf } from '../link/names.ts'
import { RELATIONS } from '../link/relations.ts'
import type { Links } from '../link.ts'
import { schemaRelations } from './relations.ts'
import { piecesOf, type Vocabulary, type VocabularyFile, vocabularyOf } from './vocabulary.ts'

/** A catalog (or the linked part of it) as the network reads it: `<table> name-words`, then each of its columns as `<column.kind[.key]> name-words`. */
export interface EncodedSchema {
  /** Vocabulary ids, length S. */
  tokens: Int32Array
  /** Item (position in `items`) of each token, length S. */
  tokenItem: Int16Array
  /** Index into `itemsOf(catalog)` of each item shown, length I. */
  items: number[]
  /** Token position of each item's marker, length I. */
  anchors: Int16Array
  /** Relation of item row → item column, I × I: 0 none, 1 same item, 2 columns of one table, 3 column → its table, 4 table → its column, 5 foreign key → key, 6 key ← foreign key, 7 table → table it refers to, 8 the reverse. */
  relations: Int8Array
}

/** A question against an EncodedSchema. */
export interface EncodedQuestion {
  /** Vocabulary ids, a lead marker first, length Q. */
  tokens: Int32Array
  /** Word of each token, -1 for the marker, length Q. */
  tokenWord: Int16Array
  /** Token position of each word's first piece, length W. */
  wordFirst: Int16Array
  /** Relation id (RELATIONS, or 12 and 13: a column of a table the word means exactly, or in part) of word row × item column, W × I. */
  links: Int8Array
}

/** The vocabulary of the weights in `model/weights`. */
export const VOCABULARY: Vocabulary = vocabularyOf(vocabularyFile as VocabularyFile)

/** Most words of a name and pieces of a word that are shown: longer names say nothing more. */
const TABLE_WORDS = 6
const COLUMN_WORDS = 7
const SCHEMA_PIECES = 4
const QUESTION_PIECES = 3

/**
 * A catalog as the network reads it, in catalog order, or in a random order of tables and of each table's columns when
 * `shuffle` (a source of numbers from 0 to 1) is given. `items` shows only these and the tables they belong to.
 */
export function encodeSchema(
  catalog: Catalog,
  options: { items?: readonly number[]; shuffle?: (() => number) | undefined } = {},
): EncodedSchema {
  const items = orderedItems(catalog, options)
  const all = itemsOf(catalog)
  const names = namesOf(catalog)
  const tokens: number[] = []
  const tokenItem: number[] = []
  const anchors = items.map((id, position) => {
    const item = all[id] as Item
    const anchor = tokens.length
    const words = (names[id]?.shown ?? []).slice(0, item.kind === 'table' ? TABLE_WORDS : COLUMN_WORDS)
    const pieces = words.flatMap((word) => piecesOf(VOCABULARY, word, SCHEMA_PIECES))
    tokens.push(VOCABULARY.ids.get(markerOf(catalog, item)) as number, ...pieces)
    for (let token = anchor; token < tokens.length; token++) tokenItem.push(position)
    return anchor
  })
  return {
    tokens: Int32Array.from(tokens),
    tokenItem: Int16Array.from(tokenItem),
    items,
    anchors: Int16Array.from(anchors),
    relations: schemaRelations(catalog, items),
  }
}

/** The items shown, each table directly before its columns. */
function orderedItems(
  catalog: Catalog,
  { items, shuffle }: { items?: readonly number[]; shuffle?: (() => number) | undefined },
): number[] {
  const wanted = items === undefined ? undefined : new Set(items)
  let next = 0
  const groups = catalog.tables.map((table) => {
    const head = next
    next += 1 + table.columns.length
    const columns = table.columns.map((_, c) => head + 1 + c).filter((id) => wanted === undefined || wanted.has(id))
    const shown = wanted === undefined || wanted.has(head) || columns.length > 0
    return shown ? [head, ...(shuffle === undefined ? columns : shuffled(columns, shuffle))] : []
  })
  return (shuffle === undefined ? groups : shuffled(groups, shuffle)).flat()
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list]
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = result[last] as T
    result[last] = result[other] as T
    result[other] = kept
  }
  return result
}

function markerOf(catalog: Catalog, item: Item): string {
  if (item.kind === 'table') return '<table>'
  const table = catalog.tables[item.table] as Table
  const { name, kind } = table.columns[item.column] as Column
  const foreign = catalog.joins.some(({ from }) => from.table === table.name && from.columns.includes(name))
  return `<column.${kind}${table.primaryKey.includes(name) ? '.key' : foreign ? '.foreign' : ''}>`
}

const positions = new WeakMap<EncodedSchema, Map<number, number>>()

/** A linked question against the items a schema shows; links to items that are not shown are left out. */
export function encodeQuestion(links: Links, schema: EncodedSchema): EncodedQuestion {
  const tokens: number[] = [VOCABULARY.ids.get('<question>') as number]
  const tokenWord: number[] = [-1]
  const wordFirst = links.words.map((word, at) => {
    const first = tokens.length
    for (const piece of piecesOf(VOCABULARY, word.lower, QUESTION_PIECES)) {
      tokens.push(piece)
      tokenWord.push(at)
    }
    return first
  })
  return {
    tokens: Int32Array.from(tokens),
    tokenWord: Int16Array.from(tokenWord),
    wordFirst: Int16Array.from(wordFirst),
    links: shownLinks(links, schema),
  }
}

/**
 * Relations a word has to the columns of a table it means: which of several like-named columns is meant is told by the
 * table's word. Ids after those of RELATIONS; a column's own link to the word comes first.
 */
const OF_MEANT_TABLE: ReadonlyMap<number, number> = new Map([
  [RELATIONS.tableExact, 12],
  [RELATIONS.tablePartial, 13],
  [RELATIONS.tableSimilar, 13],
])

/** Relation of a column to its table in `EncodedSchema.relations`. */
export const COLUMN_OF = 3

function shownLinks(links: Links, schema: EncodedSchema): Int8Array {
  const places = positions.get(schema) ?? new Map(schema.items.map((id, position) => [id, position]))
  positions.set(schema, places)
  const width = schema.items.length
  const matrix = new Int8Array(links.words.length * width)
  for (const { word, item, relation } of links.links) {
    const place = places.get(item)
    if (place !== undefined) matrix[word * width + place] = relation
  }
  for (const { word, item, relation } of links.links) {
    const table = places.get(item)
    const passed = OF_MEANT_TABLE.get(relation)
    if (table === undefined || passed === undefined) continue
    for (let column = 0; column < width; column++) {
      if (schema.relations[column * width + table] === COLUMN_OF) matrix[word * width + column] ||= passed
    }
  }
  return matrix
}

export { shownItems } from './shown.ts'
export { loadVocabulary } from './vocabulary.ts'
