import { Refusal } from '../refusal.ts'
import type { Exit, QueryProcess } from './process.ts'

/** What a request needs: queries are limited to the workers, parsing may use the spare. A holder of `key` is preferred. */
export interface Want {
  kind: 'query' | 'parse'
  key?: string
  /** How long to wait for a process before refusing as busy. */
  patience_ms: number
}

export interface CrewEffects {
  /** Queries at once; one process more is kept. */
  workers: number
  /** Requests that may wait; more are refused as busy. */
  queue: number
  start(): Promise<QueryProcess>
  /** Done with a new process before it gets its first request, unless requests wait. */
  greet(process: QueryProcess): Promise<void>
  left(exit: Exit): void
}

/** Processes kept alive, each lent to one request at a time. */
export interface Crew {
  take(want: Want): Promise<QueryProcess>
  /** Gives a process back; an unsound one is killed and replaced. */
  give(process: QueryProcess, sound: boolean): void
  ready(): Promise<void>
  close(): Promise<void>
  counts(): { processes: number; busy: number; waiting: number }
}

interface Waiter {
  want: Want
  resolve(process: QueryProcess): void
  reject(error: unknown): void
  timer: NodeJS.Timeout
}

/** Starts in a row that may fail before those who wait are told. */
const FAILED_STARTS = 3

/** The further processes start when nothing was asked for so long, so that a first answer has the machine for itself. */
const QUIET_MS = 3000

interface State {
  effects: CrewEffects
  idle: QueryProcess[]
  lent: Map<QueryProcess, Want['kind']>
  all: Set<QueryProcess>
  waiting: Waiter[]
  failures: number
  closed: boolean
  quiet: Quiet
}

/** A quiet moment to come: it is `over` after QUIET_MS without `disturb`, or at once by `end`. */
interface Quiet {
  over: Promise<void>
  disturb(): void
  end(): void
}

/** Opens a crew: the first process starts at once, the others one after the other in a quiet moment or when requests wait. */
export function openCrew(effects: CrewEffects): Crew {
  const none = { idle: [], lent: new Map(), all: new Set<QueryProcess>(), waiting: [] }
  const state: State = { effects, ...none, failures: 0, closed: false, quiet: quietMoment() }
  const opened = openAll(state)
  opened.catch(() => {}) // Told by ready(), and to every request.
  return {
    take: (want) => take(state, want),
    give: (process, sound) => give(state, process, sound),
    ready: () => {
      state.quiet.end()
      return opened
    },
    close: () => close(state),
    counts: () => ({ processes: state.all.size, busy: state.lent.size, waiting: state.waiting.length }),
  }
}

async function openAll(state: State): Promise<void> {
  await hire(state)
  state.quiet.disturb()
  await state.quiet.over
  while (state.all.size < state.effects.workers + 1 && !state.closed) await hire(state)
}

function quietMoment(): Quiet {
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  let timer: NodeJS.Timeout | undefined
  const disturb = () => {
    clearTimeout(timer)
    timer = setTimeout(end, QUIET_MS).unref()
  }
  return { over, disturb, end: () => end() }
}

/** Starts one process, again and again with growing pauses when it fails; throws when it keeps failing. */
async function hire(state: State): Promise<void> {
  for (;;) {
    try {
      const process = await state.effects.start()
      state.failures = 0
      return await arrive(state, process)
    } catch (problem) {
      if (state.closed) return
      if (++state.failures >= FAILED_STARTS) throw tellWaiting(state, startError(problem))
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** state.failures))
    }
  }
}

function startError(problem: unknown): Error {
  if (problem instanceof Error) return problem
  const { how, stderr } = problem as Exit
  return new Error(`A query process does not start (${how}): ${stderr.trim()}`)
}

function tellWaiting(state: State, error: Error): Error {
  for (const waiter of state.waiting.splice(0)) settle(waiter, () => waiter.reject(error))
  return error
}

async function arrive(state: State, process: QueryProcess): Promise<void> {
  if (state.closed) return process.kill()
  state.all.add(process)
  process.exited.then((exit) => leave(state, process, exit))
  if (state.waiting.length === 0) await state.effects.greet(process)
  if (!state.all.has(process)) return
  state.idle.push(process)
  lend(state)
}

function leave(state: State, process: QueryProcess, exit: Exit): void {
  state.all.delete(process)
  state.lent.delete(process)
  state.idle = state.idle.filter((one) => one !== process)
  if (state.closed) return
  state.effects.left(exit)
  hire(state).catch(() => {}) // Those who wait have been told; the next request tries again.
}

function take(state: State, want: Want): Promise<QueryProcess> {
  state.quiet.disturb()
  return new Promise((resolve, reject) => {
    if (state.closed) return reject(new Refusal('busy', 'The server is stopping.'))
    if (state.waiting.length >= state.effects.queue)
      return reject(new Refusal('busy', 'Too many queries wait already.'))
    const waiter: Waiter = { want, resolve, reject, timer: setTimeout(() => giveUp(state, waiter), want.patience_ms) }
    state.waiting.push(waiter)
    // After repeated failures nobody is on the way.
    if (state.all.size === 0 && state.failures >= FAILED_STARTS) hire(state).catch(() => {})
    lend(state)
  })
}

/** Patience is for processes at work; the first one is waited for until it is up or has failed. */
function giveUp(state: State, waiter: Waiter): void {
  if (state.all.size === 0 && !state.closed) {
    waiter.timer = setTimeout(() => giveUp(state, waiter), waiter.want.patience_ms)
    return
  }
  state.waiting = state.waiting.filter((one) => one !== waiter)
  waiter.reject(new Refusal('busy', 'All query processes are at work.'))
}

function give(state: State, process: QueryProcess, sound: boolean): void {
  state.quiet.disturb()
  state.lent.delete(process)
  if (!state.all.has(process)) return
  if (sound) state.idle.push(process)
  else process.kill()
  lend(state)
}

/** Lends idle processes to those who wait, first come first served, as far as the workers reach. */
function lend(state: State): void {
  for (const waiter of [...state.waiting]) {
    if (state.idle.length === 0) {
      if (state.all.size > 0) state.quiet.end()
      return
    }
    if (waiter.want.kind === 'query' && queriesAtWork(state) >= state.effects.workers) continue
    const process = pick(state, waiter.want)
    state.lent.set(process, waiter.want.kind)
    state.waiting = state.waiting.filter((one) => one !== waiter)
    settle(waiter, () => waiter.resolve(process))
  }
}

function queriesAtWork(state: State): number {
  return [...state.lent.values()].filter((kind) => kind === 'query').length
}

function pick(state: State, { key }: Want): QueryProcess {
  const holder = key === undefined ? -1 : state.idle.findIndex((process) => process.keys.has(key))
  return state.idle.splice(Math.max(holder, 0), 1)[0] as QueryProcess
}

function settle(waiter: Waiter, how: () => void): void {
  clearTimeout(waiter.timer)
  how()
}

async function close(state: State): Promise<void> {
  state.closed = true
  state.quiet.end()
  tellWaiting(state, new Refusal('busy', 'The server is stopping.'))
  const processes = [...state.all]
  for (const process of processes) process.kill()
  await Promise.all(processes.map((process) => process.exited))
}
