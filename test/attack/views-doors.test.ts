import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createApi } from '../../functions/api.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'
import { folder, HIDDEN, keyPath, keys, SCRIPT, sendAs } from './shop.ts'

let scripted: Scripted
let app: OpenAPIHono

before(async () => {
  scripted = await scriptedDeployment(join(folder, 'data'), SCRIPT, {
    ASKLAKE_KEYS: keyPath,
    ASKLAKE_KEY_RATE_BURST: '100000',
  })
  app = createApi(scripted.deployment)
})
after(async () => {
  await scripted.close()
  rmSync(folder, { recursive: true })
})

const TOTALS = 'total amount by region'
const JOINED = 'SELECT name, sum(amount) AS total FROM orders JOIN customers USING (customer_id) GROUP BY name'

const send = (path: string, body?: object, more = {}) => sendAs(app, 'europe', path, body, more)
/** An answer's id as somebody has made it. */
const madeBy = async (name: string) =>
  (await sendAs(app, name, '/v1/sql', { sql: JOINED, dataset: 'shop', question: 'totals' })).json.id

/** Every way in that is not POST /v1/ask or /v1/sql: what they show must be what is seen. */
const READ: [string, () => Promise<{ status: number; text: string }>][] = [
  ...['csv', 'json', 'parquet', 'arrow'].map((format): (typeof READ)[number] => [
    `GET /v1/ask.${format}`,
    () => send(`/v1/ask.${format}?dataset=shop&question=${encodeURIComponent(TOTALS)}`),
  ]),
  ['GET /v1/ask', () => send(`/v1/ask?dataset=shop&question=${encodeURIComponent(TOTALS)}`)],
  [
    'POST /v1/ask as events',
    () => send('/v1/ask', { question: TOTALS, dataset: 'shop' }, { accept: 'text/event-stream' }),
  ],
  ['a profile', () => send('/v1/datasets/shop/tables/orders/profile')],
  ['another profile', () => send('/v1/datasets/shop/tables/customers/profile')],
  ['the working of an answer', async () => send(`/v1/answers/${await madeBy('europe')}/working`)],
  ['a replay', async () => send(`/v1/answers/${await madeBy('europe')}/replay`, {})],
  ['the drawing', async () => send(`/v1/answers/${await madeBy('europe')}?format=svg`)],
  ['verified questions', () => send('/v1/datasets/shop/verified')],
  ['their export', () => send('/v1/datasets/shop/verified?format=yaml')],
  ['their test', () => send('/v1/datasets/shop/verified/test', {})],
  ['an approval', () => send('/v1/datasets/shop/verified', { question: 'all of it', sql: JOINED })],
]

describe('every other way in shows what is seen and nothing else', () => {
  before(async () => {
    // What must not come out is there: kept, approved and profiled for who sees all.
    const all = await sendAs(app, 'whole', '/v1/datasets/shop/verified', { question: 'totals of all', sql: JOINED })
    assert.equal(all.status, 200, all.text)
    for (const path of ['/v1/datasets/shop/tables/orders/profile', `/v1/ask.csv?dataset=shop&question=${TOTALS}`]) {
      const { text } = await sendAs(app, 'whole', path)
      assert.match(text, /9999990|29999973/)
    }
  })

  for (const [what, get] of READ) {
    test(what, async () => {
      const { status, text } = await get()
      assert.equal(status, 200, text)
      assert.doesNotMatch(text, HIDDEN)
      assert.doesNotMatch(text, /9999990|29999973|totals of all/)
    })
  }

  test('the readings of an answer offer no hidden column, table or value', async () => {
    const { json } = await send('/v1/ask', { question: TOTALS, dataset: 'shop' })
    const offered = JSON.stringify(json.reading)
    assert.match(offered, /amount/)
    assert.doesNotMatch(offered, HIDDEN)
  })
})

describe('nothing leads from what is seen to what is not', () => {
  const EDITS: [string, object][] = [
    [
      'a filter on a hidden column',
      { slot: 'filter', do: 'add', column: 'customers.email', operator: '=', values: ['alpha@hidden.example'] },
    ],
    ['a grouping by one', { slot: 'by', do: 'add', column: 'customers.email' }],
    ['a measure of a hidden table', { slot: 'measure', do: 'set', at: 0, aggregate: 'sum', column: 'salaries.wages' }],
    ['an order by one', { slot: 'sort', do: 'set', by: 'salaries.wages', descending: true }],
    ['a value of hidden rows alone', { slot: 'filter', do: 'add', values: ['zanzibar'] }],
  ]
  for (const [what, edit] of EDITS) {
    test(`an edit: ${what}`, async () => {
      const { json } = await send('/v1/ask', { question: TOTALS, dataset: 'shop' })
      const { status, text } = await send('/v1/ask', { previous: json.id, edits: [edit] })
      const asIfNot = JSON.stringify(edit).replaceAll(/customers\.email|salaries\.wages/g, 'customers.nothing')
      const none = await send('/v1/ask', { previous: json.id, edits: [JSON.parse(asIfNot)] })
      assert.ok(status >= 400 || !HIDDEN.test(text), text)
      assert.equal(status, none.status, 'a hidden column is like one that never was')
    })
  }

  test('answers of who sees more are not followed, shown, worked out, replayed, approved or edited', async () => {
    const theirs = await madeBy('whole')
    const tries = [
      () => send('/v1/ask', { question: 'only Zanzibar Corp', previous: theirs }),
      () => send('/v1/ask', { previous: theirs, edits: [{ slot: 'limit', do: 'set', limit: 1 }] }),
      () => send(`/v1/answers/${theirs}/working`),
      () => send(`/v1/answers/${theirs}/replay`, {}),
      () => send(`/v1/answers/${theirs}/feedback`, { verdict: 'up' }),
      ...['json', 'csv', 'png', 'parquet'].map((format) => () => send(`/v1/answers/${theirs}?format=${format}`)),
    ]
    for (const attempt of tries) {
      const { status, json } = await attempt()
      assert.deepEqual([status, json.code], [404, 'answer-unknown'])
    }
  })

  test('a question under way is its asker’s alone', async () => {
    const started = await app.request('/v1/ask', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keys['whole']}`,
        prefer: 'respond-async',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ question: TOTALS, dataset: 'shop' }),
    })
    assert.equal(started.status, 202)
    const place = started.headers.get('location') ?? ''
    for (const name of ['europe', 'narrow']) {
      assert.equal((await sendAs(app, name, place)).json.code, 'ask-unknown')
    }
    assert.equal((await sendAs(app, 'whole', place, undefined, { prefer: 'wait=30' })).status, 200)
  })
})
