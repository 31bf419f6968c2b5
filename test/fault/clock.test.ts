import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answer } from '../../src/answer.ts'
import { readQuestion } from '../../src/question.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'

const TEXT = 'number of orders'

let scripted: Scripted

before(async () => {
  scripted = await scriptedDeployment('examples', { [TEXT]: [{ sql: 'SELECT count(*) FROM Orders' }] })
})
after(() => scripted.close())

/** Days the wall clock shows one after the other: back, far ahead, a leap day, the last second of 1999. */
const JUMPS = [
  '2026-11-23T12:00:00Z',
  '2025-01-01T00:00:00Z',
  '2038-01-19T03:14:08Z',
  '2024-02-29T23:59:59Z',
  '1999-12-31T23:59:59Z',
]

test('a wall clock that jumps, and one that stands, change no answer', async () => {
  const { effects } = scripted.deployment
  let now = 0
  for (const [index, jump] of JUMPS.entries()) {
    const clock = { now: () => new Date(jump), milliseconds: () => (now += index % 2 === 0 ? 0 : 1e9) }
    const question = readQuestion({ question: TEXT, dataset: 'northwind' }, ['northwind'], effects.settings)
    const made = await answer(question, { ...effects, clock })
    assert.deepEqual(made.rows, [[830]])
    assert.ok(Object.values(made.timings_ms).every((ms) => ms >= 0))
    await scripted.deployment.feedback(made, { verdict: index % 2 === 0 ? 'up' : 'down' }, { ...effects, clock })
  }
})
