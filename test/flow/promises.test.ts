import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createApi } from '../../functions/api.ts'
import type { Answer } from '../../src/answer.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

const SCRIPT = {
  'number of orders': [{ sql: 'SELECT count(*) AS n FROM Orders' }],
  'wrong orders': [{ sql: 'SELECT nothing FROM Orders' }],
}

let scripted: Scripted
let own: ReturnType<typeof createApi>
let other: ReturnType<typeof createApi>

before(async () => {
  scripted = await scriptedDeployment('examples', SCRIPT)
  own = createApi(scripted.deployment)
  other = createApi(scripted.deployment)
})
after(() => scripted.close())

async function promised(question: string): Promise<string> {
  const headers = { 'content-type': 'application/json', prefer: 'respond-async' }
  const body = JSON.stringify({ question, dataset: 'northwind' })
  const response = await own.request('/v1/ask', { method: 'POST', headers, body })
  assert.equal(response.status, 202)
  return response.headers.get('location') as string
}

test('a promised answer is found, waited for and followed at another server of the same store', async () => {
  const place = await promised('number of orders')
  const waited = await other.request(place, { headers: { prefer: 'wait=30' } })
  assert.equal(waited.status, 200)
  assert.deepEqual(((await waited.json()) as Answer).rows, [[830]])
  const followed = await other.request(await promised('number of orders'), { headers: { accept: 'text/event-stream' } })
  assert.match(await followed.text(), /event: answer/)
})

test('so is a refusal, with its code and status', async () => {
  const refused = await other.request(await promised('wrong orders'), { headers: { prefer: 'wait=30' } })
  const here = await own.request(await promised('wrong orders'), { headers: { prefer: 'wait=30' } })
  const [there, known] = [await refused.json(), await here.json()]
  assert.equal(refused.status, here.status)
  assert.deepEqual(there, known)
})

test('somebody else does not find it, and no path leads out of the store', async () => {
  const place = await promised('number of orders')
  await setTimeout(0)
  const { promises } = scripted.deployment
  const id = place.split('/').at(-1) as string
  assert.notEqual(await promises.find(id, 'everyone'), undefined)
  assert.equal(await promises.find(id, 'somebody'), undefined)
  for (const odd of ['../kept/x', '..', '', 'a/b', 'x'.repeat(65)]) {
    assert.equal(await promises.find(odd, 'everyone'), undefined)
  }
})
