import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createModelServer, type ModelServer } from '../../functions/model.ts'
import { openTracer, type Tracer } from '../../functions/observe/trace.ts'
import { readPrompts } from '../../functions/prompts.ts'
import { type LanguageModel, openLanguageModel } from '../../src/llm.ts'
import { readSettings } from '../../src/settings.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

const WEIGHTS = join(import.meta.dirname, '../../model/llm/weights')
const SCHEMA =
  'customers(id number, name, country)\norders(id number, customer_id number, amount number)\norders.customer_id = customers.id'
const MESSAGES = [
  { role: 'system', content: SCHEMA },
  { role: 'user', content: 'How many orders are there?\norders' },
]

let server: ModelServer
let shop: Shop
const problems: unknown[] = []
const models: LanguageModel[] = []

async function open(settings: Record<string, string> = {}, tracer: Tracer | null = null): Promise<ModelServer> {
  const read = readSettings({ ASKLAKE_LLM_THREADS: '1', ASKLAKE_LLM_PROMPT: 'compact', ...settings })
  const model = await openLanguageModel({ weights: WEIGHTS, settings: read })
  models.push(model)
  let ids = 0
  return createModelServer({
    model,
    prompts: readPrompts(read.llm_prompt),
    settings: read,
    now: () => new Date('2026-03-01T12:00:00Z'),
    newId: () => `id-${ids++}`,
    warn: (problem) => void problems.push(problem),
    tracer,
  })
}

before(async () => {
  server = await open()
  shop = await openShop()
})
after(async () => {
  for (const model of models) await model.close()
  shop.close()
  assert.deepEqual(problems, [])
})

async function post(path: string, body: unknown, to = server, headers: Record<string, string> = {}): Promise<Response> {
  const given = { 'content-type': 'application/json', ...headers }
  return to.fetch(new Request(`http://model${path}`, { method: 'POST', headers: given, body: JSON.stringify(body) }))
}

const ask = (more: object = {}) =>
  post('/v1/chat/completions', { messages: MESSAGES, temperature: 0, max_tokens: 24, ...more })

interface Completion {
  id: string
  model: string
  choices: {
    message: { content: string }
    finish_reason: string
    logprobs: { content: { token: string; logprob: number }[] } | null
  }[]
  usage: { prompt_tokens: number; completion_tokens: number }
}

test('a completion has the shape of OpenAI and says what it used', async () => {
  const response = await ask({ logprobs: true })
  assert.equal(response.status, 200)
  const body = (await response.json()) as Completion
  const [choice] = body.choices
  assert.equal(body.model, 'asklake-sql-2m')
  assert.match(choice?.message.content ?? '', /^SELECT /)
  assert.equal(choice?.logprobs?.content.map(({ token }) => token).join(''), choice?.message.content)
  assert.equal(body.usage.completion_tokens, choice?.logprobs?.content.length)
})

test('a stream of events says the same', async () => {
  const whole = ((await (await ask()).json()) as Completion).choices[0]
  const response = await ask({ stream: true, stream_options: { include_usage: true } })
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const events = (await response.text())
    .split('\n\n')
    .flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : []))
  assert.equal(events.pop(), '[DONE]')
  const chunks = events.map(
    (event) =>
      JSON.parse(event) as { choices: { delta: { content?: string }; finish_reason: string | null }[]; usage?: object },
  )
  assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), whole?.message.content)
  assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, whole?.finish_reason)
  assert.ok(chunks.at(-1)?.usage)
})

test('a seed decides what is drawn, and texts of one request differ', async () => {
  const drawn = async (seed: number) => {
    const body = (await (await ask({ temperature: 1.5, n: 4, seed })).json()) as Completion
    return body.choices.map(({ message }) => message.content)
  }
  const first = await drawn(7)
  assert.deepEqual(await drawn(7), first)
  assert.notDeepEqual(await drawn(8), first)
  assert.ok(new Set(first).size > 1)
})

test('a stop string ends the text before it, a length ends it with word of that', async () => {
  const stopped = (await (await ask({ stop: [' FROM'] })).json()) as Completion
  assert.equal(stopped.choices[0]?.finish_reason, 'stop')
  assert.ok(!stopped.choices[0]?.message.content.includes('FROM'))
  const cut = (await (await ask({ max_tokens: 2 })).json()) as Completion
  assert.equal(cut.choices[0]?.finish_reason, 'length')
  assert.equal(cut.usage.completion_tokens, 2)
})

const BOUND: [name: string, body: object, text: RegExp][] = [
  ["vLLM's grammar", { structured_outputs: { grammar: 'root ::= "SELECT " ("1" | "2") "!"' } }, /^SELECT [12]!$/],
  ["llama.cpp's grammar", { grammar: 'root ::= [0-9]{3}' }, /^\d{3}$/],
  ['a choice', { structured_outputs: { choice: ['yes', 'no'] } }, /^(yes|no)$/],
  [
    'a grammar while tokens are drawn',
    { structured_outputs: { grammar: 'root ::= [a-c]{2,5}' }, temperature: 2, n: 3 },
    /^[a-c]{2,5}$/,
  ],
  ['a grammar and beams', { grammar: 'root ::= "x"{1,3}', use_beam_search: true, n: 3 }, /^x{1,3}$/],
]

for (const [name, body, text] of BOUND) {
  test(`text is bound by ${name}`, async () => {
    const { choices } = (await (await ask(body)).json()) as Completion
    for (const { message } of choices) assert.match(message.content, text)
  })
}

test('a JSON object is one', async () => {
  const { choices } = (await (
    await ask({ response_format: { type: 'json_object' }, max_tokens: 200, seed: 3, temperature: 0.9 })
  ).json()) as Completion
  if (choices[0]?.finish_reason === 'stop') assert.equal(typeof JSON.parse(choices[0].message.content), 'object')
})

const REFUSED: [name: string, body: object, words: RegExp][] = [
  ['no messages', { messages: [] }, /messages/],
  ['another model', { model: 'gpt-4' }, /The model here is asklake-sql-2m/],
  ['what is no grammar', { grammar: 'start ::= "a"' }, /no rule root/],
  ['a grammar with an unknown way', { structured_outputs: { regex: 'a+' } }, /regex/],
  ['tools', { tools: [{ type: 'function' }] }, /tools/],
  ['a temperature below 0', { temperature: -1 }, /temperature/],
  ['a prompt longer than the model reads', { messages: [{ role: 'user', content: 'word '.repeat(3000) }] }, /tokens/],
]

for (const [name, body, words] of REFUSED) {
  test(`refused in OpenAI's shape: ${name}`, async () => {
    const response = await ask(body)
    assert.equal(response.status, 400)
    const { error } = (await response.json()) as { error: { message: string; type: string } }
    assert.match(error.message, words)
    assert.equal(error.type, 'invalid_request_error')
  })
}

test('drafts of a question over a catalog are statements that DuckDB can parse, best first', async () => {
  const tables = shop.catalog.tables.map(({ name, columns, primaryKey }) => ({
    name,
    primaryKey,
    columns: columns.map(({ name, type, kind, values }) => ({ name, type, kind, values })),
  }))
  const joins = shop.catalog.joins.map(({ from, to }) => ({ from, to }))
  const response = await post('/v1/draft', {
    question: 'How many customers are there?',
    catalog: { tables, joins },
    beams: 3,
  })
  assert.equal(response.status, 200)
  const { drafts } = (await response.json()) as { drafts: { sql: string; score: number }[] }
  assert.ok(drafts.length > 0)
  for (const { sql } of drafts) assert.equal(((await shop.parse(sql)) as { error: boolean }).error, false, sql)
  assert.deepEqual(
    drafts.map(({ score }) => score),
    drafts.map(({ score }) => score).sort((a, b) => b - a),
  )
})

test('a full queue is refused with 429 and word when to come back', async () => {
  const small = await open({ ASKLAKE_LLM_QUEUE_MAX: '1', ASKLAKE_LLM_ROWS: '1' })
  const asked = Array.from({ length: 12 }, () =>
    post('/v1/chat/completions', { messages: MESSAGES, temperature: 0, max_tokens: 16 }, small),
  )
  const responses = await Promise.all(asked)
  const statuses = responses.map(({ status }) => status)
  assert.ok(statuses.includes(200) && statuses.includes(429), statuses.join(' '))
  assert.equal(responses.find(({ status }) => status === 429)?.headers.get('retry-after'), '1')
})

test('a key is asked for where one is set, but not for health', async () => {
  const locked = await open({ ASKLAKE_LLM_KEY: 'sesame' })
  assert.equal((await post('/v1/chat/completions', { messages: MESSAGES }, locked)).status, 401)
  const given = await post('/v1/chat/completions', { messages: MESSAGES, max_tokens: 1 }, locked, {
    authorization: 'Bearer sesame',
  })
  assert.equal(given.status, 200)
  assert.equal((await locked.fetch(new Request('http://model/healthz'))).status, 200)
})

test('what was begun is finished when the server is stopped, what comes then is refused', async () => {
  const own = await open()
  const begun = post('/v1/chat/completions', { messages: MESSAGES, temperature: 0, max_tokens: 16 }, own)
  await new Promise((resolve) => setTimeout(resolve, 0))
  const stopped = own.stop()
  assert.equal((await post('/v1/chat/completions', { messages: MESSAGES }, own)).status, 503)
  assert.equal((await own.fetch(new Request('http://model/healthz'))).status, 503)
  assert.equal((await begun).status, 200)
  await stopped
})

test('an asker who leaves frees the batch', async () => {
  const left = new AbortController()
  const request = new Request('http://model/v1/chat/completions', {
    method: 'POST',
    signal: left.signal,
    body: JSON.stringify({ messages: MESSAGES, temperature: 1, max_tokens: 1000, stream: true, stop: [], n: 2 }),
  })
  const response = await server.fetch(request)
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  const metrics = async () => (await server.fetch(new Request('http://model/metrics'))).text()
  for (let tries = 0; !/asklake_llm_running 0/.test(await metrics()); tries++) {
    assert.ok(tries < 200, 'still running')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
})

test('a request is a span of the trace it came with', async () => {
  const sent: string[] = []
  const tracer = openTracer({
    send: async (body) => void sent.push(body),
    now: () => 0,
    dropped: () => assert.fail('a span was dropped'),
    resource: {},
  })
  const traced = await open({}, tracer)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await post('/v1/chat/completions', { messages: MESSAGES, max_tokens: 1 }, traced, { traceparent })
  await tracer.flush()
  const [span] = JSON.parse(sent[0] ?? '').resourceSpans[0].scopeSpans[0].spans
  assert.equal(span.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(span.parentSpanId, 'b7ad6b7169203331')
  assert.equal(span.name, 'POST /v1/chat/completions')
})

test('metrics tell tokens written and prompt tokens that were known', async () => {
  const text = await (await server.fetch(new Request('http://model/metrics'))).text()
  assert.match(text, /asklake_llm_tokens_total [1-9]/)
  assert.match(text, /asklake_llm_reused_tokens_total [1-9]/)
  assert.match(text, /asklake_llm_requests_total\{status="200"\} [1-9]/)
})
