import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { itemsOf } from '../../src/catalog.ts'
import { check } from '../../src/check.ts'
import { sqlGrammar } from '../../src/draft/large/grammar.ts'
import { schemaOfItems } from '../../src/draft/large/schema.ts'
import { type Grammar, type GrammarState, openGrammar } from '../../src/llm/grammar.ts'
import { seeded } from '../../src/llm/random.ts'
import { tokenTrie } from '../../src/llm/trie.ts'
import { readSettings } from '../../src/settings.ts'
import { openShop, type Shop } from '../fixtures/shop.ts'

let shop: Shop
let sql: Grammar

before(async () => {
  shop = await openShop()
  const all = itemsOf(shop.catalog).map((_, id) => id)
  sql = openGrammar(sqlGrammar(schemaOfItems(shop.catalog, all)))
})
after(() => shop.close())

function accepts(grammar: Grammar, text: string): boolean {
  const end = grammar.after(grammar.start, Buffer.from(text))
  return end !== undefined && grammar.mayEnd(end)
}

test('GBNF: texts, classes, groups, alternatives over lines, repetition and comments', () => {
  const grammar = openGrammar(`
    root ::= greeting (", " name){1,2} "!"?   # a comment
    greeting ::= "Hello"
      | "Hi\\u0021" | [Hh] "ey"*
    name ::= [A-Z] [^ !,\\x00-\\x1f]+
  `)
  for (const text of ['Hello, Ann', 'Hi!, Ann, Bö!', 'heyeyey, Z中文', 'Hey, Zoë!'])
    assert.ok(accepts(grammar, text), text)
  for (const text of ['Hello', 'Hello, ann', 'Hello, A', 'Hello, Ann, Bob, Cid', 'Hello, A\nb', 'hello, Ann'])
    assert.ok(!accepts(grammar, text), text)
})

test('GBNF: a list that calls itself does not pile up, brackets do', () => {
  const grammar = openGrammar('root ::= "(" root ")" | list\nlist ::= "x" ("," list)?')
  assert.ok(accepts(grammar, `${'('.repeat(500)}x${',x'.repeat(5000)}${')'.repeat(500)}`))
  assert.ok(!accepts(grammar, '((x)'))
})

test('a character is read whole: broken UTF-8 and surrogates may not come', () => {
  const grammar = openGrammar('root ::= [^a]+')
  assert.equal(grammar.after(grammar.start, Uint8Array.of(0xc3, 0x28)), undefined)
  assert.equal(grammar.after(grammar.start, Uint8Array.of(0xed, 0xa0, 0x80)), undefined)
  const half = grammar.after(grammar.start, Uint8Array.of(0xe4, 0xb8))
  assert.ok(half !== undefined && !grammar.mayEnd(half))
  assert.ok(accepts(openGrammar('root ::= [à-ü一-龥]+'), 'éöü中文'))
  assert.ok(!accepts(openGrammar('root ::= [à-ü]+'), 'ß'))
})

const WRONG: [text: string, words: RegExp][] = [
  ['start ::= "a"', /no rule root/],
  ['root ::= other', /no rule other/],
  ['root ::= "a', /ends too soon/],
  ['root ::= ("a"', /expected \)/],
  ['root ::= [z-a]', /backwards/],
  ['root ::= root "a" | "a"', /begins with itself/],
  ['root ::= empty root\nempty ::= "e"?', /begins with itself/],
  ['root ::= "a"\nroot ::= "b"', /twice/],
  ['root = "a"', /expected ::=/],
  ['root ::= "a"{9999}', /repetitions/],
]

for (const [text, words] of WRONG) {
  test(`no grammar: ${text.replaceAll('\n', ' ⏎ ')}`, () => {
    assert.throws(() => openGrammar(text), words)
  })
}

test('the mask of a vocabulary is the set of tokens whose bytes may come', () => {
  const words = ['SEL', 'ECT', 'SELECT', ' ', 'SELECT *', 'DROP', 'S', '', 'SELECT  ']
  const trie = tokenTrie(words.map((word) => Buffer.from(word)))
  const named = (state: GrammarState) => [...sql.allowed(state, trie)].map((id) => words[id]).sort()
  assert.deepEqual(named(sql.start), ['S', 'SEL', 'SELECT', 'SELECT *'])
  assert.deepEqual(named(sql.after(sql.start, Buffer.from('SEL')) ?? assert.fail()), ['ECT'])
})

const WRITTEN = [
  'SELECT count(*) FROM orders',
  "SELECT customers.name, sum(orders.amount) AS total FROM customers JOIN orders ON orders.customer_id = customers.id WHERE customers.country = 'Germany' GROUP BY customers.name ORDER BY sum(orders.amount) DESC NULLS LAST LIMIT 3",
  "SELECT name FROM customers WHERE country IN ('Italy', 'Sweden') AND NOT (city ILIKE '%o%' OR latitude > 50)",
  "SELECT date_trunc('month', order_date), avg(amount * discount_rate) FROM orders WHERE year(order_date) = 2022 GROUP BY ALL",
  'SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)',
  'SELECT status FROM orders GROUP BY status HAVING count(*) >= 3 UNION SELECT name FROM products',
  'SELECT name, rank() OVER (ORDER BY latitude DESC NULLS LAST) AS place FROM customers',
  'SELECT order_date, sum(amount) OVER (PARTITION BY status ORDER BY order_date) AS running FROM orders',
  'SELECT status, sum(amount), rank() OVER (ORDER BY sum(amount) DESC) FROM orders GROUP BY status',
  'WITH part AS (SELECT status AS label, sum(amount) AS amount FROM orders GROUP BY ALL) SELECT label, amount FROM part WHERE amount > (SELECT avg(amount) FROM part) ORDER BY amount DESC LIMIT 5',
  "WITH part AS (SELECT date_trunc('month', order_date) AS label, count(*) AS amount FROM orders WHERE status = 'paid' GROUP BY 1) SELECT avg(amount) FROM part",
  "SELECT round(sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) / count(*), 2) FROM orders",
]

for (const text of WRITTEN) {
  test(`may be written, and DuckDB runs it: ${text.slice(0, 60)}`, async () => {
    assert.ok(accepts(sql, text))
    await shop.query(text)
  })
}

const NOT_WRITTEN = [
  ['a column of a table that is not in FROM', 'SELECT customers.name FROM orders'],
  ['a column that does not exist', 'SELECT colour FROM orders'],
  ['a table that does not exist', 'SELECT count(*) FROM secrets'],
  ['a join that follows no key', 'SELECT customers.name FROM customers JOIN products ON customers.id = products.id'],
  ['a sum of texts', 'SELECT sum(status) FROM orders'],
  ['a function that reads files', "SELECT * FROM read_csv('/etc/passwd')"],
  ['a second statement', 'SELECT count(*) FROM orders; SELECT count(*) FROM orders'],
  ['a window without an order', 'SELECT rank() OVER () FROM orders'],
  [
    'a WITH over a table that does not exist',
    'WITH part AS (SELECT note AS label, count(*) AS amount FROM secrets GROUP BY 1) SELECT label FROM part',
  ],
  [
    'a column that the WITH does not give',
    'WITH part AS (SELECT status AS label, count(*) AS amount FROM orders GROUP BY 1) SELECT status FROM part',
  ],
  ['a comment', 'SELECT count(*) FROM orders -- all'],
  ['an unfinished one', 'SELECT count(*) FROM orders WHERE'],
] as const

for (const [what, text] of NOT_WRITTEN) {
  test(`may not be written: ${what}`, () => {
    assert.ok(!accepts(sql, text))
  })
}

test('a text column whose values are all known is compared with those alone, when texts are bound', () => {
  const orders = itemsOf(shop.catalog).flatMap((item, id) =>
    shop.catalog.tables[item.table]?.name === 'orders' ? [id] : [],
  )
  const bound = openGrammar(sqlGrammar(schemaOfItems(shop.catalog, orders), { sets: 8, strings: 'bound' }))
  assert.ok(accepts(bound, "SELECT * FROM orders WHERE status = 'paid'"))
  assert.ok(!accepts(bound, "SELECT * FROM orders WHERE status = 'paid up'"))
})

/** A walk through the grammar, character by character, ending at the first place it may once it is long. */
function walk(random: () => number, trie: ReturnType<typeof tokenTrie>, bytes: Uint8Array[]): string | undefined {
  const written: number[] = []
  for (let state = sql.start; written.length < 3000; ) {
    const allowed = sql.allowed(state, trie)
    if (sql.mayEnd(state) && (allowed.length === 0 || random() < 0.25)) return Buffer.from(written).toString()
    const token = bytes[allowed[Math.floor(random() * allowed.length)] ?? 0] as Uint8Array
    written.push(...token)
    state = sql.after(state, token) ?? assert.fail('an allowed token may not come')
  }
  return undefined
}

test('whatever it writes parses and passes the check', async () => {
  const bytes = [
    ...Array.from({ length: 95 }, (_, at) => Uint8Array.of(32 + at)),
    ...["'", ' ', '\n', '中', 'é', '😀', ') ', ' AND ', ' FROM '].map((text) => Buffer.from(text)),
  ]
  const trie = tokenTrie(bytes)
  const settings = readSettings({})
  const database = { parse: async (text: string) => JSON.stringify(await shop.parse(text)) }
  const random = seeded(4)
  const seen = new Set<string>()
  for (let count = 0; count < 300; count++) {
    const text = walk(random, trie, bytes)
    if (text === undefined) continue
    seen.add(text)
    await check(text, shop.catalog, database, settings)
  }
  assert.ok(seen.size > 200, `${seen.size} statements`)
})
