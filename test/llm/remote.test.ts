import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { openBreaker } from '../../src/llm/breaker.ts'
import { openRemote, type Remote, type RemoteEffects } from '../../src/llm/remote.ts'
import type { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'

type Reply = (request: IncomingMessage, response: ServerResponse, body: string) => void

const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server on this machine that plays the replies one after another, the last one for ever. */
async function serverOf(
  ...replies: Reply[]
): Promise<{ url: string; asked: { body: string; request: IncomingMessage }[] }> {
  const asked: { body: string; request: IncomingMessage }[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts).toString()
    asked.push({ body, request })
    replies[Math.min(asked.length, replies.length) - 1]?.(request, response, body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }
}

const says =
  (...texts: string[]): Reply =>
  (_request, response) => {
    const choices = texts.map((content, index) => ({
      index,
      message: { role: 'assistant', content },
      finish_reason: 'stop',
    }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ choices }))
  }
const fails =
  (status: number, headers: Record<string, string> = {}): Reply =>
  (_request, response) =>
    void response.writeHead(status, headers).end('{"error":{"message":"no"}}')
const silent: Reply = () => {}
const hangsUp: Reply = (request) => request.socket.destroy()
const mute: Reply = (_request, response) => void response.end('<html>gateway</html>')

interface Client {
  remote: Remote
  waits: number[]
  clock: { now: number }
}

function client(url: string, settings: Record<string, string> = {}, random = 0.5): Client {
  const waits: number[] = []
  const clock = { now: 0 }
  const effects: RemoteEffects = {
    now: () => clock.now,
    random: () => random,
    wait: async (ms) => void waits.push(ms),
  }
  const read = readSettings({
    ASKLAKE_LLM_URL: url,
    ASKLAKE_LLM_MODEL: 'm',
    ASKLAKE_LLM_TIMEOUT_MS: '300',
    ...settings,
  })
  return { remote: openRemote(read, effects), waits, clock }
}

const ASKED = { messages: [{ role: 'user' as const, content: 'hi' }], texts: 3, temperature: 0.5, maxTokens: 9 }

async function refused(promise: Promise<unknown>): Promise<Refusal> {
  return promise.then(
    () => assert.fail('no refusal'),
    (thrown: Refusal) => thrown,
  )
}

test('a completion is asked for as vLLM reads it', async () => {
  const { url, asked } = await serverOf(says('a', 'b'))
  const { remote } = client(url, { ASKLAKE_LLM_KEY: 'k' })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  assert.deepEqual(await remote.complete({ ...ASKED, grammar: 'root ::= "a"', traceparent }), ['a', 'b'])
  const [{ body, request } = assert.fail()] = asked
  assert.equal(request.url, '/v1/chat/completions')
  assert.equal(request.headers.authorization, 'Bearer k')
  assert.equal(request.headers['traceparent'], traceparent)
  assert.deepEqual(JSON.parse(body), {
    model: 'm',
    messages: ASKED.messages,
    n: 3,
    temperature: 0.5,
    max_tokens: 9,
    stream: false,
    structured_outputs: { grammar: 'root ::= "a"' },
  })
})

test('a grammar is given as llama.cpp reads it where the setting says so', async () => {
  const { url, asked } = await serverOf(says('a'))
  await client(url, { ASKLAKE_LLM_GRAMMAR: 'grammar' }).remote.complete({ ...ASKED, grammar: 'root ::= "a"' })
  assert.equal(JSON.parse(asked[0]?.body ?? '').grammar, 'root ::= "a"')
})

test('without a name the first model of the server is asked, once found', async () => {
  const models: Reply = (_request, response) => void response.end('{"data":[{"id":"found"},{"id":"other"}]}')
  const { url, asked } = await serverOf(models, says('a'))
  const { remote } = client(url, { ASKLAKE_LLM_MODEL: '' })
  await remote.complete(ASKED)
  await remote.complete(ASKED)
  assert.deepEqual(
    asked.map(({ request }) => request.url),
    ['/v1/models', '/v1/chat/completions', '/v1/chat/completions'],
  )
  assert.equal(JSON.parse(asked[1]?.body ?? '').model, 'found')
})

const MENDED: [name: string, reply: Reply][] = [
  ['too many requests', fails(429)],
  ['a gateway without a server', fails(502)],
  ['a busy server', fails(503)],
  ['no answer in time', silent],
  ['a connection that breaks', hangsUp],
]

for (const [name, reply] of MENDED) {
  test(`tried again: ${name}`, async () => {
    const { url, asked } = await serverOf(reply, says('a'))
    const { remote, waits } = client(url)
    assert.deepEqual(await remote.complete(ASKED), ['a'])
    assert.equal(asked.length, 2)
    assert.deepEqual(waits, [100])
  })
}

test('waits grow, are drawn below their bound, and heed Retry-After', async () => {
  const { url } = await serverOf(fails(503), fails(503), fails(429, { 'retry-after': '0.2' }), says('a'))
  const { remote, waits } = client(url, { ASKLAKE_LLM_ATTEMPTS: '4' })
  await remote.complete(ASKED)
  assert.deepEqual(waits, [100, 200, 600])
})

const GIVEN_UP: [name: string, reply: Reply, words: RegExp][] = [
  ['a wrong key', fails(401), /HTTP 401/],
  ['a wrong request', fails(400), /HTTP 400/],
  ['a page instead of an answer', mute, /no chat completion/],
]

for (const [name, reply, words] of GIVEN_UP) {
  test(`not tried again: ${name}`, async () => {
    const { url, asked } = await serverOf(reply)
    const refusal = await refused(client(url).remote.complete(ASKED))
    assert.equal(refusal.code, 'llm-unavailable')
    assert.match(refusal.message, words)
    assert.equal(asked.length, 1)
  })
}

test('no attempt is made at a server that asks for more patience than there is', async () => {
  const { url, asked } = await serverOf(fails(429, { 'retry-after': '3600' }), says('a'))
  await refused(client(url).remote.complete(ASKED))
  assert.equal(asked.length, 1)
})

test('a server that fails again and again is left alone, then tried by one request', async () => {
  const { url, asked } = await serverOf(...Array.from({ length: 4 }, () => fails(500)), says('a'))
  const { remote, clock } = client(url, { ASKLAKE_LLM_ATTEMPTS: '1', ASKLAKE_LLM_BREAKER_FAILURES: '3' })
  for (let count = 0; count < 3; count++) await refused(remote.complete(ASKED))
  assert.match((await refused(remote.complete(ASKED))).message, /left alone/)
  assert.equal(asked.length, 3)
  clock.now += 30_001
  assert.match((await refused(remote.complete(ASKED))).message, /HTTP 500/)
  await refused(remote.complete(ASKED))
  assert.equal(asked.length, 4)
  clock.now += 30_001
  assert.deepEqual(await remote.complete(ASKED), ['a'])
  assert.deepEqual(await remote.complete(ASKED), ['a'])
})

test('while one request tries the server again, others do not', () => {
  const breaker = openBreaker({ failures: 1, pause_ms: 10 }, () => now)
  let now = 0
  breaker.failed()
  now = 11
  assert.equal(breaker.mayTry(), true)
  assert.equal(breaker.mayTry(), false)
  breaker.succeeded()
  assert.equal(breaker.mayTry(), true)
})

test('nobody waits for a server when the asker has left', async () => {
  const { url } = await serverOf(silent)
  const left = new AbortController()
  const asked = client(url, { ASKLAKE_LLM_TIMEOUT_MS: '60000' }).remote.complete(ASKED, left.signal)
  left.abort(new Error('gone'))
  assert.match((await refused(asked)).message, /gone/)
})

test('a text that was cut off is no statement', async () => {
  const cut: Reply = (_request, response) =>
    void response.end(
      '{"choices":[{"message":{"content":"SELECT"},"finish_reason":"length"},{"message":{"content":"SELECT 1"},"finish_reason":"stop"}]}',
    )
  const { url } = await serverOf(cut)
  assert.deepEqual(await client(url).remote.complete(ASKED), ['SELECT 1'])
})

test('a server that is not there is named by what went wrong', async () => {
  const { url } = await serverOf(says('a'))
  const gone = servers.pop()
  await new Promise((resolve) => gone?.close(resolve))
  assert.match((await refused(client(url).remote.complete(ASKED))).message, /ECONNREFUSED/)
})
