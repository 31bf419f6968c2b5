import { readFileSync } from 'node:fs'
import type { Random } from './random.ts'

function readSynonyms(): Map<string, string[]> {
  const text = readFileSync(new URL('synonyms.txt', import.meta.url), 'utf8')
  const rows = text.split('\n').filter((line) => line.includes(': ') && !line.startsWith('#'))
  return new Map(
    rows.map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2).split(' | ')]
    }),
  )
}

const SYNONYMS = readSynonyms()

/** Adds synonyms mined from training questions to the hand-written ones. */
export function addSynonyms(mined: ReadonlyMap<string, string[]>): void {
  for (const [words, others] of mined) SYNONYMS.set(words, [...(SYNONYMS.get(words) ?? []), ...others])
}

/** Other words for a name or for one word of it; undefined when none is known. */
export function synonymFor(random: Random, words: string): string | undefined {
  const whole = SYNONYMS.get(words)
  if (whole !== undefined) return random.pick(whole)
  const parts = words.split(' ')
  const at = random.shuffle([...parts.keys()]).find((index) => SYNONYMS.has(parts[index] as string))
  if (at === undefined) return undefined
  parts[at] = random.pick(SYNONYMS.get(parts[at] as string) ?? [])
  return parts.join(' ')
}
