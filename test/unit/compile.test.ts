import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CompileError, compile } from '../../src/draft/compile.ts'
import { CASES } from '../fixtures/compiled.ts'
import { plainLinks, writeProgram } from '../fixtures/programs.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop(`
    CREATE TABLE events AS SELECT i AS "Event No", TIMESTAMP '2023-01-01 08:00:00' + INTERVAL (i * 31) HOUR AS at, 1990 + i % 30 AS year,
      i % 2 = 0 AS is_active, printf('%02d/%02d/2023', 1 + i % 12, 1 + i % 28) AS booked, TIME '06:00:00' + INTERVAL (i % 12) HOUR AS opens,
      CASE WHEN i % 2 = 0 THEN 'Y' ELSE 'N' END AS paid FROM range(60) t(i);`)
})
after(() => shop.close())

const today = '2023-05-17'

function compiled(program: string, question: string) {
  return compile(writeProgram(program, shop.catalog, question), shop.catalog, plainLinks(question), { today })
}

for (const { question, program, sql, rows } of CASES) {
  test(`${question}: ${program}`, async () => {
    const expected = sql.replace(/\n +/g, '\n')
    assert.equal(compiled(program, question).sql, expected)
    const found = (await shop.query(expected)).rows
    if (!expected.includes('\nORDER BY'))
      found.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
    if (rows) assert.deepEqual(found.slice(0, 2), rows)
  })
}

test('a literal that became another stored value is told once', () => {
  const { linked } = compiled(
    "select customers.name where customers.country = 'germany' from customers",
    'customers in germany',
  )
  assert.deepEqual(linked, [{ words: 'germany', value: 'Germany', column: 'country', how: 'case' }])
})

/** Programs that mean nothing here, and the part that fails. */
const MEANINGLESS: [reason: CompileError['reason'], program: string, question: string][] = [
  ['value', "select count * where orders.amount > 'large' from orders", 'large orders'],
  ['value', "select count * where orders.order_date = 'soon' from orders", 'orders soon'],
  ['value', "select customers.name limit 'few' from customers", 'few customers'],
  ['join', 'select customers.name products.name from customers products', 'customers and products'],
  ['column', 'select products.name from customers', 'products'],
  ['type', 'select count * where sum orders.amount > #1 from orders', 'orders'],
  ['type', 'select sum customers.latitude mul orders.order_date from customers orders', 'orders'],
  ['width', 'select customers.name customers.city from customers union select products.name from products', 'names'],
  ['syntax', 'select count from orders', 'orders'],
]

for (const [reason, program, question] of MEANINGLESS) {
  test(`refuses ${program}`, () => {
    assert.throws(
      () => compiled(program, question),
      (error) => error instanceof CompileError && error.reason === reason,
    )
  })
}

test('names that SQL reserves or cannot spell are quoted', async () => {
  const { sql } = compile(
    [{ keyword: 'select' }, { item: eventNumber() }, { keyword: 'from' }, { item: eventNumber() - 1 }],
    shop.catalog,
    plainLinks('events'),
    { today },
  )
  assert.equal(sql, 'SELECT "Event No"\nFROM events')
  assert.equal((await shop.query(sql)).rows.length, 60)

  function eventNumber(): number {
    const before = shop.catalog.tables.findIndex(({ name }) => name === 'events')
    return shop.catalog.tables.slice(0, before).reduce((sum, { columns }) => sum + columns.length + 1, 1)
  }
})
