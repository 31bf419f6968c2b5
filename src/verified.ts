import type { Linked } from './draft.ts'
import { Refusal } from './refusal.ts'
import type { Store } from './store.ts'

/** A question whose SQL a person approved: it answers the question before any model is asked, and is a test case. */
export interface Verified {
  id: string
  dataset: string
  question: string
  /** Other wordings a person wrote down for the same question. */
  paraphrases: string[]
  sql: string
  /** Chart kind to draw, when it matters. */
  chart: string | null
  /** Values the question's words were read as. */
  linked: Linked[]
  /** Id of the model that drafted the SQL, or `person`. */
  origin: string
  /** Schema fingerprint the SQL was last known to fit. */
  schema: string
  /** What the SQL gave when it was approved: drift is told against it. */
  result: { columns: string[]; rows: number; digest: string; data: string }
  /** ISO date the SQL was made for, when it holds dates counted from it: on another day the question is drafted anew. */
  today?: string
  approved_at: string
  edited_at?: string
  by?: string
}

/** The verified questions of each dataset. A wording belongs to one entry at most. */
export interface VerifiedQuestions {
  /** Oldest first. */
  list(dataset: string): Promise<Verified[]>
  /** The entry that holds this wording, if any; see `wordingOf` for which wordings count as the same. */
  find(dataset: string, text: string): Promise<Verified | undefined>
  /** Adds the entry or replaces the one with its id, taking its wordings from others. Refuses `verified-full`. */
  put(entry: Verified): Promise<void>
  /** False when there was none. */
  remove(dataset: string, id: string): Promise<boolean>
}

const POLITE =
  /^(please|hi|hello|hey|can you|could you|would you|tell me|show me|give me|i want to know|i would like to know|i'd like to know|let me know|what is|what's|what are|show|list|display)\b[\s,:]*/

/**
 * What two wordings of one question have in common: case, punctuation at the ends of words, articles and polite openings do not
 * count. Nothing else is taken away: "top customer" and "top customers" are different questions.
 */
export function wordingOf(text: string): string {
  let rest = text.normalize('NFKC').toLowerCase().replace(/[’‘]/g, "'").replace(/\s+/gu, ' ').trim()
  while (POLITE.test(rest)) rest = rest.replace(POLITE, '')
  const words = rest
    .split(' ')
    .map((word) => word.replace(/^[^\p{L}\p{N}"'%$€£<>=+-]+|[^\p{L}\p{N}"'%$€£<>=+]+$/gu, ''))
  const telling = words.filter((word) => word !== '' && !/^(the|a|an|please)$/.test(word))
  return telling.join(' ') || text.trim().toLowerCase()
}

interface Held {
  entries: Verified[]
  version: string | null
  read: number
}

/** Keeps each dataset's entries as one JSON object below `verified/` of a store; entries written by other machines are seen at most `late_ms` late. */
export function storeVerified(
  store: Store,
  options: { max: number; late_ms: number; now(): number },
): VerifiedQuestions {
  const held = new Map<string, Held>()
  const fresh = async (dataset: string): Promise<Held> => {
    const known = held.get(dataset)
    if (known !== undefined && options.now() - known.read <= options.late_ms) return known
    const read = { ...(await readEntries(store, dataset)), read: options.now() }
    held.set(dataset, read)
    return read
  }
  const change = async (dataset: string, act: (entries: Verified[]) => Verified[]): Promise<void> => {
    for (let attempt = 0; attempt < 8; attempt++) {
      const { entries, version } = await readEntries(store, dataset)
      const next = act(entries)
      const body = new TextEncoder().encode(JSON.stringify(next, null, 1))
      const written = await store.put(pathOf(dataset), body, version === null ? { absent: true } : { version })
      if (written === null) continue
      held.set(dataset, { entries: next, version: written, read: options.now() })
      return
    }
    throw new Refusal('busy', 'The verified questions are being changed by many at once.')
  }
  return {
    list: async (dataset) => (await fresh(dataset)).entries,
    find: async (dataset, text) => {
      const { entries } = await fresh(dataset)
      const wording = wordingOf(text)
      return entries.find((entry) => wordingsOf(entry).includes(wording))
    },
    put: (entry) => change(entry.dataset, (entries) => withEntry(entries, entry, options.max)),
    remove: async (dataset, id) => {
      if (!(await fresh(dataset)).entries.some((entry) => entry.id === id)) return false
      await change(dataset, (entries) => entries.filter((entry) => entry.id !== id))
      return true
    },
  }
}

/** Every wording of an entry, as `wordingOf` gives them. */
export function wordingsOf(entry: Pick<Verified, 'question' | 'paraphrases'>): string[] {
  return [entry.question, ...entry.paraphrases].map(wordingOf)
}

function withEntry(entries: Verified[], entry: Verified, max: number): Verified[] {
  const taken = new Set(wordingsOf(entry))
  const others = entries
    .filter((other) => other.id !== entry.id && !taken.has(wordingOf(other.question)))
    .map((other) => ({ ...other, paraphrases: other.paraphrases.filter((text) => !taken.has(wordingOf(text))) }))
  if (others.length >= max)
    throw new Refusal('verified-full', `At most ${max} verified questions are kept of a dataset.`)
  const place = entries.findIndex(({ id }) => id === entry.id)
  return place === -1 ? [...others, entry] : others.toSpliced(Math.min(place, others.length), 0, entry)
}

async function readEntries(store: Store, dataset: string): Promise<Pick<Held, 'entries' | 'version'>> {
  const found = await store.get(pathOf(dataset))
  if (found === null) return { entries: [], version: null }
  return { entries: JSON.parse(new TextDecoder().decode(found.body)) as Verified[], version: found.version }
}

/** Encoded, so that no dataset's name becomes part of a path, and never hidden. */
function pathOf(dataset: string): string {
  return `verified/of-${encodeURIComponent(dataset)}.json`
}
