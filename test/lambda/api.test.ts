import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { S3Server } from '../s3/server.ts'
import { cloudEnvironment, startBuckets } from './cloud.ts'
import { post, replyOf, urlEvent } from './event.ts'
import { type Environment, packaged, startEnvironment, writableBecause } from './host.ts'
import { unboundBecause } from './memory.ts'

const COUNT = { dataset: 'northwind', sql: 'SELECT count(*) AS orders FROM Orders' }

let s3: S3Server
let api: Environment

before(async () => {
  s3 = await startBuckets()
  api = await startEnvironment(packaged('api'), 'api.handler', cloudEnvironment(s3))
})
after(async () => {
  await api.close()
  await s3.close()
})

test('a new environment answers; its time is printed', async (context) => {
  context.diagnostic(
    writableBecause === '' ? 'only /tmp can be written' : `the whole disk can be written: ${writableBecause}`,
  )
  const began = performance.now()
  const reply = replyOf(await api.invoke(urlEvent({ path: '/healthz' })))
  context.diagnostic(`first answer after ${Math.round(performance.now() - began)} ms`)
  assert.equal(reply.status, 200)
  assert.equal(JSON.parse(reply.body.toString()).status, 'ok')
})

test('the environment stays below 2 GB', async (context) => {
  if (unboundBecause !== '') context.diagnostic(`memory is not bounded: ${unboundBecause}`)
  await api.invoke(post('/v1/sql', COUNT))
  const peak = api.peakMb()
  context.diagnostic(`at most ${peak} MB at once`)
  assert.ok(peak === null ? unboundBecause !== '' : peak <= 2048)
})

test('datasets in a bucket are listed and asked', async () => {
  const listed = replyOf(await api.invoke(urlEvent({ path: '/v1/datasets' })))
  const { datasets } = JSON.parse(listed.body.toString())
  assert.ok(datasets.some(({ name }: { name: string }) => name === 'northwind'))
  const asked = replyOf(await api.invoke(post('/v1/sql', COUNT)))
  assert.equal(asked.status, 200, asked.body.toString())
  assert.deepEqual(JSON.parse(asked.body.toString()).rows, [[830]])
})

test('the embedded model drafts inside the bundle', async () => {
  const reply = replyOf(
    await api.invoke(post('/v1/ask', { dataset: 'northwind', question: 'How many orders are there?' })),
  )
  const answer = JSON.parse(reply.body.toString())
  assert.equal(reply.status, 200, reply.body.toString())
  assert.ok(answer.timings_ms.draft >= 0 || answer.plan.cached, 'no draft was timed')
})

test('the model runtime sends nothing to its makers', () => {
  assert.doesNotMatch(api.log(), /telemetry/i)
})

test('events of an answer arrive one after the other', async () => {
  const asked = post(
    '/v1/sql',
    { dataset: 'northwind', sql: 'SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1' },
    { accept: 'text/event-stream' },
  )
  const result = await api.invoke(asked)
  const reply = replyOf(result)
  assert.equal(result.streamed, true)
  assert.match(String(reply.headers['content-type']), /^text\/event-stream/)
  assert.ok(reply.pieces > 1, `${reply.pieces} piece`)
  const events = [...reply.body.toString().matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
  assert.equal(events.at(-1), 'answer')
  assert.ok(events.filter((name) => name === 'step').length >= 4)
})

test('a chart is drawn with the bundled fonts and arrives byte for byte', async () => {
  const sql = 'SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1 ORDER BY 2 DESC LIMIT 5'
  const made = JSON.parse(replyOf(await api.invoke(post('/v1/sql', { dataset: 'northwind', sql }))).body.toString())
  const reply = replyOf(await api.invoke(urlEvent({ path: `/v1/answers/${made.id}`, query: 'format=png' })))
  assert.equal(reply.status, 200, reply.body.toString('utf8', 0, 300))
  assert.equal(reply.headers['content-type'], 'image/png')
  assert.equal(reply.body.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n')
  assert.equal(reply.body.subarray(-8, -4).toString(), 'IEND')
})

test('a body is measured as it is decoded, whatever its headers say', async () => {
  const long = Buffer.from(JSON.stringify({ ...COUNT, question: 'x'.repeat(70_000) }))
  const headers = { 'content-type': 'application/json', 'content-length': '10' }
  const reply = replyOf(await api.invoke(urlEvent({ method: 'POST', path: '/v1/sql', headers, body: long })))
  assert.equal(reply.status, 413)
  const short = Buffer.from(JSON.stringify(COUNT))
  assert.equal(
    replyOf(await api.invoke(urlEvent({ method: 'POST', path: '/v1/sql', headers, body: short }))).status,
    200,
  )
})

test('pages are in the package, refusals are problems', async () => {
  const page = replyOf(await api.invoke(urlEvent({ path: '/' })))
  assert.match(page.body.toString(), /<html/i)
  const refused = replyOf(await api.invoke(post('/v1/sql', { dataset: 'northwind', sql: 'DROP TABLE Orders' })))
  assert.equal(refused.headers['content-type'], 'application/problem+json')
  assert.equal(refused.status >= 400 && refused.status < 500, true)
})

test('an invocation whose time runs out is refused before Lambda ends it', async (context) => {
  const slow =
    'SELECT count(*) AS n FROM Orders a, Orders b, Orders c, Orders d WHERE a.Freight + b.Freight > c.Freight'
  const began = performance.now()
  const reply = replyOf(await api.invoke(post('/v1/sql', { dataset: 'northwind', sql: slow }), 4000))
  const took = Math.round(performance.now() - began)
  context.diagnostic(`refused after ${took} of 4000 ms`)
  assert.equal(reply.status, 504, reply.body.toString())
  assert.equal(JSON.parse(reply.body.toString()).code, 'out-of-time')
  assert.ok(took < 4000, `${took} ms: Lambda would have ended it`)
  assert.equal(replyOf(await api.invoke(post('/v1/sql', COUNT))).status, 200)
})

test('also when its events have begun to arrive', async () => {
  const slow =
    'SELECT count(*) AS n FROM Orders a, Orders b, Orders c, Orders d WHERE a.Freight + b.Freight > c.Freight'
  const asked = post('/v1/sql', { dataset: 'northwind', sql: slow }, { accept: 'text/event-stream' })
  const body = replyOf(await api.invoke(asked, 4000)).body.toString()
  assert.match(body, /^event: problem\ndata: .*"code":"out-of-time"/m)
})

test('another environment knows the answers and catalogs of this one', async (context) => {
  const made = JSON.parse(replyOf(await api.invoke(post('/v1/sql', COUNT))).body.toString())
  const other = await startEnvironment(packaged('api'), 'api.handler', cloudEnvironment(s3))
  try {
    const began = performance.now()
    const kept = replyOf(await other.invoke(urlEvent({ path: `/v1/answers/${made.id}` })))
    context.diagnostic(`kept answer from a new environment after ${Math.round(performance.now() - began)} ms`)
    assert.equal(JSON.parse(kept.body.toString()).id, made.id)
    const asked = performance.now()
    assert.equal(replyOf(await other.invoke(post('/v1/sql', COUNT))).status, 200)
    context.diagnostic(`first SQL over a catalog read elsewhere after ${Math.round(performance.now() - asked)} ms`)
  } finally {
    await other.close()
  }
  assert.ok(s3.requests.some((line) => /^PUT \/state\/asklake\/catalogs\//.test(line)))
})
