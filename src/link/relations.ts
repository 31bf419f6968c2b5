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
