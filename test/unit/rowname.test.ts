import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withRowName } from '../../src/draft/rowname.ts'
import { rewritten } from '../fixtures/rewritten.ts'

const after = (question: string, program: string) => rewritten(withRowName, question, program)

test('a row asked for is told by its name, not by a column that nobody speaks of', async () => {
  assert.equal(
    await after('who ordered the most?', 'select [Customers.Phone] group [Customers.Phone] order count * desc limit #1 from [Orders] [Customers]'), // biome-ignore format: a line
    'select [Customers.CompanyName] group [Customers.CompanyName] order count * desc limit #1 from [Orders] [Customers]', // biome-ignore format: a line
  )
})

test('a column that is spoken of stays, and so do names, several columns and aggregates', async () => {
  for (const [question, program] of [
    ['the phone of the best customer', 'select [Customers.Phone] from [Customers]'],
    ['who ordered the most?', 'select [Customers.ContactName] from [Customers]'],
    ['who ordered the most?', 'select [Customers.Phone] [Customers.Fax] from [Customers]'],
    ['who ordered the most?', 'select max [Orders.Freight] from [Orders]'],
    ['which one?', 'select [OrderDetails.Discount] from [OrderDetails]'],
  ] as const) {
    assert.equal(await after(question, program), program)
  }
})
