import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import { askerOf, type KeyEntry, newKey, openedBy, readEntries } from '../../functions/access/keys.ts'
import { createApi } from '../../functions/api.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'

const folder = mkdtempSync(join(tmpdir(), 'asklake-keys-'))
const path = join(folder, 'keys.yaml')
const presented: Record<string, string> = {}
let scripted: Scripted
let app: OpenAPIHono

function entry(name: string, more: Partial<KeyEntry>): KeyEntry {
  const { key, id, hash } = newKey()
  presented[name] = key
  return { id, name, hash, rights: ['read'], datasets: '*', rows: {}, hidden: {}, ...more }
}

const entries = [
  entry('all', { rights: ['read', 'feedback', 'sql', 'metrics'], rate_per_minute: 60_000 }),
  entry('reader', { datasets: ['northwind'] }),
  entry('weather', { datasets: ['weather'], rights: ['read', 'sql', 'feedback'] }),
  entry('gone', { revoked: '2026-01-01' }),
  entry('late', {}),
]
const write = (keys: KeyEntry[]) => writeFileSync(path, stringify({ keys }))

before(async () => {
  write(entries)
  const script = { 'number of orders': [{ sql: 'SELECT count(*) AS n FROM Orders' }] }
  scripted = await scriptedDeployment('examples', script, { ASKLAKE_KEYS: path, ASKLAKE_KEYS_CHECK_MS: '0' })
  app = createApi(scripted.deployment)
})
after(async () => {
  await scripted.close()
  rmSync(folder, { recursive: true })
})

async function send(path: string, name: string | null, body?: object) {
  const key = name === null ? undefined : (presented[name] ?? name)
  const response = await app.request(path, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
  })
  const text = await response.text()
  const json = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, json, headers: response.headers }
}

const ask = (name: string | null, more = {}) =>
  send('/v1/ask', name, { question: 'number of orders', dataset: 'northwind', ...more })

describe('a key opens what it names and nothing else', () => {
  test('no key, a wrong one, a revoked one and a mangled one are refused with what to come with', async () => {
    const none = await ask(null)
    assert.deepEqual([none.status, none.json.code], [401, 'key-required'])
    assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer/)
    for (const wrong of [
      newKey().key,
      presented['gone'] ?? '',
      'x',
      `${presented['reader']}x`,
      presented['reader']?.slice(0, -1) ?? '',
    ]) {
      const { status, json } = await ask(wrong)
      assert.deepEqual([status, json.code], [401, 'key-wrong'])
    }
  })

  test('rights are asked for before anything else', async () => {
    assert.equal((await ask('reader')).status, 200)
    const sql = await send('/v1/sql', 'reader', { sql: 'SELECT 1', dataset: 'northwind' })
    assert.deepEqual([sql.status, sql.json.code], [403, 'not-permitted'])
    const made = await ask('all')
    const feedback = await send(`/v1/answers/${made.json.id}/feedback`, 'reader', { verdict: 'up' })
    assert.deepEqual([feedback.status, feedback.json.code], [403, 'not-permitted'])
    assert.equal((await send('/v1/sql', 'all', { sql: 'SELECT 1', dataset: 'northwind' })).status, 200)
  })

  test('datasets that are not theirs are in no list, no answer and no error', async () => {
    const { json } = await send('/v1/datasets', 'weather')
    assert.deepEqual(
      json.datasets.map(({ name }: { name: string }) => name),
      ['weather'],
    )
    for (const refused of [
      await ask('weather'),
      await send('/v1/datasets/northwind', 'weather'),
      await send('/v1/sql', 'weather', { sql: 'SELECT * FROM Orders', dataset: 'northwind' }),
    ]) {
      assert.deepEqual([refused.status, refused.json.code], [404, 'dataset-unknown'])
      assert.doesNotMatch(refused.json.detail.replace('"northwind"', ''), /northwind|flights/)
    }
    const sql = await send('/v1/sql', 'weather', { sql: 'SELECT * FROM Orders', dataset: 'weather' })
    assert.equal(sql.json.code, 'sql-forbidden')
  })

  test('a kept answer of another dataset is not there, nor can it be followed up or judged', async () => {
    const made = await ask('all')
    const { id } = made.json
    assert.equal((await send(`/v1/answers/${id}`, 'reader')).status, 200)
    for (const refused of [
      await send(`/v1/answers/${id}`, 'weather'),
      await send(`/v1/answers/${id}?format=csv`, 'weather'),
      await send(`/v1/answers/${id}/feedback`, 'weather', { verdict: 'up' }),
      await send('/v1/ask', 'weather', { question: 'as a pie', previous: id }),
    ]) {
      assert.deepEqual([refused.status, refused.json.code], [404, 'answer-unknown'])
    }
  })

  test('a key that is revoked or added while the server runs is so at once', async () => {
    assert.equal((await ask('late')).status, 200)
    write(entries.map((one) => (one.name === 'late' ? { ...one, revoked: '2026-02-02' } : one)))
    await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal((await ask('late')).json.code, 'key-wrong')
    write([...entries, entry('fresh', {})])
    await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal((await ask('fresh')).status, 200)
  })

  test('a key file that stops parsing leaves the last good one in force', async () => {
    const good = readFileSync(path)
    writeFileSync(path, 'keys: [{')
    await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal((await ask('reader')).status, 200)
    writeFileSync(path, good)
  })

  test('pages, the contract and health need no key; everything else does', async () => {
    for (const open of ['/', '/docs', '/openapi.json', '/healthz', '/readyz']) {
      assert.equal((await send(open, null)).status, 200, open)
    }
    assert.equal(JSON.stringify((await send('/readyz', null)).json).includes('datasets'), false)
    for (const closed of [
      '/v1/datasets',
      '/v1/answers/x',
      '/v1/nothing',
      '/metrics',
      '/V1/datasets',
      '/v1/../v1/datasets',
      '//v1/datasets',
    ]) {
      assert.equal((await send(closed, null)).status, 401, closed)
    }
  })
})

describe('what a key makes others do', () => {
  test('a signed link sees what its key sees, reads only, and dies with it', async () => {
    write(entries)
    const sharing = { ...entries[0], rights: ['read', 'share'] } as KeyEntry
    write([sharing, ...entries.slice(1)])
    await new Promise((resolve) => setTimeout(resolve, 5))
    const made = await send('/v1/embeds', 'all', { dataset: 'northwind', question: 'number of orders' })
    assert.equal(made.status, 200)
    const { search } = new URL(made.json.url)
    const about = await app.request(`/embed/about${search}`)
    assert.equal(about.status, 200)
    await about.text()
    write([{ ...sharing, revoked: 'now' }, ...entries.slice(1)])
    await new Promise((resolve) => setTimeout(resolve, 5))
    const dead = await app.request(`/embed/about${search}`)
    assert.notEqual(dead.status, 200)
    await dead.text()
    assert.equal((await send('/v1/embeds', 'reader', { dataset: 'northwind' })).json.code, 'not-permitted')
  })
})

describe('what a link shows of a key that sees some rows', () => {
  test('those rows alone, as an answer, as CSV and in a box; and no other dataset', async () => {
    const rows = { northwind: { Orders: "ShipCountry = 'France'" } }
    const french = entry('french', { rights: ['read', 'share'], datasets: ['northwind'], rows } as Partial<KeyEntry>)
    write([...entries, french])
    await new Promise((resolve) => setTimeout(resolve, 5))
    const pinned = await send('/v1/embeds', 'french', { dataset: 'northwind', question: 'number of orders' })
    const { search } = new URL(pinned.json.url)
    const json = await (await app.request(`/embed/answer${search}`)).json()
    assert.deepEqual((json as { rows: unknown }).rows, [[77]])
    assert.equal(await (await app.request(`/embed/answer.csv${search}`)).text(), 'n\r\n77\r\n')
    const box = await send('/v1/embeds', 'french', { dataset: 'northwind' })
    const asked = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const body = JSON.stringify({ question: 'number of orders' })
    const answered = await app.request(`/embed/ask${new URL(box.json.url).search}`, { ...asked, body })
    assert.deepEqual(((await answered.json()) as { rows: unknown }).rows, [[77]])
    assert.equal((await send('/v1/embeds', 'french', { dataset: 'weather' })).json.code, 'dataset-unknown')
    assert.equal((await ask('all')).json.rows[0][0], 830)
    write(entries)
  })
})

describe('a key at rest', () => {
  test('the file holds no key, and what it holds opens nothing', () => {
    const text = readFileSync(path, 'utf8')
    for (const key of Object.values(presented))
      assert.equal(text.includes(key.slice('asklake_01234567_'.length)), false)
    assert.equal(openedBy(`asklake_${entries[0]?.id}_${entries[0]?.hash.slice(0, 43)}`, entries), undefined)
  })

  test('an id is looked up whole and a secret compared whole', () => {
    const key = presented['all'] ?? ''
    assert.equal(openedBy(key, entries)?.name, 'all')
    for (const wrong of [key.toUpperCase(), ` ${key}`, key.replace(/.$/, '\u0000'), key.replace('asklake_', '')]) {
      assert.equal(openedBy(wrong, entries), undefined)
    }
  })

  test('entries with unknown rights, odd names, two of one name or further fields are refused, without their hashes', () => {
    const [one] = entries as [KeyEntry]
    const bad: object[] = [
      { rights: ['write'] },
      { name: 'a\nb' },
      { name: 'everyone' },
      { hash: 'x' },
      { secret: 'y' },
      { rate_per_minute: -1 },
    ]
    for (const more of bad) assert.throws(() => readEntries({ keys: [{ ...one, ...more }] }), /key file/)
    assert.throws(() => readEntries({ keys: [one, { ...one, id: '00000000' }] }), /two keys/)
    try {
      readEntries({ keys: [{ ...one, rights: [7] }] })
    } catch (problem) {
      assert.ok(!String(problem).includes(one.hash))
    }
  })

  test('a dataset named like a property of every object has no view of its own', () => {
    assert.deepEqual(askerOf(entries[0] as KeyEntry).views, {})
  })
})
