import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tablePages } from '../../docs/tables.ts'

for (const [name, text] of Object.entries(tablePages())) {
  test(`docs/${name} says what the code says (npm run docs writes it)`, () => {
    assert.equal(readFileSync(join('docs', name), 'utf8'), text)
  })
}
