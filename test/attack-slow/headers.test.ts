import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { listed } from '../attack/lists.ts'
import { newState, QUESTION, type Running, startServer } from '../fault/running.ts'

const HEADERS = listed<{ name: string; value: string }>('headers')
const state = newState()
let server: Running

before(async () => {
  server = await startServer(state, { ASKLAKE_LOG_TEXT: 'true' })
})
after(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  rmSync(state, { recursive: true, force: true })
})

/** What the server sends back to raw bytes, until it ends the connection. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  let told = ''
  socket.on('data', (data) => {
    told += data.toString('latin1')
  })
  socket.on('error', () => {}) // A connection cut off is an answer.
  socket.setTimeout(20_000, () => socket.destroy())
  socket.write(Buffer.from(request, 'latin1'))
  await once(socket, 'close')
  return told
}

const body = JSON.stringify(QUESTION)
const request = (lines: string[], content = body) =>
  `POST /v1/ask HTTP/1.1\r\n${[...lines, 'connection: close', `content-length: ${content.length}`].join('\r\n')}\r\n\r\n${content}`

test('hostile headers are answered or refused, and come back in none of ours', async () => {
  for (const { name, value } of HEADERS) {
    const plain = ['host: 127.0.0.1', 'content-type: application/json'].filter((line) => !line.startsWith(`${name}:`))
    const told = await raw(request([...plain, `${name}: ${value}`]))
    const [head = ''] = told.split('\r\n\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 400)
    assert.ok(status < 500 || status === 503, `${name}: ${value.slice(0, 40)} → ${told.slice(0, 300)}`)
    assert.doesNotMatch(head, /^(set-cookie|location|access-control-allow-origin: (\*|https:\/\/evil))/im, name)
    assert.doesNotMatch(head, /[^\x20-\x7e\r\n]/, name)
  }
})

test('a line break in a header, an address or a body starts no line of ours', async () => {
  const injected = 'x\r\nX-Injected: yes'
  for (const told of [
    await raw(
      `GET /v1/datasets/${encodeURIComponent(injected)} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`,
    ),
    await raw(
      `GET /v1/answers/${encodeURIComponent(injected)}?format=csv HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`,
    ),
    await raw(
      request(
        ['host: 127.0.0.1', 'content-type: application/json'],
        JSON.stringify({ question: injected, dataset: injected }),
      ),
    ),
  ]) {
    assert.doesNotMatch(told.split('\r\n\r\n')[0] ?? '', /^x-injected/im)
  }
})

test('two requests in one, told apart in two ways, are not let through', async () => {
  const smuggled = 'GET /v1/datasets HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'
  const told = await raw(
    `POST /v1/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  )
  assert.match(told, /^HTTP\/1\.1 400/)
  assert.doesNotMatch(told, /"datasets"/)
})

test('a line of the log is one line of JSON, whatever was asked', async () => {
  const forged = 'freight\n{"level":"error","problem":"forged"}\r\n\u001b[2J\u2028\u0000 by ship country'
  await (await server.post('/v1/ask', { ...QUESTION, question: forged })).text()
  await (await server.post('/v1/sql', { dataset: 'northwind', sql: `SELECT '${forged}'` })).text()
  const lines = server
    .told()
    .split('\n')
    .filter((line) => line !== '')
  assert.ok(lines.length > HEADERS.length / 2)
  for (const line of lines) {
    assert.notEqual((JSON.parse(line) as { problem?: unknown }).problem, 'forged')
    assert.doesNotMatch(line, /\p{Cc}/u)
  }
})
