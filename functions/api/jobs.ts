import type { Answer, Asking } from '../../src/answer.ts'
import { Refusal } from '../../src/refusal.ts'
import type { StepListener } from '../../src/step.ts'

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

/** Questions under way, and those that ended a while ago, in this process's memory. */
export interface Jobs {
  /** Starts the work; refuses `busy` when as many as are kept are running, `too-many-requests` when `most` of this asker's are. */
  start(asker: string, work: (asking: Asking) => Promise<Answer>, most?: number): Job
  find(id: string, asker: string): Job | undefined
  /** Ends the work. */
  cancel(job: Job): void
  /** Resolves when the job has ended, or after `ms`. */
  settled(job: Job, ms: number): Promise<void>
  /** Each step's start and end, those that have been first; ends with the job. */
  follow(job: Job): AsyncGenerator<StepEvent>
}

interface Running {
  job: Job
  leave: AbortController
  /** Called at every change. */
  heard: Set<() => void>
}

/** At most `max` jobs; the oldest that has ended makes room. */
export function openJobs(means: { max: number; newId(): string; now(): Date }): Jobs {
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
    find: (id, asker) => {
      const job = all.get(id)?.job
      return job?.asker === asker ? job : undefined
    },
    cancel: (job) => running(job).leave.abort(),
    settled: (job, ms) => settled(running(job), ms),
    follow: (job) => follow(running(job)),
  }
}

async function carryOn({ job, leave, heard }: Running, work: (asking: Asking) => Promise<Answer>): Promise<void> {
  const tell = () => {
    for (const hear of [...heard]) hear()
  }
  const listener: StepListener = (event) => {
    job.events.push(event)
    job.step = event.state === 'start' ? event.step : job.step
    tell()
  }
  try {
    job.answer = (await work({ signal: leave.signal, listener })).id
    job.state = 'done'
  } catch (thrown) {
    job.problem = thrown
    job.state = leave.signal.aborted ? 'cancelled' : 'failed'
  }
  job.step = null
  tell()
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
    const timer = setTimeout(done, ms)
    heard.add(hear)
  })
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
