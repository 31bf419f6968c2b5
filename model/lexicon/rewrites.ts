import { wordsOf } from '../../src/link/words.ts'

/** Phrases of one or two words of a question that stand where another phrase stood in the original: "staff > employee". */
export function rewrittenSpans(question: string, original: string): string[] {
  const said = wordsOf(question).map((word) => word.stem)
  const meant = wordsOf(original).map((word) => word.stem)
  const kept = [...longestCommon(said, meant), [said.length, meant.length] as const]
  const pairs: string[] = []
  let [i, j] = [0, 0]
  for (const [nextI, nextJ] of kept) {
    const [a, b] = [said.slice(i, nextI), meant.slice(j, nextJ)]
    if (isPhrase(a) && isPhrase(b)) pairs.push(`${a.join(' ')} > ${b.join(' ')}`)
    ;[i, j] = [nextI + 1, nextJ + 1]
  }
  return pairs
}

function isPhrase(words: string[]): boolean {
  return (words.length === 1 || words.length === 2) && words.every((word) => /^[a-z]{3,}$/.test(word))
}

/** Index pairs of a longest common subsequence. */
function longestCommon(a: string[], b: string[]): [number, number][] {
  const best = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const at = (i: number, j: number) => best[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = best[i] as number[]
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: [number, number][] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}
