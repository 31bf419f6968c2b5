import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { confined, isReadableByAll } from '../../src/confine.ts'
import { type OpenDatabase, openDatabase } from '../../src/database/pool.ts'
import type { QueryLimits } from '../../src/database.ts'
import type { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { openTenants, ROWS, type Tenants } from '../attack/tenants.ts'

const skip = process.getuid?.() !== 0 && 'needs root: only root has something to give up'
const LIMITS: QueryLimits = { rows: 100, bytes: 2 ** 20, timeout_ms: 30_000 }

let tenants: Tenants
let database: OpenDatabase

before(async () => {
  tenants = await openTenants()
  database = openDatabase({
    ...readSettings({}),
    query_processes: 1,
    query_load_mb: 0,
    query_spill_mb: 1,
    query_memory_mb: 48,
  })
})
after(async () => {
  await database.close()
  await tenants.close()
})

const outcome = (sql: string, key = 'own') =>
  database.query({ key, tables: tenants.catalog.tables }, sql, LIMITS).then(
    ({ rows }) => rows,
    (refusal: Refusal) => refusal.code,
  )

function run(script: string): string {
  const { program, args, options } = confined(['-e', script], { memory_mb: 1000, nobody: true })
  return spawnSync(program, args, { ...options, stdio: 'pipe', cwd: '/' } as object).stdout.toString()
}

test('a confined process is nobody, in no group of ours', { skip }, () => {
  assert.equal(run('console.log(process.getuid(), process.getgid(), process.getgroups())'), '65534 65534 [ 65534 ]\n')
})

test('a confined process has an empty environment', () => {
  const names = JSON.parse(run('console.log(JSON.stringify(Object.keys(process.env)))')) as string[]
  assert.deepEqual(
    names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_', 'LD_LIBRARY_PATH'].includes(name)),
    [],
  )
})

test('a file in a folder of ours alone is not readable by all', { skip }, () => {
  const file = join(tenants.folder, 'tenant_a', 'orders.csv')
  assert.equal(isReadableByAll(file), true)
  chmodSync(tenants.folder, 0o700)
  assert.equal(isReadableByAll(file), false)
  chmodSync(tenants.folder, 0o755)
})

test('without the check, a file a query may read cannot be written by it', { skip }, async () => {
  const file = join(tenants.folder, 'tenant_a', 'orders.csv')
  const before = readFileSync(file, 'utf8')
  for (const option of ['(USE_TMP_FILE false)', '']) {
    const breakout = `SELECT 1); COPY (SELECT 'gone') TO '${file}' ${option}; SELECT * FROM (SELECT 1`
    assert.equal(await outcome(breakout), 'query-failed')
  }
  assert.equal(readFileSync(file, 'utf8'), before)
  assert.deepEqual(await outcome('SELECT count(*) FROM orders'), [[ROWS]])
})

test('files for us alone are read all the same, by processes that keep our account', { skip }, async () => {
  chmodSync(tenants.folder, 0o700)
  assert.deepEqual(await outcome('SELECT count(*) FROM orders', 'private'), [[ROWS]])
  chmodSync(tenants.folder, 0o755)
})

test('spilling beyond its bound ends the query, and its folder is gone', async () => {
  const greedy =
    'SELECT count(*) FROM (SELECT a, row_number() OVER (ORDER BY a) n FROM (SELECT md5(i::VARCHAR) || md5(i::VARCHAR) a FROM range(3000000) t(i))) WHERE n % 2 = 0'
  assert.equal(await outcome(greedy), 'query-memory')
  assert.deepEqual(await outcome('SELECT 1'), [[1]])
})

test('a process whose DuckDB raised an unexpected error is replaced', async () => {
  const fresh = openDatabase({ ...readSettings({}), query_processes: 1 })
  const ask = (sql: string) => fresh.query({ key: 'own', tables: tenants.catalog.tables }, sql, LIMITS)
  try {
    await assert.rejects(ask("SELECT * FROM read_text('/etc/hostname')"), { code: 'query-failed' })
    assert.deepEqual((await ask('SELECT 1')).rows, [[1]])
    for (let left = 100; left > 0 && fresh.stats().killed === 0; left--) await setTimeout(100)
    assert.equal(fresh.stats().killed, 1)
  } finally {
    await fresh.close()
  }
})
