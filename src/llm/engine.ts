import { setImmediate } from 'node:timers/promises'
import type { Decoding, Next } from './decoding.ts'
import type { Network } from './network.ts'
import { type Past, type PastRow, regrouped } from './past.ts'
import { type PrefixStore, prefixStore } from './prefix.ts'

/** Runs decodings together: each step moves every open row by a token, and requests join and leave between steps. */
export interface Engine {
  /** Resolves when the decoding is done; rejects with the signal's reason when it fires. */
  run(prompt: readonly number[], decoding: Decoding, signal?: AbortSignal): Promise<void>
  readonly load: Load
  close(): Promise<void>
}

/** What is going on, and what went on since it was opened. */
export interface Load {
  running: number
  waiting: number
  rows: number
  steps: number
  /** Rows times steps: tokens written. */
  tokens: number
  promptTokens: number
  /** Prompt tokens that were known from another prompt. */
  reusedTokens: number
}

export interface EngineOptions {
  /** Rows that are decoded together at most. */
  rows: number
  /** Prompt tokens read in one go: rows that are being written wait so long at most. */
  chunk: number
  /** Bytes of kept prompts. */
  prefixBytes: number
}

interface Job {
  prompt: readonly number[]
  decoding: Decoding
  signal: AbortSignal | undefined
  /** What of the prompt was read. */
  past?: Past
  settle(problem?: unknown): void
}

/** Rows of a job in the batch, one after another, and the tokens they are to read next. */
interface Running {
  job: Job
  next: Next[]
}

export function openEngine(network: Network, options: EngineOptions): Engine {
  const load: Load = { running: 0, waiting: 0, rows: 0, steps: 0, tokens: 0, promptTokens: 0, reusedTokens: 0 }
  const state: State = {
    network,
    options,
    load,
    prefixes: prefixStore(network.shape, options.prefixBytes),
    waiting: [],
    running: [],
  }
  let working: Promise<void> | undefined
  const wake = () => {
    working ??= work(state).finally(() => {
      working = undefined
    })
  }
  return {
    load,
    run: (prompt, decoding, signal) =>
      new Promise<void>((resolve, reject) => {
        const settle = (problem?: unknown) => (problem === undefined ? resolve() : reject(problem))
        state.waiting.push({ prompt, decoding, signal, settle })
        wake()
      }),
    close: async () => {
      await working
      await network.close()
    },
  }
}

interface State {
  network: Network
  options: EngineOptions
  load: Load
  prefixes: PrefixStore
  waiting: Job[]
  filling?: Job | undefined
  running: Running[]
  /** The rows of all running jobs in order, as they are after their last step. */
  past?: Past | undefined
}

/** One chunk of a prompt and one step of the batch in turn, until nothing is left; between them the event loop has its turn. */
async function work(state: State): Promise<void> {
  try {
    while (state.waiting.length > 0 || state.filling !== undefined || state.running.length > 0) {
      dropLeft(state)
      admit(state)
      await fill(state)
      await step(state)
      count(state)
      await setImmediate()
    }
  } catch (problem) {
    fail(state, problem)
  }
}

/** A failed pass fails everybody in it: what the rows would have been is lost. */
function fail(state: State, problem: unknown): void {
  const jobs = [...state.running.map(({ job }) => job), ...(state.filling ? [state.filling] : []), ...state.waiting]
  state.running = []
  state.waiting = []
  state.filling = undefined
  state.past = undefined
  count(state)
  for (const job of jobs) job.settle(problem)
}

function count({ load, running, waiting, filling }: State): void {
  load.running = running.length + (filling === undefined ? 0 : 1)
  load.waiting = waiting.length
  load.rows = running.reduce((sum, { next }) => sum + next.length, 0)
}

/** Jobs whose asker has gone leave the batch. */
function dropLeft(state: State): void {
  const leaves = (job: Job) => {
    if (job.signal?.aborted !== true) return false
    job.settle(job.signal.reason)
    return true
  }
  state.waiting = state.waiting.filter((job) => !leaves(job))
  if (state.filling !== undefined && leaves(state.filling)) state.filling = undefined
  regroup(
    state,
    rowsOf(state).filter(({ job }) => !leaves(job)),
  )
}

function admit(state: State): void {
  const next = state.waiting[0]
  if (state.filling !== undefined || next === undefined) return
  const taken = state.running.reduce((sum, { job }) => sum + job.decoding.width, 0)
  // A request wider than the batch is taken when it has the batch for itself.
  if (taken > 0 && taken + next.decoding.width > state.options.rows) return
  state.filling = state.waiting.shift()
}

/** Reads a chunk of the prompt; at its end the decoding makes its first rows, which join the batch. */
async function fill(state: State): Promise<void> {
  const { filling: job, network, options, load, prefixes } = state
  if (job === undefined) return
  if (job.past === undefined) {
    job.past = prefixes.find(job.prompt) ?? network.empty(1)
    load.reusedTokens += job.past.lengths[0] ?? 0
  }
  const known = job.past.lengths[0] ?? 0
  const chunk = job.prompt.slice(known, known + options.chunk)
  const { logits, past } = await network.forward([chunk], job.past)
  load.promptTokens += chunk.length
  job.past = past
  if (known + chunk.length < job.prompt.length) return
  state.filling = undefined
  prefixes.keep(job.prompt, past)
  const next = advanced(job, logits)
  if (next.length > 0)
    regroup(state, [...rowsOf(state), { job, next, rows: next.map(({ parent }) => ({ past, row: parent })) }])
}

/** Moves every row by one token. */
async function step(state: State): Promise<void> {
  const { network, running, past: before, load } = state
  if (before === undefined || running.length === 0) return
  const tokens = running.flatMap(({ next }) => next.map(({ token }) => [token]))
  const { logits, past } = await network.forward(tokens, before)
  load.steps++
  load.tokens += tokens.length
  state.past = past
  let first = 0
  const placed = running.map(({ job, next: rows }): Placed => {
    const at = first
    first += rows.length
    const next = advanced(job, logits.slice(at, first))
    return { job, next, rows: next.map(({ parent }) => ({ past, row: at + parent })) }
  })
  regroup(state, placed)
}

/** How a job goes on; one that is done, or whose grammar fails, is settled and has no rows. */
function advanced(job: Job, logits: readonly Float32Array[]): Next[] {
  try {
    const next = job.decoding.advance(logits)
    if (next.length === 0) job.settle()
    return next
  } catch (problem) {
    job.settle(problem)
    return []
  }
}

interface Placed extends Running {
  rows: PastRow[]
}

/** The running jobs with the place of each row as it is. */
function rowsOf({ running, past }: State): Placed[] {
  let first = 0
  return running.map(({ job, next }) => {
    const at = first
    first += next.length
    return { job, next, rows: next.map((_, row) => ({ past: past as Past, row: at + row })) }
  })
}

/** Makes the batch of these rows; nothing is copied when they are the rows there are, in their order. */
function regroup(state: State, placed: Placed[]): void {
  const rows = placed.flatMap((one) => one.rows)
  const { past } = state
  const unchanged = past?.lengths.length === rows.length && rows.every((one, at) => one.past === past && one.row === at)
  state.running = placed.filter(({ next }) => next.length > 0).map(({ job, next }) => ({ job, next }))
  if (unchanged) return
  state.past = rows.length === 0 ? undefined : regrouped(rows, state.network.shape)
}
