import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createApi } from '../../functions/api.ts'
import type { Answer } from '../../src/answer.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

const QUESTION = 'freight of each order'
const SQL = 'SELECT OrderID, Freight FROM Orders ORDER BY OrderID'
const CHANCE = 'orders by chance'
const PATH = `/v1/ask.csv?${new URLSearchParams({ dataset: 'northwind', question: QUESTION })}`

let scripted: Scripted
let app: ReturnType<typeof createApi>
let whole: Buffer
let tag: string

before(async () => {
  scripted = await scriptedDeployment('examples', {
    [QUESTION]: [{ sql: SQL }],
    [CHANCE]: [{ sql: 'SELECT random() AS r FROM Orders' }],
  })
  app = createApi(scripted.deployment)
  const response = await app.request(PATH)
  whole = Buffer.from(await response.arrayBuffer())
  tag = response.headers.get('etag') ?? ''
  assert.equal(response.headers.get('accept-ranges'), 'bytes')
})
after(() => scripted.close())

const part = (range: string, more: Record<string, string> = {}) => app.request(PATH, { headers: { range, ...more } })
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('HEAD tells the length and the tag that GET has', async () => {
  const response = await app.request(PATH, { method: 'HEAD' })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-length'), String(whole.length))
  assert.equal(response.headers.get('etag'), tag)
  assert.equal((await bytes(response)).length, 0)
})

test('a part by its first and last byte, from a place on, or from the end', async () => {
  const cases: [range: string, from: number, to: number][] = [
    ['bytes=0-3', 0, 4],
    ['bytes=10-', 10, whole.length],
    ['bytes=-8', whole.length - 8, whole.length],
    [`bytes=5-${whole.length + 99}`, 5, whole.length],
    [`bytes=-${whole.length + 99}`, 0, whole.length],
  ]
  for (const [range, from, to] of cases) {
    const response = await part(range)
    assert.equal(response.status, 206, range)
    assert.equal(response.headers.get('content-range'), `bytes ${from}-${to - 1}/${whole.length}`)
    assert.equal(response.headers.get('content-length'), String(to - from))
    assert.ok((await bytes(response)).equals(whole.subarray(from, to)), range)
  }
})

test('several parts, parts that are not there, other units and parts of another version get the whole', async () => {
  const sent = [
    part('bytes=0-1,4-5'),
    part(`bytes=${whole.length}-`),
    part('bytes=9-2'),
    part('bytes=-0'),
    part('bytes=-'),
    part('rows=0-1'),
    part('bytes=0-3', { 'if-range': '"another"' }),
  ]
  for (const response of await Promise.all(sent)) {
    assert.equal(response.status, 200)
    assert.ok((await bytes(response)).equals(whole))
  }
  assert.equal((await part('bytes=0-3', { 'if-range': tag })).status, 206)
  assert.equal((await part('bytes=0-3', { 'if-none-match': tag })).status, 304)
})

test('the parts of one file are read without running it again', async () => {
  await part('bytes=0-3')
  const { effects } = scripted.deployment
  const real = effects.database.query
  let run = 0
  effects.database.query = (...args) => {
    run++
    return real(...args)
  }
  try {
    await part('bytes=4-7')
    assert.equal(run, 0)
  } finally {
    effects.database.query = real
  }
})

test('what chance decides is never put together of two runs', async () => {
  const path = `/v1/ask.csv?${new URLSearchParams({ dataset: 'northwind', question: CHANCE })}`
  const whole = await app.request(path)
  assert.equal(whole.headers.get('accept-ranges'), null)
  const response = await app.request(path, { headers: { range: 'bytes=0-3' } })
  assert.equal(response.status, 200)
  assert.notEqual(response.headers.get('etag'), whole.headers.get('etag'))
  assert.equal((await response.text()).split('\r\n').length, 832)
})

test('a kept answer is read in parts too; where nothing is kept between requests the whole is sent', async () => {
  const asked = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const body = JSON.stringify({ question: QUESTION, dataset: 'northwind' })
  const { id } = (await (await app.request('/v1/ask', { ...asked, body })).json()) as Answer
  const kept = await app.request(`/v1/answers/${id}?format=csv`, { headers: { range: 'bytes=0-6' } })
  assert.deepEqual([kept.status, await kept.text()], [206, 'OrderID'])
  const elsewhere = createApi(scripted.deployment, { background: false })
  const response = await elsewhere.request(PATH, { headers: { range: 'bytes=0-3' } })
  assert.deepEqual([response.status, response.headers.get('accept-ranges')], [200, null])
})
