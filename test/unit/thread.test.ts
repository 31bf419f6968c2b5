import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Ask } from '../../src/draft/thread.ts'
import { openDrafter } from '../../src/draft/thread.ts'
import { Refusal } from '../../src/refusal.ts'

const START = { weights: '', threads: 1 }
const ASK = { key: 'k', encoded: {}, catalog: {}, question: {}, beams: 1, steps: 5 } as unknown as Ask

/** Threads that run these lives one after the other, the last for ever. */
function lives(...codes: string[]) {
  let started = 0
  const spawn = () => {
    const code = codes[Math.min(started++, codes.length - 1)]
    return new Worker(`const { parentPort: port } = require('node:worker_threads'); ${code}`, { eval: true })
  }
  return { spawn, started: () => started }
}

const ANSWERS = `port.postMessage('ready'); const known = new Set()
  port.on('message', ({ id, key, schema }) => {
    if (schema) known.add(key)
    port.postMessage(known.has(key) ? { id, finished: [{ program: [], score: schema ? -1 : -2 }] } : { id, forgotten: true })
  })`
const DIES = `port.postMessage('ready'); port.on('message', () => process.exit(3))`

test('the schema is sent once', async () => {
  const drafter = openDrafter(START, lives(ANSWERS).spawn)
  assert.equal((await drafter.draft(ASK))[0]?.score, -1)
  assert.equal((await drafter.draft(ASK))[0]?.score, -2)
  await drafter.close()
})

test('a schema the thread has forgotten is sent again', async () => {
  const forgets = `port.postMessage('ready'); let asked = 0
    port.on('message', ({ id, schema }) => port.postMessage(++asked === 2 ? { id, forgotten: true } : { id, finished: [{ program: [], score: schema ? -1 : -2 }] }))`
  const drafter = openDrafter(START, lives(forgets).spawn)
  await drafter.draft(ASK)
  assert.equal((await drafter.draft(ASK))[0]?.score, -1)
  await drafter.close()
})

test('a thread that dies is replaced and the question asked again', async () => {
  const { spawn, started } = lives(DIES, ANSWERS)
  const drafter = openDrafter(START, spawn)
  assert.equal((await drafter.draft(ASK))[0]?.score, -1)
  assert.equal(started(), 2)
  await drafter.close()
})

test('a thread that dies twice over one question is a refusal', async () => {
  const drafter = openDrafter(START, lives(DIES).spawn)
  await assert.rejects(
    drafter.draft(ASK),
    (problem) => problem instanceof Refusal && problem.code === 'model-unavailable',
  )
  await drafter.close()
})

test('weights that cannot be loaded are a refusal', async () => {
  const drafter = openDrafter(
    START,
    lives(`port.postMessage('failed: no such file'); port.on('message', () => {})`).spawn,
  )
  await assert.rejects(drafter.ready(), (problem) => problem instanceof Refusal && /no such file/.test(problem.message))
  await drafter.close()
})

test('an asker who leaves is let go at once, and the thread is told', async () => {
  const waits = `port.postMessage('ready')
    port.on('message', ({ id, stop }) => { Atomics.wait(stop, 0, 0, 5000); port.postMessage({ id, finished: [] }) })`
  const drafter = openDrafter(START, lives(waits).spawn)
  const leave = new AbortController()
  const asked = drafter.draft(ASK, leave.signal)
  leave.abort(new Error('left'))
  await assert.rejects(asked, /left/)
  await assert.rejects(drafter.draft(ASK, leave.signal), /left/)
  await drafter.close()
})
