import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withWholeValues } from '../../src/draft/wholevalues.ts'
import { rewritten } from '../fixtures/rewritten.ts'

const after = (question: string, program: string, dataset?: string) =>
  rewritten(withWholeValues, question, program, dataset)

test('a condition goes to the column that holds the words as a whole value', async () => {
  const inTexas = (column: string) => `select count * where [airports.${column}] = w5 w5 from [airports]`
  assert.equal(await after('How many airports are in Texas?', inTexas('name'), 'flights'), inTexas('state'))
  assert.equal(await after('How many airports are in Texas?', inTexas('state'), 'flights'), inTexas('state'))
})

test('a column that holds the words stays, and so does one beside which no other does', async () => {
  for (const [question, program] of [
    ['orders shipped to France', 'select * where [Orders.ShipCountry] != w3 w3 from [Orders]'],
    ['orders shipped to Atlantis', 'select * where [Orders.ShipName] = w3 w3 from [Orders]'],
    ['freight of orders to France', 'select * where [Customers.Phone] > w4 w4 from [Customers]'],
  ] as const) {
    assert.equal(await after(question, program), program)
  }
})
