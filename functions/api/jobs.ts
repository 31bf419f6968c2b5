import { setTimeout } from 'node:timers/promises'
import type { Answer, Asking } from '../../src/answer.ts'
import { Refusal } from '../../src/refusal.ts'
import type { StepListener } from '../../src/step.ts'
import type { Deployment } from '../effects.ts'
import { ALIVE_MS, lost, type Promises } from './promises.ts'

type StepEvent = Parameters<StepListener>[0]

/** A question that is answered while its asker does something else. */
export interface Job {
  id: string
  /** Name of who asked: nobody else finds it. */
  asker: string
  /** ISO 8601. */
  started_at: string
  state: 'running' | 'done' | 'failed' | 'cancelled'
  /** The step under way. */
  step: string | null
  events: StepEvent[]
  /** Id of the answer, once done. */
  answer?: string
  /** What was thrown, once failed. */
  problem?: unknown
}

/** Questions under way, and those that ended a while ago: in this process's memory, those that were promised in a store besides. */
export interface Jobs {
  /** Starts the work; refuses `busy` when as many as are kept are running, `too-many-requests` when `most` of this asker's are. */
  start(asker: string, work: (asking: Asking) => Promise<Answer>, most?: number): Job
  /** A job of this process, or a promised one of any that shares the store. */
  find(id: string, asker: string): Promise<Job | undefined>
  /** Its asker is told to come back: from now on it is kept how the job stands. */
  promise(job: Job): Promise<void>
  /** Ends the work. */
  cancel(job: Job): void
  /** Resolves when the job has ended, or after `ms`. */
  settled(job: Job, ms: number): Promise<void>
  /** Each step's start and end, those that have been first; ends with the job. */
  follow(job: Job): AsyncGenerator<StepEvent>
  /** Settles when all have ended; those that have not after `most_ms` are ended and said lost. */
  close(most_ms: number): Promise<void>
}

interface Running {
  job: Job
  leave: AbortController
  /** Called at every change. */
  heard: Set<() => void>
  /** The last word of how a promised job stands is kept when this settles. */
  kept?: Promise<void>
}

/** A promised job that runs is said to be alive this often: four times while it is believed in. */
const BEAT_MS = ALIVE_MS / 4

/** At most `max` jobs in memory; the oldest that has ended makes room. */
export function openJobs(means: { max: number; newId(): string; now(): Date; promises: Promises }): Jobs {
  const all = new Map<string, Running>()
  const makeRoom = () => {
    if (all.size < means.max) return
    const ended = [...all].find(([, { job }]) => job.state !== 'running')
    if (ended === undefined) throw new Refusal('busy', `${means.max} questions are being answered in the background.`)
    all.delete(ended[0])
  }
  const running = (job: Job): Running => all.get(job.id) ?? { job, leave: new AbortController(), heard: new Set() }
  return {
    start(asker, work, most = means.max) {
      const own = [...all.values()].filter(({ job }) => job.asker === asker && job.state === 'running')
      if (own.length >= most) {
        throw new Refusal('too-many-requests', `At most ${most} questions of one key are answered in the background.`)
      }
      makeRoom()
      const started_at = means.now().toISOString()
      const job: Job = { id: means.newId(), asker, started_at, state: 'running', step: null, events: [] }
      const entry: Running = { job, leave: new AbortController(), heard: new Set() }
      all.set(job.id, entry)
      void carryOn(entry, work)
      return job
    },
    find: async (id, asker) => {
      const job = all.get(id)?.job
      return job === undefined ? means.promises.find(id, asker) : job.asker === asker ? job : undefined
    },
    promise: (job) => promise(running(job), means.promises),
    cancel: (job) => running(job).leave.abort(),
    settled: (job, ms) => (all.has(job.id) ? settled(running(job), ms) : settledElsewhere(job, ms, means.promises)),
    follow: (job) => (all.has(job.id) ? follow(running(job)) : followElsewhere(job, means.promises)),
    close: (most_ms) => close([...all.values()], most_ms),
  }
}

/** Jobs of a deployment, by its settings. */
export function jobsOf({ effects, promises }: Deployment): Jobs {
  const { settings, newId, clock } = effects
  return openJobs({ max: settings.asks_max, newId, now: clock.now, promises })
}

/** Keeps how a job stands until it has ended. One write follows the other, so that the last word is the end. */
async function promise(entry: Running, { keep }: Promises): Promise<void> {
  const { job, heard } = entry
  const write = () => {
    entry.kept = (entry.kept ?? Promise.resolve()).then(() => keep(job))
    return entry.kept
  }
  if (job.state === 'running') {
    const beat = setInterval(write, BEAT_MS).unref()
    const hear = () => {
      if (job.state === 'running') return
      clearInterval(beat)
      heard.delete(hear)
      void write()
    }
    heard.add(hear)
  }
  await write()
}

async function close(all: Running[], most_ms: number): Promise<void> {
  await Promise.all(all.map((entry) => settled(entry, most_ms)))
  for (const entry of all) {
    if (entry.job.state !== 'running') continue
    end(entry, { state: 'failed', problem: lost() })
    entry.leave.abort()
  }
  await Promise.all(all.map(({ kept }) => kept))
}

/** Ends a job, once. */
function end({ job, heard }: Running, how: Pick<Job, 'state' | 'answer' | 'problem'>): void {
  if (job.state !== 'running') return
  Object.assign(job, how, { step: null })
  for (const hear of [...heard]) hear()
}

async function carryOn(entry: Running, work: (asking: Asking) => Promise<Answer>): Promise<void> {
  const { job, leave, heard } = entry
  const listener: StepListener = (event) => {
    job.events.push(event)
    job.step = event.state === 'start' ? event.step : job.step
    for (const hear of [...heard]) hear()
  }
  try {
    const answer = (await work({ signal: leave.signal, listener })).id
    end(entry, { state: 'done', answer })
  } catch (problem) {
    end(entry, { state: leave.signal.aborted ? 'cancelled' : 'failed', problem })
  }
}

function settled({ job, heard }: Running, ms: number): Promise<void> {
  if (job.state !== 'running' || ms <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      heard.delete(hear)
      resolve()
    }
    const hear = () => {
      if (job.state !== 'running') done()
    }
    const timer = globalThis.setTimeout(done, ms)
    heard.add(hear)
  })
}

/** Looks now and then how a job stands that another process works on; at the latest when that one has not been heard of, it has ended. */
async function settledElsewhere(job: Job, ms: number, { find }: Promises): Promise<void> {
  const end = performance.now() + ms
  while (job.state === 'running' && performance.now() < end) {
    await setTimeout(Math.min(BEAT_MS, end - performance.now()))
    Object.assign(job, await find(job.id, job.asker))
  }
}

/** Another process's steps are not known here, only how they end. */
async function* followElsewhere(job: Job, promises: Promises): AsyncGenerator<StepEvent> {
  await settledElsewhere(job, Number.POSITIVE_INFINITY, promises)
  yield* job.events
}

async function* follow({ job, heard }: Running): AsyncGenerator<StepEvent> {
  let told = 0
  for (;;) {
    while (told < job.events.length) yield job.events[told++] as StepEvent
    if (job.state !== 'running') return
    await new Promise<void>((resolve) => {
      const hear = () => {
        heard.delete(hear)
        resolve()
      }
      heard.add(hear)
    })
  }
}
