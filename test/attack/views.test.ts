import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import { checkViews, tidyViews } from '../../functions/access/views.ts'
import { createApi } from '../../functions/api.ts'
import { openDuckdb } from '../../src/catalog/duckdb.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'
import { entry, folder, HIDDEN, keyPath, keys, type Reply, SCRIPT, sendAs, VIEW } from './shop.ts'

after(() => rmSync(folder, { recursive: true }))

/** Small data is held in memory by the query processes, large data is read from files: what may not be seen is in neither. */
for (const [how, env] of Object.entries({ 'in memory': {}, 'from files': { ASKLAKE_QUERY_LOAD_MB: '0' } })) {
  describe(`rows and columns hidden from a key, data ${how}`, () => {
    let scripted: Scripted
    let app: OpenAPIHono

    before(async () => {
      scripted = await scriptedDeployment(join(folder, 'data'), SCRIPT, {
        ASKLAKE_KEYS: keyPath,
        ASKLAKE_KEY_RATE_BURST: '100000',
        ...env,
      })
      app = createApi(scripted.deployment)
    })
    after(() => scripted.close())

    const send = (path: string, name: string, body?: object) => sendAs(app, name, path, body)
    const sql = (text: string, name = 'europe') => send('/v1/sql', name, { sql: text, dataset: 'shop' })
    const ask = (question: string, name = 'europe') => send('/v1/ask', name, { question, dataset: 'shop' })

    test('the other side sees it all: what the tests look for is there', async () => {
      assert.deepEqual((await sql('SELECT count(*), max(amount) FROM orders', 'whole')).json.rows, [[6, 9999991]])
      assert.match((await send('/v1/datasets/shop', 'whole')).text, HIDDEN)
    })

    const COUNTED: [string, unknown[][]][] = [
      ['SELECT count(*) FROM orders', [[3]]],
      ['SELECT count(*) FROM main.orders', [[3]]],
      ['SELECT count(*) FROM ORDERS o', [[3]]],
      ['SELECT count(*) FROM "Orders"', [[3]]],
      ['SELECT (SELECT count(*) FROM orders)', [[3]]],
      ['SELECT count(*) FROM (SELECT * FROM orders)', [[3]]],
      ['SELECT count(*) FROM (FROM orders)', [[3]]],
      ['WITH orders AS (SELECT * FROM orders) SELECT count(*) FROM orders', [[3]]],
      ['WITH o AS (SELECT * FROM orders), orders AS (SELECT 1) SELECT count(*) FROM o', [[3]]],
      ['WITH RECURSIVE r AS (SELECT * FROM orders UNION SELECT * FROM r) SELECT count(*) FROM r', [[3]]],
      ['SELECT count(*) FROM orders UNION ALL SELECT count(*) FROM customers', [[3], [2]]],
      ['SELECT count(*) FROM orders a, orders b', [[9]]],
      ['SELECT count(*) FROM orders FULL JOIN customers USING (customer_id)', [[3]]],
      ['SELECT count(*) FROM customers c WHERE NOT EXISTS (FROM orders o WHERE o.customer_id = c.customer_id)', [[0]]],
      ['SELECT count(*) FROM orders WHERE region = region OR true', [[3]]],
      ["SELECT count(*) FROM orders WHERE region <> 'EU' OR region IS NULL", [[0]]],
      ['SELECT min(amount), max(amount), sum(amount), count(DISTINCT note) FROM orders', [[10, 30, 60, 3]]],
      ['SELECT max(amount) OVER () FROM orders LIMIT 1', [[30]]],
      ['SELECT count(*) FROM orders TABLESAMPLE 100%', [[3]]],
      ['SELECT max(rowid) FROM orders', [[2]]],
      [
        "SELECT count(*) FROM (PIVOT orders ON region IN ('EU', 'US') USING sum(amount) GROUP BY order_id) WHERE \"US\" IS NOT NULL",
        [[0]],
      ],
      ['SELECT list(DISTINCT region) FROM orders', [[['EU']]]],
      ["SELECT sum(amount) FILTER (WHERE region = 'US') FROM orders", [[null]]],
      ['SELECT count(*) FROM orders ASOF JOIN customers ON orders.customer_id >= customers.customer_id', [[3]]],
      ['SELECT count(c) FROM (SELECT unnest([customers]) AS c FROM customers)', [[2]]],
    ]
    for (const [text, rows] of COUNTED) {
      test(`counts what is seen: ${text}`, async () => {
        const { json, status } = await sql(text)
        if (status !== 200) assert.deepEqual([how, json.code], ['from files', 'sql-unbindable'], json.detail)
        else assert.deepEqual(json.rows.toSorted(), rows.toSorted())
      })
    }

    /** Each would fail, and so tell, if it met a hidden row. */
    const WOULD_TELL = [
      'SELECT sum(CAST(code AS INTEGER)) FROM orders',
      'SELECT count(*) FROM orders WHERE CAST(code AS INTEGER) > 0',
      'SELECT sum(CAST(amount AS TINYINT)) FROM orders',
      "SELECT sum(CAST(CASE WHEN region = 'US' THEN 'x' ELSE '1' END AS INTEGER)) FROM orders",
      'SELECT count(*) FROM orders ORDER BY sum(CAST(code AS INTEGER))',
      'SELECT count(*) FROM customers JOIN orders ON CAST(code AS INTEGER) > 0',
      "SELECT sum(CAST(note || '' AS VARCHAR)::VARCHAR::VARCHAR = 'a') FROM orders WHERE CAST(code AS INTEGER) > 0",
    ]
    for (const text of WOULD_TELL) {
      test(`no error of a hidden row: ${text}`, async () => {
        const { status, json } = await sql(text)
        assert.equal(status, 200, json.detail)
        assert.notEqual((await sql(text, 'whole')).status, 200, 'the statement does tell where all is seen')
      })
    }

    const LOOKED_FOR = [
      'SELECT * FROM orders',
      'SELECT * FROM customers',
      'DESCRIBE customers',
      'SUMMARIZE orders',
      'SUMMARIZE customers',
      'SELECT email FROM customers',
      'SELECT e_mail FROM customers',
      'SELECT customers.email FROM customers',
      "SELECT COLUMNS('.*mail') FROM customers",
      'SELECT customers FROM customers',
      'SELECT to_json(customers) FROM customers',
      'SELECT nothing FROM orders',
      'SELECT * FROM salaries',
      'SELECT * FROM salary',
      'SELECT person FROM main.salaries',
      'SELECT * EXCLUDE (name) FROM customers',
      'SELECT * FROM customers NATURAL JOIN orders',
      'SELECT stats(amount) FROM orders',
      'SELECT * FROM duckdb_columns()',
      'SELECT * FROM information_schema.columns',
      "SELECT * FROM pragma_storage_info('orders')",
      "SELECT * FROM read_csv('orders.csv')",
      'SELECT amount + note FROM orders',
      "SELECT * FROM orders WHERE note = 'zan' || 'zibar'",
      'SELECT histogram(region), mode(note), approx_top_k(note, 5) FROM orders',
      'SELECT CAST(note AS INTEGER) FROM orders',
    ]
    for (const text of LOOKED_FOR) {
      test(`nothing hidden comes out: ${text}`, async () => {
        const { text: reply } = await sql(text)
        const said = reply.replaceAll(JSON.stringify(text), '').replaceAll(text, '')
        const own = text.match(/email|salaries|salary/gi) ?? []
        const rest = own.reduce((left, word) => left.replaceAll(word, ''), said)
        assert.doesNotMatch(rest, HIDDEN)
      })
    }

    test('a hidden table and one that never was give the same words', async () => {
      const [hidden, none] = [await sql('SELECT * FROM salaries'), await sql('SELECT * FROM nosuchtb')]
      assert.equal(hidden.text.replaceAll('salaries', '*'), none.text.replaceAll('nosuchtb', '*'))
      const [column, other] = [await sql('SELECT email FROM customers'), await sql('SELECT emoil FROM customers')]
      assert.equal(column.text.replaceAll('email', '*'), other.text.replaceAll('emoil', '*'))
    })

    test('the catalog, its statistics, values, questions and metrics are those of what is seen', async () => {
      const { text, json } = await send('/v1/datasets/shop', 'europe')
      assert.doesNotMatch(text, HIDDEN)
      const { tables, metrics } = json as unknown as {
        tables: { name: string; rows: number; columns: { name: string; max?: string; distinct: number }[] }[]
        metrics: object[]
      }
      assert.deepEqual(tables.map(({ name, rows }) => [name, rows]).toSorted(), [
        ['customers', 2],
        ['orders', 3],
      ])
      const amount = tables.find(({ name }) => name === 'orders')?.columns.find(({ name }) => name === 'amount')
      assert.deepEqual([amount?.max, amount?.distinct], ['30', 3])
      assert.deepEqual(metrics, [])
      assert.doesNotMatch((await send('/v1/datasets', 'europe')).text, HIDDEN)
    })

    test('answers, findings, explanations and every download hold what is seen', async () => {
      const made = 'SELECT name, sum(amount) AS total FROM orders JOIN customers USING (customer_id) GROUP BY name'
      const { json, text } = await sql(made)
      assert.doesNotMatch(text, HIDDEN)
      assert.deepEqual(json.rows.toSorted(), [
        ['Alpha Works', 30],
        ['Beta Sons', 30],
      ])
      for (const format of ['json', 'csv', 'svg', 'vega-lite', 'parquet', 'arrow']) {
        assert.doesNotMatch((await send(`/v1/answers/${json.id}?format=${format}`, 'europe')).text, HIDDEN, format)
      }
    })

    test('a filter that matches nothing offers no hidden value as near, though it does where all is seen', async () => {
      const near = (reply: Reply) => JSON.stringify(reply.json.findings)
      assert.match(near(await ask('amount of orders where name is zanzibr', 'whole')), /Zanzibar Corp/)
      assert.doesNotMatch(near(await ask('amount of orders where name is zanzibr')), /Zanzibar/)
    })

    test('a question that names a hidden value is refused like one that names nothing', async () => {
      const [hidden, none] = [await ask('notes of Zanzibar Corp'), await ask('notes of Zonzibor Karp')]
      assert.equal(hidden.status, 422)
      assert.equal(hidden.text.replaceAll('Zanzibar', 'Zonzibor').replaceAll('Corp', 'Karp'), none.text)
    })

    test('nothing kept for one view is used for another', async () => {
      const totals = async (name: string) => {
        const { json } = await ask('total amount by region', name)
        return { id: json.id, rows: json.rows.toSorted(), cached: json.plan.cached, key: json.plan.key }
      }
      const [whole, europe, first, empty] = [
        await totals('whole'),
        await totals('europe'),
        await totals('first'),
        await totals('empty'),
      ]
      assert.deepEqual([europe.rows, first.rows, empty.rows], [[['EU', 60]], [['EU', 10]], []])
      assert.deepEqual(whole.rows, [
        ['EU', 60],
        ['US', 29999973],
      ])
      assert.deepEqual([whole.cached, europe.cached, first.cached], [false, false, false])
      assert.equal(new Set([whole.key, europe.key, first.key, empty.key]).size, 4)
      assert.equal((await totals('europe too')).cached, true, 'those who see the same share plans')
      for (const format of ['json', 'csv', 'vega-lite']) {
        assert.equal((await send(`/v1/answers/${whole.id}?format=${format}`, 'europe')).status, 404)
        assert.equal((await send(`/v1/answers/${first.id}?format=${format}`, 'europe')).status, 404)
        assert.equal((await send(`/v1/answers/${europe.id}?format=${format}`, 'europe too')).status, 200)
        assert.equal((await send(`/v1/answers/${europe.id}?format=${format}`, 'whole')).status, 200)
      }
      assert.equal(
        (await send('/v1/ask', 'europe', { question: 'as a pie', previous: whole.id })).json.code,
        'answer-unknown',
      )
    })

    test('what one asker approved is not the answer of one who sees less', async () => {
      const question = 'which note has the largest amount of orders'
      const own = await send('/v1/sql', 'whole', { sql: "SELECT 'zanzibar' AS note", dataset: 'shop', question })
      assert.equal((await send(`/v1/answers/${own.json.id}/feedback`, 'whole', { verdict: 'up' })).status, 204)
      assert.deepEqual((await ask(question, 'whole')).json.rows, [['zanzibar']])
      const other = await ask(question)
      assert.doesNotMatch(other.text, HIDDEN)
      assert.equal(other.json.code, 'no-draft')
    })

    test('the files the query processes are given hold visible rows and columns alone', async () => {
      const { catalogs } = scripted.deployment.effects
      const { tables } = await catalogs.get('shop', {
        rows: VIEW.rows,
        hidden: { customers: ['Email'], salaries: '*' },
      })
      const duckdb = await openDuckdb({ memory_mb: 256, folder: tmpdir() })
      for (const { name, source } of tables) {
        const [path = ''] = source.files
        assert.match(path, /\/views\//)
        const rows = await duckdb.rows(`SELECT * FROM read_parquet('${path}')`, 1000)
        assert.equal(rows.length, name === 'orders' ? 3 : 2)
        assert.doesNotMatch(JSON.stringify(rows), HIDDEN)
        assert.doesNotMatch(readFileSync(path, 'latin1'), HIDDEN)
      }
      duckdb.close()
    })

    test('a key with hidden columns alone reads the same files without them', async () => {
      const { text } = await sql('SELECT * FROM customers', 'narrow')
      assert.match(text, /Zanzibar Corp/)
      assert.doesNotMatch(text, /@hidden/)
      assert.equal((await sql('SELECT email FROM customers', 'narrow')).json.code, 'sql-unbindable')
      assert.equal((await sql('SELECT wages FROM salaries', 'narrow')).json.code, 'sql-forbidden')
    })
  })
}

describe('a view that does not fit', () => {
  const BROKEN: [string, object][] = [
    ['a table that is not there', { rows: { order: 'true' } }],
    ['a column that is not there', { hidden: { customers: ['e-mail'] } }],
    ['a condition on a column that is not there', { rows: { orders: 'continent = 1' } }],
    ['a condition that reads a file', { rows: { orders: "note IN (SELECT content FROM read_text('/etc/passwd'))" } }],
    ['a condition that closes its bracket and goes on', { rows: { orders: 'true); DROP TABLE orders; SELECT (1' } }],
    ['a condition that is no condition', { rows: { orders: 'order_id; ' } }],
    ['a condition that hides its end', { rows: { orders: 'false /*' } }],
    ['a condition that fails over its rows', { rows: { orders: 'CAST(note AS INTEGER) = 1' } }],
  ]
  test('nobody sees more, whatever is wrong, and the server does not start', async () => {
    const path = join(folder, 'broken.yaml')
    writeFileSync(path, stringify({ keys: BROKEN.map(([what, view]) => entry(what, view)) }))
    const scripted = await scriptedDeployment(join(folder, 'data'), SCRIPT, { ASKLAKE_KEYS: path })
    try {
      const started = await checkViews(scripted.deployment).catch((problem: Error) => problem.message)
      const app = createApi(scripted.deployment)
      for (const [what] of BROKEN) {
        assert.ok(String(started).includes(`${what}, shop`), what)
        const response = await app.request('/v1/datasets/shop', { headers: { authorization: `Bearer ${keys[what]}` } })
        assert.equal(response.status, 503, what)
        assert.match(await response.text(), /view-broken/)
      }
    } finally {
      await scripted.close()
    }
  })
})

test('rows of a key that is gone leave the disk; those that are seen stay', async () => {
  const path = join(folder, 'leaving.yaml')
  const staying = entry('staying', { rows: { orders: 'order_id = 1' } })
  const leaving = entry('leaving', { rows: { orders: 'order_id = 2' } })
  writeFileSync(path, stringify({ keys: [staying, leaving] }))
  const scripted = await scriptedDeployment(join(folder, 'data'), SCRIPT, {
    ASKLAKE_KEYS: path,
    ASKLAKE_KEYS_CHECK_MS: '50',
  })
  try {
    const { effects } = scripted.deployment
    const fileOf = async (rows: Record<string, string>) =>
      (await effects.catalogs.get('shop', { rows, hidden: {} })).tables.find(({ name }) => name === 'orders')?.source
        .files[0] ?? ''
    const [kept, gone] = [await fileOf({ orders: 'order_id = 1' }), await fileOf({ orders: 'order_id = 2' })]
    writeFileSync(path, stringify({ keys: [staying, { ...leaving, revoked: '2026-01-01' }] }))
    while ((await scripted.deployment.keyring?.all())?.length !== 1) await setTimeout(100)
    await tidyViews(scripted.deployment)
    assert.deepEqual([existsSync(kept), existsSync(gone)], [true, true], 'another server may use it still')
    const tomorrow = Date.now() + 25 * 3600_000
    await tidyViews(scripted.deployment, tomorrow)
    assert.deepEqual([existsSync(kept), existsSync(gone)], [true, false])
    assert.ok(statSync(kept).mtimeMs >= tomorrow - 1000)
  } finally {
    await scripted.close()
  }
})
