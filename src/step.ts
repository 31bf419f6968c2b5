import { Refusal } from './refusal.ts'

/** Told when a step begins and when it ends, with its time in milliseconds. */
export type StepListener = (event: { step: string; state: 'start' | 'end'; ms?: number }) => void

/** Runs one named step: refuses when the asker has left, times it, reports it. The one gate that progress, Server-Timing and traces read from. */
export type StepGate = <T>(name: string, work: () => T | Promise<T>) => Promise<T>

export interface Steps {
  step: StepGate
  /** Milliseconds by step so far, a step that ran twice summed; `total` since the gate was made. */
  timings(): Record<string, number>
}

/** A gate for one question. `clock` gives milliseconds from any origin. */
export function openSteps(clock: () => number, signal?: AbortSignal, listener?: StepListener): Steps {
  const spent: Record<string, number> = {}
  const opened = clock()
  const step: StepGate = async (name, work) => {
    if (signal?.aborted) throw new Refusal('cancelled', `The asker left before ${name}.`)
    listener?.({ step: name, state: 'start' })
    const start = clock()
    try {
      return await work()
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

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
