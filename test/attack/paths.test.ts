import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listed } from './lists.ts'
import { openServed, type Said, type Served } from './served.ts'
import { CANARY, writeTenants } from './tenants.ts'

const { folder } = writeTenants()
const PATHS = listed<string>('paths')

let served: Served

before(async () => {
  served = await openServed(join(folder, 'tenant_a'))
})
after(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What is wrong about the answer to a path that leads nowhere, or nothing. */
function fault(said: Said): string | undefined {
  if (said.status < 400 || said.status >= 500) return `status ${said.status}: ${said.text.slice(0, 200)}`
  if (said.text.includes(CANARY) || /root:x:|"dependencies"/.test(said.text)) return `shows ${said.text.slice(0, 200)}`
  if (said.headers.get('set-cookie') !== null) return 'sets a cookie'
  return undefined
}

/** As it is where an address allows it, and encoded. */
function spellings(path: string): string[] {
  return [path, encodeURIComponent(Buffer.from(path).toString())].filter((text) => /^[\x21-\x7e]*$/.test(text))
}

/** Some spellings are those of other routes, and of the page itself. */
function isRoute(name: string, path: string): boolean {
  const { pathname } = new URL(`${name.replace(/^\w+ |\{.*/g, '')}${path}`, 'http://localhost')
  return /^\/(v1\/(datasets|answers)?\/?(tenant_a)?|assets\/)?$/.test(pathname)
}

const ROUTES: [name: string, ask: (path: string) => Promise<Said>][] = [
  ['GET /v1/datasets/{name}', (path) => served.get(`/v1/datasets/${path}`)],
  ['GET /v1/answers/{id}', (path) => served.get(`/v1/answers/${path}`)],
  ['GET /v1/answers/{id}?format=csv', (path) => served.get(`/v1/answers/${path}?format=csv`)],
  ['POST /v1/answers/{id}/feedback', (path) => served.post(`/v1/answers/${path}/feedback`, { verdict: 'up' })],
  ['GET /assets/', (path) => served.get(`/assets/${path}`)],
]

for (const [name, ask] of ROUTES) {
  test(`${name}: no path leads out`, async () => {
    const found: string[] = []
    for (const path of PATHS.flatMap(spellings)) {
      if (isRoute(name, path)) continue
      const what = fault(await ask(path))
      if (what !== undefined) found.push(`${path.slice(0, 60)} ${what}`)
    }
    assert.deepEqual(found, [])
  })
}

test('as a dataset in a body', async () => {
  const found: string[] = []
  for (const dataset of PATHS) {
    for (const body of [
      { dataset, sql: 'SELECT 1' },
      { dataset, question: 'total amount' },
    ]) {
      const what = fault(await served.post('sql' in body ? '/v1/sql' : '/v1/ask', body))
      if (what !== undefined) found.push(`${dataset.slice(0, 60)} ${what}`)
    }
  }
  assert.deepEqual(found, [])
})

test('as a previous answer', async () => {
  for (const previous of PATHS) {
    const said = await served.post('/v1/ask', { question: 'as a pie', previous })
    assert.equal(fault(said), undefined, previous.slice(0, 60))
  }
})

test('nothing was written beside the state folder, nor strange names in it', () => {
  assert.deepEqual(readdirSync(folder).sort(), ['out', 'tenant_a', 'tenant_b'])
  assert.equal(existsSync('/tmp/passwd'), false)
  const names = readdirSync(served.state, { recursive: true }).map(String)
  assert.deepEqual(
    names.filter((name) => !/^[\w./-]+$/.test(name)),
    [],
  )
  assert.deepEqual(served.warned, [])
})
