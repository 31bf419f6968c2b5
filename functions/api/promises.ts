import { REFUSALS, Refusal, type RefusalCode } from '../../src/refusal.ts'
import type { Store } from '../../src/store.ts'
import type { Job } from './jobs.ts'

/** What is kept of questions whose askers were told to come back for the answer: a process that ends makes none of them vanish without a word. */
export interface Promises {
  /** Keeps how a job stands; one that is running counts as alive for `ALIVE_MS`. Never rejects: what cannot be kept is told to `warn`. */
  keep(job: Job): Promise<void>
  /** A job of any process, as it was last kept; one whose process has died has failed with `ask-lost`. */
  find(id: string, asker: string): Promise<Job | undefined>
}

/** How long a running job that its process has said nothing about is believed in. */
export const ALIVE_MS = 8000

/** A job as it is kept. */
interface Kept {
  asker: string
  started_at: string
  /** Milliseconds since 1970 when this was written. */
  at: number
  state: Job['state']
  answer?: string
  /** Why it failed; absent where that was a bug. */
  refusal?: { code: string; message: string; hint: string; suggestions: string[] }
}

/** Opens what is kept of promised answers in a store. */
export function openPromises(store: Store, now: () => number, warn: (problem: unknown) => void): Promises {
  return {
    keep: async (job) => {
      const body = new TextEncoder().encode(JSON.stringify(keptOf(job, now())))
      await store.put(placeOf(job.id), body).catch(warn)
    },
    find: async (id, asker) => {
      const found = /^[\w-]{1,64}$/.test(id) ? await store.get(placeOf(id)) : null
      if (found === null) return undefined
      const kept = JSON.parse(new TextDecoder().decode(found.body)) as Kept
      return kept.asker === asker ? jobOf(id, kept, now()) : undefined
    },
  }
}

function placeOf(id: string): string {
  return `asks/${id}.json`
}

function keptOf({ asker, started_at, state, answer, problem }: Job, at: number): Kept {
  const told = { asker, started_at, at, state, ...(answer === undefined ? {} : { answer }) }
  if (!(problem instanceof Refusal)) return told
  const { code, message, hint, suggestions } = problem
  return { ...told, refusal: { code, message, hint, suggestions } }
}

function jobOf(id: string, { asker, started_at, at, state, answer, refusal }: Kept, now: number): Job {
  const job: Job = { id, asker, started_at, state, step: null, events: [], ...(answer === undefined ? {} : { answer }) }
  if (state === 'done') return job
  if (state !== 'running') return { ...job, problem: problemOf(refusal) }
  return now - at <= ALIVE_MS ? job : { ...job, state: 'failed', problem: lost() }
}

function problemOf(refusal: Kept['refusal']): Error {
  if (refusal === undefined || !(refusal.code in REFUSALS)) return new Error('the job had failed in another process')
  const { code, message, hint, suggestions } = refusal
  return new Refusal(code as RefusalCode, message, { hint, suggestions })
}

/** What becomes of a question whose process ends first. */
export function lost(): Refusal {
  return new Refusal('ask-lost', 'The server was stopped before this question was answered.')
}
