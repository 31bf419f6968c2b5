import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CompileError, compile } from '../../src/draft/compile.ts'
import { accepts, advance, allowed, type GrammarContext, isDone, startState } from '../../src/draft/grammar.ts'
import { type Program, programText, type Token } from '../../src/draft/program.ts'
import { plainLinks, writeProgram } from '../fixtures/programs.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop(`
    CREATE TABLE shops AS SELECT i AS id, i % 6 AS customer_id, TIMESTAMP '2021-01-01 08:00:00' + INTERVAL (i * 31) HOUR AS opened, i % 2 = 0 AS is_open,
      printf('%02d/%02d/2023', 1 + i % 12, 1 + i % 28) AS booked, TIME '06:00:00' + INTERVAL (i % 12) HOUR AS opens, (1990 + i)::VARCHAR AS since,
      i::VARCHAR::BLOB AS codes FROM range(30) t(i);`)
})
after(() => shop.close())

const QUESTION = 'in 2022 12 3 2014 7 5'

function reasonFor(program: string, question = QUESTION): string | null {
  return accepts(writeProgram(program, shop.catalog, question), {
    catalog: shop.catalog,
    words: plainLinks(question).words.length,
  })
}

const ACCEPTED = [
  'select count * from customers',
  'select customers.name count * group customers.id having count * > #2 order count * desc customers.name asc limit #3 from customers orders',
  "select customers.name sum orders.amount having sum orders.amount > '12' from customers orders",
  'select products.name customers.city from customers orders order_lines products',
  'select month orders.order_date running sum orders.amount group month orders.order_date from orders',
  "select count * when orders.status = '3' and orders.amount > '12' / count * from orders",
  "select share count * when orders.status = '3' customers.country group customers.country from orders customers",
  'select sum products.price mul order_lines.quantity from products order_lines',
  "select avg orders.ship_date - orders.order_date where orders.order_date between '2014' '7' from orders",
  'select avg * from ( select count * group orders.customer_id from orders )',
  'select customers.name where customers.id not in ( select orders.customer_id where orders.amount > ( select avg orders.amount from orders ) from orders ) from customers',
  'select customers.country from customers union select products.category from products',
  "select orders.status orders.id order orders.amount desc limit '3' per orders.status from orders",
  'select customers.name count orders.id group customers.name from customers left orders',
  'select bin orders.amount count * group bin orders.amount from orders',
  'select products.name shops.booked from products shops on products.id shops.id',
  "select distinct customers.name where customers.country is null and customers.name not starts '3' from customers orders",
]

for (const program of ACCEPTED) {
  test(`accepts ${program}`, () => assert.equal(reasonFor(program), null))
}

/** What the grammar holds beyond the shape of the language, with the token that is refused. */
const REFUSED: [why: string, program: string, token: string][] = [
  ['a plain column is selected once', 'select customers.name customers.name from customers', 'term'],
  [
    'a table that no column needs is not joined to a sum',
    'select sum orders.amount from orders customers order_lines',
    'tables',
  ],
  ['text is not summed', 'select sum customers.country from customers', 'aggregate'],
  ['text that is no date has no month', 'select month customers.country from customers', 'function'],
  [
    'the second value of between follows the first',
    "select count * where orders.amount between '12' '2022' from orders",
    'high',
  ],
  [
    'a bridge between two tables is not left out',
    'select customers.name products.name from customers products',
    'tables',
  ],
  [
    'nor is it written around, where joins lead there',
    'select customers.name products.name from customers products on customers.id products.id',
    'tables',
  ],
  [
    'keys of one thing are not looked for among those of another',
    'select customers.name where customers.id not in ( select order_lines.product_id from order_lines ) from customers',
    'selected',
  ],
  [
    'nor put beside them',
    'select customers.id from customers except select order_lines.product_id from order_lines',
    'selected',
  ],
  ['nothing is taken from itself', 'select avg orders.ship_date - orders.ship_date from orders', 'operator'],
  ['WHERE tests no aggregate', 'select count * where count * > #1 from orders', 'expression'],
  ['a wrap stands before an aggregate', 'select share orders.amount from orders', 'wrapped'],
  [
    'set operations have sides of one width',
    'select customers.name customers.city from customers union select products.name from products',
    'term',
  ],
  [
    'a sub-query that is compared has one column',
    'select count * where orders.amount > ( select products.price products.id from products ) from orders',
    'term',
  ],
  ['a measure of * needs a query in FROM', 'select avg * from orders', 'from'],
]

for (const [why, program, place] of REFUSED) {
  test(`refuses ${program}: ${why}`, () => {
    assert.match(String(reasonFor(program)), new RegExp(`refused after "${place}"`))
  })
}

test('a value is at most ten words long', () => {
  const question = 'a b c d e f g h i j k l'
  assert.equal(reasonFor("select count * where customers.name = 'a b c d e f g h i j' from customers", question), null)
  assert.match(
    String(reasonFor("select count * where customers.name = 'a b c d e f g h i j k' from customers", question)),
    /refused after "span"/,
  )
})

test('only shown items are offered', () => {
  const items = [0, 1, 2]
  const state = advance(startState({ catalog: shop.catalog, items, words: 3 }), { keyword: 'select' })
  assert.deepEqual(allowed(state).items, [1, 2])
})

/** A reproducible sequence of numbers in [0, 1): mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Wanders to the end, more eager to finish the longer it takes. */
function walk(context: GrammarContext, random: () => number): Program {
  const program: Program = []
  for (let state = startState(context); !isDone(state); ) {
    const { keywords, items, words } = allowed(state)
    const ends = keywords.filter((keyword) => ['<eos>', ')', 'from'].includes(keyword))
    const kinds: Token[][] = [
      (ends.length > 0 && program.length > 9 ? ends : keywords).map((keyword) => ({ keyword })),
      items.map((item) => ({ item })),
      words ? Array.from({ length: words[1] - words[0] + 1 }, (_, offset) => ({ word: words[0] + offset })) : [],
    ].filter((tokens) => tokens.length > 0)
    const first = ends.length > 0 && program.length > 9 ? kinds[0] : kinds[Math.floor(random() * kinds.length)]
    const token = first?.[Math.floor(random() * first.length)]
    assert.ok(token, `nothing may follow ${programText(program)}`)
    program.push(token)
    state = advance(state, token)
  }
  return program
}

test('what random walks write compiles and binds', async () => {
  const random = randomFrom(7)
  const links = plainLinks(QUESTION)
  const context = { catalog: shop.catalog, words: links.words.length }
  let unreadable = 0
  for (let count = 0; count < 400; count++) {
    const program = walk(context, random)
    const sql = compiled(program)
    if (sql === null) unreadable++
    else await shop.query(`EXPLAIN ${sql}`).catch((error) => assert.fail(`${programText(program)}\n${sql}\n${error}`))
  }
  assert.ok(unreadable < 150, `${unreadable} of 400 walks compared words with what they cannot mean`)

  /** Null for the two things the grammar does not see: words that are no number or date for their column, and how many columns `*` has. */
  function compiled(program: Program): string | null {
    try {
      return compile(program, shop.catalog, links, { today: '2023-05-17' }).sql
    } catch (error) {
      if (error instanceof CompileError && (error.reason === 'value' || error.reason === 'width')) return null
      throw new Error(`${programText(program)}\n${error}`)
    }
  }
})
