import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from '../../src/answer.ts'
import { type KeptAnswers, storeAnswers } from '../../src/kept.ts'
import { readSettings } from '../../src/settings.ts'
import { openFolder, openStore, type Store } from '../../src/store.ts'
import { storeVerified, type Verified, type VerifiedQuestions } from '../../src/verified.ts'
import { bucketPlace } from '../s3/place.ts'

// What is kept between questions, over every kind of store; each `open` is another machine.
interface Place {
  open(): Promise<Store>
  write(path: string, text: string): Promise<void>
  close(): Promise<void>
}

async function stateFolder(): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'asklake-kept-'))
  const write = async (path: string, text: string) =>
    void (await openFolder(root).put(path, new TextEncoder().encode(text)))
  return { open: async () => openFolder(root), write, close: () => rm(root, { recursive: true }) }
}

async function sharedFolder(): Promise<Place> {
  const place = await stateFolder()
  const root = await mkdtemp(join(tmpdir(), 'asklake-kept-'))
  return {
    open: () => openStore(root, readSettings({}), ''),
    write: async (path, text) =>
      void (await (await openStore(root, readSettings({}), '')).put(path, new TextEncoder().encode(text))),
    close: async () => {
      await rm(root, { recursive: true })
      await place.close()
    },
  }
}

const failed = (problem: unknown) => assert.fail(String(problem))
const answersOf = (store: Store, max = 10): KeptAnswers => storeAnswers(store, max, failed)
const verifiedOf = (store: Store, options: { max?: number; late_ms?: number; now?: () => number } = {}) =>
  storeVerified(store, { max: 100, late_ms: 0, now: () => performance.now(), ...options }) satisfies VerifiedQuestions

const ID = '0b6d0d5e-3c9e-4d57-8d8e-5f0f6e0f7a10'
const answered = (id: string, rows: Answer['rows']) => ({ id, question: 'q', dataset: 'shop', rows }) as Answer
const entry = (id: string, question: string, more: Partial<Verified> = {}): Verified => ({
  id,
  dataset: 'shop',
  question,
  paraphrases: [],
  sql: 'SELECT 1',
  chart: null,
  linked: [],
  origin: 'person',
  schema: 's',
  result: { columns: ['1'], rows: 1, digest: 'd', data: 'x' },
  approved_at: '2026-01-01T00:00:00.000Z',
  ...more,
})

for (const [kind, open] of Object.entries({ state: stateFolder, folder: sharedFolder, s3: bucketPlace })) {
  const within = (name: string, body: (place: Place) => Promise<void>) =>
    test(`${kind}: ${name}`, async () => {
      const place = await open()
      try {
        await body(place)
      } finally {
        await place.close()
      }
    })

  within('an answer is found again by another machine, with how it was made', async (place) => {
    const made = { at: '2026-01-01T00:00:00.000Z', asked: { chart: 'pie', limit: 3 }, schema: 's', data: 'd' }
    const kept = answered(ID, [['é', '9007199254740993', null]])
    await answersOf(await place.open()).put(kept, made)
    const elsewhere = answersOf(await place.open())
    assert.deepEqual(await elsewhere.get(ID), kept)
    assert.deepEqual(await elsewhere.made(ID), made)
    assert.equal(await elsewhere.get(ID.replace('0b', '0c')), undefined)
  })

  within('an answer is kept beyond what is held in memory, and without how it was made', async (place) => {
    const answers = answersOf(await place.open(), 1)
    await answers.put(answered(ID, [[1]]))
    await answers.put(answered(ID.replace('0b', '0c'), [[2]]))
    assert.deepEqual((await answers.get(ID))?.rows, [[1]])
    assert.equal(await answers.made(ID), undefined)
  })

  within('no id and no fingerprint leads anywhere else', async (place) => {
    await place.write('plans/secret.json', '{"id":"x"}')
    const answers = answersOf(await place.open())
    for (const id of ['../plans/secret', 'secret', '', `${ID}/../../plans/secret`, '%2e%2e/plans/secret']) {
      assert.equal(await answers.get(id), undefined, id)
      assert.equal(await answers.files(id), undefined, id)
    }
  })

  within('the files of a fingerprint are written once and found by another machine', async (place) => {
    const files = [{ path: 'shop/a.csv', bytes: 3, version: 'v1' }]
    await answersOf(await place.open()).putFiles('0123456789abcdef', files)
    const elsewhere = answersOf(await place.open())
    assert.deepEqual(await elsewhere.files('0123456789abcdef'), files)
    assert.equal(await elsewhere.files('fedcba9876543210'), undefined)
  })

  within('a verified question is listed, found by its wordings, replaced and withdrawn everywhere', async (place) => {
    const [here, there] = [verifiedOf(await place.open()), verifiedOf(await place.open())]
    assert.deepEqual(await here.list('shop'), [])
    await here.put(entry('1', 'Total freight by country', { paraphrases: ['freight per country'] }))
    await here.put(entry('2', 'number of orders'))
    assert.deepEqual(
      (await there.list('shop')).map(({ id }) => id),
      ['1', '2'],
    )
    assert.equal((await there.find('shop', 'Please show me the freight per country?'))?.id, '1')
    assert.equal(await there.find('shop', 'freight per countries'), undefined)
    assert.equal(await there.find('other', 'number of orders'), undefined)
    await there.put(entry('1', 'Total freight by country', { sql: 'SELECT 2' }))
    assert.deepEqual(
      (await here.list('shop')).map(({ id, sql }) => [id, sql]),
      [
        ['1', 'SELECT 2'],
        ['2', 'SELECT 1'],
      ],
    )
    assert.equal(await here.remove('shop', '1'), true)
    assert.equal(await here.remove('shop', '1'), false)
    assert.equal(await there.find('shop', 'total freight by country'), undefined)
  })

  within('a wording belongs to the one it was given last', async (place) => {
    const verified = verifiedOf(await place.open())
    await verified.put(entry('1', 'orders', { paraphrases: ['how many orders', 'sales'] }))
    await verified.put(entry('2', 'How many orders?'))
    assert.equal((await verified.find('shop', 'how many orders'))?.id, '2')
    assert.deepEqual((await verified.list('shop')).find(({ id }) => id === '1')?.paraphrases, ['sales'])
  })

  within('of many approvals at once on two machines none is lost', async (place) => {
    const machines = [verifiedOf(await place.open()), verifiedOf(await place.open())]
    const ids = ['1', '2', '3', '4']
    await Promise.all(ids.map((id, at) => machines[at % 2]?.put(entry(id, `question ${id}`))))
    assert.deepEqual((await machines[0]?.list('shop'))?.map(({ id }) => id).sort(), ids)
  })

  within('what others write is seen no later than told; more than are kept is refused', async (place) => {
    let now = 0
    const here = verifiedOf(await place.open(), { late_ms: 1000, now: () => now })
    const there = verifiedOf(await place.open(), { max: 2 })
    assert.deepEqual(await here.list('shop'), [])
    await there.put(entry('1', 'one'))
    now = 1000
    assert.deepEqual(await here.list('shop'), [])
    now = 1001
    assert.equal((await here.list('shop')).length, 1)
    await there.put(entry('2', 'two'))
    await assert.rejects(there.put(entry('3', 'three')), { code: 'verified-full' })
    await there.put(entry('2', 'two again'))
  })

  within('datasets with odd names do not meet', async (place) => {
    const verified = verifiedOf(await place.open())
    const names = ['a/b', 'a%2Fb', '..', 'A', 'a', 'ü 1']
    for (const dataset of names) await verified.put(entry(dataset, 'q', { dataset }))
    for (const dataset of names) {
      assert.deepEqual(
        (await verified.list(dataset)).map(({ id }) => id),
        [dataset],
        dataset,
      )
    }
  })
}

test('a writer that died between its two steps is waited for, but not for ever', async () => {
  const place = await stateFolder()
  try {
    const store = await place.open()
    const version = await store.put('verified/x.json', new TextEncoder().encode('1'))
    await place.write('verified/.x.json.lock', 'left behind')
    const next = new TextEncoder().encode('2')
    assert.notEqual(await store.put('verified/x.json', next, { version: version ?? '' }), null)
    assert.deepEqual((await store.get('verified/x.json'))?.body.at(0), next[0])
  } finally {
    await place.close()
  }
})
