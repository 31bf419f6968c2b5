import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Catalog, type Column, itemsOf, type Kind } from '../../src/catalog.ts'
import { encodeQuestion, encodeSchema, shownItems, VOCABULARY } from '../../src/draft/encode.ts'
import { piecesOf, SPECIALS } from '../../src/draft/vocabulary.ts'
import { link } from '../../src/link.ts'

function columnOf(name: string, kind: Kind = 'text'): Column {
  return {
    name,
    type: 'VARCHAR',
    kind,
    role: 'text',
    synonyms: [],
    nullShare: 0,
    distinct: 0,
    frequent: [],
    values: [],
  }
}

function tableOf(name: string, columns: Column[], primaryKey: string[] = []): Catalog['tables'][number] {
  return {
    name,
    synonyms: [],
    rows: 1,
    columns,
    primaryKey,
    source: { format: 'csv', files: [], options: {}, bytes: 0 },
  }
}

const empty = { dataset: 'x', metrics: [], questions: [], notes: [], fingerprint: { schema: '', data: '' } }

const shop: Catalog = {
  ...empty,
  tables: [
    tableOf('customers', [columnOf('id', 'number'), columnOf('cust_nm'), columnOf('born', 'date')], ['id']),
    tableOf(
      'orders',
      [columnOf('order_no', 'number'), columnOf('customer', 'number'), columnOf('qty', 'number')],
      ['order_no'],
    ),
  ],
  joins: [
    {
      from: { table: 'orders', columns: ['customer'] },
      to: { table: 'customers', columns: ['id'] },
      source: 'declared',
      inclusion: 1,
    },
  ],
}

const pieces = new Map([...VOCABULARY.ids].map(([piece, id]) => [id, piece]))
const textOf = (tokens: Int32Array) => [...tokens].map((id) => pieces.get(id)).join(' ')

test('a schema is its tables and columns as marked names, abbreviations written out', () => {
  const schema = encodeSchema(shop)
  assert.equal(
    textOf(schema.tokens),
    '<table> ▁customers <column.number.key> ▁id <column.text> ▁customer ▁name <column.date> ▁born ' +
      '<table> ▁orders <column.number.key> ▁order ▁number <column.number.foreign> ▁customer <column.number> ▁quantity',
  )
  assert.deepEqual(
    schema.items,
    itemsOf(shop).map((_, id) => id),
  )
  schema.anchors.forEach((anchor, position) => {
    assert.match(pieces.get(schema.tokens[anchor] as number) as string, /^<(table|column)/)
    assert.equal(schema.tokenItem[anchor], position)
  })
})

test('relations say what belongs together and what refers to what', () => {
  const { relations, items } = encodeSchema(shop)
  const at = (row: number, column: number) => relations[row * items.length + column]
  assert.deepEqual([at(1, 1), at(1, 2), at(1, 0), at(0, 1)], [1, 2, 3, 4])
  assert.deepEqual([at(6, 1), at(1, 6), at(4, 0), at(0, 4)], [5, 6, 7, 8])
  assert.equal(at(2, 7), 0)
})

test('shuffling moves tables and columns and nothing else', () => {
  let seed = 1
  const shuffle = () => {
    seed = (seed * 48271) % 2147483647
    return seed / 2147483647
  }
  const orders = new Set<string>()
  for (let i = 0; i < 20; i++) {
    const { items, tokens } = encodeSchema(shop, { shuffle })
    orders.add(items.join(' '))
    assert.deepEqual(
      [...items].sort((a, b) => a - b),
      itemsOf(shop).map((_, id) => id),
    )
    assert.equal(tokens.length, encodeSchema(shop).tokens.length)
    const head = items.indexOf(4)
    assert.deepEqual(items.slice(head, head + 4).sort(), [4, 5, 6, 7])
  }
  assert.ok(orders.size > 5)
})

test('a question is its words in pieces, with its links to the items shown', () => {
  const links = link('How many customers were born after 1990?', shop)
  const schema = encodeSchema(shop, { items: [0, 3] })
  const question = encodeQuestion(links, schema)
  assert.equal(textOf(question.tokens), '<question> ▁how ▁many ▁customers ▁were ▁born ▁after <number.year> ▁?')
  assert.deepEqual([...question.tokenWord], [-1, 0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual([...question.wordFirst], [1, 2, 3, 4, 5, 6, 7, 8])
  const rows = [...question.links]
  assert.deepEqual(rows.slice(2 * 2, 2 * 2 + 2), [3, 12])
  assert.deepEqual(rows.slice(4 * 2, 4 * 2 + 2), [0, 1])
})

test('a long word keeps its first pieces, an unknown sign is one unknown piece, numbers go by class', () => {
  assert.equal(piecesOf(VOCABULARY, 'pneumonoultramicroscopic', 3).length, 3)
  assert.deepEqual(piecesOf(VOCABULARY, '☃', 3), [VOCABULARY.ids.get('<unknown>')])
  const classOf = (word: string) => SPECIALS[piecesOf(VOCABULARY, word, 3)[0] as number]
  assert.deepEqual(['7', '12', '13', '1999', '1,999', '0.5', '1234567890'].map(classOf), [
    '<number.7>', '<number.12>', '<number.digits.2>', '<number.year>', '<number.digits.4>', '<number.decimal>', '<number.digits.7>',
  ]) // biome-ignore format: a table
})

test('of a large catalog the linked items and the keys of their tables are shown, within the limit', () => {
  const wide = Array.from({ length: 40 }, (_, t) =>
    tableOf(
      `thing_${t}`,
      [columnOf('id', 'number'), ...Array.from({ length: 20 }, (_, c) => columnOf(`part ${t} number ${c}`))],
      ['id'],
    ),
  )
  const catalog: Catalog = { ...shop, tables: [...wide, ...shop.tables] }
  const shown = shownItems(catalog, link('quantity of orders by customer name', catalog), 100)
  const names = itemsOf(catalog).map((item) => {
    const table = catalog.tables[item.table]
    return item.kind === 'table' ? table?.name : `${table?.name}.${table?.columns[item.column]?.name}`
  })
  const texts = shown.map((id) => names[id])
  for (const wanted of ['orders', 'orders.qty', 'orders.customer', 'customers', 'customers.id', 'customers.cust_nm']) {
    assert.ok(texts.includes(wanted), `${wanted} not among ${texts.join(', ')}`)
  }
  assert.ok(encodeSchema(catalog, { items: shown }).tokens.length <= 130)
  assert.equal(shownItems(shop, link('orders', shop), 100).length, 8)
})
