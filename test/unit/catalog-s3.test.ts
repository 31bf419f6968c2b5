import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { folderCache } from '../../src/catalog/cache.ts'
import { openReader, type Reader } from '../../src/catalog/reader.ts'
import { type DatasetSource, listDatasets, readCatalog } from '../../src/catalog.ts'
import { readSettings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId
process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey

const top = mkdtempSync(join(tmpdir(), 'asklake-s3-catalog-'))
let server: S3Server
let store: Store
let reader: Reader
let settings: ReturnType<typeof readSettings>

before(async () => {
  server = await startS3('lake')
  settings = readSettings({
    ASKLAKE_S3_ENDPOINT: server.endpoint,
    ASKLAKE_S3_REGION: 'us-east-1',
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_STATE_DIR: top,
  })
  store = await openStore('s3://lake/data', settings, top)
  reader = await openReader({ memory_mb: 512, timeout_ms: 60_000 })
  server.set('lake', 'data/shop/orders.csv', 'order_id,customer_id\n1,1\n2,2\n')
  server.set('lake', 'data/shop/customers.csv', 'customer_id,name\n1,Ann\n2,Bob\n')
  server.set('lake', 'data/other/y.json', '[{"a":1}]')
})
after(async () => {
  await reader.close()
  await server.close()
  rmSync(top, { recursive: true })
})

async function shop(): Promise<DatasetSource> {
  return (await listDatasets(store)).find(({ dataset }) => dataset === 'shop') as DatasetSource
}

test('a prefix is read like a folder', async () => {
  assert.deepEqual(
    (await listDatasets(store)).map(({ dataset }) => dataset),
    ['other', 'shop'],
  )
  const catalog = await readCatalog(await shop(), { settings, reader })
  assert.deepEqual(
    catalog.tables.map(({ name, rows }) => [name, rows]),
    [
      ['customers', 2],
      ['orders', 2],
    ],
  )
  assert.deepEqual(
    catalog.joins.map(({ from, to }) => `${from.table} > ${to.table}`),
    ['orders > customers'],
  )
})

test('another ETag changes the fingerprint; what did not change is not fetched again', async () => {
  const first = await readCatalog(await shop(), { settings, reader })
  server.set('lake', 'data/shop/orders.csv', 'order_id,customer_id\n1,1\n2,2\n3,1\n')
  server.requests.length = 0
  const second = await readCatalog(await shop(), { settings, reader })
  assert.notEqual(second.fingerprint.data, first.fingerprint.data)
  assert.equal(second.tables[1]?.rows, 3)
  const fetched = server.requests.filter((line) => /^GET \/lake\/data\//.test(line))
  assert.deepEqual(
    fetched.map((line) => line.split('?')[0]),
    ['GET /lake/data/shop/orders.csv'],
  )
})

test('an object replaced between listing and reading is read anew', async () => {
  server.set('lake', 'data/shop/orders.csv', 'order_id,customer_id\n1,1\n')
  let swapped = false
  server.before = (request) => {
    if (swapped || !request.url?.includes('orders.csv')) return
    swapped = true
    server.set('lake', 'data/shop/orders.csv', 'order_id,customer_id\n1,1\n2,1\n3,1\n4,1\n')
  }
  const catalog = await readCatalog(await shop(), { settings, reader })
  server.before = () => {}
  assert.ok(swapped)
  assert.equal(catalog.tables.find(({ name }) => name === 'orders')?.rows, 4)
  assert.deepEqual(catalog.notes, [])
})

test('an object that changes at every read is left out with a note', async () => {
  server.set('lake', 'data/shop/orders.csv', 'order_id\n0\n')
  let count = 0
  server.before = (request) => {
    if (request.url?.includes('orders.csv')) server.set('lake', 'data/shop/orders.csv', `order_id\n${++count}\n`)
  }
  const catalog = await readCatalog(await shop(), { settings, reader })
  server.before = () => {}
  assert.deepEqual(
    catalog.tables.map(({ name }) => name),
    ['customers'],
  )
  assert.deepEqual(
    catalog.notes.map(({ code }) => code),
    ['file-changed'],
  )
})

test('a kept catalog on a machine without the mirror fetches the files it names', async () => {
  const cache = folderCache(join(top, 'cache'))
  const first = await readCatalog(await shop(), { settings, reader, cache })
  rmSync(join(top, 'mirror'), { recursive: true })
  server.requests.length = 0
  assert.deepEqual(await readCatalog(await shop(), { settings, reader, cache }), first)
  assert.equal(server.requests.filter((line) => /^GET \/lake\/data\//.test(line)).length, 2)
})
