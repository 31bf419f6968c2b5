import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { newState, startServer } from './running.ts'

const state = newState()
after(() => rmSync(state, { recursive: true, force: true }))

/** Takes about half a second, whatever the data. */
const SLOW = 'SELECT count(*) FROM range(9000) a(i), range(9000) b(j) WHERE (i * j) % 7 = 3'

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return all.map(Number).filter((one) => {
    try {
      return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1]) === pid
    } catch {
      return false // It has ended meanwhile.
    }
  })
}

test('told to stop, a server finishes what is under way, refuses what is new, and leaves nothing behind', async () => {
  const server = await startServer(state, { ASKLAKE_QUERY_TIMEOUT_MS: '60000', ASKLAKE_SHUTDOWN_MS: '120000' })
  await (await server.post('/v1/sql', { dataset: 'northwind', sql: 'SELECT 1' })).text()
  const pid = server.child.pid as number
  const children = process.platform === 'linux' ? childrenOf(pid) : []
  const underWay = Array.from({ length: 4 }, () => server.post('/v1/sql', { dataset: 'northwind', sql: SLOW }))
  await setTimeout(500)
  server.child.kill('SIGTERM')
  await setTimeout(200)
  const fresh = await server.post('/v1/sql', { dataset: 'northwind', sql: 'SELECT 1' }).then(
    (response) => response.status,
    () => 'no connection',
  )
  assert.ok(fresh === 503 || fresh === 'no connection', String(fresh))
  const answers = await Promise.all(underWay.map(async (one) => (await one).json()))
  assert.deepEqual(
    answers.map(({ row_count }) => row_count),
    [1, 1, 1, 1],
  )
  assert.equal(await server.ended, 0)
  for (let left = 50; left > 0 && children.some(isAlive); left--) await setTimeout(100)
  assert.deepEqual(children.filter(isAlive), [])
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(`asklake-query-${pid}-`))
  assert.deepEqual(folders, [])
})

test('a server told to stop waits for nobody longer than shutdown_ms', async () => {
  const server = await startServer(state, { ASKLAKE_QUERY_TIMEOUT_MS: '60000', ASKLAKE_SHUTDOWN_MS: '300' })
  const endless = SLOW.replaceAll('9000', '1000000')
  const asked = server.post('/v1/sql', { dataset: 'northwind', sql: endless }).catch((problem: Error) => problem)
  await setTimeout(1000)
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  assert.ok((await asked) instanceof Error)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
