import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openSteps } from '../../src/step.ts'

const never = () => new Promise<never>(() => {})

test('without a deadline a step takes its time and its outcome is handed on', async () => {
  const { step, timings } = openSteps(() => performance.now())
  assert.equal(await step('link', () => 7), 7)
  await assert.rejects(
    step('draft', () => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.deepEqual(Object.keys(timings()), ['link', 'draft', 'total'])
})

test('a step that does not end in its share of the time is refused, and told to stop', async () => {
  const { step } = openSteps(() => performance.now(), undefined, undefined, performance.now() + 60)
  let told: AbortSignal | undefined
  const stuck = step('execute', (signal) => {
    told = signal
    return never()
  })
  await assert.rejects(stuck, { code: 'out-of-time', message: /execute/ })
  assert.equal(told?.aborted, true)
})

test('what is left after a slow step is shared by those after it', async () => {
  let now = 0
  const { step } = openSteps(() => now, undefined, undefined, 1000)
  now = 990
  await assert.rejects(step('execute', never), { code: 'out-of-time' })
  now = 1001
  await assert.rejects(
    step('chart', () => 1),
    { code: 'out-of-time' },
  )
})

test('a failure that comes after the refusal harms nobody', async () => {
  const { step } = openSteps(() => performance.now(), undefined, undefined, performance.now() + 20)
  const late = step('execute', async () => {
    await pause(60)
    throw new Error('too late')
  })
  await assert.rejects(late, { code: 'out-of-time' })
  await pause(80)
})

test('an asker who has left gets no further step, with or without a deadline', async () => {
  for (const deadline of [undefined, performance.now() + 1000]) {
    const gone = new AbortController()
    const { step } = openSteps(() => performance.now(), gone.signal, undefined, deadline)
    const running = step('execute', (signal) => new Promise((done) => signal?.addEventListener('abort', () => done(1))))
    gone.abort()
    assert.equal(await running, 1)
    await assert.rejects(
      step('chart', () => 1),
      { code: 'cancelled' },
    )
  }
})
