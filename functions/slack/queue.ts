import type { Queue, SlackJob } from './job.ts'
import type { Ledger } from './ledger.ts'

/** Answers one job; rejects when it is to be tried again. */
type Answerer = (job: SlackJob) => Promise<unknown>

/** A queue answered in this process, its jobs safe on disk before `send` resolves. */
export interface LocalQueue extends Queue {
  /** Takes up what waits: new jobs, released ones, those of a process that died. */
  sweep(): Promise<void>
  /** Resolves when no job runs. */
  idle(): Promise<void>
  /** Takes no more jobs, ends those under way. */
  close(): Promise<void>
}

export interface LocalQueueOptions {
  /** How often waiting jobs are looked for. */
  sweep_ms: number
  /** Jobs answered at once. */
  parallel: number
  warn(problem: unknown): void
}

/** Jobs written down in the ledger and answered here; what this process leaves undone, the next one takes up. */
export function localQueue(ledger: Ledger, worker: Answerer, options: LocalQueueOptions): LocalQueue {
  const { parallel, sweep_ms, warn } = options
  const waiting: SlackJob[] = []
  const running = new Set<Promise<unknown>>()
  let closed = false
  const next = () => {
    while (!closed && running.size < parallel && waiting.length > 0) {
      const run: Promise<unknown> = worker(waiting.shift() as SlackJob)
        .catch(warn)
        .finally(() => {
          running.delete(run)
          next()
        })
      running.add(run)
    }
  }
  const sweep = async () => {
    const known = new Set(waiting.map(({ trigger }) => trigger))
    for (const job of await ledger.waiting()) if (!known.has(job.trigger)) waiting.push(job)
    next()
  }
  const timer = setInterval(() => void sweep().catch(warn), sweep_ms)
  timer.unref()
  const idle = async () => {
    while (running.size > 0) await Promise.all(running)
  }
  return {
    send: async (job) => {
      if (!(await ledger.add(job))) return
      waiting.push(job)
      next()
    },
    sweep,
    idle,
    close: async () => {
      closed = true
      clearInterval(timer)
      await idle()
    },
  }
}
