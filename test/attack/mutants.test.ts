import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { openTenants } from './tenants.ts'

test('3,000 mutated attacks and generated statements show no hidden row, crash nothing and hang nothing', async () => {
  const tenants = await openTenants({ query_timeout_ms: 500 })
  try {
    const result = await fuzz(tenants, 3000, 20261123, 2)
    assert.deepEqual(result.wrong, [])
    assert.equal(result.mutants, 3000)
    // The mutants are worth their time only when some pass the check and some are answered.
    assert.ok(result.passed > 100 && result.answered > 100, JSON.stringify(result))
    assert.equal(tenants.database.stats().crashed, 0)
  } finally {
    await tenants.close()
  }
})
