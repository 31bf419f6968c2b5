import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { whenMade } from '../../functions/api/sent.ts'
import { createApi } from '../../functions/api.ts'
import type { Deployment } from '../../functions/effects.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'

let scripted: Scripted
let app: OpenAPIHono

const SCRIPT = { 'number of orders': [{ sql: 'SELECT count(*) AS n FROM Orders' }] }

before(async () => {
  scripted = await scriptedDeployment('examples', SCRIPT, {
    ASKLAKE_CORS_ORIGINS: 'https://bi.example.com http://localhost:3000',
    ASKLAKE_FRAME_ANCESTORS: 'https://bi.example.com',
    ASKLAKE_REQUESTS_AT_ONCE: '3',
  })
  app = createApi(scripted.deployment)
})
after(() => scripted.close())

/** The same deployment under other settings. */
function withSettings(more: Partial<Deployment['effects']['settings']>): Deployment {
  const { deployment } = scripted
  return { ...deployment, effects: { ...deployment.effects, settings: { ...deployment.effects.settings, ...more } } }
}

/** A request to every route there is, answered or refused. */
const EVERY_ROUTE: [string, string][] = [
  ['GET', '/'],
  ['GET', '/docs'],
  ['GET', '/assets/page.js'],
  ['GET', '/assets/page.css'],
  ['GET', '/favicon.svg'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
  ['GET', '/nothing'],
  ['POST', '/v1/ask'],
]

describe('security headers', () => {
  test('every route, answered or refused, has all of them', async () => {
    const { paths } = (await (await app.request('/openapi.json')).json()) as { paths: Record<string, object> }
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method): [string, string] => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'x')]),
    )
    for (const [method, path] of [...EVERY_ROUTE, ...documented]) {
      const { headers } = await app.request(path, { method })
      const policy = headers.get('content-security-policy') ?? ''
      const where = `${method} ${path}`
      for (const part of ["default-src 'none'", "base-uri 'none'", 'frame-ancestors', "form-action 'none'"]) {
        assert.ok(policy.includes(part), `${where}: ${part}`)
      }
      assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*(unsafe-inline|\*|data:)/, where)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', where)
      assert.equal(headers.get('referrer-policy'), 'no-referrer', where)
      assert.ok(headers.has('x-request-id') && headers.has('cache-control'), where)
      if (!path.startsWith('/embed')) assert.match(policy, /frame-ancestors 'self'(;|$)/, where)
    }
  })

  test('only /embed may stand in the frames of the named origins', async () => {
    const { headers } = await app.request('/embed/x')
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'self' https:\/\/bi\.example\.com/)
    assert.equal(headers.get('x-frame-options'), null)
  })

  test('a setting that is no origin stops the start', () => {
    for (const bad of [
      'https://a.com; script-src *',
      '*',
      'a.com',
      "'unsafe-inline'",
      'https://a.com/path',
      'https://*.com',
    ]) {
      assert.throws(() => createApi(withSettings({ frame_ancestors: bad })), /Bad settings/)
      assert.throws(() => createApi(withSettings({ cors_origins: bad })), /Bad settings/)
    }
  })
})

describe('scripts of other pages', () => {
  const preflight = async (origin: string) =>
    (
      await app.request('/v1/ask', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
    ).headers

  test('of listed origins may call, without cookies; of others may not', async () => {
    const listed = await preflight('https://bi.example.com')
    assert.equal(listed.get('access-control-allow-origin'), 'https://bi.example.com')
    assert.match(listed.get('access-control-allow-headers') ?? '', /authorization/i)
    assert.equal(listed.get('access-control-allow-credentials'), null)
    for (const origin of [
      'https://evil.example.com',
      'https://bi.example.com.evil.com',
      'null',
      'http://bi.example.com',
    ]) {
      assert.equal((await preflight(origin)).get('access-control-allow-origin'), null, origin)
    }
  })

  test('a page whose name was made to lead here is not this machine', async () => {
    for (const host of ['evil.example.com', '127.0.0.1.evil.com', 'localhost.evil.com', '10.0.0.1']) {
      const response = await app.request(`http://${host}/v1/datasets`)
      assert.equal(response.status, 401, host)
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'localhost:8787']) {
      assert.equal((await app.request(`http://${host}/v1/datasets`)).status, 200, host)
    }
    const open = createApi(withSettings({ allow_anonymous: true }))
    assert.equal((await open.request('http://asklake.internal/v1/datasets')).status, 200)
  })
})

describe('request ids', () => {
  const idOf = async (given?: string) =>
    (await app.request('/healthz', { headers: given === undefined ? {} : { 'x-request-id': given } })).headers.get(
      'x-request-id',
    ) ?? ''

  test('a plain one is kept, anything else is replaced', async () => {
    assert.equal(await idOf('build-17:a.b_c'), 'build-17:a.b_c')
    for (const odd of ['', 'a b', '{"x":1}', 'é', 'x'.repeat(129), '<script>', 'a,b', 'a;b']) {
      const id = await idOf(odd)
      assert.match(id, /^[0-9a-f-]{36}$/, odd)
    }
    assert.notEqual(await idOf(), await idOf())
  })
})

describe('more than can be answered', () => {
  const busy = async (path: string, headers: Record<string, string> = {}) => {
    const leaves = [1, 2, 3].map(() =>
      scripted.deployment.limits.enter({ name: 'load', rights: [], datasets: [], views: {} }),
    )
    try {
      return await app.request(path, { headers })
    } finally {
      for (const leave of leaves) leave()
    }
  }

  test('is refused with when to come back, before anything is read; health is not', async () => {
    const response = await busy('/v1/datasets')
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
    assert.equal(((await response.json()) as { code: string }).code, 'busy')
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.match(response.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
    assert.equal((await busy('/healthz')).status, 200)
    assert.equal((await app.request('/v1/datasets')).status, 200)
  })

  test('is told to scripts of other pages in a way they can read', async () => {
    const response = await busy('/v1/datasets', { origin: 'https://bi.example.com' })
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://bi.example.com')
    assert.equal(response.headers.get('retry-after'), '1')
  })

  test('a place is held until the last event is sent or its reader leaves', async () => {
    const { limits } = scripted.deployment
    const streamed = () =>
      app.request('/v1/ask', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ question: 'number of orders', dataset: 'northwind' }),
      })
    const read = await streamed()
    assert.equal(limits.inside(), 1)
    assert.match(await read.text(), /event: answer/)
    assert.equal(limits.inside(), 0)
    const left = await streamed()
    assert.equal(limits.inside(), 1)
    await left.body?.cancel()
    assert.equal(limits.inside(), 0)
  })

  test('who never reads its events gives its place up after two minutes', async (context) => {
    const { limits } = scripted.deployment
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const response = new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
    const leave = limits.enter({ name: 'slow', rights: [], datasets: [], views: {} })
    await whenMade({ res: response } as Context, leave)
    context.mock.timers.tick(119_000)
    assert.equal(limits.inside(), 1)
    context.mock.timers.tick(2000)
    assert.equal(limits.inside(), 0)
  })

  test('refused requests let go of their place', async () => {
    for (let i = 0; i < 5; i++)
      await app.request('/v1/ask', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })
    assert.equal(scripted.deployment.limits.inside(), 0)
  })
})
