import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Catalog, readCatalog } from '../../src/catalog.ts'
import { type Edit, editPlan } from '../../src/edit.ts'
import { RULES } from '../../src/follow/rules.ts'
import { editsSaid, followUp } from '../../src/follow.ts'
import { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let catalog: Catalog
let shop: Shop
before(async () => {
  catalog = await readCatalog('examples/northwind', { settings: readSettings({}) })
  shop = await openShop()
})
after(() => shop.close())

const around = () => ({ catalog, language: 'en' as const, today: '1998-05-10' })
const parse = async (sql: string) => ((await shop.parse(sql)) as { statements: unknown[] }).statements[0]
const said = async (text: string, sql: string) => editsSaid(text, { tree: await parse(sql), wish: null }, around())

const BY_COUNTRY = 'SELECT ShipCountry, avg(Freight) AS average_Freight FROM Orders GROUP BY ShipCountry'
const PER_YEAR =
  'SELECT year(OrderDate) AS year, sum(Freight) AS total_Freight FROM Orders GROUP BY year(OrderDate) ORDER BY year'
const GERMANY =
  "SELECT ShipCountry, sum(Freight) AS total_Freight FROM Orders WHERE ShipCountry = 'Germany' AND OrderDate >= DATE '1997-01-01' AND OrderDate < DATE '1998-01-01' GROUP BY ShipCountry ORDER BY total_Freight DESC LIMIT 5"
const TWO =
  'SELECT ShipCountry, sum(Freight) AS total_Freight, avg(Freight) AS average_Freight FROM Orders GROUP BY ShipCountry'
const LINES = 'SELECT ProductID, sum(Quantity) AS total_Quantity FROM OrderDetails GROUP BY ProductID'
const LISTING = 'SELECT CompanyName FROM Customers'
const STATUS = 'SELECT status, count(*) AS n FROM orders GROUP BY status'

/** Where an example of a rule needs another answer before it than the average freight by country. */
const BEFORE: Record<string, string> = {
  'all rows': GERMANY,
  unsorted: GERMANY,
  direction: GERMANY,
  'all time': GERMANY,
  'also value': GERMANY,
  'instead of': TWO,
  'show column': LISTING,
  'by category': 'SELECT count(*) AS count FROM Products',
  'broken down by category': 'SELECT count(*) AS count FROM Products',
  'without the filter': GERMANY,
  'drop the country filter': GERMANY,
  'all countries': GERMANY,
  'remove the average': TWO,
  'without the month': PER_YEAR.replaceAll('year(OrderDate)', "CAST(date_trunc('month', OrderDate) AS DATE)"),
  'with quantity under 5': LINES,
  'where price is at least 20': 'SELECT CategoryID, count(*) AS n FROM Products GROUP BY CategoryID',
  'not by country': BY_COUNTRY,
  'quantity instead of freight': '',
  'without returns': '',
  'also show the city': LISTING,
  'include the price': 'SELECT ProductName FROM Products',
  'in Berlin': 'SELECT count(*) FROM Customers',
  'and by region': BY_COUNTRY,
}

describe('every rule reads its examples', () => {
  for (const rule of RULES) {
    for (const example of rule.examples) {
      const sql = BEFORE[example] ?? BEFORE[rule.name] ?? BY_COUNTRY
      if (sql === '') continue
      test(`${rule.name}: ${example}`, async () => {
        const edits = await said(example, sql)
        assert.ok(edits, 'read by no rule')
        const made = editPlan({ question: 'q', tree: await parse(sql), wish: null }, edits, around())
        assert.ok(made.sql !== '')
      })
    }
  }

  test('names are unique and each has a reason', () => {
    assert.equal(new Set(RULES.map((rule) => rule.name)).size, RULES.length)
    for (const rule of RULES) assert.ok(rule.why.length > 10 && rule.examples.length > 0, rule.name)
  })
})

const country = 'Orders.ShipCountry'
const only = (...values: string[]): Edit => ({ slot: 'filter', do: 'add', column: country, values })
const date = 'Orders.OrderDate'

/** What people say after an answer, and the edits it means. */
const SAID: [string, string, Edit[]][] = [
  ['Can you make it a line chart please?', BY_COUNTRY, [{ slot: 'chart', do: 'set', chart: 'line' }]],
  ['bars', BY_COUNTRY, [{ slot: 'chart', do: 'set', chart: 'bar' }]],
  ['ok now show it as a pie', BY_COUNTRY, [{ slot: 'chart', do: 'set', chart: 'pie' }]],
  ['just give me a table', BY_COUNTRY, [{ slot: 'chart', do: 'set', chart: 'table' }]],
  ['what about France?', BY_COUNTRY, [only('France')]],
  ['And for Italy?', BY_COUNTRY, [only('Italy')]],
  ['just germany please', BY_COUNTRY, [only('germany')]],
  ['same but for brazil', BY_COUNTRY, [only('brazil')]],
  ['the same for Brazil', BY_COUNTRY, [only('Brazil')]],
  ['limit it to France and Italy', BY_COUNTRY, [only('France', 'Italy')]],
  ['without the USA', BY_COUNTRY, [{ slot: 'filter', do: 'add', column: country, operator: 'is not', values: ['USA'] }]],
  ['everything except Germany', BY_COUNTRY, [{ slot: 'filter', do: 'add', column: country, operator: 'is not', values: ['Germany'] }]],
  ['also Austria', GERMANY, [{ slot: 'filter', do: 'set', at: 0, values: ['Germany', 'Austria'] }]],
  ['same for 1996', GERMANY, [{ slot: 'period', do: 'set', period: '1996', column: date }]],
  ['and in 1996?', GERMANY, [{ slot: 'period', do: 'set', period: '1996', column: date }]],
  ['how about Q3 1997', BY_COUNTRY, [{ slot: 'period', do: 'set', period: 'Q3 1997', column: date }]],
  ['last year instead', BY_COUNTRY, [{ slot: 'period', do: 'set', period: 'last year', column: date }]],
  ['since march 1997', BY_COUNTRY, [{ slot: 'period', do: 'set', period: 'since march 1997', column: date }]],
  ['last 30 days', BY_COUNTRY, [{ slot: 'period', do: 'set', period: 'last 30 days', column: date }]],
  ['by month instead', PER_YEAR, [{ slot: 'by', do: 'set', at: 0, grain: 'month' }]],
  ['make it quarterly', PER_YEAR, [{ slot: 'by', do: 'set', at: 0, grain: 'quarter' }]],
  ['now per week', PER_YEAR, [{ slot: 'by', do: 'set', at: 0, grain: 'week' }]],
  ['split by ship country', PER_YEAR, [{ slot: 'by', do: 'add', column: country }]],
  ['and by ship country too', PER_YEAR, [{ slot: 'by', do: 'add', column: country }]],
  ['break it down by shipper', BY_COUNTRY, [{ slot: 'by', do: 'add', column: 'Shippers.CompanyName' }]],
  ['top 5', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: 'measure-0', descending: true }, { slot: 'limit', do: 'set', limit: 5 }]],
  ['show me the top 10 countries', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: 'measure-0', descending: true }, { slot: 'limit', do: 'set', limit: 10 }]],
  ['only the three lowest', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: 'measure-0', descending: false }, { slot: 'limit', do: 'set', limit: 3 }]],
  ['top 3', GERMANY, [{ slot: 'limit', do: 'set', limit: 3 }]],
  ['sorted by country', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: country }]],
  ['sort them by the average, lowest first', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: 'measure-0', descending: false }]],
  ['alphabetically', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: 'by-0', descending: false }]],
  ['and the median too', BY_COUNTRY, [{ slot: 'measure', do: 'add', aggregate: 'median' }]],
  ['total instead', BY_COUNTRY, [{ slot: 'measure', do: 'set', at: 0, aggregate: 'sum' }]],
  ['as the number of orders', BY_COUNTRY, [{ slot: 'measure', do: 'set', at: 0, aggregate: 'count' }]],
  ['only Germany, by month, as a line', BY_COUNTRY, [only('Germany'), { slot: 'by', do: 'set', at: 0, grain: 'month' }, { slot: 'chart', do: 'set', chart: 'line' }]],
  ['top 5 in 1997', BY_COUNTRY, [{ slot: 'sort', do: 'set', by: 'measure-0', descending: true }, { slot: 'limit', do: 'set', limit: 5 }, { slot: 'period', do: 'set', period: '1997', column: date }]],
  ['same for 1997 but only France', BY_COUNTRY, [{ slot: 'period', do: 'set', period: '1997', column: date }, only('France')]],
  ['only 1997', BY_COUNTRY, [{ slot: 'period', do: 'set', period: '1997', column: date }]],
  ['can I see that as a table?', BY_COUNTRY, [{ slot: 'chart', do: 'set', chart: 'table' }]],
  ['for last year only', BY_COUNTRY, [{ slot: 'period', do: 'set', period: 'last year', column: date }]],
  ['stacked by shipper', BY_COUNTRY, [{ slot: 'by', do: 'add', column: 'Shippers.CompanyName' }, { slot: 'chart', do: 'set', chart: 'stacked-bar' }]],
  ['in total', BY_COUNTRY, [{ slot: 'by', do: 'remove', at: 0 }]],
  ['换成折线图', BY_COUNTRY, [{ slot: 'chart', do: 'set', chart: 'line' }]],
  ['1997年呢', BY_COUNTRY, [{ slot: 'period', do: 'set', period: '1997', column: date }]],
] // biome-ignore format: a table

describe('people say', () => {
  for (const [text, sql, edits] of SAID) test(text, async () => assert.deepEqual(await said(text, sql), edits))
})

/** Questions of their own, and what no rule can do: the model's business. */
const OTHERWISE: [string, string][] = [
  ['only Atlantis', BY_COUNTRY],
  ['why is it so high?', BY_COUNTRY],
  ['customers from Germany with no orders', BY_COUNTRY],
  ['by category', BY_COUNTRY],
  ['as a share of the whole', BY_COUNTRY],
  ['top 5 products', BY_COUNTRY],
  ['which employee sold most?', BY_COUNTRY],
  ['compare with the year before', PER_YEAR],
  ['also Austria', BY_COUNTRY],
  ['by month', LISTING],
  ['average instead', LISTING],
  ['only the good ones', BY_COUNTRY],
  ['5', BY_COUNTRY],
  ['explain', BY_COUNTRY],
  ['only beverages', BY_COUNTRY],
  ['average per order', BY_COUNTRY],
  ['top 3 per year', BY_COUNTRY],
  ['only Germany and their managers', BY_COUNTRY],
  ['growth rate', PER_YEAR],
  ['how many customers are there?', BY_COUNTRY],
  ['show me the orders behind this', BY_COUNTRY],
]

describe('what fits no rule is left to the model', () => {
  for (const [text, sql] of OTHERWISE) test(text, async () => assert.equal(await said(text, sql), null))
})

test('a value that several columns hold is refused with what to say instead, and that is read', async () => {
  const sql = 'SELECT count(*) FROM Orders JOIN Customers ON Orders.CustomerID = Customers.CustomerID'
  const asked = async () => said('only Germany', sql)
  await assert.rejects(asked, (thrown) => thrown instanceof Refusal && thrown.code === 'edit-ambiguous')
  const choices = await asked().catch((thrown: Refusal) => thrown.suggestions)
  assert.ok(choices && choices.length === 2)
  for (const choice of choices) {
    const [edit] = (await said(String(choice), sql)) ?? []
    assert.equal(edit?.slot, 'filter')
  }
})

test('a value is found in its other forms', async () => {
  const [edit] =
    editsSaid('without returns', { tree: await parse(STATUS), wish: null }, { ...around(), catalog: shop.catalog }) ??
    []
  assert.ok(edit?.slot === 'filter' && edit.operator === 'is not')
  const made = editPlan({ question: 'q', tree: await parse(STATUS), wish: null }, [edit], {
    ...around(),
    catalog: shop.catalog,
  })
  assert.match(made.sql, /status <> 'returned'/)
})

test('followUp joins what no edit reads', () => {
  assert.equal(
    followUp('freight by country?', 'and only the heavy ones').question,
    'freight by country only the heavy ones',
  )
  assert.deepEqual(followUp('freight by country', 'as a pie'), { question: 'freight by country', chart: 'pie' })
})
