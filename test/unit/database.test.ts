import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { removeFolder, sweepFolders } from '../../src/database/folder.ts'
import { openDatabase } from '../../src/database/pool.ts'
import type { QueryLimits } from '../../src/database.ts'
import type { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { openTenants, type Tenants } from '../attack/tenants.ts'

let tenants: Tenants

before(async () => {
  tenants = await openTenants()
})

after(() => tenants.close())

const LIMITS: QueryLimits = { rows: 100, bytes: 2 ** 20, timeout_ms: 10_000 }

function query(sql: string, limits: Partial<QueryLimits> = {}, signal?: AbortSignal) {
  const set = { key: 'test', tables: tenants.catalog.tables }
  return tenants.database.query(set, sql, { ...LIMITS, ...limits }, signal)
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (refusal: Refusal) => refusal.code,
  )

const CELLS: [sql: string, cell: unknown][] = [
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', '9007199254740993'],
  ['170141183460469231731687303715884105727', '170141183460469231731687303715884105727'],
  ['1.50::DECIMAL(5, 2)', '1.50'],
  ['1.5::DOUBLE', 1.5],
  ["'nan'::DOUBLE", 'NaN'],
  ["'-inf'::DOUBLE", '-Infinity'],
  ["DATE '2024-02-29'", '2024-02-29'],
  ["TIMESTAMP '2024-02-29 10:11:12.5'", '2024-02-29T10:11:12.5'],
  ["TIMESTAMPTZ '2024-02-29 10:11:12+02'", '2024-02-29T08:11:12Z'],
  ["TIME '10:11:12'", '10:11:12'],
  ["INTERVAL '1 month 2 days'", '1 month 2 days'],
  ['[1, NULL, 3]', [1, null, 3]],
  ["{'a': 1, 'b': [DATE '2024-01-01']}", { a: 1, b: ['2024-01-01'] }],
  ["MAP {'a': 1}", [{ key: 'a', value: 1 }]],
  ["'a\\xFFb'::BLOB", 'a\\xFFb'],
  ['NULL', null],
  ['true', true],
  ['\'a\nb "c" ü 数\'', 'a\nb "c" ü 数'],
  ['\'{"a": 1}\'::JSON', '{"a": 1}'],
]

for (const [sql, cell] of CELLS) {
  test(`the cell of ${sql.replaceAll('\n', '↵')}`, async () => {
    const { rows } = await query(`SELECT ${sql} AS x`)
    assert.deepEqual(rows, [[cell]])
  })
}

test('columns keep their names, also when they repeat', async () => {
  const { columns } = await query('SELECT 1 AS a, 2 AS a, 3 AS "A", 4 AS a_1, 5 AS "__proto__"')
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['a', 'a', 'A', 'a_1', '__proto__'],
  )
})

test('the order of a statement holds under the row limit', async () => {
  const { rows, truncated } = await query('SELECT i FROM range(300000) t(i) ORDER BY i % 1000, i DESC', { rows: 3 })
  assert.deepEqual(rows, [[299000], [298000], [297000]])
  assert.equal(truncated, true)
})

test('exactly the limit of rows is not called truncated', async () => {
  assert.equal((await query('SELECT * FROM range(5)', { rows: 5 })).truncated, false)
  const cut = await query('SELECT * FROM range(6)', { rows: 5 })
  assert.deepEqual([cut.rows.length, cut.truncated], [5, true])
})

test('bytes are limited, too', async () => {
  const cut = await query("SELECT repeat('x', 1000) FROM range(100)", { bytes: 10_000 })
  assert.ok(cut.rows.length > 5 && cut.rows.length < 12, String(cut.rows.length))
  assert.equal(cut.truncated, true)
})

test('an error midway through the rows is an error, not a short answer', async () => {
  const sql = "SELECT CASE WHEN i = 900000 THEN 'x' ELSE '1' END::INT FROM range(1000000) t(i)"
  assert.equal(await codeOf(query(sql, { rows: 2_000_000, bytes: 2 ** 30 })), 'query-failed')
})

test('errors of running show no value, errors of binding offer names', async () => {
  const failed = (await query('SELECT customer::INT FROM orders').catch((error) => error)) as Refusal
  assert.equal(failed.code, 'query-failed')
  assert.doesNotMatch(failed.message, /cust\d/)
  const unbound = (await query('SELECT amuont FROM orders').catch((error) => error)) as Refusal
  assert.equal(unbound.code, 'sql-unbindable')
  assert.match(unbound.message, /amuont.*"amount"/)
})

test('an aborted query is told at once and the database goes on', async () => {
  const leave = new AbortController()
  const work = codeOf(query('SELECT count(*) FROM range(1000000) a, range(1000000) b', {}, leave.signal))
  setTimeout(() => leave.abort(), 50)
  assert.equal(await work, 'cancelled')
  assert.equal(await codeOf(query('SELECT 1', {}, leave.signal)), 'cancelled')
  assert.deepEqual((await query('SELECT 1')).rows, [[1]])
})

test('a query that heeds no interrupt loses its process, and nobody else notices', async () => {
  const before = tenants.database.stats().killed
  const stuck = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))"
  const plain = Array.from({ length: 5 }, (_, index) => query(`SELECT ${index}`))
  assert.equal(await codeOf(query(stuck, { timeout_ms: 300 })), 'query-timeout')
  assert.deepEqual(
    (await Promise.all(plain)).map(({ rows }) => rows[0]?.[0]),
    [0, 1, 2, 3, 4],
  )
  assert.equal(tenants.database.stats().killed, before + 1)
})

test('a query that crashes its process is refused, and the next one answered', async () => {
  const crash = "SELECT json_structure(string_agg('[', '')) FROM range(200000)"
  assert.match(await codeOf(query(crash)), /^query-/)
  assert.deepEqual((await query('SELECT count(*) FROM orders')).rows, [[5000]])
})

test('memory beyond the limit is refused as such', async () => {
  const greedy = 'SELECT count(*) FROM (SELECT DISTINCT hash(i), md5(i::VARCHAR) FROM range(50000000) t(i))'
  assert.match(await codeOf(query(greedy, { timeout_ms: 3000 })), /^query-(memory|timeout)$/)
  assert.deepEqual((await query('SELECT 1')).rows, [[1]])
})

test('a process that a query has filled is replaced, also when the pages were given back', async () => {
  const own = openDatabase({ ...readSettings({}), query_processes: 1, query_process_mb: 1000 })
  const tables = tenants.catalog.tables
  const grow = `WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT s || s FROM r WHERE length(s) < 100000000)
    SELECT count(*) FROM r`
  try {
    await own.ready()
    await own.query({ key: 'first', tables }, grow, LIMITS).catch((refusal: Refusal) => refusal)
    for (const key of ['second', 'third', 'fourth'])
      assert.deepEqual((await own.query({ key, tables }, 'SELECT count(*) FROM orders', LIMITS)).rows, [[5000]])
    assert.equal(own.stats().killed, 1)
  } finally {
    await own.close()
  }
})

test('files that cannot be read are refused as the dataset’s fault', async () => {
  const [orders] = tenants.catalog.tables
  const source = { format: 'csv' as const, files: [join(tenants.folder, 'gone.csv')], options: {}, bytes: 10 }
  const set = { key: 'gone', tables: [{ ...orders, source }] as typeof tenants.catalog.tables }
  assert.equal(await codeOf(tenants.database.query(set, 'SELECT 1', LIMITS)), 'dataset-unreadable')
})

test('a large table set is read from its files, and only from those', async () => {
  const database = openDatabase({ ...readSettings({}), query_load_mb: 0, query_processes: 1 })
  const set = { key: 'views', tables: tenants.catalog.tables }
  try {
    assert.deepEqual((await database.query(set, 'SELECT count(*) FROM orders', LIMITS)).rows, [[5000]])
    const other = `SELECT * FROM '${join(tenants.folder, 'tenant_b', 'secret.csv')}'`
    assert.equal(await codeOf(database.query(set, other, LIMITS)), 'query-failed')
  } finally {
    await database.close()
  }
})

test('what a killed server left behind is swept, what a living one uses stays', () => {
  const folders = ['999999999-dead', `${process.pid}-living`].map((name) => join(tmpdir(), `asklake-query-${name}`))
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  sweepFolders()
  assert.deepEqual(
    folders.map((folder) => existsSync(folder)),
    [false, true],
  )
  for (const folder of folders) removeFolder(folder)
})

test('the folder of a query process goes with it', async () => {
  const database = openDatabase({ ...readSettings({}), query_processes: 1 })
  await database.ready()
  const held = new Set(ownFolders())
  await database.close()
  const gone = held.size - ownFolders().filter((folder) => held.has(folder)).length
  assert.ok(gone >= 2, `${gone} folders removed`)
})

function ownFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`asklake-query-${process.pid}-`))
}

test('a closed database refuses and keeps no process', async () => {
  const database = openDatabase({ ...readSettings({}), query_processes: 1 })
  await database.close()
  assert.equal(await codeOf(database.parse('SELECT 1')), 'busy')
})
