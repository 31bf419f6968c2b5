import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readQuestion } from '../../src/question.ts'
import { readSettings } from '../../src/settings.ts'
import { openSteps } from '../../src/step.ts'

const settings = readSettings({})
const read = (asked: object) => readQuestion({ question: 'How many?', ...asked }, ['a', 'b'], settings)

test('white space is made plain, the language told from the signs', () => {
  assert.equal(read({ question: '  how\n many \u00a0orders ', dataset: 'a' }).text, 'how many orders')
  assert.equal(read({ dataset: 'a' }).language, 'en')
  assert.equal(read({ question: '有多少订单', dataset: 'a' }).language, 'zh')
})

test('the only dataset need not be named, one of several must be, a path is no name', () => {
  assert.equal(readQuestion({ question: 'x' }, ['only'], settings).dataset, 'only')
  assert.throws(() => read({}), { code: 'dataset-unknown' })
  assert.throws(() => read({ dataset: '../a' }), { code: 'dataset-unknown' })
})

test('limits', () => {
  assert.equal(read({ dataset: 'a', limit: 10_000_000 }).limit, settings.rows_limit)
  assert.throws(() => read({ dataset: 'a', question: ' ' }), { code: 'question-empty' })
  assert.throws(() => read({ dataset: 'a', question: 'x'.repeat(settings.question_max_chars + 1) }), {
    code: 'question-too-long',
  })
})

test('settings: every bad value is named at once, good ones are read', () => {
  assert.throws(
    () => readSettings({ ASKLAKE_ROWS_MAX: 'many', PORT: '-1' }),
    /ASKLAKE_PORT=-1[\s\S]*ASKLAKE_ROWS_MAX=many/,
  )
  assert.equal(readSettings({ PORT: '99' }).port, 99)
  assert.equal(readSettings({ ASKLAKE_PORT: '98', PORT: '99' }).port, 98)
})

test('a step is timed, told, and not begun when the asker has left', async () => {
  let clock = 0
  const told: string[] = []
  const left = new AbortController()
  const { step, timings } = openSteps(
    () => clock,
    left.signal,
    ({ step: name, state, ms }) => told.push(`${name} ${state} ${ms ?? ''}`.trim()),
  )
  const value = await step('link', () => {
    clock += 3
    return 'made'
  })
  assert.equal(value, 'made')
  await assert.rejects(
    step('draft', () => Promise.reject(new Error('bug'))),
    /bug/,
  )
  assert.deepEqual(told, ['link start', 'link end 3', 'draft start', 'draft end 0'])
  assert.deepEqual(timings(), { link: 3, draft: 0, total: 3 })
  left.abort()
  await assert.rejects(
    step('check', () => assert.fail('begun')),
    { code: 'cancelled' },
  )
})
