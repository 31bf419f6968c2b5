import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { attacks } from './attacks.ts'
import { CANARY, openTenants, ROWS, type Tenants } from './tenants.ts'

let tenants: Tenants

before(async () => {
  tenants = await openTenants({ query_timeout_ms: 2000 })
})

after(() => tenants.close())

/** Statements that only read and only try to read what is not theirs. */
const READING = ['guard-bypass', 'clauses']

test('without check and without walls the same statements do show hidden rows: the detector works', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const name of ['tenant_a/orders', 'tenant_b/secret'])
    await connection.run(`CREATE TABLE ${name.slice(9)} AS FROM '${join(tenants.folder, name)}.csv'`)
  await connection.run('SET enable_external_access = false')
  let leaks = 0
  for (const { category, sql, expect } of attacks(tenants.folder)) {
    if (!READING.includes(category) || expect !== 'deny' || /^\s*(SELECT 1;|\(?COPY|PRAGMA|CALL)/.test(sql)) continue
    const timer = setTimeout(() => connection.interrupt(), 500)
    const told = await connection.runAndReadAll(sql).then(
      (reader) => JSON.stringify(reader.getRowsJson()),
      (error: Error) => error.message,
    )
    clearTimeout(timer)
    if (told.includes(CANARY)) leaks++
  }
  assert.ok(leaks > 30, `only ${leaks} leaks`)
})

test('a query process has no environment, no way to our files, and takes its folder with it', async () => {
  const set = { key: 'control', tables: tenants.catalog.tables }
  const limits = { rows: 100, bytes: 2 ** 20, timeout_ms: 2000 }
  const told = async (sql: string) =>
    tenants.database.query(set, sql, limits).then(JSON.stringify, (error: { code: string }) => error.code)
  assert.match(await told("SELECT content FROM read_text('/proc/self/environ')"), /"rows":\[\]|query-failed|""/)
  assert.equal(await told("FROM read_csv('package.json')"), 'query-failed')
  assert.equal(await told(`FROM '${join(tenants.folder, 'tenant_a', 'orders.csv')}'`), 'query-failed')
  rmSync(join(tenants.folder, 'tenant_a'), { recursive: true })
  assert.match(await told('SELECT count(*) FROM orders'), new RegExp(`${ROWS}`))
})
