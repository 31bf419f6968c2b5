import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { type Attack, attacks } from './attacks.ts'
import { openServed, type Said, type Served } from './served.ts'
import { CANARY, ROWS, writeTenants } from './tenants.ts'

const { folder } = writeTenants()
const LISTED = attacks(folder).filter(({ expect }) => expect !== 'limit')

let served: Served

/** The model drafts the attack whose number the question names. */
before(async () => {
  const numberIn = (question: string) => Number(/\d+/.exec(question)?.[0])
  served = await openServed(folder, (question) => [LISTED[numberIn(question)]?.sql ?? ''], {
    ASKLAKE_QUERY_TIMEOUT_MS: '3000',
  })
})
after(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What is wrong about an outcome, or nothing. What the attacker wrote may come back: as the answer's SQL, or as a name that does not exist. */
function fault({ sql, expect }: Attack, said: Said, codes: (string | undefined)[]): string | undefined {
  const told = said.text.replaceAll(JSON.stringify(sql).slice(1, -1), '')
  if (told.includes(CANARY) && !sql.includes(CANARY)) return `shows a hidden row: ${told.slice(0, 300)}`
  if (/root:x:|\/usr\/|node_modules|\/tmp\//.test(told) && !sql.includes(folder))
    return `shows something of the system: ${told.slice(0, 300)}`
  if (said.status === 500) return `broke: ${told}`
  if (expect === 'deny' && !codes.includes(said.code)) return `${said.code ?? said.status} ${told.slice(0, 200)}`
  return expect === 'allow' && said.status !== 200 ? `was refused: ${told}` : undefined
}

async function faults(ask: (attack: Attack, index: number) => Promise<string | undefined>): Promise<string[]> {
  const found: string[] = []
  for (const [index, attack] of LISTED.entries()) {
    const what = await ask(attack, index)
    if (what !== undefined) found.push(`${attack.name}: ${what}`)
  }
  return found
}

test('every statement through POST /v1/sql ends as expected', async () => {
  const found = await faults(async (attack) => {
    const said = await served.post('/v1/sql', { dataset: 'tenant_a', sql: attack.sql })
    return fault(attack, said, [attack.code, 'bad-request'])
  })
  assert.deepEqual(found, [])
})

test('every statement as a hostile model’s draft ends as expected', async () => {
  const found = await faults(async (attack, index) => {
    const question = `total amount of orders with id over ${index}`
    const said = await served.post('/v1/ask', { dataset: 'tenant_a', question })
    return fault(attack, said, ['no-draft'])
  })
  assert.deepEqual(found, [])
})

test('the server is whole after all of it', async () => {
  const { text } = await served.post('/v1/sql', { dataset: 'tenant_a', sql: 'SELECT count(*) FROM orders' })
  assert.deepEqual(JSON.parse(text).rows, [[ROWS]])
  assert.deepEqual(served.warned, [])
})
