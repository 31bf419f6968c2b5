/** Known words by their first and by their last three letters, to find misspelt ones. */
export interface Spelling {
  starts: Map<string, string[]>
  ends: Map<string, string[]>
}

const EDGE = 3
/** Shorter words have too many neighbours one letter away. */
export const SHORTEST_FUZZY = 5
/** From this length on two letters may be wrong. */
const TWO_EDITS = 8

/** The look-up tables of words of at least SHORTEST_FUZZY letters. */
export function spellingOf(words: Iterable<string>): Spelling {
  const spelling: Spelling = { starts: new Map(), ends: new Map() }
  for (const word of new Set(words)) {
    if (word.length < SHORTEST_FUZZY - 1 || /[^\p{L}]/u.test(word)) continue
    push(spelling.starts, word.slice(0, EDGE), word)
    push(spelling.ends, word.slice(-EDGE), word)
  }
  return spelling
}

/** Known words one letter away from a word of five letters or more, or two from one of eight or more; nearest first, at most three. */
export function nearWords(spelling: Spelling, word: string): { word: string; distance: number }[] {
  const most = word.length >= TWO_EDITS ? 2 : 1
  const candidates = new Set([
    ...(spelling.starts.get(word.slice(0, EDGE)) ?? []),
    ...(spelling.ends.get(word.slice(-EDGE)) ?? []),
  ])
  const near: { word: string; distance: number }[] = []
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > most) continue
    const distance = editDistance(word, candidate, most)
    if (distance <= most) near.push({ word: candidate, distance })
  }
  return near.sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1)).slice(0, 3)
}

/** Letters inserted, left out, changed or swapped with their neighbour (optimal string alignment); any number above `most` means more than `most`. */
export function editDistance(a: string, b: string, most: number): number {
  let [older, old] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((old[j] as number) + 1, (row[j - 1] as number) + 1, (old[j - 1] as number) + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, (older[j - 2] as number) + 1)
      row.push(best)
    }
    if (Math.min(...row) > most) return most + 1
    older = old
    old = row
  }
  return old[b.length] as number
}

function push(map: Map<string, string[]>, key: string, word: string): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [word])
  else list.push(word)
}
