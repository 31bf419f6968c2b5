import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { attacks } from './attacks.ts'
import { CANARY, openTenants, type Tenants } from './tenants.ts'

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

test('a query process reaches no file, not even the one its table came from', async () => {
  const set = { key: 'control', tables: tenants.catalog.tables }
  const limits = { rows: 100, bytes: 2 ** 20, timeout_ms: 2000 }
  const own = join(tenants.folder, 'tenant_a', 'orders.csv')
  for (const sql of ["FROM read_text('/proc/self/environ')", "FROM read_csv('package.json')", `FROM '${own}'`]) {
    await assert.rejects(tenants.database.query(set, sql, limits), { code: 'query-failed' })
  }
})

test('a query process has an empty environment', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === process.pid)
  const queries = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('database/child'))
  assert.ok(queries.length >= 2)
  for (const pid of queries) {
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8').match(/(?<=^|\0)[^=\0]+/g) ?? []
    // The shell adds its own two or three.
    assert.deepEqual(
      names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_', 'LD_LIBRARY_PATH'].includes(name)),
      [],
    )
  }
})

/** Undefined when the process has ended meanwhile. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}
