import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attacks } from './attacks.ts'
import { listed } from './lists.ts'
import { PLACES } from './places.ts'

test('the attack list in numbers', (context) => {
  const statements = attacks('')
  const judged = statements.filter(({ expect }) => expect !== 'limit')
  assert.ok(judged.every(({ expect, code }) => (expect === 'deny') === (code !== undefined)))
  const counts = {
    statements: statements.length,
    'statements through POST /v1/sql': judged.length,
    "statements as a hostile model's draft": judged.length,
    'hostile words by place': listed('words').length * PLACES.length,
    'chart specs': listed('charts').length,
    'addresses and paths of files': listed('addresses').length,
    'formulas in exports': listed('formulas').length,
    'paths in routes': listed('paths').length,
    headers: listed('headers').length,
  }
  for (const [what, count] of Object.entries(counts)) context.diagnostic(`${count} ${what}`)
  context.diagnostic(`${Object.values(counts).reduce((sum, count) => sum + count, 0)} attacks in total`)
  assert.ok(judged.length >= 400)
})
