import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openReader } from '../../src/catalog/reader.ts'
import { readCatalog, type Table } from '../../src/catalog.ts'
import { codes, dataset, duckdb, names, only, read, reader, rowsOf, settings, types } from '../fixtures/files.ts'

// What tables and columns become of files: parts, partitions, types, names, sizes.
const PLAIN = 'id,name,price\n1,Ann,2.5\n2,Bob,3\n'

test('parts with one header are one table; others stay apart', async () => {
  const parts = await only({ 'sales_2021.csv': 'item,amount\na,1\nb,2\n', 'sales_2022.csv': 'item,amount\nc,3\n' })
  assert.equal(parts.table.name, 'sales')
  assert.deepEqual(parts.rows.map(({ item, year }) => `${item} ${year}`).sort(), ['a 2021', 'b 2021', 'c 2022'])
  const dated = await only({ 'log-01.csv': 'at,amount\n2024-01-01,1\n', 'log-02.csv': 'at,amount\n2024-02-01,3\n' })
  assert.deepEqual([dated.table.name, names(dated.table)], ['log', ['at', 'amount']])
  const apart = await read({ 'x_1.csv': 'id,a\n1,2\n', 'x_2.csv': 'id,b\n1,2\n' })
  assert.deepEqual(
    apart.tables.map(({ name }) => name),
    ['x_1', 'x_2'],
  )
  assert.deepEqual(codes(apart), ['parts-differ'])
})

test('hive partitions, with a part that has a column more', async () => {
  const folder = dataset({ 'csvs/year=2023/month=01/a.csv': 'v\n1\n', 'csvs/year=2024/month=12/a.csv': 'v\n2\n' })
  for (const [year, more] of [
    ['2023', ''],
    ['2024', ', 5 AS w'],
  ]) {
    mkdirSync(join(folder, `events/year=${year}/month=07`), { recursive: true })
    await duckdb.rows(
      `COPY (SELECT 1 AS v${more}) TO '${join(folder, `events/year=${year}/month=07/p.parquet`)}'`,
      10_000,
    )
  }
  const catalog = await readCatalog(folder, { settings, reader })
  const [csvs, events] = catalog.tables
  assert.deepEqual(
    [csvs?.name, names(csvs), types(csvs)],
    ['csvs', ['v', 'year', 'month'], ['BIGINT', 'BIGINT', 'BIGINT']],
  )
  assert.equal(events?.name, 'events')
  assert.deepEqual([...(names(events) ?? [])].sort(), ['month', 'v', 'w', 'year'])
  const rows = await rowsOf(csvs as Table)
  assert.deepEqual(rows.map(({ year, month }) => `${year}/${month}`).sort(), ['2023/1', '2024/12'])
})

test('numbers and dates in text', async () => {
  const cells = [
    [
      '1,234.50',
      '1.234,50',
      '12%',
      '$5',
      '1/31/2020',
      '31.12.2020',
      '2020-01-02T10:00:00Z',
      'Jan 1, 2000',
      '00123',
      '2020-05',
      'true',
    ],
    [
      '99.00',
      '7,5',
      '3.5%',
      '$1,200.10',
      '2/1/2020',
      '01.02.2021',
      '2020-01-02T11:30:00+02:00',
      'Feb 11, 2001',
      '01234',
      '2020-06',
      'false',
    ],
    ['NA', '', 'n/a', '-', '', '', '', '', '00001', '', ''],
  ]
  const { table, rows } = await only({
    'a.csv': `a;b;c;d;e;f;g;h;i;j;k\n${cells.map((row) => row.join(';')).join('\n')}\n`,
  })
  assert.deepEqual(types(table), [
    'DOUBLE',
    'DOUBLE',
    'DOUBLE',
    'DOUBLE',
    'DATE',
    'DATE',
    'TIMESTAMP',
    'DATE',
    'VARCHAR',
    'DATE',
    'BOOLEAN',
  ])
  assert.deepEqual(Object.values(rows[1] ?? {}), [
    99,
    7.5,
    3.5,
    1200.1,
    '2020-02-01',
    '2021-02-01',
    '2020-01-02 09:30:00',
    '2001-02-11',
    '01234',
    '2020-06-01',
    false,
  ])
  assert.equal(table.columns[2]?.unit, '%')
})

test('a few bad values cost a note, many keep the column text', async () => {
  const good = Array.from({ length: 2000 }, (_, index) => index + 1)
  const few = await only({ 'a.csv': `n,t\n${[...good, 'oops'].map((value) => `${value},x`).join('\n')}\n` })
  assert.deepEqual([few.table.columns[0]?.type, few.codes], ['BIGINT', ['unreadable-values']])
  const many = await only({
    'a.csv': `n,t\n${[...good.slice(0, 50), 'oops', 'nope'].map((value) => `${value},x`).join('\n')}\n`,
  })
  assert.deepEqual([many.table.columns[0]?.type, many.codes], ['VARCHAR', ['numbers-as-text']])
})

test('dates that fit two orders are taken as month/day and said', async () => {
  const { rows, codes: noted } = await only({ 'a.csv': 'd,n\n03/04/2021,1\n05/06/2021,2\n' })
  assert.deepEqual([rows[0]?.['d'], noted], ['2021-03-04', ['ambiguous-dates']])
})

test('odd file names, names in other scripts, the same name twice', async () => {
  const catalog = await read({
    "it's [a] *file*.csv": PLAIN,
    '销售.csv': PLAIN,
    'q/data.csv': PLAIN,
    'r/data.csv': PLAIN,
    '2024 report.csv': PLAIN,
  })
  assert.deepEqual(catalog.tables.map(({ name }) => name).sort(), [
    'data',
    'data_2',
    'it_s_a_file',
    't_2024_report',
    '销售',
  ])
  for (const table of catalog.tables) assert.equal((await rowsOf(table)).length, 2)
})

test('a thousand columns, and more than are kept', async () => {
  const header = Array.from({ length: 1000 }, (_, index) => `c${index}`).join(',')
  const line = Array.from({ length: 1000 }, (_, index) => index).join(',')
  const { table } = await only({ 'a.csv': `${header}\n${line}\n${line}\n` })
  assert.equal(table.columns.length, 1000)
  const cut = await read({ 'a.csv': PLAIN }, { ASKLAKE_CATALOG_COLUMNS_MAX: '2' })
  assert.deepEqual([names(cut.tables[0]), codes(cut)], [['id', 'name'], ['many-columns']])
  const few = await read({ 'a.csv': PLAIN, 'b.csv': PLAIN }, { ASKLAKE_CATALOG_TABLES_MAX: '1' })
  assert.deepEqual([few.tables.length, codes(few)], [1, ['many-tables']])
})

test('a large file is profiled by a sample, its rows, ranges and NULLs over all', async () => {
  const lines = Array.from({ length: 120_000 }, (_, index) => `${index},${index % 7},${'x'.repeat(10)}`)
  const catalog = await read(
    { 'a.csv': `id,k,pad\n${lines.join('\n')}\n` },
    { ASKLAKE_CATALOG_FULL_MB: '1', ASKLAKE_CATALOG_SAMPLE_ROWS: '2000' },
  )
  const table = catalog.tables[0] as Table
  assert.equal(table.rows, 120_000)
  assert.deepEqual([table.columns[0]?.min, table.columns[0]?.max], ['0', '119999'])
  assert.equal(table.columns[1]?.distinct, 7)
  assert.deepEqual([table.columns[0]?.distinct, table.primaryKey], [120_000, ['id']])
  assert.equal((await rowsOf(table)).length, 120_000)
})

test('a file whose reading takes too long is left out, the others are read', async () => {
  const own = await openReader({ memory_mb: 512, timeout_ms: 1 })
  const folder = dataset({ 'a.csv': PLAIN })
  await assert.rejects(readCatalog(folder, { settings, reader: own }), { code: 'dataset-empty' })
  await own.close()
})

test('the example datasets of the repository are read without a note', async () => {
  const folder = dataset({})
  cpSync(new URL('../../examples/northwind', import.meta.url).pathname, folder, { recursive: true })
  const catalog = await readCatalog(folder, { settings, reader })
  assert.deepEqual(catalog.notes, [])
  assert.ok(catalog.joins.some(({ from, to }) => `${from.table}>${to.table}` === 'Orders>Customers'))
})
