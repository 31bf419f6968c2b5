import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CompileError, compile } from '../../src/draft/compile.ts'
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

/** `rows` are the first two, sorted where SQL leaves the order open; null where DuckDB may take any of a group's values. */
const CASES: { question: string; program: string; sql: string; rows: unknown[][] | null }[] = [
  {
    question: 'how many customers',
    program: 'select count * from customers',
    sql: `SELECT count(*) AS count
      FROM customers`,
    rows: [[6]],
  },
  {
    question: 'customers in germany',
    program: "select customers.name where customers.country = 'germany' order customers.name asc from customers",
    sql: `SELECT name
      FROM customers
      WHERE country = 'Germany'
      ORDER BY name`,
    rows: [['Ada Stone'], ['Cy Young']],
  },
  {
    question: 'customers not in atlantis',
    program: "select count * where customers.country != 'atlantis' from customers",
    sql: `SELECT count(*) AS count
      FROM customers
      WHERE lower(country) != 'atlantis'`,
    rows: [[5]],
  },
  {
    question: 'orders from germany or sweden above 1,200',
    program:
      "select orders.id where customers.country = 'germany' or customers.country = 'sweden' and orders.amount > '1,200' from orders customers",
    sql: `SELECT orders.id
      FROM orders
      JOIN customers ON orders.customer_id = customers.id
      WHERE customers.country IN ('Germany', 'Sweden') AND orders.amount > 1200`,
    rows: [[16]],
  },
  {
    question: 'how many customers in germany and sweden',
    program: "select count * where customers.country = 'germany' and customers.country = 'sweden' from customers",
    sql: `SELECT count(*) AS count
      FROM customers
      WHERE country IN ('Germany', 'Sweden')`,
    rows: [[3]],
  },
  {
    question: 'customers that are both in germany and sweden',
    program: "select count * where customers.country = 'germany' and customers.country = 'sweden' from customers",
    sql: `SELECT count(*) AS count
      FROM customers
      WHERE country = 'Germany' AND country = 'Sweden'`,
    rows: [[0]],
  },
  {
    question: 'customers called marc',
    program: "select customers.name where customers.name = 'marc' from customers",
    sql: `SELECT name
      FROM customers
      WHERE name ILIKE '%marc%'`,
    rows: [['Di Marco']],
  },
  {
    question: 'sales by month in 2022',
    program:
      "select month orders.order_date sum orders.amount where orders.order_date = '2022' group month orders.order_date from orders",
    sql: `SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, sum(amount) AS total_amount
      FROM orders
      WHERE order_date >= DATE '2022-01-01' AND order_date < DATE '2023-01-01'
      GROUP BY CAST(date_trunc('month', order_date) AS DATE)
      ORDER BY month NULLS LAST`,
    rows: [
      ['2022-01-01', '528.0'],
      ['2022-02-01', '586.5'],
    ],
  },
  {
    question: 'customers and how many products',
    program:
      'select customers.name count distinct products.name group customers.id order count distinct products.name desc customers.name asc from customers orders order_lines products',
    sql: `SELECT customers.name, count(DISTINCT products.name) AS count_name
      FROM customers
      JOIN orders ON customers.id = orders.customer_id
      JOIN order_lines ON orders.id = order_lines.order_id
      JOIN products ON order_lines.product_id = products.id
      GROUP BY customers.id, customers.name
      ORDER BY count_name DESC, customers.name`,
    rows: [
      ['Ada Stone', 3],
      ['Bo Lind', 3],
    ],
  },
  {
    question: 'share of each status',
    program: 'select orders.status share count * group orders.status order orders.status asc from orders',
    sql: `SELECT status, 100.0 * count(*) / nullif(sum(count(*)) OVER (), 0) AS percent
      FROM orders
      GROUP BY status
      ORDER BY status`,
    rows: [
      ['open', 33.84615384615385],
      ['paid', 33.07692307692308],
    ],
  },
  {
    question: 'share of paid orders',
    program: "select share count * when orders.status = 'paid' from orders",
    sql: `SELECT 100.0 * count(*) FILTER (WHERE status = 'paid') / nullif(count(*), 0) AS percent
      FROM orders`,
    rows: [[33.07692307692308]],
  },
  {
    question: 'running sales a year',
    program: 'select year orders.order_date running sum orders.amount group year orders.order_date from orders',
    sql: `SELECT year(order_date) AS year, sum(sum(amount)) OVER (ORDER BY year(order_date)) AS running_total_amount
      FROM orders
      GROUP BY year(order_date)
      ORDER BY year NULLS LAST`,
    rows: [
      [2022, '97337.5'],
      [2023, '100551.0'],
    ],
  },
  {
    question: 'growth of sales a year',
    program: 'select year orders.order_date growth sum orders.amount group year orders.order_date from orders',
    sql: `SELECT year(order_date) AS year, 100.0 * (sum(amount) - lag(sum(amount)) OVER (ORDER BY year(order_date))) / nullif(lag(sum(amount)) OVER (ORDER BY year(order_date)), 0) AS growth_percent
      FROM orders
      GROUP BY year(order_date)
      ORDER BY year NULLS LAST`,
    rows: [
      [2022, null],
      [2023, -96.69860023115449],
    ],
  },
  {
    question: 'top 2 orders of each status',
    program:
      "select orders.status orders.id orders.amount order orders.amount desc limit '2' per orders.status from orders",
    sql: `SELECT status, id, amount
      FROM orders
      QUALIFY row_number() OVER (PARTITION BY status ORDER BY amount DESC NULLS LAST) <= 2
      ORDER BY status, amount DESC NULLS LAST`,
    rows: [
      ['open', 16, '90000.0'],
      ['open', 19, '165.5'],
    ],
  },
  {
    question: 'name and price of the dearest product',
    program: 'select products.name max products.price from products',
    sql: `SELECT arg_max(name, price) AS name, max(price) AS highest_price
      FROM products`,
    rows: [['Desk', '210.0']],
  },
  {
    question: 'products above average',
    program: 'select products.name where products.price > ( select avg products.price from products ) from products',
    sql: `SELECT name
      FROM products
      WHERE price > (SELECT avg(price) AS average_price FROM products)`,
    rows: [['Desk']],
  },
  {
    question: 'customers without orders',
    program:
      'select customers.name where customers.id not in ( select orders.customer_id where orders.amount is null from orders ) from customers',
    sql: `SELECT name
      FROM customers
      WHERE id NOT IN (SELECT customer_id FROM orders WHERE amount IS NULL)`,
    rows: [['Fay Wong']],
  },
  {
    question: 'average number of orders a customer',
    program: 'select avg * from ( select count * group orders.customer_id from orders )',
    sql: `SELECT avg(count) AS average
      FROM (SELECT count(*) AS count FROM orders GROUP BY customer_id) AS part`,
    rows: [[21.666666666666668]],
  },
  {
    question: 'orders by weekday',
    program: 'select weekday orders.order_date count * group weekday orders.order_date from orders',
    sql: `SELECT dayname(order_date) AS weekday, count(*) AS count
      FROM orders
      GROUP BY dayname(order_date)
      ORDER BY min(isodow(order_date)) NULLS LAST`,
    rows: [
      ['Monday', 18],
      ['Tuesday', 19],
    ],
  },
  {
    question: 'histogram of price',
    program: 'select bin products.price count * group bin products.price from products',
    sql: `SELECT floor(price / 10) * 10 AS price_from, count(*) AS count
      FROM products
      GROUP BY floor(price / 10) * 10
      ORDER BY price_from NULLS LAST`,
    rows: [
      [20, 1],
      [80, 1],
    ],
  },
  {
    question: 'countries by largest order',
    program: 'select distinct customers.country order orders.amount desc from customers orders',
    sql: `SELECT customers.country
      FROM customers
      JOIN orders ON customers.id = orders.customer_id
      GROUP BY customers.country
      ORDER BY max(orders.amount) DESC NULLS LAST`,
    rows: [['Sweden'], [null]],
  },
  {
    question: 'orders of all customers',
    program:
      'select customers.name count orders.id group customers.id order customers.name asc from customers left orders',
    sql: `SELECT customers.name, count(orders.id) AS count_id
      FROM customers
      LEFT JOIN orders ON customers.id = orders.customer_id
      GROUP BY customers.id, customers.name
      ORDER BY customers.name`,
    rows: [
      ['Ada Stone', 13],
      ['Bo Lind', 26],
    ],
  },
  {
    question: 'orders between Jan 1, 2022 and Mar 31, 2022',
    program: "select count * where orders.order_date between 'Jan 1, 2022' 'Mar 31, 2022' from orders",
    sql: `SELECT count(*) AS count
      FROM orders
      WHERE order_date >= DATE '2022-01-01' AND order_date < DATE '2022-04-01'`,
    rows: [[21]],
  },
  {
    question: 'events since March',
    program: "select count * where events.at >= 'March' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE "at" >= DATE '2023-03-01'`,
    rows: [[14]],
  },
  {
    question: 'bookings in 2023',
    program: "select count * where events.booked = '2023' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE try_strptime(booked, '%m/%d/%Y') >= DATE '2023-01-01' AND try_strptime(booked, '%m/%d/%Y') < DATE '2024-01-01'`,
    rows: [[60]],
  },
  {
    question: 'events in August',
    program: "select count * where events.at = 'August' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE monthname("at") = 'August'`,
    rows: [[0]],
  },
  {
    question: 'events of the 1990s',
    program: "select count * where events.year = '1990s' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE year BETWEEN 1990 AND 1999`,
    rows: [[20]],
  },
  {
    question: 'active events with yes',
    program: "select count * where events.is_active = #true and events.paid = 'yes' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE is_active = true AND paid = 'Y'`,
    rows: [[30]],
  },
  {
    question: 'opens after 9 am',
    program: "select count * where events.opens > '9 am' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE opens > TIME '09:00:00'`,
    rows: [[40]],
  },
  {
    question: 'more than three pieces',
    program: "select sum orders.pieces where orders.pieces > 'three' from orders",
    sql: `SELECT sum(try_cast(pieces AS DOUBLE)) AS total_pieces
      FROM orders
      WHERE try_cast(pieces AS DOUBLE) > 3`,
    rows: [[649]],
  },
  {
    question: 'average days to ship',
    program: 'select avg orders.ship_date - orders.order_date from orders',
    sql: `SELECT avg(date_diff('day', order_date, ship_date)) AS average_difference
      FROM orders`,
    rows: [[3]],
  },
  {
    question: 'revenue',
    program: 'select sum products.price mul order_lines.quantity from products order_lines',
    sql: `SELECT sum(products.price * order_lines.quantity) AS total_product
      FROM products
      JOIN order_lines ON products.id = order_lines.product_id`,
    rows: [['68312.5']],
  },
  {
    question: 'sales per customer',
    program: 'select sum orders.amount / count distinct orders.customer_id from orders',
    sql: `SELECT sum(amount) / nullif(count(DISTINCT customer_id), 0) AS ratio
      FROM orders`,
    rows: [[16758.5]],
  },
  {
    question: 'customers with more than three orders',
    program: "select customers.name having count * > 'three' from customers orders",
    sql: `SELECT customers.name
      FROM customers
      JOIN orders ON customers.id = orders.customer_id
      GROUP BY customers.name
      HAVING count(*) > 3`,
    rows: [['Ada Stone'], ['Bo Lind']],
  },
  {
    question: 'names with an o',
    program: "select customers.name where customers.name like 'o' from customers",
    sql: `SELECT name
      FROM customers
      WHERE name ILIKE '%o%'`,
    rows: [['Ada Stone'], ['Bo Lind']],
  },
  {
    question: 'countries of customers or products',
    program: 'select customers.country from customers union select products.category from products',
    sql: `SELECT country
      FROM customers
      UNION
      SELECT category
      FROM products`,
    rows: [['Germany'], ['Italy']],
  },
  {
    question: 'last 30 days',
    program: "select count * where events.at = 'last 30 days' from events",
    sql: `SELECT count(*) AS count
      FROM events
      WHERE "at" >= DATE '2023-04-18' AND "at" < DATE '2023-05-18'`,
    rows: [[0]],
  },
  {
    question: 'discounts above 50 %',
    program: "select count * where orders.discount_rate > '50 %' from orders",
    sql: `SELECT count(*) AS count
      FROM orders
      WHERE discount_rate > 0.5`,
    rows: [[49]],
  },
  {
    question: 'one customer a country',
    program: 'select * group customers.country from customers',
    sql: `SELECT any_value(id) AS id, any_value(name) AS name, country, any_value(city) AS city, any_value(size) AS size, any_value(latitude) AS latitude, any_value(longitude) AS longitude
      FROM customers
      GROUP BY country`,
    rows: null,
  },
  {
    question: 'priced above any order of Bo Lind',
    program:
      "select products.name where products.price > ( select orders.amount where customers.name = 'Bo Lind' from orders customers ) from products",
    sql: `SELECT name
      FROM products
      WHERE price > (SELECT max(amount) FROM (SELECT orders.amount FROM orders JOIN customers ON orders.customer_id = customers.id WHERE customers.name = 'Bo Lind'))`,
    rows: [],
  },
]

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
