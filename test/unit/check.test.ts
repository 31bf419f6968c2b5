import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { check } from '../../src/check.ts'
import type { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { openTenants, type Tenants } from '../attack/tenants.ts'

let tenants: Tenants
const settings = readSettings({})

before(async () => {
  tenants = await openTenants()
})

after(() => tenants.close())

const passed = (sql: string) => check(sql, tenants.catalog, tenants.database, settings)

/** The refusal a statement meets. */
async function refused(sql: string): Promise<Refusal> {
  return passed(sql).then(
    () => assert.fail(`passed: ${sql}`),
    (error: Refusal) => error,
  )
}

test('the tables a statement reads are named as the catalog spells them, CTEs left out', async () => {
  const { tables } = await passed('WITH x AS (SELECT * FROM ORDERS) SELECT * FROM x, "V_A", main.orders')
  assert.deepEqual(tables.sort(), ['orders', 'v_a'])
  assert.deepEqual((await passed('WITH orders AS (SELECT 1) SELECT * FROM orders')).tables, [])
})

test('what is run is what was checked: the text without its closing semicolon', async () => {
  assert.equal((await passed("SELECT ';' -- a;b\n; -- done")).sql, "SELECT ';' -- a;b\n")
  assert.equal((await passed('SELECT 1 -- ;')).sql, 'SELECT 1 -- ;')
})

test('the tree is the parsed statement', async () => {
  const { tree } = await passed('SELECT 1')
  assert.equal((tree as { node: { type: string } }).node.type, 'SELECT_NODE')
})

const REFUSED: [sql: string, code: string, words: RegExp][] = [
  ['SELECT * FROM secret', 'sql-forbidden', /no table secret.*The tables are: orders, v_a\./],
  [
    "SELECT read_text('/etc/passwd')",
    'sql-forbidden',
    /read_text is not allowed: it reads files.*tables of the dataset/,
  ],
  ['SELECT nothing_like_this(1)', 'sql-forbidden', /nothing_like_this is not available/],
  ['DROP TABLE orders', 'sql-not-select', /not a SELECT/],
  ['SELECT 1; SELECT 2', 'sql-not-select', /2 statements/],
  ['-- nothing', 'sql-not-select', /no statement/],
  ['PIVOT orders ON region USING sum(amount)', 'sql-not-select', /List the values of a PIVOT/],
  ['SELCT 1', 'sql-unparseable', /syntax error at or near "SELCT"/],
  ['SELECT 1\u0000; DROP TABLE orders', 'sql-unparseable', /control characters/],
  [`SELECT ${'1,'.repeat(10_000)}1`, 'sql-too-long', /20001|bytes/],
  ['SELECT 1e999', 'sql-forbidden', /too large/],
  ['SELECT $1', 'sql-forbidden', /parameters/],
  ["SELECT lpad('x', 2000)", 'sql-forbidden', /at most 1000/],
  ['SELECT range(1000000)', 'sql-forbidden', /Use range in FROM/],
  ['SHOW TABLES', 'sql-forbidden', /DESCRIBE and SUMMARIZE/],
]

for (const [sql, code, words] of REFUSED) {
  test(`${JSON.stringify(sql.slice(0, 50))} is refused as ${code}`, async () => {
    const refusal = await refused(sql)
    assert.equal(refusal.code, code)
    assert.match(`${refusal.message} ${refusal.hint}`, words)
  })
}

test('a column called user is a column where the catalog has one', async () => {
  assert.equal((await refused('SELECT user FROM orders')).code, 'sql-forbidden')
  const [orders] = tenants.catalog.tables
  const columns = orders?.columns.map((column, index) => (index === 0 ? { ...column, name: 'User' } : column)) ?? []
  const catalog = { ...tenants.catalog, tables: [{ ...orders, columns }] } as typeof tenants.catalog
  const { tables } = await check('SELECT user FROM orders', catalog, tenants.database, settings)
  assert.deepEqual(tables, ['orders'])
})
