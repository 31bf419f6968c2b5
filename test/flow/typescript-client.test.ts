import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { serve } from '@hono/node-server'
import { type Asklake, AsklakeError, connect } from '../../clients/typescript/client.ts'
import { createApi } from '../../functions/api.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

const BY_COUNTRY = 'SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1 ORDER BY 2 DESC, 1'
const SLOW = 'SELECT count(*) FROM Orders a, Orders b, Orders c, Orders d WHERE a.Freight + b.Freight > c.Freight'

let scripted: Scripted
let server: ReturnType<typeof serve>
let lake: Asklake
let url: string

before(async () => {
  scripted = await scriptedDeployment('examples', { 'orders per ship country': [{ sql: BY_COUNTRY }] })
  server = serve({ fetch: createApi(scripted.deployment).fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  lake = connect({ url })
})
after(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await scripted.close()
})

test('datasets and catalogs', async () => {
  const datasets = await lake.datasets()
  assert.deepEqual(
    datasets.map(({ name }) => name),
    ['birdstrikes', 'flights', 'northwind', 'weather'],
  )
  assert.ok((await lake.dataset('northwind')).tables.some(({ name }) => name === 'Orders'))
})

test('a question, its steps, its rows as objects, a follow-up, files', async () => {
  const steps: string[] = []
  const answer = await lake.ask('orders per ship country', { dataset: 'northwind', onStep: (step) => steps.push(step) })
  assert.deepEqual([steps[0], steps.includes('execute')], ['catalog', true])
  assert.equal(answer.objects().length, 21)
  assert.deepEqual(Object.keys(answer.objects()[0] ?? {}), ['ShipCountry', 'orders'])
  const pie = await answer.ask('as a pie')
  assert.deepEqual(pie.rows, answer.rows)
  assert.match(JSON.stringify(pie.chart), /"arc"/)
  assert.match(new TextDecoder().decode(await answer.file('csv')), /^ShipCountry,orders/)
  const [one, two] = [await answer.file('png'), await answer.file('png', { scale: 2 })]
  assert.ok(two.length > one.length)
  assert.deepEqual((await lake.answer(answer.id)).rows, answer.rows)
  assert.deepEqual(
    Object.keys(JSON.parse(JSON.stringify(answer))),
    Object.keys(JSON.parse(JSON.stringify(await lake.answer(answer.id)))),
  )
})

test('a changed plan, without the model', async () => {
  const answer = await lake.ask('orders per ship country', { dataset: 'northwind' })
  const asked = scripted.asked.length
  const three = await answer.edit([{ slot: 'limit', do: 'set', limit: 3 }])
  assert.equal(three.rows.length, 3)
  assert.equal(scripted.asked.length, asked)
})

test('a verdict is kept', async () => {
  const answer = await lake.ask('orders per ship country', { dataset: 'northwind' })
  await answer.feedback('up')
  assert.equal((await lake.ask('orders per ship country', { dataset: 'northwind' })).confidence, 1)
})

test('SQL of one’s own; columns of one name stay apart', async () => {
  const answer = await lake.sql('SELECT 1 AS a, 2 AS a', { dataset: 'northwind' })
  assert.deepEqual(answer.objects(), [{ a: 1, a_2: 2 }])
})

test('refusals come with code, hint and suggestions', async () => {
  const refused = await lake.ask('zebra stripes of unicorn foals', { dataset: 'northwind' }).catch((thrown) => thrown)
  assert.ok(refused instanceof AsklakeError)
  assert.equal(refused.code, 'not-answerable')
  assert.equal(refused.suggestions.length, 3)
  const unknown = await lake.dataset('nowhere').catch((thrown) => thrown)
  assert.deepEqual([unknown.code, unknown.status], ['dataset-unknown', 404])
  const offline = await connect({ url: 'http://127.0.0.1:9' })
    .datasets()
    .catch((thrown) => thrown)
  assert.deepEqual([offline.code, offline.status], ['offline', 0])
})

test('an asker who leaves cancels the query', async () => {
  const leaving = new AbortController()
  const asked = lake.sql(SLOW, {
    dataset: 'northwind',
    signal: leaving.signal,
    onStep: (step) => step === 'execute' && leaving.abort(),
  })
  await assert.rejects(asked, { name: 'AbortError' })
  assert.deepEqual((await lake.sql('SELECT 1 AS one', { dataset: 'northwind' })).rows, [[1]])
})

test('the key is sent, a body that is cut off is told', async () => {
  const seen: (string | undefined)[] = []
  const cut = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end('event: step\ndata: {"step":"catalog","state":"start"}\n\n')
  })
  await new Promise<void>((resolve) => cut.listen(0, '127.0.0.1', resolve))
  const keyed = connect({ url: `http://127.0.0.1:${(cut.address() as AddressInfo).port}`, key: 'asklake_secret' })
  await assert.rejects(keyed.ask('x'), { code: 'cut-off' })
  assert.deepEqual(seen, ['Bearer asklake_secret'])
  cut.close()
})
