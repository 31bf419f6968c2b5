import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { S3Server } from '../s3/server.ts'
import { cloudEnvironment, startBuckets } from './cloud.ts'
import { queueEvent } from './event.ts'
import { type Environment, packaged, startEnvironment } from './host.ts'

let s3: S3Server
let refresh: Environment

before(async () => {
  s3 = await startBuckets()
  refresh = await startEnvironment(packaged('refresh'), 'refresh.handler', cloudEnvironment(s3))
})
after(async () => {
  await refresh.close()
  await s3.close()
})

const created = (...keys: string[]) => ({
  Records: keys.map((key) => ({ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'lake' }, object: { key } } })),
})

async function failures(...bodies: unknown[]): Promise<unknown> {
  const { pieces, failed } = await refresh.invoke(queueEvent(...bodies))
  assert.equal(failed, undefined, JSON.stringify(failed))
  return JSON.parse(Buffer.concat(pieces).toString()).batchItemFailures
}

const written = () => s3.requests.filter((line) => /^PUT \/state\/asklake\/catalogs\//.test(line)).length

test("files of one dataset cost one reading, and S3's test message none", async () => {
  assert.deepEqual(await failures({ Service: 'Amazon S3', Event: 's3:TestEvent' }), [])
  assert.equal(written(), 0)
  assert.deepEqual(
    await failures(created('data/birdstrikes/a.csv', 'data/birdstrikes/b+c.csv'), created('data/birdstrikes/d.csv')),
    [],
  )
  assert.equal(written(), 1)
})

test('a dataset that nothing is known of is left alone', async () => {
  const before = written()
  assert.deepEqual(await failures(created('data/none/x.csv', 'elsewhere/y.csv')), [])
  assert.equal(written(), before)
})

test('a new dataset is read', async () => {
  const before = written()
  s3.set('lake', 'data/fresh/rows.csv', 'a,b\n1,2\n3,4\n')
  assert.deepEqual(await failures(created('data/fresh/rows.csv')), [])
  assert.equal(written(), before + 1)
})

test('the daily sweep reads what nobody told of, and nothing twice', async () => {
  s3.set('lake', 'data/unheard/rows.csv', 'a,b\n1,2\n3,4\n')
  const before = written()
  assert.deepEqual(await failures({ sweep: true }), [])
  const first = written()
  assert.ok(first > before)
  assert.deepEqual(await failures({ sweep: true }), [])
  assert.equal(written(), first)
})

test('what cannot be read in time is given back to the queue', async () => {
  s3.set('lake', 'data/late/rows.csv', 'a,b\n1,2\n')
  const { pieces } = await refresh.invoke(queueEvent(created('data/late/rows.csv')), 1)
  assert.deepEqual(JSON.parse(Buffer.concat(pieces).toString()).batchItemFailures, [{ itemIdentifier: 'm0' }])
  assert.deepEqual(await failures(created('data/late/rows.csv')), [])
})
