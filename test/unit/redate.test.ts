import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { itemsOf } from '../../src/catalog.ts'
import { compile } from '../../src/draft/compile.ts'
import { parseProgram, programText } from '../../src/draft/program.ts'
import { redated } from '../../src/draft/redate.ts'
import { link } from '../../src/link.ts'
import { memoryPlans } from '../../src/plan/stores.ts'
import { type Plan, recall } from '../../src/plan.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const QUESTION = 'How many orders in the last 30 days'

/** `count * where order_date = <last 30 days>` over the shop, as it was planned on 10 May 2023. */
function planned(): Plan {
  const { catalog } = shop
  const item = (name: string) =>
    itemsOf(catalog).findIndex((one) => {
      const table = catalog.tables[one.table]
      return one.kind === 'table' ? table?.name === name : `${table?.name}.${table?.columns[one.column]?.name}` === name
    })
  const links = link(QUESTION, catalog)
  const word = (text: string) => links.words.findIndex((one) => one.lower === text)
  const program = parseProgram(
    `select count * where i${item('orders.order_date')} = w${word('last')} w${word('days')} from i${item('orders')}`,
  )
  const { sql, linked } = compile(program, catalog, links, { today: '2023-05-10' })
  const provenance = { model: 'm', catalog: 'shop', linked }
  const rest = { wish: null, confidence: 0.8, alternatives: [], provenance }
  return {
    key: 'k',
    question: QUESTION,
    dataset: 'shop',
    sql,
    today: '2023-05-10',
    program: programText(program),
    ...rest,
  }
}

test('a plan of another day gets the dates of this one, and is kept so', async () => {
  const plan = planned()
  assert.match(plan.sql, /'2023-04-11'.*'2023-05-11'/s)
  const plans = memoryPlans(10)
  await plans.put(plan)
  const renew = (old: Plan) => redated(old, shop.catalog, '2023-06-01')
  const renewed = await recall(['k'], '2023-06-01', plans, renew)
  assert.match(renewed?.sql ?? '', /'2023-05-03'.*'2023-06-02'/s)
  await shop.query(renewed?.sql ?? '')
  assert.equal((await plans.get('k'))?.today, '2023-06-01')
  assert.deepEqual(await recall(['k'], '2023-06-01', plans), renewed)
})

test('without a program, or when its words mean nothing any more, it is made anew', () => {
  const { program: _, ...bare } = planned()
  assert.equal(redated(bare, shop.catalog, '2023-06-01'), undefined)
  assert.equal(redated({ ...planned(), question: 'How many orders' }, shop.catalog, '2023-06-01'), undefined)
})
