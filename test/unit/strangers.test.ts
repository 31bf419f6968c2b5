import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStrangers } from '../../functions/access/strangers.ts'

function opened(wrong_keys_per_minute = 3) {
  const clock = { at: 0 }
  const refusal = openStrangers({ wrong_keys_per_minute }, () => clock.at)
  return { clock, code: (address?: string) => refusal(address).code, refusal }
}

test('an address may try a few wrong keys, then one when its minute allows', () => {
  const { clock, code, refusal } = opened()
  assert.deepEqual([code('10.0.0.1'), code('10.0.0.1'), code('10.0.0.1')], ['key-wrong', 'key-wrong', 'key-wrong'])
  assert.equal(refusal('10.0.0.1').retry_s, 20)
  clock.at = 19_000
  assert.equal(code('10.0.0.1'), 'too-many-requests')
  clock.at = 21_000
  assert.equal(code('10.0.0.1'), 'key-wrong')
  assert.equal(code('10.0.0.1'), 'too-many-requests')
})

test('others are not held to it; the addresses of one IPv6 network are one', () => {
  const { code } = opened(1)
  assert.equal(code('10.0.0.1'), 'key-wrong')
  assert.equal(code('10.0.0.1'), 'too-many-requests')
  assert.equal(code('10.0.0.2'), 'key-wrong')
  assert.equal(code('2001:db8:1:2::5'), 'key-wrong')
  assert.equal(code('2001:db8:1:2:9::6'), 'too-many-requests')
  assert.equal(code('::ffff:10.0.0.9'), 'key-wrong')
  assert.equal(code('::ffff:10.0.0.8'), 'key-wrong')
})

test('where no address is known nobody is counted', () => {
  const { code } = opened(1)
  for (let i = 0; i < 5; i++) assert.equal(code(undefined), 'key-wrong')
})
