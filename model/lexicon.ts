/**
 * Makes `src/link/lexicon.json`: which words may stand for which others in names, and which words are common.
 * Sources: Open English WordNet (synonyms of one sense, what adjectives measure), filtered by the closeness of GloVe
 * vectors; rewrites of the training questions that occur in two databases or more; hand-written groups.
 *
 *     node --import tsx model/lexicon.ts
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitWord } from '../src/link/split.ts'
import { stem, wordsOf } from '../src/link/words.ts'
import { HELD_OUT, OTHER_SETS, ROOT, readShared, readSharedLines } from './data/shared.ts'
import { GROUPS, MEASURES } from './lexicon/pairs.ts'
import { rewrittenSpans } from './lexicon/rewrites.ts'

const MOST_SIMILAR = 10
/** Below this cosine two words of one sense are seldom used for each other. */
const CLOSE = 0.55
/** Words in more noun senses than this need close vectors. */
const FEW_SENSES = 2

interface Synset {
  id: string
  members: string[]
  attribute?: string[]
}

type Vectors = Map<string, number[]>
/** Stems to the stems they may stand for, with a weight to keep the best. */
type Similar = Map<string, Map<string, number>>

function keyOf(phrase: string): string {
  return wordsOf(phrase)
    .map((word) => word.stem)
    .join(' ')
}

function put(similar: Similar, from: string, to: string, weight: number): void {
  const [a, b] = [keyOf(from), keyOf(to)]
  if (a === b || a === '' || b === '') return
  const others = similar.get(a) ?? new Map<string, number>()
  others.set(b, Math.max(weight, others.get(b) ?? 0))
  similar.set(a, others)
}

function readVectors(): Vectors {
  const lines = readShared('glove', 'twitter-25d.txt.gz').trim().split('\n')
  return new Map(
    lines.map((line) => {
      const [word, ...numbers] = line.split(' ')
      return [word as string, numbers.map(Number)]
    }),
  )
}

function cosine(vectors: Vectors, a: string, b: string): number {
  const [u, v] = [vectors.get(a), vectors.get(b)]
  if (u === undefined || v === undefined) return 0
  let [dot, lengthU, lengthV] = [0, 0, 0]
  u.forEach((x, at) => {
    const y = v[at] as number
    dot += x * y
    lengthU += x * x
    lengthV += y * y
  })
  return dot / Math.sqrt(lengthU * lengthV)
}

/** Pairs of common nouns that share a sense and are close, or have few senses. */
function addSynonyms(similar: Similar, synsets: Synset[], vectors: Vectors): void {
  const nouns = synsets.filter((synset) => synset.id.endsWith('-n'))
  const senses = new Map<string, number>()
  for (const { members } of nouns) for (const word of members) senses.set(word, (senses.get(word) ?? 0) + 1)
  for (const { members } of nouns) {
    const common = members.filter((word) => vectors.has(word) && /^[a-z]{3,}$/.test(word))
    for (const a of common) {
      for (const b of common) {
        const near = cosine(vectors, a, b)
        const few = (senses.get(a) as number) <= FEW_SENSES && (senses.get(b) as number) <= FEW_SENSES
        if (a !== b && (near >= CLOSE || (few && near > 0.2))) put(similar, a, b, near)
      }
    }
  }
}

/** Adjectives to the nouns WordNet says they measure. */
function addAttributes(similar: Similar, synsets: Synset[], vectors: Vectors): void {
  const byId = new Map(synsets.map((synset) => [synset.id, synset]))
  for (const { members, attribute } of synsets) {
    const nouns = (attribute ?? []).flatMap((id) => byId.get(id)?.members ?? []).filter((word) => vectors.has(word))
    for (const word of members) if (vectors.has(word)) for (const noun of nouns) put(similar, word, noun, 0.6)
  }
}

const ENDINGS =
  /(?:ations?|ators?|ating|ation|ments?|ances?|ences?|ers?|ors?|ees?|ions?|ists?|ity|ness|al|ial|ive|ing|ed|ship|y|e|s)$/

/** Common words of one root: nominate, nomination, nominee. */
function addFamilies(similar: Similar, vectors: Vectors): void {
  const families = new Map<string, string[]>()
  for (const word of vectors.keys()) {
    const root = word.replace(ENDINGS, '')
    if (/^[a-z]+$/.test(word) && root.length >= 5) families.set(root, [...(families.get(root) ?? []), word])
  }
  for (const words of families.values()) {
    for (const a of words) for (const b of words) if (cosine(vectors, a, b) > 0.45) put(similar, a, b, 0.7)
  }
}

/** Replaced phrases of the rewritten training questions that occur in at least two databases. */
function addRewrites(similar: Similar): void {
  const databases = new Map<string, Set<string>>()
  const lines = readSharedLines<{ dataset: string; question: string; original: string }>('spider-syn', 'train.jsonl.gz')
  for (const { dataset, question, original } of lines) {
    if (HELD_OUT.has(dataset) || OTHER_SETS.has(dataset)) continue
    for (const pair of rewrittenSpans(question, original)) {
      databases.set(pair, (databases.get(pair) ?? new Set()).add(dataset))
    }
  }
  for (const [pair, seen] of databases) {
    const [said, meant] = pair.split(' > ') as [string, string]
    if (seen.size >= 2) put(similar, said, meant, 0.8)
  }
}

function addGroups(similar: Similar): void {
  for (const group of GROUPS.trim().split(/\s*[|\n]\s*/)) {
    const phrases = phrasesOf(group)
    for (const a of phrases) for (const b of phrases) put(similar, a, b, 0.9)
  }
  for (const group of MEASURES.trim().split(/\s*[|\n]\s*/)) {
    const [adjective, ...nouns] = phrasesOf(group)
    for (const noun of nouns) put(similar, adjective as string, noun, 1)
  }
}

const PHRASES =
  /zip code|postal code|last name|family name|first name|given name|date of birth|birth date|birth place|home city|phone number|email address|net worth|real estate|residence hall|seating capacity|employee count|sign up|due date|wind speed|\S+/g

function phrasesOf(group: string): string[] {
  return group.match(PHRASES) ?? []
}

/** Words that end or begin so many others that a name is seldom made of them. */
const NO_PARTS = new Set(
  'able ally ants ates ease ends ever here hers ines ions ires less ling ness ness ours over rate sion some ting ally ion ing ore ory ant ate est ers ism ist ive ous ness are art ate ear ess ist men ore tin ton ran ten tor'.split(
    ' ',
  ),
)

const synsets = readSharedLines<Synset>('wordnet', 'synsets.jsonl.gz')
const vectors = readVectors()
const similar: Similar = new Map()
addSynonyms(similar, synsets, vectors)
addAttributes(similar, synsets, vectors)
addFamilies(similar, vectors)
addRewrites(similar)
addGroups(similar)
const lists = [...similar]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([word, others]) => {
    const best = [...others].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MOST_SIMILAR)
    return [word, best.map(([other]) => other).join(',')] as const
  })
const common = [...new Set([...vectors.keys()].filter((word) => /^[a-z]{5,}$/.test(word)).map(stem))].sort().join(' ')
const lemmas = [...new Set(synsets.flatMap(({ members }) => members))].filter((word) => /^[a-z]{3,}$/.test(word))
const parts = lemmas.filter((word) => vectors.has(word) && !NO_PARTS.has(word))
const known = new Set(parts)
const whole = lemmas.filter(
  (word) => !known.has(word) && splitWord(word, { parts: known, whole: new Set() }).length > 1,
)
const path = join(ROOT, 'src', 'link', 'lexicon.json')
const lexicon = {
  similar: Object.fromEntries(lists),
  common,
  parts: parts.sort().join(' '),
  whole: whole.sort().join(' '),
}
const text = JSON.stringify(lexicon)
writeFileSync(path, `${text}\n`)
console.log(`${lists.length} words with similar ones, ${text.length} bytes, written to ${path}`)
