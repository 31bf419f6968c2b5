import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { readSettings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import { type Fault, type S3Server, startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

const CONTENT = `id,amount\n${Array.from({ length: 200_000 }, (_, id) => `${id},${id * 2}`).join('\n')}\n`

let server: S3Server
let folder: string
let store: Store

before(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey
  server = await startS3('lake')
  folder = await mkdtemp(join(tmpdir(), 'asklake-s3-faults-'))
  const env = {
    ASKLAKE_S3_ENDPOINT: server.endpoint,
    ASKLAKE_S3_REGION: 'us-east-1',
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_S3_PART_MB: '1',
    ASKLAKE_S3_TIMEOUT_MS: '500',
  }
  store = await openStore('s3://lake/data', readSettings(env), folder)
})
afterEach(() => {
  server.fault = () => undefined
  server.before = () => {}
})
after(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

let objects = 0

/** A new object in the bucket, its name never mirrored before. */
async function listedObject() {
  const name = `orders${++objects}.csv`
  server.set('lake', `data/${name}`, CONTENT)
  const files = await store.list('')
  return files.filter(({ path }) => path === name)
}

/** The fault for the first `times` reads of objects (all when absent), nothing afterwards. */
function spoil(fault: Fault, times = Number.POSITIVE_INFINITY): void {
  let left = times
  server.fault = (request) => (request.url?.includes('.csv') && left-- > 0 ? fault : undefined)
}

const PASSING: [name: string, fault: Fault, times: number][] = [
  ['slow, but answering', { kind: 'slow', ms: 300 }, 9],
  ['silent once', { kind: 'slow', ms: 1500 }, 1],
  ['503 SlowDown twice', { kind: 'refuse', status: 503, code: 'SlowDown' }, 2],
  ['500 InternalError twice', { kind: 'refuse', status: 500, code: 'InternalError' }, 2],
  ['a connection reset twice', { kind: 'reset' }, 2],
  ['a body cut off twice', { kind: 'truncate', bytes: 1000 }, 2],
  ['a body cut off before its first byte', { kind: 'truncate', bytes: 0 }, 1],
  ['a body that stops once', { kind: 'stall', bytes: 1000 }, 1],
]

for (const [name, fault, times] of PASSING) {
  test(`an object store that is ${name}: the file is read whole`, async () => {
    const files = await listedObject()
    spoil(fault, times)
    const [path = ''] = await store.fetch(files)
    assert.equal(await readFile(path, 'utf8'), CONTENT)
  })
}

const LASTING: [name: string, fault: Fault][] = [
  ['503 SlowDown', { kind: 'refuse', status: 503, code: 'SlowDown' }],
  ['403 AccessDenied', { kind: 'refuse', status: 403, code: 'AccessDenied' }],
  ['a reset', { kind: 'reset' }],
  ['a body cut off', { kind: 'truncate', bytes: 1000 }],
  ['silence', { kind: 'slow', ms: 3000 }],
]

for (const [name, fault] of LASTING) {
  test(`an object store that always answers with ${name}: a refusal, and the file is read once it is well`, async () => {
    const files = await listedObject()
    spoil(fault)
    await assert.rejects(store.fetch(files), { code: 'store-unavailable' })
    spoil(fault, 0)
    const [path = ''] = await store.fetch(files)
    assert.equal(await readFile(path, 'utf8'), CONTENT)
  })
}

test('an object that changes between two parts is never pieced together', async () => {
  const files = await listedObject()
  let reads = 0
  server.before = (request) => {
    if (request.url?.includes('.csv') && ++reads === 2)
      server.set('lake', `data/orders${objects}.csv`, CONTENT.replaceAll('1', '2'))
  }
  await assert.rejects(store.fetch(files), { code: 'file-changed' })
})

test('a list that is refused or cut off is a refusal, not a short list', async () => {
  for (const fault of [{ kind: 'refuse', status: 503, code: 'SlowDown' }, { kind: 'reset' }] as Fault[]) {
    server.fault = () => fault
    await assert.rejects(store.list(''), { code: 'store-unavailable' })
  }
})
