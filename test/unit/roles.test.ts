import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog, Column, Table } from '../../src/catalog.ts'
import { compile } from '../../src/draft/compile.ts'
import { link } from '../../src/link.ts'
import { writeProgram } from '../fixtures/programs.ts'

const column = (name: string, values: string[] = []): Column => ({
  name,
  type: values.length > 0 ? 'VARCHAR' : 'BIGINT',
  kind: values.length > 0 ? 'text' : 'number',
  role: 'measure',
  synonyms: [],
  nullShare: 0,
  distinct: 10,
  frequent: [],
  values,
})
const table = (name: string, columns: Column[]): Table => ({
  name,
  synonyms: [],
  rows: 10,
  columns,
  primaryKey: [columns[0]?.name ?? ''],
  source: { format: 'csv', files: [], options: {}, bytes: 0 },
})
const reference = (name: string) => ({
  from: { table: 'routes', columns: [name] },
  to: { table: 'airports', columns: ['apid'] },
  source: 'declared' as const,
  inclusion: 1,
})
const catalog: Catalog = {
  dataset: 'air',
  tables: [
    table('airports', [column('apid'), column('country', ['Italy', 'Spain'])]),
    table('routes', [column('rid'), column('src_apid'), column('dst_apid')]),
  ],
  joins: [reference('src_apid'), reference('dst_apid')],
  metrics: [],
  fingerprint: { schema: 'a', data: 'b' },
  questions: [],
  notes: [],
}

for (const [question, joined] of [
  ['How many routes have a destination in Italy?', 'dst_apid'],
  ['How many routes have a source in Italy?', 'src_apid'],
  ['How many routes are there in Italy?', 'src_apid'],
  ['Routes in Italy by source and destination', 'src_apid'],
] as const) {
  test(`${question} joins by ${joined}`, () => {
    const program = writeProgram(
      "select count * where airports.country = 'Italy' from routes airports",
      catalog,
      question,
    )
    const { sql } = compile(program, catalog, link(question, catalog), { today: '2026-01-01' })
    assert.match(sql, new RegExp(`routes\\.${joined} = airports\\.apid`))
  })
}
