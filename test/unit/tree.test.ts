import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { originOf, outputsOf } from '../../src/tree/origin.ts'
import { sqlOfQuery } from '../../src/tree/print.ts'
import { readTree } from '../../src/tree/read.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const STATEMENTS = [
  'SELECT count(*) FROM orders',
  "SELECT status, sum(amount) AS s FROM orders WHERE order_date BETWEEN '2022-01-01' AND DATE '2023-01-01' AND NOT (amount > 1 OR amount < -2.5) GROUP BY 1 HAVING s > 2 ORDER BY s DESC NULLS LAST LIMIT 5 OFFSET 1",
  'SELECT c.name, o.* FROM orders o LEFT JOIN customers c ON o.customer_id = c.id WHERE c.name IS NOT NULL',
  "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE status NOT IN ('paid', 'it''s')) AND name ILIKE '%a%'",
  'WITH m AS (SELECT status, count(*) AS n FROM orders GROUP BY ALL) SELECT status, n * 100.0 / sum(n) OVER () FROM m',
  'SELECT name FROM customers UNION ALL SELECT name FROM products EXCEPT SELECT city FROM customers ORDER BY 1',
  'SELECT amount, avg(amount) OVER (PARTITION BY status ORDER BY order_date ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), lag(amount, 2) OVER (ORDER BY id) FROM orders',
  "SELECT CASE WHEN amount > 1 THEN 'a' END, CAST(amount AS DECIMAL(10,2)), TRY_CAST(pieces AS DOUBLE), -amount, status || 'x' FROM orders",
  "SELECT count(*) FILTER (WHERE status = 'paid'), count(DISTINCT customer_id), string_agg(status, ',' ORDER BY id) FROM orders WHERE order_date > DATE '2022-06-01' - INTERVAL 3 MONTH",
  'SELECT x.n FROM (SELECT count(*) AS n FROM orders JOIN order_lines l ON l.order_id = orders.id) x',
  'SELECT id FROM orders SEMI JOIN customers USING (id) QUALIFY row_number() OVER (ORDER BY id) < 3',
  'SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, id',
]

for (const sql of STATEMENTS) {
  test(`printed again gives the same rows: ${sql}`, async () => {
    const printed = sqlOfQuery(readTree(await shop.parse(sql)))
    assert.ok(printed)
    assert.deepEqual((await shop.query(printed)).rows, (await shop.query(sql)).rows)
  })
}

test('what has no word is not printed', async () => {
  for (const sql of [
    "SELECT DATE '2020-01-01' AT TIME ZONE 'UTC', status[1] FROM orders",
    'SELECT * FROM range(3)',
    'SELECT * FROM orders USING SAMPLE 3',
    'SELECT status FROM orders GROUP BY ROLLUP (status)',
  ]) {
    assert.equal(sqlOfQuery(readTree(await shop.parse(sql))), undefined, sql)
  }
})

test('columns are traced through WITH, sub-queries, stars and aliases', async () => {
  const traced = async (sql: string) =>
    outputsOf(readTree(await shop.parse(sql)), shop.catalog).map((output) => {
      const origin = originOf(output.expression, output.scope)
      return origin === undefined ? null : `${origin.table.name}.${origin.column.name}`
    })
  assert.deepEqual(
    await traced('WITH a AS (SELECT name AS n, count(*) AS c FROM customers GROUP BY 1) SELECT n, c FROM a'),
    ['customers.name', null],
  )
  assert.deepEqual(await traced('SELECT t.* FROM (SELECT lower(p.name) AS x, price FROM products p) t'), [
    'products.name',
    'products.price',
  ])
  assert.deepEqual(await traced('SELECT * EXCLUDE (id) FROM products'), [
    'products.name',
    'products.category',
    'products.price',
  ])
  assert.deepEqual(await traced('SELECT a.n FROM (SELECT name FROM customers) a(n)'), ['customers.name'])
})

test('names that refer to each other end', async () => {
  const tree = readTree(await shop.parse('SELECT zz AS yy, yy AS zz FROM orders'))
  assert.deepEqual(
    outputsOf(tree, shop.catalog).map((output) => originOf(output.expression, output.scope)),
    [undefined, undefined],
  )
})
