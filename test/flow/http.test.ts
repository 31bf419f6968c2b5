import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { tableFromIPC } from 'apache-arrow'
import { parse } from 'yaml'
import { createApi } from '../../functions/api.ts'
import type { Answer } from '../../src/answer.ts'
import { runCase } from '../../src/cases.ts'
import type { Replay } from '../../src/replay.ts'
import type { Verified } from '../../src/verified.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

const QUESTION = 'how many orders went to each ship country'
const SQL = 'SELECT ShipCountry, count(*) AS n FROM Orders GROUP BY ShipCountry ORDER BY n DESC, ShipCountry'
const SLOW = 'SELECT sum(a.range * b.range) AS n FROM range(0, 60000) AS a, range(0, 60000) AS b'

const data = mkdtempSync(join(tmpdir(), 'asklake-http-data-'))
let scripted: Scripted
let app: OpenAPIHono

before(async () => {
  cpSync('examples/northwind', join(data, 'shop'), { recursive: true })
  scripted = await scriptedDeployment(
    data,
    {
      [QUESTION]: [{ sql: SQL }],
      'number of orders': [{ sql: 'SELECT count(*) AS n FROM Orders' }],
      'orders as of now': [{ sql: 'SELECT count(*) AS n, random() AS r FROM Orders' }],
      'slow orders': [{ sql: SLOW }],
      'wrong orders': [{ sql: 'SELECT nonsense FROM Orders' }],
    },
    { ASKLAKE_CATALOG_CHECK_MS: '0', ASKLAKE_QUERY_TIMEOUT_MS: '60000' },
  )
  app = createApi(scripted.deployment)
})
after(async () => {
  await scripted.close()
  rmSync(data, { recursive: true, force: true })
})

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  return app.request(path, { method, ...sent, headers: { 'content-type': 'application/json', ...headers } })
}

async function ask(question: string, more: object = {}): Promise<Answer> {
  return (await send('POST', '/v1/ask', { question, ...more })).json() as Promise<Answer>
}

const url = (path: string, query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`

async function conditional(path: string) {
  const first = await app.request(path)
  const tag = first.headers.get('etag') ?? ''
  const again = await app.request(path, { headers: { 'if-none-match': `"other", ${tag}` } })
  return { first, tag, again }
}

describe('entity tags', () => {
  test('an answer, a dataset and the list of datasets are sent once', async () => {
    const { id } = await ask(QUESTION)
    for (const path of [`/v1/answers/${id}`, `/v1/answers/${id}?format=csv`, '/v1/datasets', '/v1/datasets/shop']) {
      const { first, tag, again } = await conditional(path)
      assert.equal(first.status, 200, path)
      assert.match(tag, /^"[\w-]{20,}"$/, path)
      assert.equal(again.status, 304, path)
      assert.equal(await again.text(), '')
      assert.equal(again.headers.get('cache-control'), 'private, no-cache')
    }
  })

  test('formats of one answer have tags of their own', async () => {
    const { id } = await ask(QUESTION)
    const tags = await Promise.all(
      ['json', 'records', 'csv', 'parquet', 'svg'].map(
        async (format) => (await app.request(`/v1/answers/${id}?format=${format}`)).headers.get('etag') ?? '',
      ),
    )
    assert.equal(new Set(tags).size, 5)
  })
})

describe('a question as an address', () => {
  test('CSV, records, Parquet and Arrow of the same rows', async () => {
    const query = { question: QUESTION, limit: '3' }
    const csv = await app.request(url('/v1/ask.csv', query))
    assert.match(csv.headers.get('content-disposition') ?? '', /how-many-orders-went-to-each-ship-country\.csv/)
    assert.deepEqual((await csv.text()).split('\r\n').slice(0, 3), ['ShipCountry,n', 'Germany,122', 'USA,122'])
    const records = (await (await app.request(url('/v1/ask.json', query))).json()) as object[]
    assert.deepEqual(records[0], { ShipCountry: 'Germany', n: 122 })
    const arrow = await (await app.request(url('/v1/ask.arrow', query))).arrayBuffer()
    assert.equal(tableFromIPC(new Uint8Array(arrow)).numRows, 3)
    const parquet = Buffer.from(await (await app.request(url('/v1/ask.parquet', query))).arrayBuffer())
    assert.equal(parquet.subarray(-4).toString(), 'PAR1')
    const whole = (await (await app.request(url('/v1/ask', query))).json()) as Answer
    assert.equal(whole.row_count, 3)
    assert.equal(whole.truncated, true)
  })

  test('nothing is run while plan and files are the same', async () => {
    const path = url('/v1/ask.csv', { question: QUESTION })
    const { effects } = scripted.deployment
    const real = effects.database.query
    const { tag } = await conditional(path)
    let run = 0
    effects.database.query = (...args) => {
      run++
      return real(...args)
    }
    try {
      const again = await app.request(path, { headers: { 'if-none-match': tag } })
      assert.deepEqual([again.status, run], [304, 0])
      assert.equal((await app.request(path, { headers: { 'if-none-match': '"old"' } })).status, 200)
      assert.ok(run > 0)
    } finally {
      effects.database.query = real
    }
  })

  test('SQL that speaks of chance is run every time', async () => {
    const { tag, again } = await conditional(url('/v1/ask.csv', { question: 'orders as of now' }))
    assert.notEqual(tag, '')
    assert.equal(again.status, 200)
  })

  test('a refusal is a problem here too', async () => {
    const refused = await app.request(url('/v1/ask.csv', { question: 'wrong orders' }))
    assert.equal(refused.headers.get('content-type'), 'application/problem+json')
    assert.equal((await app.request('/v1/ask.csv')).status, 400)
  })
})

describe('Prefer', () => {
  const prefer = (wait: string, question: string, accept = 'application/json') =>
    send('POST', '/v1/ask', { question }, { prefer: wait, accept })

  test('an answer that comes in time is the answer', async () => {
    const response = await prefer('wait=20', QUESTION)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('preference-applied'), 'wait=20')
    assert.equal(response.headers.get('content-location'), `/v1/answers/${((await response.json()) as Answer).id}`)
  })

  test('one that takes longer is fetched from its place, waited for, or followed as events', async () => {
    const response = await prefer('respond-async', 'number of orders')
    assert.equal(response.status, 202)
    assert.equal(response.headers.get('preference-applied'), 'respond-async')
    const place = response.headers.get('location') ?? ''
    const waited = await send('GET', place, undefined, { prefer: 'wait=30' })
    assert.equal(waited.status, 200)
    assert.deepEqual(((await waited.json()) as Answer).rows, [[830]])
    const followed = await send('GET', place, undefined, { accept: 'text/event-stream' })
    const events = [...(await followed.text()).matchAll(/^event: ?(\w+)/gm)].map((match) => match[1])
    assert.equal(events.at(-1), 'answer')
    assert.ok(events.filter((event) => event === 'step').length > 5)
  })

  test('a slow one says 202 until it is stopped', async () => {
    const response = await prefer('wait=0', 'slow orders')
    assert.equal(response.status, 202)
    const place = response.headers.get('location') ?? ''
    const poll = await send('GET', place)
    assert.deepEqual([poll.status, poll.headers.get('retry-after')], [202, '1'])
    assert.equal((await send('DELETE', place)).status, 204)
    const stopped = await send('GET', place, undefined, { prefer: 'wait=30' })
    assert.equal(((await stopped.json()) as { code: string }).code, 'cancelled')
  })

  test('a refusal within the wait is the refusal, after it is at its place', async () => {
    assert.equal((await prefer('wait=20', 'wrong orders')).status, 422)
    const response = await prefer('respond-async', 'wrong orders')
    const late = await send('GET', response.headers.get('location') ?? '', undefined, { prefer: 'wait=20' })
    assert.equal(late.status, 422)
    assert.equal((await send('GET', '/v1/asks/none')).status, 404)
  })
})

describe('verified questions', () => {
  const base = '/v1/datasets/shop/verified'
  const list = async () => ((await (await send('GET', base)).json()) as { verified: Verified[] }).verified

  test('approved, found by other wordings, edited, exported, tested, deleted', async () => {
    const { id } = await ask(QUESTION)
    assert.equal((await send('POST', `/v1/answers/${id}/feedback`, { verdict: 'up' })).status, 204)
    const [entry] = (await list()) as [Verified]
    assert.deepEqual([entry.question, entry.sql, entry.origin, entry.result.rows], [QUESTION, SQL, 'script', 21])

    const polite = await ask('Please tell me how many orders went to each ship country?')
    assert.equal(polite.plan.verified, entry.id)
    assert.equal((await ask('how many orders went to one ship country')).plan?.verified, undefined)

    const edit = { paraphrases: ['orders by country', 'How many orders went to each ship country!'] }
    const edited = (await (await send('PATCH', `${base}/${entry.id}`, edit)).json()) as Verified
    assert.deepEqual(edited.paraphrases, ['orders by country'])
    assert.equal((await ask('Orders by country')).row_count, 21)
    const refused = await send('PATCH', `${base}/${entry.id}`, { sql: 'DROP TABLE Orders' })
    assert.equal(refused.status, 400)

    const cases = parse(await (await send('GET', `${base}?format=yaml`)).text()) as { question: string; sql: string }[]
    assert.deepEqual(
      cases.map(({ question }) => question),
      [QUESTION, 'orders by country'],
    )
    for (const one of cases) assert.equal((await runCase(one, 'shop', scripted.deployment.effects)).right, true)

    const tested = (await (await send('POST', `${base}/test`)).json()) as { drifts: { drift: string }[] }
    assert.deepEqual(tested.drifts, [{ id: entry.id, question: QUESTION, drift: 'same', detail: '' }])

    assert.equal((await send('DELETE', `${base}/${entry.id}`)).status, 204)
    assert.equal((await send('DELETE', `${base}/${entry.id}`)).status, 404)
    assert.deepEqual(await list(), [])
  })

  test("a person's SQL answers where the model would answer otherwise, and the test says so", async () => {
    const added = { question: 'number of orders', sql: 'SELECT count(*) AS n FROM Orders WHERE Freight > 100' }
    const { id } = (await (await send('POST', base, added)).json()) as Verified
    assert.equal((await ask('number of orders')).sql, added.sql)
    const tested = (await (await send('POST', `${base}/test`)).json()) as {
      drifts: { drift: string; detail: string }[]
    }
    assert.equal(tested.drifts[0]?.drift, 'held')
    await send('DELETE', `${base}/${id}`)
  })
})

describe('permalinks', () => {
  test('the replay of a kept answer says which file, rows and plan changed', async () => {
    const kept = await ask('number of orders')
    const same = (await (await send('POST', `/v1/answers/${kept.id}/replay`)).json()) as Replay
    assert.deepEqual([same.summary, same.changed.data.files], [[], []])
    assert.deepEqual(same.answer?.rows, kept.rows)

    appendFileSync(join(data, 'shop', 'Shippers.csv'), '4,New Shipper,(503) 555-0000\n')
    const later = (await (await send('POST', `/v1/answers/${kept.id}/replay`)).json()) as Replay
    assert.deepEqual(later.changed.data, { changed: true, files: [{ path: 'Shippers.csv', change: 'changed' }] })
    assert.equal(later.changed.rows.changed, false)
    assert.match(later.summary.join(' '), /Shippers\.csv \(changed\).*the same all the same/)

    const other = await ask(QUESTION)
    await send('POST', '/v1/datasets/shop/verified', { question: QUESTION, sql: 'SELECT count(*) AS n FROM Orders' })
    const replanned = (await (await send('POST', `/v1/answers/${other.id}/replay`)).json()) as Replay
    assert.equal(replanned.changed.plan.changed, true)
    assert.equal(replanned.answer?.sql, SQL)
    assert.match(replanned.summary.join(' '), /other SQL/)
  })
})

describe('embedding', () => {
  const make = async (body: object) =>
    (await (await send('POST', '/v1/embeds', body)).json()) as Record<'url' | 'csv_url' | 'iframe' | 'panel', string>
  const tokenOf = (link: { url: string }) => new URL(link.url).searchParams.get('token') ?? ''

  test('a pinned question is answered without a key, as JSON and as CSV, and 304 while nothing changes', async () => {
    const link = await make({ dataset: 'shop', question: 'number of orders', refresh_s: 30 })
    const token = tokenOf(link)
    const about = (await (await app.request(url('/embed/about', { token }))).json()) as Record<string, unknown>
    assert.deepEqual([about['title'], about['pinned'], about['refresh_s']], ['number of orders', true, 30])
    const { first, again } = await conditional(url('/embed/answer', { token }))
    assert.deepEqual(((await first.json()) as Answer).rows, [[830]])
    assert.equal(again.status, 304)
    assert.equal(await (await app.request(new URL(link.csv_url).href)).text(), 'n\r\n830\r\n')
    assert.equal((await send('POST', url('/embed/ask', { token }), { question: 'number of orders' })).status, 403)
    assert.match(link.iframe, /^<iframe src="http/)
    assert.match(link.panel, /<asklake-panel/)
  })

  test('a pinned answer runs its own SQL; a box takes questions', async () => {
    const sql = await send('POST', '/v1/sql', { sql: 'SELECT 42 AS n', question: 'the number' })
    const { id } = (await sql.json()) as Answer
    const pinned = await app.request(url('/embed/answer', { token: tokenOf(await make({ answer: id })) }))
    assert.deepEqual(((await pinned.json()) as Answer).rows, [[42]])
    const box = tokenOf(await make({ dataset: 'shop' }))
    const asked = await send('POST', url('/embed/ask', { token: box }), { question: 'number of orders' })
    assert.deepEqual(((await asked.json()) as Answer).rows, [[830]])
  })

  test('a changed, foreign or ended link opens nothing', async () => {
    const token = tokenOf(await make({ dataset: 'shop', question: 'number of orders' }))
    const [payload = '', signature = ''] = token.split('.')
    const grant = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...grant, dataset: 'other' })).toString('base64url')
    for (const bad of [`${forged}.${signature}`, `${payload}.`, payload, `${token}.x`, '']) {
      assert.equal((await app.request(url('/embed/answer', { token: bad }))).status, 403, bad)
    }
    const { clock } = scripted.deployment.effects
    const now = clock.now
    clock.now = () => new Date(Date.now() + 40 * 86_400_000)
    try {
      const ended = await app.request(url('/embed/answer', { token }))
      assert.equal(((await ended.json()) as { code: string }).code, 'embed-expired')
    } finally {
      clock.now = now
    }
  })
})

test('profiles count every value once', async () => {
  const path = '/v1/datasets/shop/tables/Orders/profile'
  const { columns } = (await (await app.request(path)).json()) as {
    columns: { name: string; bins: { from: string; count: number }[] }[]
  }
  const freight = columns.find(({ name }) => name === 'Freight')?.bins ?? []
  assert.equal(freight.length, 12)
  assert.equal(
    freight.reduce((sum, { count }) => sum + count, 0),
    830,
  )
  assert.match(columns.find(({ name }) => name === 'OrderDate')?.bins[0]?.from ?? '', /^1996-07-04/)
  assert.equal((await app.request('/v1/datasets/shop/tables/None/profile')).status, 404)
})
