import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { explain } from '../../src/explain.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

/** Blocks of three lines: the statement after "-- ", its explanation in English and in Chinese. */
const golden = readFileSync('test/fixtures/explanations.txt', 'utf8')
  .split(/\n\n+/)
  .filter((block) => block.trim() !== '')
  .map((block) => block.trim().split('\n'))

for (const [statement = '', english, chinese] of golden) {
  const sql = statement.replace(/^-- /, '')
  test(`explains ${sql}`, async () => {
    await shop.query(sql)
    const tree = await shop.parse(sql)
    assert.equal(explain({ catalog: shop.catalog, tree, language: 'en' }), english)
    assert.equal(explain({ catalog: shop.catalog, tree, language: 'zh' }), chinese)
  })
}

test('there are explanations to judge', () => {
  assert.ok(golden.length >= 25)
})

test('a statement over unknown parts is told in general words, not refused', async () => {
  for (const sql of [
    'SELECT * FROM range(3)',
    'SELECT {a: 1}',
    "SELECT x -> 'a' FROM (SELECT '{}'::JSON AS x)",
    'VALUES (1, 2)',
  ]) {
    assert.match(explain({ catalog: shop.catalog, tree: await shop.parse(sql), language: 'en' }), /\.$/, sql)
  }
})

const OPEN: [question: string, sql: string, said: RegExp | null][] = [
  ['amounts by status', 'SELECT status, sum(amount) FROM orders GROUP BY status', /was not said: it is added up\.$/],
  ['amounts by status', 'SELECT status, avg(amount) FROM orders GROUP BY status', /was not said: it is averaged\.$/],
  ['total amount by status', 'SELECT status, sum(amount) FROM orders GROUP BY status', null],
  ['status with the largest amount', 'SELECT status, sum(amount) FROM orders GROUP BY status', null],
  ['orders by status', 'SELECT status, count(*) FROM orders GROUP BY status', null],
  ['amounts', 'SELECT sum(amount) FROM orders', null],
]

for (const [question, sql, said] of OPEN) {
  test(`what a question leaves open is said: ${question}: ${sql}`, async () => {
    const tree = await shop.parse(sql)
    const [plain, open] = [{}, { question }].map((more) =>
      explain({ catalog: shop.catalog, tree, language: 'en', ...more }),
    )
    if (said === null) assert.equal(open, plain)
    else assert.match(open ?? '', said)
  })
}

test('narrow ranges are told as ranges', async () => {
  const tree = await shop.parse('SELECT floor(round(amount * 10, 6)) / 10 AS a, count(*) FROM orders GROUP BY 1')
  assert.match(explain({ catalog: shop.catalog, tree, language: 'en' }), /0\.1/)
})
