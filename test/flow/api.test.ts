import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createApi } from '../../functions/api.ts'
import type { Answer } from '../../src/answer.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

const BY_COUNTRY = 'SELECT ShipCountry, avg(Freight) AS freight FROM Orders GROUP BY ShipCountry'
/** An answer or a problem: the tests look at the fields of the one they expect. */
type Body = Answer & { code: string; hint: string }

let scripted: Scripted
let app: OpenAPIHono

before(async () => {
  scripted = await scriptedDeployment('examples', {
    'average freight by ship country': [{ sql: BY_COUNTRY }],
    'average freight by ship country with the heaviest parcels': [{ sql: `${BY_COUNTRY} HAVING max(Freight) > 900` }],
    'number of orders': [
      { sql: 'SELECT count(*) FROM Orders', score: -0.4 },
      { sql: 'SELECT count(DISTINCT CustomerID) FROM Orders', score: -1.4 },
    ],
    'freight orders that are hostile': [
      { sql: "SELECT * FROM read_text('/etc/passwd')" },
      { sql: 'DROP TABLE Orders' },
    ],
    'freight orders that cannot bind': [
      { sql: 'SELECT nonsense FROM Orders' },
      { sql: 'SELECT count(*) FROM Orders', score: -3 },
    ],
    'freight orders of a broken model': new Error('a bug with a secret'),
  })
  app = createApi(scripted.deployment)
})
after(() => scripted.close())

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await app.request(path, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json', ...headers },
  })
  const json = response.headers.get('content-type')?.includes('json') ? await response.json() : undefined
  return { response, json: json as Body }
}

async function get<T>(path: string): Promise<T> {
  return (await app.request(path)).json() as Promise<T>
}

const ask = (question: string, more: object = {}) => post('/v1/ask', { question, dataset: 'northwind', ...more })

describe('POST /v1/ask', () => {
  test('answers with the whole contract, then from the recalled plan', async () => {
    const { response, json } = await ask('average freight by ship country')
    assert.equal(response.status, 200)
    const fields =
      'alternatives chart columns confidence dataset explanation findings id plan question reading row_count rows sql timings_ms truncated'
    assert.deepEqual(Object.keys(json).sort(), fields.split(' '))
    assert.equal(json.row_count, 21)
    assert.deepEqual(
      json.columns.map((column: { type: string }) => column.type),
      ['VARCHAR', 'DOUBLE'],
    )
    assert.equal(json.chart?.['$schema'], 'https://vega.github.io/schema/vega-lite/v6.json')
    assert.equal(json.plan.cached, false)
    assert.match(response.headers.get('server-timing') ?? '', /execute;dur=[\d.]+/)
    const again = await ask('Average freight by ship country?')
    assert.equal(again.json.plan.cached, true)
    const sorted = (body: Body) => body.rows.map((row) => JSON.stringify(row)).sort()
    assert.deepEqual(sorted(again.json), sorted(json))
    assert.equal(scripted.asked.filter((question) => /freight/i.test(question)).length, 1)
  })

  test('two equal questions at once cost one draft', async () => {
    const before = scripted.asked.length
    const both = await Promise.all([ask('number of orders'), ask('number of orders')])
    assert.deepEqual(
      both.map(({ json }) => json.rows),
      [[[830]], [[830]]],
    )
    assert.equal(scripted.asked.length - before, 1)
  })

  test('another reading with other numbers is shown', async () => {
    const { json } = await ask('number of orders')
    assert.equal(json.alternatives.length, 1)
    assert.match(json.alternatives[0]?.sql ?? '', /DISTINCT/)
    assert.ok((json.alternatives[0]?.reading.length ?? 0) > 10)
    assert.ok(json.confidence < 1)
  })

  test('events tell each step as it begins, the answer last', async () => {
    const { response } = await ask('average freight by ship country', { limit: 3 })
    assert.equal(response.status, 200)
    const streamed = await post(
      '/v1/ask',
      { question: 'average freight by ship country', dataset: 'northwind' },
      { accept: 'text/event-stream' },
    )
    const events = (await streamed.response.text())
      .split('\n\n')
      .filter(Boolean)
      .map((part) => /^event: ?(\w+)/m.exec(part)?.[1])
    assert.equal(events.at(-1), 'answer')
    assert.ok(events.filter((event) => event === 'step').length >= 10)
  })

  test('hostile drafts are dropped, a draft that does not bind gives way to the next', async () => {
    const hostile = await ask('freight orders that are hostile')
    assert.equal(hostile.json.code, 'no-draft')
    assert.ok(!JSON.stringify(hostile.json).includes('root:'))
    const other = await ask('freight orders that cannot bind')
    assert.deepEqual(other.json.rows, [[830]])
  })
})

describe('follow-ups', () => {
  test('an edit in words asks no model; anything else is said of the previous question', async () => {
    const first = await ask('average freight by ship country')
    const asked = scripted.asked.length
    const pie = await post('/v1/ask', { question: 'as a pie chart please', previous: first.json.id })
    assert.equal(pie.json.row_count, 21)
    assert.equal(pie.json.question, 'average freight by ship country')
    assert.deepEqual(pie.json.chart?.['usermeta'], { kind: 'pie' })
    const france = await post('/v1/ask', { question: 'and only France?', previous: first.json.id })
    assert.equal(france.json.row_count, 1)
    assert.equal(france.json.question, 'average freight by ship country, ship country is “France”')
    assert.equal(scripted.asked.length, asked)
    const other = await post('/v1/ask', { question: 'with the heaviest parcels', previous: first.json.id })
    assert.equal(other.json.question, 'average freight by ship country with the heaviest parcels')
    assert.equal(scripted.asked.length, asked + 1)
  })

  test('an answer no longer kept cannot be followed up', async () => {
    assert.equal((await ask('as a pie', { previous: 'gone' })).json.code, 'answer-unknown')
  })
})

describe('refusals are problems with a code and a hint', () => {
  const cases: [string, () => Promise<{ response: Response; json: { code: string; hint: string } }>, number, string][] =
    [
      ['bad JSON', () => post('/v1/ask', '{"question":'), 400, 'bad-request'],
      ['unknown field', () => post('/v1/ask', { question: 'x', datset: 'northwind' }), 400, 'bad-request'],
      ['empty question', () => ask('   '), 400, 'question-empty'],
      ['10,000 characters', () => ask('x'.repeat(10000)), 400, 'question-too-long'],
      ['unknown dataset', () => post('/v1/ask', { question: 'x', dataset: '../../etc' }), 404, 'dataset-unknown'],
      ['no dataset among several', () => post('/v1/ask', { question: 'number of orders' }), 404, 'dataset-unknown'],
      ['a body above the limit', () => ask('x'.repeat(100000)), 413, 'body-too-large'],
      ['nothing that matches', () => ask('zebra stripes of unicorn foals'), 422, 'not-answerable'],
      ['no draft', () => ask('orders orders orders'), 422, 'no-draft'],
      [
        'forbidden SQL',
        () => post('/v1/sql', { sql: "SELECT * FROM '/etc/passwd'", dataset: 'northwind' }),
        400,
        'sql-forbidden',
      ],
      [
        'two statements',
        () => post('/v1/sql', { sql: 'SELECT 1; DROP TABLE Orders', dataset: 'northwind' }),
        400,
        'sql-not-select',
      ],
      [
        'an unknown column',
        () => post('/v1/sql', { sql: 'SELECT nonsense FROM Orders', dataset: 'northwind' }),
        400,
        'sql-unbindable',
      ],
    ]
  for (const [name, send, status, code] of cases) {
    test(name, async () => {
      const { response, json } = await send()
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      assert.deepEqual([response.status, json.code], [status, code])
      assert.ok(json.hint.length > 5)
    })
  }

  test('a bug is a number to look up, without its words', async () => {
    const { response, json } = await ask('freight orders of a broken model')
    assert.equal(response.status, 500)
    assert.equal(json.code, 'internal')
    assert.ok(!JSON.stringify(json).includes('secret'))
  })

  test('an unknown answer and an unknown route', async () => {
    assert.equal((await app.request('/v1/answers/none')).status, 404)
    assert.equal((await app.request('/v1/nothing')).headers.get('content-type'), 'application/problem+json')
  })
})

describe('what else the door shows', () => {
  test('datasets with questions to begin with, and a catalog without local paths or the value index', async () => {
    const { datasets } = await get<{ datasets: { name: string; questions: string[] }[] }>('/v1/datasets')
    assert.deepEqual(
      datasets.map((one) => one.name),
      ['birdstrikes', 'flights', 'northwind', 'weather'],
    )
    assert.ok(datasets.every((one) => one.questions.length >= 3))
    const text = await (await app.request('/v1/datasets/northwind')).text()
    assert.ok(!text.includes(process.cwd()))
    assert.ok(!text.includes('"values"'))
    assert.equal((await app.request('/v1/datasets/none')).status, 404)
  })

  test('an answer in every format', async () => {
    const { json } = await ask('average freight by ship country')
    const magic = {
      json: '{',
      csv: 'Ship',
      parquet: 'PAR1',
      arrow: '\u{fffd}\u{fffd}',
      png: '\u{fffd}PNG',
      svg: '<svg',
      'vega-lite': '{',
    }
    for (const [format, start] of Object.entries(magic)) {
      const response = await app.request(`/v1/answers/${json.id}?format=${format}`)
      assert.equal(response.status, 200, format)
      assert.ok((await response.text()).startsWith(start), format)
    }
    const accepted = await app.request(`/v1/answers/${json.id}`, { headers: { accept: 'text/csv' } })
    assert.match(accepted.headers.get('content-type') ?? '', /^text\/csv/)
  })

  test("a person's approval answers before the model, disapproval withdraws it", async () => {
    const sql = await post('/v1/sql', {
      sql: 'SELECT 42 AS n',
      dataset: 'northwind',
      question: 'number of orders ever',
    })
    const verdict = (word: string) => post(`/v1/answers/${sql.json.id}/feedback`, { verdict: word })
    assert.equal((await verdict('up')).response.status, 204)
    const verified = await ask('number of orders ever')
    assert.deepEqual([verified.json.rows, verified.json.confidence], [[[42]], 1])
    assert.equal((await verdict('down')).response.status, 204)
    assert.equal((await ask('number of orders ever')).json.code, 'no-draft')
  })

  test('the OpenAPI document names every route it serves', async () => {
    const document = await get<{ openapi: string; paths: object; components: { schemas: { Answer?: object } } }>(
      '/openapi.json',
    )
    assert.equal(document.openapi, '3.1.0')
    const named = new Set(Object.keys(document.paths))
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/'))
      .map(({ path }) => path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}'))
    assert.ok(served.includes('/v1/ask') && served.includes('/v1/answers/{id}'))
    assert.deepEqual(
      served.filter((path) => !named.has(path)),
      [],
    )
    assert.ok(document.components.schemas.Answer)
  })

  test('health, readiness and a strict content policy', async () => {
    assert.equal((await get<{ status: string }>('/healthz')).status, 'ok')
    assert.equal((await get<{ datasets: number }>('/readyz')).datasets, 4)
    const policy = (await app.request('/healthz')).headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.ok(!policy.includes('unsafe-eval'))
  })
})
