import type { Answer } from './answer.ts'
import { recentMap } from './recent.ts'
import type { Store, StoredFile } from './store.ts'

/** What was asked, beside the question's words: enough to ask it again. */
export interface Asked {
  chart?: string | undefined
  limit?: number | undefined
  language?: string | undefined
}

/** How a kept answer was made. */
export interface Made {
  /** ISO 8601. */
  at: string
  asked: Asked
  /** Fingerprints of the catalog it was made over. */
  schema: string
  data: string
}

/** Answers by id, kept beyond the process that made them: permalinks, downloads, buttons in Slack. */
export interface KeptAnswers {
  get(id: string): Promise<Answer | undefined>
  /** How it was made; absent for an answer kept without it. */
  made(id: string): Promise<Made | undefined>
  put(answer: Answer, made?: Made): Promise<void>
  /** The files of a dataset whose data fingerprint this is, if they were written down. */
  files(fingerprint: string): Promise<StoredFile[] | undefined>
  putFiles(fingerprint: string, files: StoredFile[]): Promise<void>
}

interface Held {
  answer: Answer
  made?: Made
}

/**
 * Answers as one JSON object each below `answers/`, lists of files below `files/` by the fingerprint they make, so that a thousand
 * answers over the same files name them once. A store that fails is told to `warn` and costs no answer.
 */
export function storeAnswers(store: Store, max: number, warn: (problem: unknown) => void): KeptAnswers {
  const near = recentMap<Held>(max)
  const listed = recentMap<true>(max)
  const find = async (id: string): Promise<Held | undefined> => {
    const kept = near.get(id)
    if (kept !== undefined || !ID.test(id)) return kept
    const read = await readJson<Answer & { made?: Made }>(store, `answers/${id}.json`)
    if (read === undefined) return undefined
    const { made, ...answer } = read
    return made === undefined ? { answer } : { answer, made }
  }
  return {
    get: async (id) => (await find(id))?.answer,
    made: async (id) => (await find(id))?.made,
    put: async (answer, made) => {
      near.set(answer.id, made === undefined ? { answer } : { answer, made })
      await writeJson(store, `answers/${answer.id}.json`, { ...answer, ...(made ? { made } : {}) }).catch(warn)
    },
    files: async (fingerprint) =>
      FINGERPRINT.test(fingerprint) ? readJson<StoredFile[]>(store, `files/${fingerprint}.json`) : undefined,
    putFiles: async (fingerprint, files) => {
      if (listed.get(fingerprint)) return
      listed.set(fingerprint, true)
      await writeJson(store, `files/${fingerprint}.json`, files).catch(warn)
    },
  }
}

/** Ids are UUIDs and fingerprints hex digits; nothing else becomes part of a path. */
const ID = /^[0-9a-f-]{36}$/
const FINGERPRINT = /^[0-9a-f]{16}$/

async function readJson<T>(store: Store, path: string): Promise<T | undefined> {
  const found = await store.get(path)
  return found === null ? undefined : (JSON.parse(new TextDecoder().decode(found.body)) as T)
}

async function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  await store.put(path, new TextEncoder().encode(JSON.stringify(value)))
}
