import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { newState, type Running, startServer } from './running.ts'

const state = newState()
after(() => rmSync(state, { recursive: true, force: true }))

const LONG = { ASKLAKE_QUERY_TIMEOUT_MS: '60000', ASKLAKE_SHUTDOWN_MS: '120000' }
/** Takes about half a second, whatever the data. */
const SLOW = 'SELECT count(*) AS n FROM range(9000) a(i), range(9000) b(j) WHERE (i * j) % 7 = 3'
const ENDLESS = SLOW.replaceAll('9000', '1000000')

/** Asks for SQL in the background and gives the place of its answer. */
async function promised(server: Running, sql: string): Promise<string> {
  const response = await fetch(`${server.url}/v1/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ dataset: 'northwind', sql }),
  })
  await response.body?.cancel()
  assert.equal(response.status, 202, server.told())
  return response.headers.get('location') as string
}

/** What is found at a place once it is decided. */
async function decided({ url }: Running, place: string) {
  for (;;) {
    const response = await fetch(`${url}${place}`, { headers: { prefer: 'wait=5' } })
    const body = (await response.json()) as { row_count?: number; code?: string }
    if (response.status !== 202) return { status: response.status, ...body }
  }
}

test('told to stop, a server answers what it has promised; the next one hands the answer out', async () => {
  const server = await startServer(state, LONG)
  const places = await Promise.all([SLOW, SLOW.replace('3', '4')].map((sql) => promised(server, sql)))
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  const next = await startServer(state)
  for (const place of places) {
    const { status, row_count } = await decided(next, place)
    assert.deepEqual([status, row_count], [200, 1])
  }
  next.child.kill('SIGTERM')
  await next.ended
})

test('what a server had no time for, or died over, is said lost', async () => {
  const stopped = await startServer(state, { ...LONG, ASKLAKE_SHUTDOWN_MS: '300' })
  const late = await promised(stopped, ENDLESS)
  stopped.child.kill('SIGTERM')
  assert.equal(await stopped.ended, 0)
  const killed = await startServer(state, LONG)
  const torn = await promised(killed, ENDLESS)
  await setTimeout(500)
  killed.child.kill('SIGKILL')
  await killed.ended
  const next = await startServer(state)
  for (const place of [late, torn]) {
    const { status, code } = await decided(next, place)
    assert.deepEqual([status, code], [410, 'ask-lost'])
  }
  next.child.kill('SIGTERM')
  await next.ended
})
