/**
 * Command: mines `.cache/synonyms.json`, phrase → phrases with counts, from questions of the training databases that mean
 * the same: Spider and its synonym rewrites, nvBench's wordings of one chart, Spider questions with equal SQL.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsOf } from '../../src/link/words.ts'
import { CACHE, DEVELOPMENT, HELD_OUT, OTHER_SETS, readSharedLines } from './shared.ts'
import { readSources } from './sources.ts'

type Counts = Map<string, Map<string, number>>

/** The longest phrase that is kept, in words. */
const MOST_WORDS = 4

/** Share of words two questions must have in common, so that what differs is a phrase and not the sentence. */
const LEAST_COMMON = 0.5

/** Phrases that stand for each other in two texts: what differs between words that agree. */
export function differences(one: string[], other: string[]): [string[], string[]][] {
  const common = commonWords(one, other)
  if (common.length < LEAST_COMMON * Math.max(one.length, other.length)) return []
  const found: [string[], string[]][] = []
  let [i, j] = [0, 0]
  for (const [a, b] of [...common, [one.length, other.length] as const]) {
    const pair: [string[], string[]] = [one.slice(i, a), other.slice(j, b)]
    if (pair[0].length > 0 && pair[1].length > 0) found.push(pair)
    i = a + 1
    j = b + 1
  }
  return found
}

/** Positions of a longest common subsequence. */
function commonWords(one: string[], other: string[]): [number, number][] {
  const longest = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0
  for (let i = one.length - 1; i >= 0; i--) {
    const row = longest[i] as Uint16Array
    for (let j = other.length - 1; j >= 0; j--) {
      row[j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}

/** Counts what differs in at most `most` places: paraphrases that differ in more say other things in each place. */
function note(counts: Counts, one: string, other: string, most: number): void {
  const found = differences(wordsIn(one), wordsIn(other))
  if (found.length > most) return
  for (const [phrase, stand] of found) {
    if (!isPhrase(phrase) || !isPhrase(stand)) continue
    const row = counts.get(phrase.join(' ')) ?? new Map<string, number>()
    counts.set(phrase.join(' '), row)
    row.set(stand.join(' '), (row.get(stand.join(' ')) ?? 0) + 1)
  }
}

function wordsIn(text: string): string[] {
  return wordsOf(text).map(({ lower }) => lower)
}

const FUNCTION_WORDS = new Set(
  'a an the of in on for to by with and or is are was were be what which who whom whose how that this those these it its their there do does did has have had'.split(
    ' ',
  ),
)

/** Letters only, and something besides function words. */
function isPhrase(words: string[]): boolean {
  const lettered = words.every((word) => /^\p{L}+$/u.test(word))
  return lettered && words.length <= MOST_WORDS && words.some((word) => !FUNCTION_WORDS.has(word))
}

interface Rewrite {
  dataset: string
  question: string
  original: string
}

function isTraining(database: string): boolean {
  return !HELD_OUT.has(database) && !OTHER_SETS.has(database) && !DEVELOPMENT.has(database)
}

/** Groups of questions that mean the same; the sources are told apart because rewrites are surer than paraphrases. */
function groups(): { rewrites: [string, string][]; paraphrases: string[][] } {
  const rewrites = readSharedLines<Rewrite>('spider-syn', 'train.jsonl.gz')
    .filter(({ dataset, question, original }) => isTraining(dataset) && question !== original)
    .map(({ original, question }): [string, string] => [original, question])
  const equal = new Map<string, Set<string>>()
  for (const { source, database, question, gold } of readSources()) {
    if (!isTraining(database) || source === 'synonym') continue
    const key = `${source} ${database} ${gold.toLowerCase().replaceAll(/\s+/g, ' ')}`
    equal.set(key, (equal.get(key) ?? new Set()).add(question))
  }
  return { rewrites, paraphrases: [...equal.values()].map((questions) => [...questions]) }
}

/** Phrases with those that stood for them at least `least` times, most frequent first. */
function kept(counts: Counts, least: number): Record<string, Record<string, number>> {
  const rows = [...counts].flatMap(([phrase, row]): [string, Record<string, number>][] => {
    const enough = [...row].filter(([, count]) => count >= least).sort((a, b) => b[1] - a[1])
    return enough.length > 0 ? [[phrase, Object.fromEntries(enough)]] : []
  })
  return Object.fromEntries(rows.sort(([a], [b]) => a.localeCompare(b)))
}

function main(): void {
  const { rewrites, paraphrases } = groups()
  const [sure, likely]: [Counts, Counts] = [new Map(), new Map()]
  for (const [original, question] of rewrites) note(sure, original, question, Number.POSITIVE_INFINITY)
  for (const questions of paraphrases) {
    questions.forEach((one, at) => {
      for (const other of questions.slice(at + 1)) {
        note(likely, one, other, 2)
        note(likely, other, one, 2)
      }
    })
  }
  const found = { rewrites: kept(sure, 1), paraphrases: kept(likely, 3) }
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(join(CACHE, 'synonyms.json'), JSON.stringify(found, null, 1))
  for (const [name, rows] of Object.entries(found)) {
    const pairs = Object.values(rows).reduce((sum, row) => sum + Object.keys(row).length, 0)
    console.log(`${name}: ${Object.keys(rows).length} phrases, ${pairs} pairs`)
  }
}

if (import.meta.filename === process.argv[1]) main()
