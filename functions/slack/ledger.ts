import { createHash } from 'node:crypto'
import type { Store } from '../../src/store.ts'
import type { SlackJob } from './job.ts'

/** What was already done of a job, so that a second try goes on instead of saying things twice. */
export interface Progress {
  /** `ts` of the "working" message. */
  working?: string
  /** Slack's id of the uploaded chart. */
  picture?: string
  /** `ts` of the answer; empty when it went to a response_url. */
  posted?: string
}

/** A job held by one worker until it finishes, gives it back, or stops renewing it. */
export interface Claim {
  readonly progress: Progress
  /** How often the job was begun before. */
  readonly attempts: number
  /** Keeps what was done; rejects when another worker has taken the job. */
  note(progress: Progress): Promise<void>
  /** Done for good: the same job again is left alone. */
  finish(): Promise<void>
  /** Not done: another try may begin after `wait_ms`. */
  release(wait_ms: number): Promise<void>
}

/** Every job there is and what became of it: written down before Slack is acknowledged, taken by lease, finished once. */
export interface Ledger {
  /** Writes a job down; false when it is known already. */
  add(job: SlackJob): Promise<boolean>
  /** Takes a job for this worker: `done` was finished before, `held` is another worker's for now. */
  claim(job: SlackJob): Promise<Claim | 'done' | 'held'>
  /** Jobs nobody works on: new ones, released ones, those of a worker that died. */
  waiting(): Promise<SlackJob[]>
  /** Forgets what was finished before yesterday. */
  tidy(): Promise<void>
}

export interface LedgerOptions {
  /** A worker that has not renewed its lease for this long is dead. */
  lease_ms: number
  /** Milliseconds since 1970. */
  now: () => number
}

interface Entry {
  job: SlackJob
  progress: Progress
  attempts: number
  /** Nobody else takes the job before this moment, in milliseconds since 1970. */
  held_until: number
}

/** A ledger in a store: `open/` holds one object per job under way, `done/<day>/` one per finished job. */
export function openLedger(store: Store, options: LedgerOptions): Ledger {
  const { now } = options
  const isDone = async (name: string) =>
    (await Promise.all(days(now()).map((day) => store.get(`${DONE}/${day}/${name}`)))).some((found) => found !== null)
  return {
    add: async (job) => {
      const name = nameOf(job)
      if (await isDone(name)) return false
      const entry: Entry = { job, progress: {}, attempts: 0, held_until: 0 }
      return (await store.put(pathOf(name), bytesOf(entry), { absent: true })) !== null
    },
    claim: async (job) => {
      const name = nameOf(job)
      if (await isDone(name)) return 'done'
      const found = await store.get(pathOf(name))
      const entry = found === null ? { job, progress: {}, attempts: 0, held_until: 0 } : entryOf(found.body)
      if (entry.held_until > now()) return 'held'
      const taken = { ...entry, attempts: entry.attempts + 1, held_until: now() + options.lease_ms }
      const condition = found === null ? { absent: true as const } : { version: found.version }
      const version = await store.put(pathOf(name), bytesOf(taken), condition)
      return version === null ? 'held' : hold(store, name, taken, version, options)
    },
    waiting: async () => {
      const files = await store.list(OPEN)
      const found = await Promise.all(files.map(({ path }) => store.get(path)))
      const entries = found.filter((one) => one !== null).map(({ body }) => entryOf(body))
      return entries.filter(({ held_until }) => held_until <= now()).map(({ job }) => job)
    },
    tidy: async () => {
      const kept = days(now()).map((day) => `${DONE}/${day}/`)
      const old = (await store.list(DONE)).filter(({ path }) => !kept.some((day) => path.startsWith(day)))
      for (const { path } of old) await store.remove(path)
    },
  }
}

const OPEN = 'slack/open'
const DONE = 'slack/done'

const pathOf = (name: string) => `${OPEN}/${name}.json`

/** Slack's name of a request is of no use as a path. */
function nameOf({ kind, trigger }: SlackJob): string {
  return createHash('sha256').update(`${kind} ${trigger}`).digest('hex').slice(0, 32)
}

const bytesOf = (entry: Entry) => new TextEncoder().encode(JSON.stringify(entry))
const entryOf = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body)) as Entry

/** Today and yesterday: Slack tries again for an hour at the most, a queue for less than a day. */
function days(now: number): string[] {
  const DAY_MS = 24 * 3600 * 1000
  return [now, now - DAY_MS].map((moment) => new Date(moment).toISOString().slice(0, 10))
}

function hold(store: Store, name: string, taken: Entry, first: string, { lease_ms, now }: LedgerOptions): Claim {
  let entry = taken
  let version: string | null = first
  let writing: Promise<void> = Promise.resolve()
  const write = (change: Partial<Entry>) => {
    writing = writing.then(async () => {
      if (version === null) throw new Error('another worker has taken this job')
      entry = { ...entry, held_until: now() + lease_ms, ...change }
      version = await store.put(pathOf(name), bytesOf(entry), { version })
      if (version === null) throw new Error('another worker has taken this job')
    })
    return writing
  }
  // A failed renewal is no news: the next note() fails as well and stops the work.
  const renewing = setInterval(() => void write({}).catch(() => {}), lease_ms / 3)
  renewing.unref()
  const end = async (last: () => Promise<unknown>) => {
    clearInterval(renewing)
    await writing
    await last()
  }
  return {
    get progress() {
      return entry.progress
    },
    attempts: taken.attempts - 1,
    note: (progress) => write({ progress: { ...entry.progress, ...progress } }),
    finish: () =>
      end(async () => {
        await store.put(`${DONE}/${days(now())[0]}/${name}`, new Uint8Array(), undefined)
        await store.remove(pathOf(name))
      }),
    release: (wait_ms) => end(() => write({ held_until: now() + wait_ms })),
  }
}
