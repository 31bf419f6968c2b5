import { type Board, isNamed, relate } from './board.ts'
import lexiconFile from './lexicon.json' with { type: 'json' }
import { type NameIndex, nameRelation } from './nameindex.ts'
import { gramsOf, type Reading } from './spans.ts'
import { WEAK_STEMS } from './stopwords.ts'

const SIMILAR: ReadonlyMap<string, string[]> = new Map(
  Object.entries(lexiconFile.similar).map(([word, others]) => [word, others.split(',')]),
)

/** Stems of common English words: they are no misspellings of others. */
export const COMMON_STEMS: ReadonlySet<string> = new Set(lexiconFile.common.split(' '))

/** Question words that ask for a kind of column. */
const ASKING = new Set(['who', 'when', 'where'])
const LONGEST_SIMILAR = 2

/** Words that stand for others only in longer phrases. */
const TOO_GENERAL = new Set(['id', 'code'])

/** Notes names whose words stand for what the question says: "nation" for `country`, "oldest" for `age`. Words that are a name themselves stand for no other. */
export function linkSimilar(reading: Reading, index: NameIndex, board: Board): void {
  const grams = gramsOf(reading, LONGEST_SIMILAR, true)
  const asking = reading.stems.flatMap((key, at) => (ASKING.has(key) ? [{ first: at, last: at, key }] : []))
  for (const { first, last, key } of [...grams, ...asking]) {
    if (WEAK_STEMS.has(key) || TOO_GENERAL.has(key) || isNamed(board, reading.at[first] as number)) continue
    const span = [reading.at[first] as number, reading.at[last] as number] as const
    for (const other of SIMILAR.get(key) ?? []) {
      const items = [...(index.exact.get(other) ?? []), ...(index.partial.get(other) ?? [])]
      for (const item of items) relate(board, span, item, nameRelation(index.items[item], 'similar'))
    }
  }
}
