import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withCountedTable } from '../../src/draft/counted.ts'
import { rewritten } from '../fixtures/rewritten.ts'

const after = (question: string, program: string) => rewritten(withCountedTable, question, program)
const many = (tables: string) =>
  `select [Customers.CompanyName] group [Customers.CompanyName] having count * > w5 w5 from ${tables}`

test('rows of a table that is named and refers to the only one are counted', async () => {
  assert.equal(
    await after('Which customers have more than 10 orders?', many('[Customers]')),
    many('[Customers] [Orders]'),
  )
})

test('programs that count what is asked for stay', async () => {
  const byCountry = 'select [Customers.Country] count * group [Customers.Country] from [Customers]'
  for (const [question, program] of [
    ['Which customers have more than 10 orders?', many('[Customers] [Orders]')],
    ['Which customers appear more than 10 times?', many('[Customers]')],
    ['customers by country', byCountry],
    ['products of customers by country', byCountry],
    ['How many customers have orders?', 'select count * from [Customers]'],
  ] as const) {
    assert.equal(await after(question, program), program)
  }
})
