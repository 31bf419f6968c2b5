import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openKeyring } from '../../functions/access/keyring.ts'
import { type KeyEntry, newKey } from '../../functions/access/keys.ts'
import type { Refusal } from '../../src/refusal.ts'

function entry(name: string): { key: string; entry: KeyEntry } {
  const { key, id, hash } = newKey()
  return { key, entry: { id, name, hash, rights: ['read'], datasets: '*', rows: {}, hidden: {} } }
}

async function opened() {
  const first = entry('first')
  const file = { entries: [first.entry], broken: false, reads: 0 }
  const clock = { at: 0 }
  const warned: unknown[] = []
  const keyring = await openKeyring({
    read: async () => {
      file.reads++
      if (file.broken) throw new Error('the bucket is away')
      return file.entries
    },
    now: () => clock.at,
    check_ms: 1000,
    warn: (problem) => void warned.push(problem),
  })
  return { keyring, file, clock, warned, first }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a keyring', () => {
  test('does not look at the file for every request', async () => {
    const { keyring, file, clock, first } = await opened()
    for (clock.at = 0; clock.at <= 1000; clock.at += 100) assert.equal((await keyring.asker(first.key))?.name, 'first')
    assert.equal(file.reads, 1)
  })

  test('a revoked key opens nothing after twice the time at the latest', async () => {
    const { keyring, file, clock, first } = await opened()
    file.entries = [{ ...first.entry, revoked: 'today' }]
    clock.at = 2001
    assert.equal(await keyring.asker(first.key), undefined)
    assert.equal(await keyring.named('first'), undefined)
    assert.deepEqual(await keyring.all(), [])
  })

  test('in between nobody waits: the file is read behind the answer', async () => {
    const { keyring, file, clock, first } = await opened()
    file.entries = []
    clock.at = 1500
    assert.equal((await keyring.asker(first.key))?.name, 'first')
    await turn()
    assert.equal(await keyring.asker(first.key), undefined)
    assert.equal(file.reads, 2)
  })

  test('many at once read it once', async () => {
    const { keyring, file, clock, first } = await opened()
    clock.at = 5000
    await Promise.all(Array.from({ length: 50 }, () => keyring.asker(first.key)))
    assert.equal(file.reads, 2)
  })

  test('what cannot be read again stands for five minutes, then nobody is let in', async () => {
    const { keyring, file, clock, warned, first } = await opened()
    file.broken = true
    clock.at = 4 * 60_000
    assert.equal((await keyring.asker(first.key))?.name, 'first')
    assert.equal(warned.length, 1)
    clock.at = 5 * 60_000 + 1
    await assert.rejects(keyring.asker(first.key), (thrown: Refusal) => thrown.code === 'store-unavailable')
    file.broken = false
    assert.equal((await keyring.asker(first.key))?.name, 'first')
  })

  test('one that cannot be read at all is not opened', async () => {
    const read = async () => {
      throw new Error('no such bucket')
    }
    await assert.rejects(openKeyring({ read, now: () => 0, check_ms: 1000, warn: () => {} }), /no such bucket/)
  })
})
