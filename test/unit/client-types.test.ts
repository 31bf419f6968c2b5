import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { typesText } from '../../clients/typescript/generate.ts'

test('the TypeScript client has the types of the schemas that check its requests', () => {
  const written = readFileSync('clients/typescript/types.ts', 'utf8')
  assert.equal(written, typesText(), 'run node --import tsx clients/typescript/generate.ts')
})
