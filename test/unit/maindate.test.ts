import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withMainDates } from '../../src/draft/maindate.ts'
import { rewritten } from '../fixtures/rewritten.ts'

const after = (question: string, program: string) => rewritten(withMainDates, question, program)

const monthly = (date: string) =>
  `select month ${date} sum [Orders.Freight] group month ${date} from [Employees] [Orders]`

test("a month nobody named is that of the measured table's own date", async () => {
  assert.equal(await after('total freight by month', monthly('[Employees.HireDate]')), monthly('[Orders.OrderDate]'))
  assert.equal(await after('total freight by month', monthly('[Orders.RequiredDate]')), monthly('[Orders.OrderDate]'))
})

test('a date that the question names stays, wherever it is', async () => {
  const hired = monthly('[Employees.HireDate]')
  assert.equal(await after('total freight by month the employee was hired', hired), hired)
  const shipped = monthly('[Orders.ShippedDate]')
  assert.equal(await after('total freight by month shipped', shipped), shipped)
})

test('what is counted is measured, too; programs with a query inside are left alone', async () => {
  const counted = (date: string) => `select count * where ${date} = w5 w5 from [Orders]`
  assert.equal(
    await after('how many orders are in 1996', counted('[Orders.ShippedDate]')),
    counted('[Orders.OrderDate]'),
  )
  const nested =
    'select [Orders.ShippedDate] where [Orders.Freight] = ( select max [Orders.Freight] from [Orders] ) from [Orders]'
  assert.equal(await after('when was the highest freight', nested), nested)
})
