import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createApi } from '../../functions/api.ts'
import type { Audited } from '../../functions/observe/audit.ts'
import { openLog } from '../../functions/observe/log.ts'
import { METRICS } from '../../functions/observe/metrics.ts'
import type { Answer } from '../../src/answer.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'

const folder = mkdtempSync(join(tmpdir(), 'asklake-observe-'))
const SECRET = 'Rattlesnake Canyon Grocery'
const SCRIPT = {
  'freight orders that are hostile': [{ sql: `SELECT count(*) AS n FROM Orders WHERE ShipName <> '${SECRET}'` }],
  'freight orders of a broken model': new Error('it broke'),
}

let scripted: Scripted
let app: OpenAPIHono
let lines: Record<string, unknown>[] = []

before(async () => {
  scripted = await scriptedDeployment('examples', SCRIPT, { ASKLAKE_AUDIT: folder, ASKLAKE_LOG_REQUESTS: 'true' })
  const { deployment } = scripted
  const log = openLog((line) => lines.push(JSON.parse(line)), { text: false, now: () => new Date() })
  app = createApi({ ...deployment, observe: { ...deployment.observe, log } })
})
after(async () => {
  await scripted.close()
  rmSync(folder, { recursive: true })
})

async function send(path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await app.request(path, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...headers },
  })
  const text = await response.text()
  return { response, text, json: (text.startsWith('{') ? JSON.parse(text) : {}) as Answer }
}

const ask = (question: string, headers = {}) => send('/v1/ask', { question, dataset: 'northwind' }, headers)

async function audited(): Promise<Audited[]> {
  await scripted.deployment.observe.flush()
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

describe('the log', () => {
  test('has one line a request: id, asker, route, status, time, answer; nothing that was asked or answered', async () => {
    lines = []
    const { json } = await ask('freight orders that are hostile', { 'x-request-id': 'morning-1' })
    const refused = await send('/v1/sql', { sql: `SELECT '${SECRET}' FROM nowhere`, dataset: 'northwind' })
    assert.equal(refused.response.status, 400)
    const [first, second, ...rest] = lines
    assert.deepEqual(rest, [])
    const { at, ms, bytes, ...told } = first ?? {}
    assert.deepEqual(told, {
      level: 'info',
      request: 'morning-1',
      asker: 'everyone',
      method: 'POST',
      route: '/v1/ask',
      status: 200,
      answer: json.id,
      dataset: 'northwind',
    })
    assert.ok(String(at).endsWith('Z') && Number(ms) > 0 && Number(bytes) >= 0)
    assert.deepEqual([second?.['route'], second?.['status'], second?.['code']], ['/v1/sql', 400, 'sql-forbidden'])
    assert.doesNotMatch(JSON.stringify(lines), /Rattlesnake|hostile|SELECT/)
  })

  test('names routes by their pattern, so that a path cannot write into it', async () => {
    lines = []
    await send('/v1/answers/%0a%7B%22level%22:%22fake%22%7D')
    await send('/nothing/%0d%0aforged')
    await ask('\u2028\n{"level":"error"} broken', { 'x-request-id': 'a b\u00e9' })
    assert.deepEqual(
      lines.map((line) => line['route']),
      ['/v1/answers/{id}', 'none', '/v1/ask'].map((route) => route.replace('{id}', ':id')),
    )
    assert.doesNotMatch(JSON.stringify(lines), /fake|forged/)
  })

  test('a line is one line and text appears only when it is switched on', () => {
    const written: string[] = []
    const told = {
      thrown: new Error('a\nb', { cause: { question: 'who?' } }),
      deep: { sql: 'SELECT 1', rows: [[1]] },
      big: 10n,
    }
    for (const text of [false, true]) openLog((line) => written.push(line), { text, now: () => new Date(0) })(told)
    const [closed = '', open = ''] = written
    for (const line of written) assert.equal(line.indexOf('\n'), line.length - 1)
    assert.doesNotMatch(closed, /who\?|SELECT|\[\[1/)
    assert.match(open, /who\?.*SELECT/)
  })

  test('a bug is told with the request it broke', async () => {
    const seen: unknown[] = []
    const { deployment } = scripted
    const effects = { ...deployment.effects, warn: (problem: unknown) => void seen.push(problem) }
    const broken = createApi({ ...deployment, effects })
    await broken.request('/v1/ask', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'night-2' },
      body: JSON.stringify({ question: 'freight orders of a broken model', dataset: 'northwind' }),
    })
    assert.equal((seen[0] as { request: string }).request, 'night-2')
  })
})

describe('the audit log', () => {
  test('says who asked what of which files by which plan, and how much left', async () => {
    const { json, text } = await ask('freight orders that are hostile', { 'x-request-id': 'audit-1' })
    await send(`/v1/answers/${json.id}?format=csv`, undefined, { 'x-request-id': 'audit-2' })
    await send('/v1/datasets', undefined, { 'x-request-id': 'audit-3' })
    const all = await audited()
    const of = (id: string) => all.find(({ request }) => request === id)
    const { at, statement, bytes, ...told } = of('audit-1') as Audited
    assert.deepEqual(told, {
      request: 'audit-1',
      asker: 'everyone',
      what: 'POST /v1/ask',
      status: 200,
      dataset: 'northwind',
      plan: json.plan.key,
      from: 'recalled',
      tables: ['Orders'],
      files: ['examples/northwind/Orders.csv'],
      data: json.plan.catalog,
      rows: 1,
      answer: json.id,
    })
    assert.match(String(statement), /^[0-9a-f]{16}$/)
    assert.equal(bytes, Buffer.byteLength(text))
    assert.ok(at.endsWith('Z'))
    assert.deepEqual([of('audit-2')?.answer, of('audit-2')?.what], [json.id, 'GET /v1/answers/:id'])
    assert.ok((of('audit-2')?.bytes ?? 0) > 0 && (of('audit-3')?.bytes ?? 0) > 100)
    assert.doesNotMatch(JSON.stringify(all), /Rattlesnake|hostile|SELECT/)
  })

  test('counts the bytes of events too, and of questions asked as an address', async () => {
    const events = await ask('freight orders that are hostile', {
      accept: 'text/event-stream',
      'x-request-id': 'audit-4',
    })
    const url = '/v1/ask.csv?dataset=northwind&question=freight%20orders%20that%20are%20hostile'
    await send(url, undefined, { 'x-request-id': 'audit-5' })
    const all = await audited()
    const of = (id: string) => all.find(({ request }) => request === id)
    assert.equal(of('audit-4')?.bytes, Buffer.byteLength(events.text))
    assert.equal(of('audit-4')?.rows, 1)
    assert.deepEqual([of('audit-5')?.rows, of('audit-5')?.tables], [1, ['Orders']])
    assert.ok((of('audit-5')?.bytes ?? 0) > 0)
  })

  test('a refusal is a line with its code', async () => {
    await send('/v1/sql', { sql: 'DROP TABLE Orders', dataset: 'northwind' }, { 'x-request-id': 'audit-6' })
    const line = (await audited()).find(({ request }) => request === 'audit-6')
    assert.deepEqual([line?.status, line?.code, line?.rows], [400, 'sql-not-select', undefined])
  })
})

describe('/metrics', () => {
  test('is Prometheus text that counts requests, refusals, steps, plans and processes', async () => {
    await ask('freight orders that are hostile')
    await send('/v1/sql', { sql: 'DROP TABLE Orders', dataset: 'northwind' })
    const { response, text } = await send('/metrics')
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [-+\d.e]+)$/)
    }
    for (const name of Object.keys(METRICS)) assert.ok(text.includes(`# TYPE ${name} `), name)
    const value = (series: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')
          .at(-1),
      )
    assert.ok(value('asklake_requests_total{method="POST",route="/v1/ask",status="200"}') >= 1)
    assert.ok(value('asklake_refusals_total{code="sql-not-select"}') >= 1)
    assert.ok(value('asklake_answers_total{plan="recalled"}') >= 1)
    assert.ok(value('asklake_answers_total{plan="drafted"}') >= 1)
    assert.ok(value('asklake_queries_total') >= 1)
    assert.equal(value('asklake_requests_inside'), 0)
    const count = value('asklake_step_seconds_count{step="execute"}')
    assert.equal(value('asklake_step_seconds_bucket{step="execute",le="+Inf"}'), count)
    assert.ok(value('asklake_step_seconds_bucket{step="execute",le="10"}') <= count)
    assert.doesNotMatch(text, /Rattlesnake|northwind|hostile/)
  })

  test('paths and methods people make up do not make series', async () => {
    for (let i = 0; i < 50; i++) await send(`/made/up/${i}`)
    const { text } = await send('/metrics')
    assert.equal(text.match(/asklake_requests_total\{[^}]*route="none"/g)?.length, 1)
    assert.ok(!text.includes('made'))
  })
})

describe('traces', () => {
  const received: { headers: Record<string, unknown>; body: string }[] = []
  let collector: Server
  let traced: Scripted

  before(async () => {
    collector = createServer((request, response) => {
      let body = ''
      request.on('data', (part) => (body += part))
      request.on('end', () => {
        received.push({ headers: request.headers, body })
        response.end('{}')
      })
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-team=data%20people'
    traced = await scriptedDeployment('examples', SCRIPT)
  })
  after(async () => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
    delete process.env['OTEL_EXPORTER_OTLP_HEADERS']
    await traced.close()
    collector.close()
  })

  interface Span {
    traceId: string
    spanId: string
    parentSpanId?: string
    name: string
    startTimeUnixNano: string
    endTimeUnixNano: string
    attributes: { key: string; value: { stringValue?: string; intValue?: string } }[]
  }

  test('a request is a span with one per step, part of the caller’s trace, without words of the question', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const app = createApi(traced.deployment)
    const response = await app.request('/v1/ask', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${trace}-b7ad6b7169203331-01` },
      body: JSON.stringify({ question: 'freight orders that are hostile', dataset: 'northwind' }),
    })
    await response.text()
    await traced.deployment.observe.flush()
    const [{ headers, body } = { headers: {}, body: '' }] = received
    assert.equal(headers['x-team'], 'data people')
    const spans: Span[] = JSON.parse(body).resourceSpans[0].scopeSpans[0].spans
    const root = spans.find(({ name }) => name === 'POST /v1/ask')
    assert.deepEqual([root?.traceId, root?.parentSpanId], [trace, 'b7ad6b7169203331'])
    const steps = spans.filter((span) => span !== root)
    assert.deepEqual([...new Set(steps.map(({ parentSpanId }) => parentSpanId))], [root?.spanId])
    for (const step of ['catalog', 'recall', 'draft', 'check', 'execute', 'chart'])
      assert.ok(
        steps.some(({ name }) => name === step),
        step,
      )
    for (const { startTimeUnixNano, endTimeUnixNano, traceId } of spans) {
      assert.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano))
      assert.equal(traceId, trace)
    }
    assert.doesNotMatch(body, /hostile|Rattlesnake|SELECT/)
  })

  test('a traceparent that is none begins a trace of our own, and one not sampled leaves nothing', async () => {
    const { tracer } = traced.deployment.observe
    for (const odd of [
      undefined,
      '',
      'x',
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    ]) {
      assert.match(tracer?.begin(odd).traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    }
    received.length = 0
    tracer?.begin(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`).end('x', {}, false)
    await traced.deployment.observe.flush()
    assert.equal(received.length, 0)
  })

  test('a collector that is gone costs spans, not answers', async () => {
    collector.close()
    collector.closeAllConnections()
    traced.deployment.observe.tracer?.begin(undefined).end('x', {}, false)
    await traced.deployment.observe.flush()
    assert.match(traced.deployment.observe.metrics.text(), /asklake_spans_dropped_total 1/)
  })
})
