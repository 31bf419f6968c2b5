import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Refusal } from '../../src/refusal.ts'
import { attacks } from '../attack/attacks.ts'
import { openTenants, ROWS, type Tenants } from '../attack/tenants.ts'

const TIMEOUT_MS = 1500

/** From the deadline to the answer: the grace of the kill, and what a busy machine adds. */
const MARGIN_MS = 1500

let tenants: Tenants

before(async () => {
  tenants = await openTenants({ query_timeout_ms: TIMEOUT_MS })
})

after(() => tenants.close())

async function ended(work: Promise<unknown>): Promise<{ error?: unknown; ms: number }> {
  const start = performance.now()
  try {
    await work
    return { ms: performance.now() - start }
  } catch (error) {
    return { error, ms: performance.now() - start }
  }
}

for (const { name, sql, expect } of attacks('/nowhere')) {
  if (expect !== 'limit') continue
  test(`${name} ends in time behind the check, and the next query is answered`, async () => {
    const { error, ms } = await ended(tenants.ask(sql))
    assert.ok(error === undefined || error instanceof Refusal, String(error))
    assert.ok(ms < TIMEOUT_MS + MARGIN_MS, `took ${Math.round(ms)} ms`)
    assert.deepEqual((await tenants.ask('SELECT count(*) FROM orders')).rows, [[ROWS]])
  })

  test(`${name} ends in time without the check, and the next query is answered`, async () => {
    if (sql.length > 200_000) return // Text this long never gets past the check's first line.
    const set = { key: 'tenant_a', tables: tenants.catalog.tables }
    const limits = { rows: 100, bytes: 2 ** 20, timeout_ms: TIMEOUT_MS }
    const { error, ms } = await ended(tenants.database.query(set, sql, limits))
    assert.ok(error === undefined || error instanceof Refusal, String(error))
    assert.ok(ms < TIMEOUT_MS + MARGIN_MS, `took ${Math.round(ms)} ms`)
    assert.deepEqual((await tenants.ask('SELECT count(*) FROM orders')).rows, [[ROWS]])
  })
}
