import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Ajv } from 'ajv'
import { CHART_NOTES } from '../../src/chart/notes.ts'
import { viewOf } from '../../src/chart/paint.ts'
import { ROLE_RULES } from '../../src/chart/role.ts'
import { CHART_RULES } from '../../src/chart/rules.ts'
import { CHART_KINDS, kindNamed } from '../../src/chart/wish.ts'
import { chart, ruleFor, shapeOfResult, type VegaLiteSpec, wishOf } from '../../src/chart.ts'
import { CHART_CASES, type ChartCase } from '../fixtures/charts.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const schema = JSON.parse(readFileSync('node_modules/vega-lite/build/vega-lite-schema.json', 'utf8'))
const ajv = new Ajv({ strict: false, validateFormats: false })
const isVegaLite = ajv.compile(schema)

async function draw({ title, sql }: Pick<ChartCase, 'title' | 'sql'>, wish = wishOf(title)) {
  const [rows, tree] = [await shop.query(sql), await shop.parse(sql)]
  const shape = shapeOfResult({ catalog: shop.catalog, tree, rows })
  return { made: chart({ title, wish, catalog: shop.catalog, tree, rows }), ...shape }
}

function valuesOf(spec: VegaLiteSpec | null): Record<string, unknown>[] {
  assert.ok(spec)
  return (spec.data as { values: Record<string, unknown>[] }).values
}

/** The drawn tree; vega's types leave its root out. */
function sceneOf(view: { scenegraph(): unknown }): unknown {
  return (view.scenegraph() as { root: unknown }).root
}

/** Marks of the scenegraph that show data: axes, legends and titles left out. */
function marksOf(group: unknown): number {
  const { items = [], role = '', marktype } = group as { items?: unknown[]; role?: string; marktype?: string }
  if (/axis|legend|title|header/.test(role)) return 0
  const below = items.reduce<number>((total, item) => total + marksIn(item), 0)
  return marktype === 'group' || marktype === undefined ? below : items.length + below
}

function marksIn(item: unknown): number {
  const { items = [] } = item as { items?: unknown[] }
  return items.reduce<number>((total, one) => total + marksOf(one), 0)
}

for (const one of CHART_CASES) {
  test(`chart: ${one.title}`, async () => {
    const { made, shape } = await draw(one)
    assert.equal(made.kind, one.kind)
    if (one.rule !== undefined) assert.equal(ruleFor(shape).name, one.rule)
    for (const code of one.findings ?? [])
      assert.ok(
        made.findings.some((finding) => finding.code === code),
        code,
      )
    if (one.kind === 'table') return assert.equal(made.spec, null)
    assert.ok(made.spec)
    assert.ok(isVegaLite(made.spec), JSON.stringify(isVegaLite.errors?.slice(0, 3)))
    const view = await viewOf(made.spec)
    assert.ok(marksOf(sceneOf(view)) > 0, 'no marks drawn')
    assert.match(String(made.spec.description), /\S/)
    view.finalize()
  })
}

test('every chart rule, kind, note and role rule has a case that triggers it', async () => {
  const drawn = await Promise.all(CHART_CASES.map((one) => draw(one)))
  const rules = new Set(drawn.map(({ shape }) => ruleFor(shape).name))
  assert.deepEqual(
    CHART_RULES.map((rule) => rule.name).filter((name) => !rules.has(name)),
    [],
  )
  const kinds = new Set(CHART_CASES.flatMap((one) => [one.kind, wishOf(one.title) ?? '']))
  assert.deepEqual(
    CHART_KINDS.filter((kind) => !kinds.has(kind)),
    [],
  )
  const unknown = await draw(
    { title: 'Customers by size', sql: 'SELECT size, count(*) FROM customers GROUP BY 1' },
    'sunburst' as never,
  )
  const notes = new Set([...drawn, unknown].flatMap(({ made }) => made.findings.map((finding) => finding.code)))
  assert.deepEqual(
    Object.keys(CHART_NOTES).filter((name) => !notes.has(name)),
    [],
  )
})

const ROLE_CASES: Record<string, string> = {
  'nothing there': 'SELECT NULL::INTEGER',
  nested: 'SELECT [1, 2]',
  latitude: 'SELECT latitude FROM customers',
  longitude: 'SELECT longitude FROM customers',
  'recurring period': 'SELECT month(order_date), count(*) FROM orders GROUP BY 1',
  date: 'SELECT order_date FROM orders',
  period: 'SELECT year(order_date), count(*) FROM orders GROUP BY 1',
  'stored year': 'SELECT 2000 + id AS year FROM customers',
  'grouped number': 'SELECT discount_rate, count(*) FROM orders GROUP BY 1',
  share: 'SELECT count(*) / sum(count(*)) OVER () FROM orders GROUP BY status',
  'share by condition': "SELECT 100.0 * count(*) FILTER (WHERE status = 'paid') / nullif(count(*), 0) FROM orders",
  growth:
    'SELECT 100.0 * (count(*) - lag(count(*)) OVER (ORDER BY status)) / nullif(lag(count(*)) OVER (ORDER BY status), 0) FROM orders GROUP BY status',
  rate: 'SELECT avg(discount_rate) FROM orders',
  'condition share': 'SELECT avg(CASE WHEN amount > 100 THEN 1 ELSE 0 END) FROM orders',
  rank: 'SELECT rank() OVER (ORDER BY amount) FROM orders',
  key: 'SELECT customer_id FROM orders',
  'number as label': 'SELECT stars FROM reviews',
  number: 'SELECT amount FROM orders',
  name: 'SELECT name FROM customers',
  'free text': "SELECT repeat('long text ', 20) AS remark",
  'text of months or years': 'SELECT month FROM reviews',
  'ordered words': "SELECT status || '', size FROM orders, customers",
  label: 'SELECT status FROM orders',
}

test('every role rule decides a case of its own', async () => {
  const reviews = "CREATE TABLE reviews AS SELECT i % 5 AS stars, '2023-0' || (1 + i % 9) AS month FROM range(40) t(i);"
  const more = await openShop(reviews)
  const table = more.catalog.tables.find((one) => one.name === 'reviews')
  for (const column of table?.columns ?? []) column.role = column.name === 'stars' ? 'ordered' : 'time'
  for (const rule of ROLE_RULES) {
    const sql = ROLE_CASES[rule.name] ?? ''
    const [rows, tree] = [await more.query(sql), await more.parse(sql)]
    const { fields } = shapeOfResult({ catalog: more.catalog, tree, rows })
    assert.ok(
      fields.some((field) => field.role === rule.role),
      `${rule.name}: ${fields.map((field) => field.role).join()}`,
    )
  }
  assert.deepEqual(
    Object.keys(ROLE_CASES),
    ROLE_RULES.map((rule) => rule.name),
  )
  more.close()
})

test('a wish is heard in English and Chinese, and a pie recipe is no wish', () => {
  const heard = {
    'sales by region as a pie chart': 'pie',
    'histogram of prices': 'histogram',
    'show a stacked bar chart of orders': 'stacked-bar',
    'scatter plot of price and weight': 'scatter',
    'sales as a line chart': 'line',
    'show it on a map': 'map',
    'heat map of sales': 'heatmap',
    各国销售额的饼图: 'pie',
    每月订单的折线图: 'line',
    价格直方图: 'histogram',
    'how many orders are there': null,
    'which pie recipes need apples': null,
    'average bar length by country': null,
    'total of the order lines': null,
  }
  for (const [text, kind] of Object.entries(heard)) assert.equal(wishOf(text), kind, text)
})

test('a caller names a kind loosely', () => {
  const named = {
    'Pie chart': 'pie',
    pie: 'pie',
    stacked: 'stacked-bar',
    'heat map': 'heatmap',
    Boxplot: 'boxplot',
    'bar horizontal': 'bar-horizontal',
    sunburst: null,
  }
  for (const [wish, kind] of Object.entries(named)) assert.equal(kindNamed(wish), kind, wish)
})

test('days stay the days of the data west and east of Greenwich', async () => {
  const { made } = await draw({
    title: 'Orders per month',
    sql: "SELECT date_trunc('month', order_date) AS m, count(*) FROM orders GROUP BY 1 ORDER BY 1",
  })
  const values = valuesOf(made.spec)
  assert.equal(values[0]?.c0, '2022-01-01T00:00:00')
})

test('names and values of columns cannot reach the spec as expressions or paths', async () => {
  const sql = `SELECT 'a"); alert(1); ("' AS "datum['x'] || fetch('//e.x')", 3 AS "b.c[0]" UNION ALL SELECT '<img>', 4`
  const { made } = await draw({ title: 'x', sql }, 'bar')
  assert.ok(made.spec && isVegaLite(made.spec))
  const fields = [...JSON.stringify(made.spec).matchAll(/"field":"([^"]*)"/g)].map((match) => match[1])
  assert.deepEqual([...new Set(fields)].toSorted(), ['c0', 'c1'])
  const view = await viewOf(made.spec)
  assert.equal(marksOf(sceneOf(view)), 2)
  view.finalize()
})

test('large integers and decimals that arrive as text are drawn as numbers', async () => {
  const { made } = await draw({
    title: 'Totals',
    sql: 'SELECT status, sum(12345678901234567890::HUGEINT) AS total FROM orders GROUP BY 1',
  })
  const values = valuesOf(made.spec)
  assert.ok(values.every(({ c1 }) => Number(c1) > 1e20 && typeof c1 === 'number'))
})
