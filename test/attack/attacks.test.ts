import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Refusal } from '../../src/refusal.ts'
import { type Attack, attacks } from './attacks.ts'
import { CANARY, openTenants, ROWS, type Tenants } from './tenants.ts'

let tenants: Tenants

before(async () => {
  tenants = await openTenants({ query_timeout_ms: 3000 })
})

after(() => tenants.close())

/** What came of a statement, as text to search, and with which code it was refused. */
async function outcome({ sql }: Attack): Promise<{ text: string; code?: string }> {
  try {
    return { text: JSON.stringify(await tenants.ask(sql)) }
  } catch (error) {
    assert.ok(error instanceof Refusal, `not a refusal: ${String((error as Error).stack)}`)
    return { text: `${error.message} ${error.hint}`, code: error.code }
  }
}

/** What is wrong about the outcome, or nothing. */
async function verdict(attack: Attack): Promise<string | undefined> {
  const { text, code } = await outcome(attack)
  // What the attacker wrote may come back, as a name that does not exist.
  const told = text.replaceAll(attack.sql, '')
  if (told.includes(CANARY) && !attack.sql.includes(CANARY)) return `shows a hidden row: ${told}`
  if (/root:x:|\/usr\/|node_modules/.test(told)) return `shows something of the system: ${told}`
  if (attack.expect === 'deny' && code !== attack.code) return `${code ?? 'ran'}: ${text.slice(0, 300)}`
  if (attack.expect === 'allow' && code !== undefined) return `was refused: ${text}`
  const plain = await tenants.ask('SELECT count(*) FROM orders')
  return plain.rows[0]?.[0] === ROWS ? undefined : 'the next query is not answered rightly'
}

test('there are enough attacks, each with a name of its own', () => {
  const names = attacks('').map(({ name }) => name)
  assert.ok(names.length >= 450)
  assert.equal(new Set(names).size, names.length)
})

for (const category of new Set(attacks('').map(({ category }) => category))) {
  test(`${category}: every statement ends as expected, and the next query is answered`, async () => {
    const wrong: string[] = []
    for (const attack of attacks(tenants.folder)) {
      if (attack.category !== category || attack.expect === 'limit') continue
      const what = await verdict(attack)
      if (what !== undefined) wrong.push(`${attack.name}: ${what}`)
    }
    assert.deepEqual(wrong, [])
  })
}

test('what was refused left no trace', () => {
  assert.equal(tenants.database.stats().crashed, 0)
  const orders = readFileSync(join(tenants.folder, 'tenant_a', 'orders.csv'), 'utf8')
  assert.equal(orders.split('\n').length, ROWS + 2)
})
