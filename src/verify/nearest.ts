/** The values most like a text, best first: one contains the other, or few letters differ; none when nothing is near. */
export function nearest(text: string, values: string[], most: number): string[] {
  const wanted = text.toLowerCase().trim()
  if (wanted === '') return []
  return values
    .map((value) => ({ value, distance: distanceOf(wanted, value.toLowerCase()) }))
    .filter(({ distance }) => distance <= NEAR)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ value }) => value)
}

/** Share of letters that may differ. */
const NEAR = 0.45

/** 0 is equal, 1 is nothing in common: shared pairs of letters (Dice), or containment. */
function distanceOf(a: string, b: string): number {
  if (a === b) return 0
  if (a.length > 2 && b.length > 2 && (b.includes(a) || a.includes(b))) return 0.1
  const [left, right] = [pairsOf(a), pairsOf(b)]
  if (left.size === 0 || right.size === 0) return 1
  const shared = [...left].filter((pair) => right.has(pair)).length
  return 1 - (2 * shared) / (left.size + right.size)
}

function pairsOf(text: string): Set<string> {
  const padded = ` ${text} `
  return new Set(Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2)))
}
