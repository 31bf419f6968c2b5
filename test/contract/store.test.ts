import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import { bucketPlace } from '../s3/place.ts'
import { startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

// The contract runs on a real service where S3_TEST_ENDPOINT names one (test/s3/run.mjs), else on the small server; what
// needs to see or disturb single requests runs on the small server always.
process.env['AWS_ACCESS_KEY_ID'] ??= CREDENTIALS.accessKeyId
process.env['AWS_SECRET_ACCESS_KEY'] ??= CREDENTIALS.secretAccessKey

interface Place {
  store: Store
  /** Puts a file behind the store's back. */
  write(path: string, text: string): Promise<void>
  close(): Promise<void>
}

async function folderPlace(): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'asklake-store-'))
  let tick = 0
  return {
    store: await openStore(root, readSettings({}), ''),
    write: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
      await utimes(join(root, path), 1, ++tick)
    },
    close: () => rm(root, { recursive: true }),
  }
}

async function s3Place(): Promise<Place> {
  const place = await bucketPlace()
  return { ...place, store: await place.open() }
}

const bytes = (text: string) => new TextEncoder().encode(text)

for (const [kind, open] of Object.entries({ folder: folderPlace, s3: s3Place })) {
  const within = (name: string, body: (place: Place) => Promise<void>) =>
    test(`${kind}: ${name}`, async () => {
      const place = await open()
      try {
        await body(place)
      } finally {
        await place.close()
      }
    })

  within('lists files below a folder, sorted, without hidden ones', async ({ store, write }) => {
    for (const path of ['b/two.csv', 'b/a.csv', 'a.csv', 'b/.hidden', 'b/_SUCCESS', 'bb/x.csv'])
      await write(path, 'id\n1\n')
    assert.deepEqual(
      (await store.list('b')).map(({ path, bytes: size }) => [path, size]),
      [
        ['b/a.csv', 5],
        ['b/two.csv', 5],
      ],
    )
    assert.deepEqual(
      (await store.list('')).map(({ path }) => path),
      ['a.csv', 'b/a.csv', 'b/two.csv', 'bb/x.csv'],
    )
    assert.deepEqual(await store.list('none'), [])
  })

  within('fetches the listed version to a local path', async ({ store, write }) => {
    await write('d/odd name+ü.csv', 'id\n1\n')
    const files = await store.list('d')
    const [path = ''] = await store.fetch(files)
    assert.equal(await readFile(path, 'utf8'), 'id\n1\n')
    assert.match(path, /odd name\+ü\.csv$/)
    assert.deepEqual(await store.fetch(files), [path])
  })

  within('refuses a file that changed or went since it was listed', async ({ store, write }) => {
    await write('a.csv', 'id\n1\n')
    const files = await store.list('')
    await write('a.csv', 'id\n2\n')
    await assert.rejects(store.fetch(files), { name: 'Refusal', code: 'file-changed' })
    await store.remove('a.csv')
    await assert.rejects(store.fetch(files), { name: 'Refusal', code: 'file-changed' })
  })

  within('a changed file has another version', async ({ store, write }) => {
    await write('a.csv', 'id\n1\n')
    const [before] = await store.list('')
    await write('a.csv', 'id\n2\n')
    const [after] = await store.list('')
    assert.notEqual(before?.version, after?.version)
  })

  within('objects: get, put, remove', async ({ store }) => {
    assert.equal(await store.get('plans/a.json'), null)
    const version = await store.put('plans/a.json', bytes('{}'))
    const found = await store.get('plans/a.json')
    assert.equal(new TextDecoder().decode(found?.body), '{}')
    assert.equal(found?.version, version)
    await store.remove('plans/a.json')
    await store.remove('plans/a.json')
    assert.equal(await store.get('plans/a.json'), null)
  })

  within('objects: of many writers of an absent one a single one wins', async ({ store }) => {
    const writes = ['a', 'b', 'c', 'd'].map((text) => store.put('plans/once', bytes(text), { absent: true }))
    const won = (await Promise.all(writes)).filter((version) => version !== null)
    assert.equal(won.length, 1)
    assert.equal((await store.get('plans/once'))?.version, won[0])
  })

  within('objects: a write on a version loses to a newer one', async ({ store }) => {
    const first = (await store.put('lease', bytes('1'))) as string
    assert.notEqual(await store.put('lease', bytes('2'), { version: first }), null)
    assert.equal(await store.put('lease', bytes('3'), { version: first }), null)
    assert.equal(new TextDecoder().decode((await store.get('lease'))?.body), '2')
    assert.equal(await store.put('none', bytes('1'), { version: first }), null)
  })

  within('paths stay inside the root', async ({ store }) => {
    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a\\b']) {
      await assert.rejects(async () => store.get(path), { code: 'dataset-unknown' })
      await assert.rejects(async () => store.list(path), { code: 'dataset-unknown' })
    }
  })
}

test('folder: links are followed only inside the root', async () => {
  const root = await mkdtemp(join(tmpdir(), 'asklake-links-'))
  await writeFile(join(root, 'a.csv'), 'id\n1\n')
  await symlink(join(root, 'a.csv'), join(root, 'inside.csv'))
  await symlink('/etc/passwd', join(root, 'outside.csv'))
  await symlink(root, join(root, 'loop'))
  const store = await openStore(root, readSettings({}), '')
  assert.deepEqual(
    (await store.list('')).map(({ path }) => path),
    ['a.csv', 'inside.csv'],
  )
  await rm(root, { recursive: true })
})

test('folder: a root that does not exist is refused', async () => {
  const store = await openStore('/no/such/folder', readSettings({}), '')
  await assert.rejects(store.list(''), { code: 'dataset-unreadable' })
})

test('s3: lists more than a page, reads large objects in parallel parts', async () => {
  const server = await startS3('bucket')
  const state = await mkdtemp(join(tmpdir(), 'asklake-mirror-'))
  const env = {
    ASKLAKE_S3_ENDPOINT: server.endpoint,
    ASKLAKE_S3_REGION: 'us-east-1',
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_S3_PART_MB: '1',
  }
  const store = await openStore('s3://bucket', readSettings(env), state)
  for (let n = 0; n < 2300; n++) server.set('bucket', `many/${String(n).padStart(5, '0')}.csv`, 'id\n')
  assert.equal((await store.list('many')).length, 2300)
  const large = Buffer.from(Array.from({ length: 3_400_000 }, (_, index) => index % 251))
  server.set('bucket', 'large.csv', large)
  const files = (await store.list('')).filter(({ path }) => path === 'large.csv')
  const [path = ''] = await store.fetch(files)
  assert.ok((await readFile(path)).equals(large))
  assert.equal(server.requests.filter((line) => line.startsWith('GET /bucket/large.csv')).length, 4)
  await store.fetch(files)
  assert.equal(
    server.requests.filter((line) => line.startsWith('GET /bucket/large.csv')).length,
    4,
    'the mirror answers',
  )
  await server.close()
  await rm(state, { recursive: true })
})

test('s3: an object replaced between two parts is never pieced together', async () => {
  const server = await startS3('bucket')
  const state = await mkdtemp(join(tmpdir(), 'asklake-mirror-'))
  const env = {
    ASKLAKE_S3_ENDPOINT: server.endpoint,
    ASKLAKE_S3_REGION: 'us-east-1',
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_S3_PART_MB: '1',
    ASKLAKE_S3_PARALLEL: '1',
  }
  const store = await openStore('s3://bucket', readSettings(env), state)
  server.set('bucket', 'a.csv', Buffer.alloc(2_500_000, 'a'))
  const files = await store.list('')
  let parts = 0
  server.before = (request) => {
    if (request.url?.includes('a.csv') && ++parts === 2) server.set('bucket', 'a.csv', Buffer.alloc(2_500_000, 'b'))
  }
  await assert.rejects(store.fetch(files), { code: 'file-changed' })
  const [path = ''] = await store.fetch(await store.list(''))
  assert.equal((await readFile(path, 'utf8')).replaceAll('b', ''), '')
  await server.close()
  await rm(state, { recursive: true })
})

test('s3: the mirror stays below its size, the least recently used go first', async () => {
  const server = await startS3('bucket')
  const state = await mkdtemp(join(tmpdir(), 'asklake-mirror-'))
  const env = {
    ASKLAKE_S3_ENDPOINT: server.endpoint,
    ASKLAKE_S3_REGION: 'us-east-1',
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_S3_MIRROR_MB: '2',
  }
  const store = await openStore('s3://bucket', readSettings(env), state)
  for (const name of ['a', 'b', 'c']) server.set('bucket', `${name}.csv`, Buffer.alloc(900_000, name))
  const files = await store.list('')
  const paths: string[] = []
  for (const file of files) paths.push(...(await store.fetch([file])))
  await assert.rejects(readFile(paths[0] as string), { code: 'ENOENT' })
  assert.equal((await readFile(paths[2] as string)).length, 900_000)
  await store.fetch(files)
  assert.equal((await readFile(paths[0] as string)).length, 900_000, 'what is asked for together is kept together')
  await server.close()
  await rm(state, { recursive: true })
})

test('s3: a service that is away or refuses is a refusal', async () => {
  const server = await startS3('bucket')
  const env = { ASKLAKE_S3_ENDPOINT: server.endpoint, ASKLAKE_S3_REGION: 'us-east-1', ASKLAKE_S3_PATH_STYLE: 'true' }
  const absent = await openStore('s3://other', readSettings(env), tmpdir())
  await assert.rejects(absent.list(''), { code: 'store-unavailable' })
  await server.close()
  const away = await openStore('s3://bucket', readSettings(env), tmpdir())
  await assert.rejects(away.list(''), { code: 'store-unavailable' })
})
