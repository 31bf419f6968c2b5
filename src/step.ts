import { Refusal } from './refusal.ts'

/** Told when a step begins and when it ends, with its time in milliseconds. */
export type StepListener = (event: { step: string; state: 'start' | 'end'; ms?: number }) => void

/**
 * Runs one named step: refuses when the asker has left or the step's share of the time is over, times it, reports it. The
 * one gate that progress, Server-Timing and traces read from. `work` is given a signal that tells it to stop.
 */
export type StepGate = <T>(name: string, work: (signal?: AbortSignal) => T | Promise<T>) => Promise<T>

export interface Steps {
  step: StepGate
  /** Milliseconds by step so far, a step that ran twice summed; `total` since the gate was made. */
  timings(): Record<string, number>
}

/**
 * Share of the time still left that a step may take, so that those after it have some too; of the others 0.9. A catalog
 * read for the first time is the longest, a draft and the trial of four drafts come before the query itself.
 */
const SHARES: Record<string, number> = { catalog: 0.6, draft: 0.5, choose: 0.6, execute: 0.8 }

/** A gate for one question. `clock` gives milliseconds from any origin; `deadline_ms`, on that clock, is when the answer must have left. */
export function openSteps(
  clock: () => number,
  signal?: AbortSignal,
  listener?: StepListener,
  deadline_ms?: number,
): Steps {
  const spent: Record<string, number> = {}
  const opened = clock()
  const step: StepGate = async (name, work) => {
    if (signal?.aborted) throw new Refusal('cancelled', `The asker left before ${name}.`)
    listener?.({ step: name, state: 'start' })
    const start = clock()
    try {
      if (deadline_ms === undefined) return await work(signal)
      return await within((deadline_ms - start) * (SHARES[name] ?? 0.9), name, work, signal)
    } finally {
      const ms = clock() - start
      spent[name] = (spent[name] ?? 0) + ms
      listener?.({ step: name, state: 'end', ms: round(ms) })
    }
  }
  const timings = () => {
    const rounded = Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, round(ms)]))
    return { ...rounded, total: round(clock() - opened) }
  }
  return { step, timings }
}

/** The work's outcome, or after `ms` a refusal; the work is told to stop by its signal. */
async function within<T>(
  ms: number,
  name: string,
  work: (signal: AbortSignal) => T | Promise<T>,
  asker?: AbortSignal,
): Promise<T> {
  const late = new Refusal('out-of-time', `There was not enough time to end ${name}.`)
  if (ms <= 0) throw late
  const stop = new AbortController()
  const working = (async () => work(asker === undefined ? stop.signal : AbortSignal.any([asker, stop.signal])))()
  working.catch(() => {}) // Whoever waits no longer has been told.
  let timer: NodeJS.Timeout | undefined
  const waiting = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late)
      stop.abort(late)
    }, ms)
  })
  try {
    return await Promise.race([working, waiting])
  } finally {
    clearTimeout(timer)
  }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
