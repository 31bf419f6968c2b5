import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog, Column, Table } from '../../src/catalog.ts'
import { parseProgram, programText } from '../../src/draft/program.ts'
import { withOwnColumns, withoutIdleTables } from '../../src/draft/prune.ts'
import { link } from '../../src/link.ts'

const column = (name: string): Column => ({
  name,
  type: 'BIGINT',
  kind: 'number',
  role: 'measure',
  synonyms: [],
  nullShare: 0,
  distinct: 10,
  frequent: [],
  values: [],
})
const table = (name: string, columns: string[]): Table => ({
  name,
  synonyms: [],
  rows: 10,
  columns: columns.map(column),
  primaryKey: [columns[0] ?? ''],
  source: { format: 'csv', files: [], options: {}, bytes: 0 },
})
const key = (from: string, to: string, name: string) => ({
  from: { table: from, columns: [name] },
  to: { table: to, columns: [name] },
  source: 'declared' as const,
  inclusion: 1,
})

/** Items: 0 orders, 1 order_id, 2 customer_id, 3 staff_id, 4 freight; 5 customers, 6 customer_id, 7 city; 8 staff, 9 staff_id, 10 wage. */
const catalog: Catalog = {
  dataset: 'shop',
  tables: [
    table('orders', ['order_id', 'customer_id', 'staff_id', 'freight']),
    table('customers', ['customer_id', 'city']),
    table('staff', ['staff_id', 'wage']),
  ],
  joins: [key('orders', 'customers', 'customer_id'), key('orders', 'staff', 'staff_id')],
  metrics: [],
  questions: [],
  fingerprint: { schema: 's', data: 'd' },
  notes: [],
}

const cases: [string, string, string, string][] = [
  ['a table nobody named or uses goes', 'average freight', 'select avg i4 from i8 i0', 'select avg i4 from i0'],
  [
    'a named table stays: it may be there for existence',
    'freight of orders of customers',
    'select i4 from i0 i5',
    'select i4 from i0 i5',
  ],
  [
    'a bridge stays',
    'wage by city',
    'select i7 avg i10 group i7 from i5 i0 i8',
    'select i7 avg i10 group i7 from i5 i0 i8',
  ],
  ['the last table stays', 'how many', 'select count * from i8', 'select count * from i8'],
  [
    'joins that are said stay',
    'average freight',
    'select avg i4 from i8 i0 on i3 i9',
    'select avg i4 from i8 i0 on i3 i9',
  ],
  [
    'each SELECT for itself',
    'average freight above the average freight',
    'select i4 where i4 > ( select avg i4 from i0 i8 ) from i5 i0',
    'select i4 where i4 > ( select avg i4 from i0 ) from i0',
  ],
]
for (const [name, question, program, expected] of cases) {
  test(name, () => {
    assert.equal(programText(withoutIdleTables(parseProgram(program), catalog, link(question, catalog))), expected)
  })
}

for (const [name, question, program, expected] of [
  ['a key is read where it is referred to from', 'total freight', 'select i6 sum i4 group i6 from i5 i0', 'select i2 sum i4 group i2 from i5 i0'],
  ['a named table keeps its columns', 'freight of customers', 'select i6 sum i4 group i6 from i5 i0', 'select i6 sum i4 group i6 from i5 i0'],
  ['so does one of which more is read', 'freight by city', 'select i6 i7 sum i4 group i6 from i5 i0', 'select i6 i7 sum i4 group i6 from i5 i0'],
  ['and one without the other beside it', 'wages', 'select i6 i10 from i8 i5', 'select i6 i10 from i8 i5'],
] as const) {
  test(name, () => {
    assert.equal(programText(withOwnColumns(parseProgram(program), catalog, link(question, catalog))), expected)
  })
} // biome-ignore format: a table
