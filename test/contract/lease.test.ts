import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { singleFlight } from '../../src/plan/flight.ts'
import { leasedFlight } from '../../src/plan/lease.ts'
import { storePlans } from '../../src/plan/stores.ts'
import type { Plan } from '../../src/plan.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Store } from '../../src/store.ts'
import { type BucketPlace, bucketPlace } from '../s3/place.ts'

let place: BucketPlace
before(async () => {
  place = await bucketPlace()
})
after(() => place.close())

const planOf = (key: string, sql: string): Plan => ({
  key,
  question: 'q',
  dataset: 'd',
  sql,
  wish: null,
  confidence: 1,
  alternatives: [],
  provenance: { model: 'm', catalog: 'c', linked: [] },
})

/** A machine over the shared prefix, whose model takes `draft_ms`. */
async function machine(drafts: string[], { lease_ms = 20_000, draft_ms = 100 } = {}) {
  const store = await place.open()
  const plans = storePlans(store)
  const flight = leasedFlight(singleFlight(), store, plans, {
    lease_ms,
    now: () => Date.now(),
    pause: (ms) => pause(ms),
    warn: (problem) => assert.fail(String(problem)),
  })
  const ask = (key: string, name: string) =>
    flight(key, async () => {
      drafts.push(name)
      await pause(draft_ms)
      const plan = planOf(key, name)
      await plans.put(plan)
      return plan
    })
  return { ask, flight, store }
}

test('twenty machines ask the same at once: one drafts, all have its plan', async () => {
  const drafts: string[] = []
  const machines = await Promise.all(Array.from({ length: 20 }, () => machine(drafts)))
  const plans = await Promise.all(machines.map(({ ask }, index) => ask('aa11', `machine ${index}`)))
  assert.equal(drafts.length, 1, drafts.join())
  assert.deepEqual(new Set(plans.map(({ sql }) => sql)), new Set(drafts))
  assert.equal(await leaseOf(machines[0]?.store, 'aa11'), null)
})

test('a machine that died holds nobody up for longer than its lease', async () => {
  const drafts: string[] = []
  const [dead, alive] = await Promise.all([machine(drafts, { lease_ms: 500 }), machine(drafts, { lease_ms: 5000 })])
  dead.flight('bb22', () => new Promise(() => {}))
  await until(async () => (await leaseOf(dead.store, 'bb22')) !== null)
  assert.equal((await alive.ask('bb22', 'alive')).sql, 'alive')
  assert.equal(await leaseOf(alive.store, 'bb22'), null)
})

test('a refusal frees the lease, and the next machine decides for itself', async () => {
  const drafts: string[] = []
  const [first, second] = await Promise.all([machine(drafts), machine(drafts)])
  const refused = first.flight('cc33', async () => {
    await pause(50)
    throw new Refusal('not-answerable', 'no such column')
  })
  await assert.rejects(refused, { code: 'not-answerable' })
  assert.equal((await second.ask('cc33', 'second')).sql, 'second')
})

test('a store that is away costs a second draft, not the answer', async () => {
  const told: unknown[] = []
  const store = { put: () => Promise.reject(new Refusal('store-unavailable', 'away')) } as unknown as Store
  const flight = leasedFlight(
    singleFlight(),
    store,
    { get: async () => undefined },
    {
      lease_ms: 1000,
      now: () => Date.now(),
      pause: (ms) => pause(ms),
      warn: (problem) => told.push(problem),
    },
  )
  assert.equal((await flight('dd44', async () => planOf('dd44', 'own'))).sql, 'own')
  assert.equal(told.length, 1)
})

async function leaseOf(store: Store | undefined, key: string) {
  return (await store?.get(`leases/${key.slice(0, 2)}/${key}.json`)) ?? null
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(10)
}
