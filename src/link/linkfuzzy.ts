import { relate } from './board.ts'
import { nearWords, SHORTEST_FUZZY, type Spelling } from './fuzzy.ts'
import { noteValue, type ValueSearch } from './linkvalues.ts'
import { type NameIndex, nameRelation } from './nameindex.ts'
import { RELATIONS } from './relations.ts'
import { COMMON_STEMS } from './similar.ts'
import { gramsOf, type Reading } from './spans.ts'

/** A question with more unknown words than this is about something else. */
const MOST_UNKNOWN = 6

/** Looks up words that nothing else matches as misspellings of words of names and values. */
export function linkFuzzy(search: ValueSearch, names: NameIndex, spelling: () => Spelling): void {
  const unknown = unknownWords(search)
  if (unknown.length === 0 || unknown.length > MOST_UNKNOWN) return
  for (const at of unknown) {
    for (const { word, distance } of nearWords(spelling(), search.reading.stems[at] as string)) {
      const stems = search.reading.stems.map((stem, other) => (other === at ? word : stem))
      noteNear(search, names, { at, distance, reading: { ...search.reading, stems } })
    }
  }
}

function unknownWords({ reading, board }: ValueSearch): number[] {
  return reading.stems.flatMap((stem, at) => {
    if (stem.length < SHORTEST_FUZZY || reading.sign[at] || /\d/.test(stem)) return []
    if (!reading.content[at] || (COMMON_STEMS.has(stem) && !reading.proper[at])) return []
    const row = (reading.at[at] as number) * board.items
    return board.relations.subarray(row, row + board.items).some((relation) => relation !== 0) ? [] : [at]
  })
}

interface Near {
  /** The solid word in doubt. */
  at: number
  distance: number
  /** The question with that word replaced. */
  reading: Reading
}

function noteNear(search: ValueSearch, names: NameIndex, near: Near): void {
  const word = near.reading.stems[near.at] as string
  const span = [search.reading.at[near.at] as number, search.reading.at[near.at] as number] as const
  for (const item of [...(names.exact.get(word) ?? []), ...(names.partial.get(word) ?? [])]) {
    relate(search.board, span, item, nameRelation(names.items[item], 'similar'))
  }
  const score = near.distance === 1 ? 0.7 : 0.6
  const grams = gramsOf(near.reading, 6, false).filter(({ first, last }) => first <= near.at && near.at <= last)
  for (const gram of grams) {
    for (const id of search.index.exact.get(gram.key) ?? []) {
      noteValue(search, gram, id, { how: 'fuzzy', score: score + 0.1, relation: RELATIONS.valueFuzzy })
    }
  }
  const part = search.index.partial.get(word)
  if (part === undefined || part.values.length > 8) return
  for (const id of part.values) {
    noteValue(search, { first: near.at, last: near.at }, id, {
      how: 'fuzzy',
      score: score - 0.2,
      relation: RELATIONS.valueFuzzy,
    })
  }
}
