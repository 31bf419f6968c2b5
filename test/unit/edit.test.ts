import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Edit, editPlan, isFaithful, readingOf, rewritten } from '../../src/edit.ts'
import { Refusal } from '../../src/refusal.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const around = () => ({ catalog: shop.catalog, language: 'en' as const, today: '2023-05-10' })
const parsed = async (sql: string) => (await shop.parse(sql)) as { statements: unknown[] }
const planOf = async (sql: string) => ({ question: 'q', tree: (await parsed(sql)).statements[0], wish: null })
const edited = async (sql: string, ...edits: Edit[]) => editPlan(await planOf(sql), edits, around())

const BY_STATUS = 'SELECT status, sum(amount) AS total_amount FROM orders GROUP BY status'
const PER_MONTH =
  "SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, count(*) AS count FROM orders WHERE order_date >= DATE '2022-01-01' AND order_date < DATE '2023-01-01' GROUP BY 1 ORDER BY 1"
const TOP =
  "SELECT customer_id, sum(amount) AS total FROM orders WHERE status = 'paid' GROUP BY customer_id ORDER BY total DESC LIMIT 5"

/** A statement, edits, and the statement they make. */
const CASES: [string, Edit[], string][] = [
  [BY_STATUS, [{ slot: 'measure', do: 'set', at: 0, aggregate: 'average' }], 'SELECT status, avg(amount) AS average_amount FROM orders GROUP BY status'],
  [BY_STATUS, [{ slot: 'measure', do: 'add', aggregate: 'count' }], 'SELECT status, sum(amount) AS total_amount, count(*) AS count FROM orders GROUP BY status'],
  [BY_STATUS, [{ slot: 'measure', do: 'set', at: 0, column: 'orders.discount_rate' }], 'SELECT status, sum(discount_rate) AS total_discount_rate FROM orders GROUP BY status'],
  [BY_STATUS, [{ slot: 'by', do: 'set', at: 0, column: 'orders.currency' }], 'SELECT currency, sum(amount) AS total_amount FROM orders GROUP BY currency'],
  [BY_STATUS, [{ slot: 'by', do: 'add', column: 'customers.country' }], 'SELECT orders.status, customers.country, sum(orders.amount) AS total_amount FROM orders JOIN customers ON orders.customer_id = customers.id GROUP BY orders.status, customers.country'],
  [BY_STATUS, [{ slot: 'by', do: 'remove', at: 0 }], 'SELECT sum(amount) AS total_amount FROM orders'],
  [BY_STATUS, [{ slot: 'by', do: 'set', at: 0, grain: 'quarter' }], "SELECT CAST(date_trunc('quarter', order_date) AS DATE) AS quarter, sum(amount) AS total_amount FROM orders GROUP BY CAST(date_trunc('quarter', order_date) AS DATE) ORDER BY quarter"],
  [BY_STATUS, [{ slot: 'by', do: 'set', at: 0, grain: 'weekday' }], 'SELECT dayname(order_date) AS weekday, sum(amount) AS total_amount FROM orders GROUP BY dayname(order_date), isodow(order_date) ORDER BY isodow(order_date)'],
  [BY_STATUS, [{ slot: 'filter', do: 'add', values: ['germany'] }], "SELECT orders.status, sum(orders.amount) AS total_amount FROM orders JOIN customers ON orders.customer_id = customers.id WHERE customers.country = 'Germany' GROUP BY orders.status"],
  [BY_STATUS, [{ slot: 'filter', do: 'add', values: ['paid', 'open'] }], "SELECT status, sum(amount) AS total_amount FROM orders WHERE status IN ('paid', 'open') GROUP BY status"],
  [BY_STATUS, [{ slot: 'filter', do: 'add', column: 'amount', operator: 'above', values: ['1,000'] }], 'SELECT status, sum(amount) AS total_amount FROM orders WHERE amount > 1000 GROUP BY status'],
  [BY_STATUS, [{ slot: 'filter', do: 'add', column: 'status', operator: 'is not', values: ['returned'] }, { slot: 'filter', do: 'remove', at: 0 }], BY_STATUS],
  [BY_STATUS, [{ slot: 'period', do: 'set', period: 'March 2022' }], "SELECT status, sum(amount) AS total_amount FROM orders WHERE order_date >= DATE '2022-03-01' AND order_date < DATE '2022-04-01' GROUP BY status"],
  [BY_STATUS, [{ slot: 'limit', do: 'set', limit: 2 }, { slot: 'sort', do: 'set', by: 'measure-0' }], 'SELECT status, sum(amount) AS total_amount FROM orders GROUP BY status ORDER BY total_amount DESC LIMIT 2'],
  [PER_MONTH, [{ slot: 'by', do: 'set', at: 0, grain: 'year' }], "SELECT year(order_date) AS year, count(*) AS count FROM orders WHERE order_date >= DATE '2022-01-01' AND order_date < DATE '2023-01-01' GROUP BY year(order_date) ORDER BY year"],
  [PER_MONTH, [{ slot: 'period', do: 'set', period: '2023' }], "SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, count(*) AS count FROM orders WHERE order_date >= DATE '2023-01-01' AND order_date < DATE '2024-01-01' GROUP BY CAST(date_trunc('month', order_date) AS DATE) ORDER BY month"],
  [PER_MONTH, [{ slot: 'period', do: 'remove' }], "SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, count(*) AS count FROM orders GROUP BY CAST(date_trunc('month', order_date) AS DATE) ORDER BY month"],
  [PER_MONTH, [{ slot: 'period', do: 'set', period: 'last month', column: 'ship_date' }], "SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, count(*) AS count FROM orders WHERE order_date >= DATE '2022-01-01' AND order_date < DATE '2023-01-01' AND ship_date >= DATE '2023-04-01' AND ship_date < DATE '2023-05-01' GROUP BY CAST(date_trunc('month', order_date) AS DATE) ORDER BY month"],
  [TOP, [{ slot: 'filter', do: 'set', at: 0, values: ['open'] }], "SELECT customer_id, sum(amount) AS total FROM orders WHERE status = 'open' GROUP BY customer_id ORDER BY total DESC LIMIT 5"],
  [TOP, [{ slot: 'filter', do: 'add', values: ['returned'] }], "SELECT customer_id, sum(amount) AS total FROM orders WHERE status = 'returned' GROUP BY customer_id ORDER BY total DESC LIMIT 5"],
  [TOP, [{ slot: 'limit', do: 'set', limit: 3 }], "SELECT customer_id, sum(amount) AS total FROM orders WHERE status = 'paid' GROUP BY customer_id ORDER BY total DESC LIMIT 3"],
  [TOP, [{ slot: 'sort', do: 'set' }], "SELECT customer_id, sum(amount) AS total FROM orders WHERE status = 'paid' GROUP BY customer_id ORDER BY total LIMIT 5"],
  [TOP, [{ slot: 'by', do: 'set', at: 0, column: 'customers.name' }], "SELECT customers.name, sum(orders.amount) AS total FROM orders JOIN customers ON orders.customer_id = customers.id WHERE orders.status = 'paid' GROUP BY customers.name ORDER BY total DESC LIMIT 5"],
  ['SELECT name FROM customers ORDER BY name', [{ slot: 'measure', do: 'add', column: 'city' }, { slot: 'filter', do: 'add', column: 'country', operator: 'missing' }], 'SELECT name, city FROM customers WHERE country IS NULL ORDER BY name'],
  ['WITH m AS (SELECT status, sum(amount) AS a FROM orders GROUP BY status) SELECT max(a) FROM m', [{ slot: 'filter', do: 'add', column: 'currency', values: ['EUR'] }], "WITH m AS (SELECT status, sum(amount) AS a FROM orders WHERE currency = 'EUR' GROUP BY status) SELECT max(a) FROM m"],
] // biome-ignore format: a table

describe('edits', () => {
  for (const [sql, edits, expected] of CASES) {
    test(`${edits.map((edit) => JSON.stringify(edit)).join(' ')} of ${sql}`, async () => {
      const made = await edited(sql, ...edits)
      assert.equal(made.sql.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')'), expected)
      assert.deepEqual((await shop.query(made.sql)).rows, (await shop.query(expected)).rows)
    })
  }

  test('a chart alone leaves the statement and the question', async () => {
    const made = await edited(TOP, { slot: 'chart', do: 'set', chart: 'pie' })
    assert.deepEqual([made.question, made.wish], ['q', 'pie'])
    assert.deepEqual((await shop.query(made.sql)).rows, (await shop.query(TOP)).rows)
  })

  test('the question says what the edited plan does', async () => {
    const made = await edited(TOP, { slot: 'period', do: 'set', period: 'last year' })
    assert.equal(made.question, 'total amount by customer id, status is “paid”, 2022, top 5')
    assert.equal(made.relative, true)
  })

  test('a value read as another spelling is told', async () => {
    const made = await edited('SELECT count(*) FROM customers', { slot: 'filter', do: 'add', values: ['germny'] })
    assert.deepEqual(made.linked, [{ words: 'germny', value: 'Germany', column: 'country', how: 'fuzzy' }])
  })
})

const refused = (code: string) => (thrown: unknown) => thrown instanceof Refusal && thrown.code === code

describe('edits that mean nothing are refused', () => {
  const cases: [string, string, Edit][] = [
    ['a sum that a join multiplies', 'SELECT sum(quantity) FROM order_lines JOIN orders ON order_id = orders.id', { slot: 'measure', do: 'add', aggregate: 'sum', column: 'orders.amount' }],
    ['a split by a table that has several rows each', BY_STATUS, { slot: 'by', do: 'add', column: 'order_lines.product_id' }],
    ['text that is averaged', BY_STATUS, { slot: 'measure', do: 'set', at: 0, column: 'orders.status', aggregate: 'average' }],
    ['the only measure taken away', BY_STATUS, { slot: 'measure', do: 'remove', at: 0 }],
    ['a column that is not there', BY_STATUS, { slot: 'by', do: 'set', at: 0, column: 'orders.colour' }],
    ['a value nobody stores', BY_STATUS, { slot: 'filter', do: 'add', values: ['Atlantis'] }],
    ['words compared with a number', BY_STATUS, { slot: 'filter', do: 'add', column: 'amount', operator: 'above', values: ['many'] }],
    ['no period', BY_STATUS, { slot: 'period', do: 'set', period: 'the good old days' }],
    ['a chip that is not there', BY_STATUS, { slot: 'filter', do: 'remove', at: 3 }],
    ['a split of a listing', 'SELECT name FROM customers', { slot: 'by', do: 'add', column: 'country' }],
    ['one group out of a share of all', 'SELECT status, 100.0 * count(*) / sum(count(*)) OVER () AS percent FROM orders GROUP BY status', { slot: 'filter', do: 'add', values: ['paid'] }],
    ['a measure of a union', 'SELECT name FROM customers UNION SELECT name FROM products', { slot: 'measure', do: 'add', column: 'customers.city' }],
  ] // biome-ignore format: a table
  for (const [name, sql, edit] of cases) {
    test(name, () => assert.rejects(() => edited(sql, edit), refused('edit-unfit')))
  }

  test('a column of that name in several tables, with those that may be meant', async () => {
    const sql = 'SELECT count(*) FROM orders JOIN customers ON customer_id = customers.id'
    await assert.rejects(
      () => edited(sql, { slot: 'by', do: 'add', column: 'id' }),
      (thrown) => refused('edit-ambiguous')(thrown) && (thrown as Refusal).suggestions.includes('customers.id'),
    )
  })
})

const READ = [
  BY_STATUS,
  PER_MONTH,
  TOP,
  'SELECT name, country FROM customers',
  'SELECT count(*) FROM orders',
  'SELECT c.country, count(*) AS n FROM orders o JOIN customers c ON o.customer_id = c.id WHERE o.amount > 50 GROUP BY c.country HAVING count(*) > 2 ORDER BY n DESC',
  'SELECT name FROM customers UNION SELECT name FROM products ORDER BY 1 LIMIT 3',
  'WITH m AS (SELECT status, sum(amount) AS a FROM orders GROUP BY status) SELECT max(a) FROM m',
]

describe('the reading', () => {
  test('names each part of the plan', async () => {
    const { chips } = readingOf(await planOf(READ[5] ?? ''), around())
    assert.deepEqual(
      chips.map(({ id, text }) => `${id}: ${text}`),
      [
        'measure-0: number of orders',
        'by-0: country',
        'filter-0: amount is above 50',
        'filter-1: number of orders is above 2',
        'sort-0: number of orders ↓',
        'chart-0: as fits best',
      ],
    )
  })

  for (const sql of READ) {
    test(`every change it offers runs: ${sql}`, async () => {
      const plan = await planOf(sql)
      const { chips, add } = readingOf(plan, around())
      const offered = [
        ...chips.flatMap((chip) => [...chip.choices.map(({ edit }) => edit), chip.remove]),
        ...add.map(({ edit }) => edit),
      ]
      assert.ok(offered.length > 5)
      for (const edit of offered) {
        if (edit === undefined) continue
        const made = editPlan(plan, [edit], around())
        await shop.query(made.sql)
      }
    })
  }
})

describe('a statement is edited only when it can be written anew exactly', () => {
  const exact = [
    ...READ,
    "SELECT name FROM customers WHERE city ILIKE '%50\\%%' ESCAPE '\\' AND NOT (id = 1 OR id = 2) AND id NOT IN (SELECT customer_id FROM orders)",
    "SELECT -amount * (1 - discount_rate) - (2 - 1), status || 'x' FROM orders WHERE order_date > DATE '2022-06-01' - INTERVAL 3 MONTH ORDER BY id ASC NULLS FIRST",
    'SELECT count(*) FROM (SELECT status FROM orders GROUP BY ALL)',
  ]
  for (const sql of exact) {
    test(sql, async () => {
      const tree = (await parsed(sql)).statements[0]
      const text = rewritten(tree)
      assert.ok(text)
      assert.ok(isFaithful(tree, (await parsed(text)).statements[0]), text)
    })
  }

  for (const sql of [
    'SELECT status FROM orders LIMIT 2 + 3',
    'SELECT * FROM orders USING SAMPLE 3',
    'SELECT status[1] FROM orders',
  ]) {
    test(`not: ${sql}`, async () => {
      const tree = (await parsed(sql)).statements[0]
      const text = rewritten(tree)
      assert.ok(text === undefined || !isFaithful(tree, (await parsed(text)).statements[0]), text)
    })
  }
})
