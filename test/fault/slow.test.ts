import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { newState, QUESTION, type Running, startServer } from './running.ts'

const state = newState()
after(() => rmSync(state, { recursive: true, force: true }))

/** What a raw connection was told, once the server has ended it. */
async function toldOf(socket: Socket): Promise<string> {
  let told = ''
  socket.on('data', (part) => {
    told += part.toString()
  })
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return told
}

/** Connections that send this and nothing more. */
function stalled({ url }: Running, sent: string, count: number): Socket[] {
  const { hostname, port } = new URL(url)
  return Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {}) // It may be ended while it is written to.
    socket.write(sent)
    return socket
  })
}

async function metricsOf({ url }: Running): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

test('who sends half a request holds a place no longer than request_timeout_ms', async () => {
  const server = await startServer(state, { ASKLAKE_REQUESTS_AT_ONCE: '2', ASKLAKE_REQUEST_TIMEOUT_MS: '8000' })
  const head = 'POST /v1/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n'
  const bodies = stalled(server, `${head}content-length: 500\r\n\r\n{"question": "`, 2)
  const heads = stalled(server, head, 2)
  const ends = [...bodies, ...heads].map(toldOf)
  while (!(await metricsOf(server)).includes('asklake_requests_inside 2')) await setTimeout(50)
  assert.equal((await server.post('/v1/ask', QUESTION)).status, 503, 'both places are taken')
  for (const told of await Promise.all(ends)) assert.match(told, /^(HTTP\/1\.1 4\d\d |$)/)
  const answer = await server.post('/v1/ask', QUESTION)
  assert.equal(answer.status, 200, server.told())
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0)
})
