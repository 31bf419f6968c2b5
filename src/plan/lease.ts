import { randomUUID } from 'node:crypto'
import type { Plan, PlanStore } from '../plan.ts'
import type { Store } from '../store.ts'
import type { SingleFlight } from './flight.ts'

export interface LeaseOptions {
  /** How long a plan made elsewhere is waited for, and how long a lease holds when its holder has died. */
  lease_ms: number
  /** Wall clock in milliseconds since 1970: several machines compare it. */
  now(): number
  pause(ms: number): Promise<void>
  /** A store that fails costs a second draft, not the answer. */
  warn(problem: unknown): void
}

/** Held by one machine until `until`; written once with `If-None-Match`, taken over with `If-Match`. */
interface Lease {
  holder: string
  until: number
}

/** First pause between two looks at the plan of another machine; it grows by half up to a second. */
const FIRST_PAUSE_MS = 40
const LONGEST_PAUSE_MS = 1000

type Taken = { version: string } | 'held' | 'failed'

/**
 * A SingleFlight across machines that share a store: one makes the plan of a key, the others wait until `plans` has it.
 * `plans` gives only plans that may still be used.
 */
export function leasedFlight(
  near: SingleFlight<Plan>,
  store: Store,
  plans: Pick<PlanStore, 'get'>,
  options: LeaseOptions,
): SingleFlight<Plan> {
  const holder = randomUUID()
  return (key, work) => near(key, () => underLease(key, work, { holder, store, plans, options }))
}

interface Means {
  holder: string
  store: Store
  plans: Pick<PlanStore, 'get'>
  options: LeaseOptions
}

async function underLease(key: string, work: () => Promise<Plan>, means: Means): Promise<Plan> {
  const { options, plans } = means
  const patience = options.now() + options.lease_ms
  let pause = FIRST_PAUSE_MS
  for (;;) {
    const taken = await take(key, means)
    if (taken !== 'held') return taken === 'failed' ? work() : workAndRelease(key, work, taken, means)
    await options.pause(pause)
    const made = await plans.get(key)
    if (made !== undefined) return made
    if (options.now() > patience) return work()
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)
  }
}

const pathOf = (key: string) => `leases/${key.slice(0, 2)}/${key}.json`

/** Takes a free lease or one whose time is over. */
async function take(key: string, { store, holder, options }: Means): Promise<Taken> {
  const lease: Lease = { holder, until: options.now() + options.lease_ms }
  const body = new TextEncoder().encode(JSON.stringify(lease))
  try {
    const fresh = await store.put(pathOf(key), body, { absent: true })
    if (fresh !== null) return { version: fresh }
    const found = await store.get(pathOf(key))
    if (found === null || untilOf(found.body) > options.now()) return 'held'
    const version = await store.put(pathOf(key), body, { version: found.version })
    return version === null ? 'held' : { version }
  } catch (problem) {
    options.warn(problem)
    return 'failed'
  }
}

/** A lease that cannot be read is over. */
function untilOf(body: Uint8Array): number {
  try {
    return Number((JSON.parse(new TextDecoder().decode(body)) as Lease).until) || 0
  } catch (problem) {
    if (problem instanceof SyntaxError) return 0
    throw problem
  }
}

/** A plan made while this machine waited for the lease is taken as it is. */
async function workAndRelease(key: string, work: () => Promise<Plan>, lease: { version: string }, means: Means) {
  try {
    return (await means.plans.get(key)) ?? (await work())
  } finally {
    await release(key, lease, means).catch(means.options.warn)
  }
}

/** Leaves a lease alone that another machine has taken over meanwhile. */
async function release(key: string, { version }: { version: string }, { store }: Means): Promise<void> {
  const found = await store.get(pathOf(key))
  if (found?.version === version) await store.remove(pathOf(key))
}
