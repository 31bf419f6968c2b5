import { wordsOf } from '../../link/words.ts'

/** The `most` entries whose questions share most words with this one, likest first; those that share none are left out. */
export function likest<T extends { question: string }>(question: string, entries: readonly T[], most: number): T[] {
  const own = stemsOf(question)
  const scored = entries.map((entry) => ({ entry, likeness: likeness(own, stemsOf(entry.question)) }))
  return scored
    .filter((one) => one.likeness > 0)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, most)
    .map(({ entry }) => entry)
}

function stemsOf(text: string): Set<string> {
  return new Set(wordsOf(text).map(({ stem }) => stem))
}

/** Shared words as a part of all words (Jaccard). */
function likeness(one: Set<string>, other: Set<string>): number {
  const shared = [...one].filter((stem) => other.has(stem)).length
  return shared / (one.size + other.size - shared || 1)
}
