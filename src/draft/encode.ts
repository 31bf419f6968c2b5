/**
 * What the network reads: made by this one file both when serving and when training data is written, so the two cannot
 * drift apart.
 */

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
  /** Relation id (RELATIONS) of word row × item column, W × I. */
  links: Int8Array
}
