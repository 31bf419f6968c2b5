/** Byte-pair merging over counted words, after Sennrich et al. 2016 (https://aclanthology.org/P16-1162). */
import { WORD_START } from '../../src/draft/vocabulary.ts'

interface Entry {
  pieces: string[]
  weight: number
}

/** The letters of all words and the most frequent merges of neighbours, `limit` pieces in all; ties go to the pair that sorts first. */
export function mergedPieces(counts: ReadonlyMap<string, number>, limit: number): string[] {
  const entries = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, weight]): Entry => {
      const [first, ...rest] = word
      return { pieces: [WORD_START + first, ...rest], weight }
    })
  const pieces = new Set(entries.flatMap((entry) => entry.pieces))
  const pairs = pairCounts(entries)
  while (pieces.size < limit) {
    const best = bestPair(pairs)
    if (best === undefined) break
    pieces.add(best.replace(' ', ''))
    mergeEverywhere(entries, pairs, best)
  }
  return [...pieces].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

interface Pair {
  weight: number
  /** Indices of the entries that hold it, or held it once. */
  entries: Set<number>
}

function pairCounts(entries: Entry[]): Map<string, Pair> {
  const pairs = new Map<string, Pair>()
  entries.forEach((entry, at) => {
    changePairs(pairs, entry, at, 1)
  })
  return pairs
}

function changePairs(pairs: Map<string, Pair>, entry: Entry, at: number, sign: 1 | -1): void {
  for (let i = 1; i < entry.pieces.length; i++) {
    const key = `${entry.pieces[i - 1]} ${entry.pieces[i]}`
    const pair = pairs.get(key) ?? { weight: 0, entries: new Set() }
    pair.weight += sign * entry.weight
    if (sign > 0) pair.entries.add(at)
    pairs.set(key, pair)
  }
}

function bestPair(pairs: Map<string, Pair>): string | undefined {
  let best: string | undefined
  let weight = 2
  for (const [key, pair] of pairs) {
    if (pair.weight > weight || (pair.weight === weight && best !== undefined && key < best)) {
      best = key
      weight = pair.weight
    }
  }
  return best
}

function mergeEverywhere(entries: Entry[], pairs: Map<string, Pair>, key: string): void {
  const [left, right] = key.split(' ') as [string, string]
  for (const at of pairs.get(key)?.entries ?? []) {
    const entry = entries[at] as Entry
    changePairs(pairs, entry, at, -1)
    entry.pieces = merged(entry.pieces, left, right)
    changePairs(pairs, entry, at, 1)
  }
  pairs.delete(key)
}

function merged(pieces: string[], left: string, right: string): string[] {
  const result: string[] = []
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === left && pieces[i + 1] === right) {
      result.push(left + right)
      i++
    } else result.push(pieces[i] as string)
  }
  return result
}
