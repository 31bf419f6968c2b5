import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openLimits } from '../../functions/access/limits.ts'
import { EVERYONE, NOBODY } from '../../src/asker.ts'
import type { Refusal } from '../../src/refusal.ts'

const SETTINGS = { requests_at_once: 5, key_requests_at_once: 2, key_rate_per_minute: 60, key_rate_burst: 3 }
const asker = (name: string, more = {}) => ({ ...NOBODY, name, ...more })

function opened(settings = {}, cores = 1) {
  const clock = { at: 0 }
  const limits = openLimits({ ...SETTINGS, ...settings }, () => clock.at, cores)
  /** The refusal of an entry, or the act that leaves. */
  const enter = (who: Parameters<typeof limits.enter>[0]) => {
    try {
      return { leave: limits.enter(who) }
    } catch (thrown) {
      const { code, retry_s } = thrown as Refusal
      return { code, retry_s }
    }
  }
  return { clock, limits, enter }
}

describe('requests of one key', () => {
  test('as many at once as it may; a place that was left is free, once', () => {
    const { enter, limits } = opened()
    const first = enter(asker('a'))
    enter(asker('a'))
    assert.equal(enter(asker('a')).code, 'too-many-requests')
    first.leave?.()
    first.leave?.()
    assert.ok(enter(asker('a')).leave)
    assert.equal(enter(asker('a')).code, 'too-many-requests')
    assert.equal(limits.inside(), 2)
  })

  test('a burst, then its rate; Retry-After is when the next one goes through', () => {
    const { enter, clock } = opened()
    for (let i = 0; i < 3; i++) enter(asker('a')).leave?.()
    assert.deepEqual(enter(asker('a')), { code: 'too-many-requests', retry_s: 1 })
    clock.at = 999
    assert.equal(enter(asker('a')).code, 'too-many-requests')
    clock.at = 1001
    const next = enter(asker('a'))
    assert.ok(next.leave)
    next.leave()
    assert.equal(enter(asker('a')).code, 'too-many-requests')
    clock.at = 10 * 60_000
    for (let i = 0; i < 3; i++) enter(asker('a')).leave?.()
    assert.equal(enter(asker('a')).code, 'too-many-requests', 'rest fills the burst, no more')
  })

  test('limits of its own come before the settings', () => {
    const { enter, clock } = opened()
    const slow = asker('slow', { rate_per_minute: 1, concurrent: 1 })
    const first = enter(slow)
    assert.equal(enter(slow).code, 'too-many-requests')
    first.leave?.()
    enter(slow).leave?.()
    enter(slow).leave?.()
    clock.at = 1000
    assert.equal(enter(slow).retry_s, 59)
  })

  test('one key does not spend what is another’s', () => {
    const { enter } = opened()
    for (let i = 0; i < 3; i++) enter(asker('a')).leave?.()
    assert.equal(enter(asker('a')).code, 'too-many-requests')
    assert.ok(enter(asker('b')).leave)
  })
})

describe('all requests together', () => {
  test('beyond the limit everyone is told to come back', () => {
    const { enter, limits } = opened()
    const leaves = ['a', 'b', 'c', 'd', 'e'].map((name) => enter(asker(name)).leave)
    assert.deepEqual(enter(asker('f')), { code: 'busy', retry_s: 1 })
    leaves[0]?.()
    assert.ok(enter(asker('f')).leave)
    assert.equal(limits.inside(), 5)
  })

  test('where no keys are set only this limit counts', () => {
    const { enter } = opened({ requests_at_once: 100 })
    for (let i = 0; i < 100; i++) assert.ok(enter(EVERYONE).leave)
    assert.equal(enter(EVERYONE).code, 'busy')
  })

  test('where no number is set, twelve for each core', () => {
    const { enter, limits } = opened({ requests_at_once: 0, key_requests_at_once: 100 }, 3)
    for (let i = 0; i < 36; i++) assert.ok(enter(EVERYONE).leave)
    assert.equal(limits.full(), true)
    assert.equal(enter(EVERYONE).code, 'busy')
  })

  test('a refused request spends nothing', () => {
    const { enter } = opened({ requests_at_once: 1 })
    const { leave } = enter(asker('a'))
    for (let i = 0; i < 10; i++) assert.equal(enter(asker('b')).code, 'busy')
    leave?.()
    assert.ok(enter(asker('b')).leave)
  })
})

test('names that come and go do not fill memory', () => {
  const { enter, clock, limits } = opened()
  for (let i = 0; i < 5000; i++) {
    clock.at += 60_000
    enter(asker(`key ${i}`)).leave?.()
  }
  assert.equal(limits.inside(), 0)
  assert.ok(limits.accounts() < 1100)
})
