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
