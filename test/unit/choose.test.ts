import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultKey } from '../../src/choose/result.ts'
import { choose } from '../../src/choose.ts'
import type { Cell, Rows } from '../../src/database.ts'
import type { Draft } from '../../src/draft.ts'
import { Refusal } from '../../src/refusal.ts'

const rowsOf = (rows: Cell[][]): Rows => ({ columns: [{ name: 'x', type: 'BIGINT' }], rows, truncated: false })
const draft = (sql: string, score: number): Draft => ({ sql, score, linked: [] })

/** A trial that gives each draft the rows its SQL names as JSON, or refuses. */
async function trial(one: Draft) {
  if (one.sql === 'refused') throw new Refusal('sql-unbindable', 'no such column')
  return { draft: one, checked: { sql: one.sql, tables: [], tree: null }, rows: rowsOf(JSON.parse(one.sql)) }
}

test('drafts whose results agree outweigh a likelier one alone', async () => {
  const drafts = [draft('[[1]]', -1), draft('[[2],[3]]', -1.2), draft('[[3],[2]]', -1.3)]
  const choice = await choose(drafts, trial)
  assert.equal(choice.best.draft.sql, '[[2],[3]]')
  assert.deepEqual(
    choice.others.map(({ candidate }) => candidate.draft.sql),
    ['[[1]]'],
  )
  assert.ok(choice.signs.share > 0.5)
})

test('agreement and likelihood make it surer, an empty result less sure', async () => {
  const sure = await choose([draft('[[1]]', -0.05), draft('[[1]]', -1)], trial)
  const torn = await choose([draft('[[1]]', -0.05), draft('[[2]]', -0.06)], trial)
  const unlikely = await choose([draft('[[1]]', -9)], trial)
  const empty = await choose([draft('[]', -0.05)], trial)
  assert.ok(sure.confidence > torn.confidence)
  assert.ok(sure.confidence > unlikely.confidence)
  assert.ok(sure.confidence > empty.confidence)
})

test('a refused draft is dropped; none left is a refusal; a bug is thrown', async () => {
  assert.equal((await choose([draft('refused', 0), draft('[[1]]', -5)], trial)).best.draft.sql, '[[1]]')
  await assert.rejects(choose([draft('refused', 0)], trial), { code: 'no-draft' })
  await assert.rejects(choose([draft('not json', 0)], trial), SyntaxError)
})

test('results are compared as bags of rows to nine digits', () => {
  assert.equal(resultKey(rowsOf([[1], [0.1 + 0.2]])), resultKey(rowsOf([[0.3], [1]])))
  assert.notEqual(resultKey(rowsOf([[1]])), resultKey(rowsOf([[1], [1]])))
  assert.notEqual(resultKey(rowsOf([['1']])), resultKey(rowsOf([[1]])))
})
