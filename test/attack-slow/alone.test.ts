import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attacks } from '../attack/attacks.ts'
import { CANARY, openTenants, ROWS, type Tenants } from '../attack/tenants.ts'

let tenants: Tenants

before(async () => {
  tenants = await openTenants({ query_timeout_ms: 2000 })
})

after(() => tenants.close())

test('without check, a query process alone shows no hidden row and goes on answering', async () => {
  const set = { key: 'control', tables: tenants.catalog.tables }
  const limits = { rows: 100, bytes: 2 ** 20, timeout_ms: 2000 }
  const leaks: string[] = []
  for (const { name, sql, expect } of attacks(tenants.folder)) {
    if (expect !== 'deny' || sql.length > 2000) continue
    const told = await tenants.database.query(set, sql, limits).then(JSON.stringify, (error: Error) => error.message)
    if (told.includes(CANARY) || told.includes('root:x:')) leaks.push(`${name}: ${told.slice(0, 200)}`)
  }
  assert.deepEqual(leaks, [])
  const plain = await tenants.database.query(set, 'SELECT count(*) FROM orders', limits)
  assert.deepEqual(plain.rows, [[ROWS]])
})
