import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Duckdb, openDuckdb } from '../../src/catalog/duckdb.ts'
import { loadSql } from '../../src/catalog/load.ts'
import { openReader, type Reader } from '../../src/catalog/reader.ts'
import { type Catalog, readCatalog, type Table } from '../../src/catalog.ts'
import { readSettings } from '../../src/settings.ts'

// Every odd input of docs/files.md: what becomes of it, and that the table loads again as the catalog says.
const top = mkdtempSync(join(tmpdir(), 'asklake-files-'))
const settings = readSettings({ ASKLAKE_STATE_DIR: join(top, 'state') })
let reader: Reader
let duckdb: Duckdb
let count = 0
before(async () => {
  reader = await openReader({ memory_mb: 512, timeout_ms: 30_000 })
  duckdb = await openDuckdb({ memory_mb: 512, folder: join(top, 'spill') })
})
after(async () => {
  await reader.close()
  duckdb.close()
  rmSync(top, { recursive: true })
})

type Files = Record<string, string | Uint8Array>

function dataset(files: Files): string {
  const folder = join(top, `set${++count}`)
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), body)
  }
  return folder
}

async function read(files: Files, env: Record<string, string> = {}): Promise<Catalog> {
  const own = {
    ...settings,
    ...(Object.keys(env).length > 0 ? readSettings({ ...env, ASKLAKE_STATE_DIR: settings.state_dir }) : {}),
  }
  return readCatalog(dataset(files), { settings: own, reader })
}

const rowsOf = (table: Table) => duckdb.rows(loadSql(table), 30_000)
const names = (table: Table | undefined) => table?.columns.map(({ name }) => name)
const types = (table: Table | undefined) => table?.columns.map(({ type }) => type)
const codes = (catalog: Catalog) => catalog.notes.map(({ code }) => code)

async function only(files: Files): Promise<{ table: Table; rows: Record<string, unknown>[]; codes: string[] }> {
  const catalog = await read(files)
  assert.equal(catalog.tables.length, 1, JSON.stringify(catalog.notes))
  const table = catalog.tables[0] as Table
  const rows = await rowsOf(table)
  assert.equal(rows.length, table.rows)
  return { table, rows, codes: codes(catalog) }
}

const PLAIN = 'id,name,price\n1,Ann,2.5\n2,Bob,3\n'

test('plain CSV, gzip, TSV, semicolons and pipes', async () => {
  for (const files of [
    { 'a.csv': PLAIN },
    { 'a.csv.gz': gzipSync(PLAIN) },
    { 'a.tsv': PLAIN.replaceAll(',', '\t') },
    { 'a.csv': PLAIN.replaceAll(',', ';') },
    { 'a.csv': PLAIN.replaceAll(',', '|') },
    { 'a.csv': PLAIN.replaceAll('\n', '\r\n') },
    { 'a.csv': PLAIN.replaceAll('\n', '\r') },
    { 'a.csv': `\ufeff${PLAIN}` },
    { 'a.txt': PLAIN },
    { 'a.json': '[{"id":1,"name":"Ann","price":2.5},{"id":2,"name":"Bob","price":3}]' },
    { 'a.ndjson': '{"id":1,"name":"Ann","price":2.5}\n{"id":2,"name":"Bob","price":3}\n' },
    { 'a.json': '{"id":1,"name":"Ann","price":2.5}\n{"id":2,"name":"Bob","price":3}\n' },
    { 'a.json.gz': gzipSync('[{"id":1,"name":"Ann","price":2.5},{"id":2,"name":"Bob","price":3}]') },
  ] as Files[]) {
    const { table, rows, codes: noted } = await only(files)
    assert.equal(table.name, 'a')
    assert.deepEqual(types(table), ['BIGINT', 'VARCHAR', 'DOUBLE'], Object.keys(files)[0])
    assert.deepEqual(rows[1], { id: '2', name: 'Bob', price: 3 })
    assert.deepEqual(noted, [])
  }
})

test('zstd, also with an extension in capitals', async () => {
  const folder = dataset({})
  mkdirSync(folder, { recursive: true })
  const plain = join(dataset({ 'p.csv': PLAIN }), 'p.csv')
  await duckdb.rows(`COPY (FROM '${plain}') TO '${join(folder, 'a.CSV.zst')}' (FORMAT csv, COMPRESSION zstd)`, 10_000)
  const catalog = await readCatalog(folder, { settings, reader })
  assert.deepEqual(types(catalog.tables[0]), ['BIGINT', 'VARCHAR', 'DOUBLE'])
  assert.equal((await rowsOf(catalog.tables[0] as Table)).length, 2)
})

test('Parquet by content, whatever its name', async () => {
  const folder = dataset({})
  mkdirSync(folder, { recursive: true })
  await duckdb.rows(
    `COPY (SELECT 1 AS id, DATE '2024-01-02' AS day) TO '${join(folder, 'a.csv')}' (FORMAT parquet)`,
    10_000,
  )
  const catalog = await readCatalog(folder, { settings, reader })
  assert.deepEqual(types(catalog.tables[0]), ['INTEGER', 'DATE'])
  assert.deepEqual(codes(catalog), ['wrong-extension'])
})

test('CSV named .json, JSON named .csv', async () => {
  assert.deepEqual((await only({ 'a.json': PLAIN })).codes, ['wrong-extension'])
  assert.deepEqual((await only({ 'a.csv': '[{"id":1},{"id":2}]' })).codes, ['wrong-extension'])
})

test('duplicate, empty and odd column names', async () => {
  const { table, codes: noted } = await only({ 'a.csv': 'name,Name,,"a ""b""\nc",名前\nx,y,1,2,z\np,q,3,4,r\n' })
  assert.deepEqual(names(table), ['name', 'Name_2', 'column_3', "a 'b' c", '名前'])
  assert.deepEqual(noted, ['renamed-column', 'renamed-column', 'renamed-column'])
})

test('no header', async () => {
  const { table, rows, codes: noted } = await only({ 'a.csv': '1,Ann,2020-01-01\n2,Bob,2020-01-02\n' })
  assert.deepEqual(names(table), ['column_1', 'column_2', 'column_3'])
  assert.deepEqual(types(table), ['BIGINT', 'VARCHAR', 'DATE'])
  assert.equal(rows.length, 2)
  assert.deepEqual(noted, ['no-header'])
})

test('an all-text header, and years as headings', async () => {
  assert.deepEqual(names((await only({ 'a.csv': 'name,city\nann,berlin\nbob,paris\n' })).table), ['name', 'city'])
  const { table } = await only({ 'a.csv': 'country,1990,1991\nFrance,5,6\nChad,7,8\n' })
  assert.deepEqual(names(table), ['country', '1990', '1991'])
})

test('a header alone is a table of no rows', async () => {
  const { table, rows } = await only({ 'a.csv': 'id,name\n' })
  assert.deepEqual([names(table), rows.length], [['id', 'name'], 0])
})

test('lines above the table', async () => {
  const { table, codes: noted } = await only({ 'a.csv': '# made by a tool\n\nid,name,price\n1,Ann,2\n2,Bob,3\n' })
  assert.deepEqual(names(table), ['id', 'name', 'price'])
  assert.equal(table.rows, 2)
  assert.deepEqual(noted, ['skipped-lines'])
})

test('short lines are padded, long lines dropped and counted', async () => {
  const short = await only({ 'a.csv': 'a,b,c\n1,2,3\n4,5\n6,7,8\n' })
  assert.deepEqual([short.table.rows, short.codes], [3, ['short-lines']])
  const body = Array.from({ length: 300 }, (_, index) => `${index},x,y`).join('\n')
  const long = await only({ 'a.csv': `a,b,c\n${body}\n1,2,3,4,5\n7,8,9\n` })
  assert.deepEqual([long.table.rows, long.codes], [301, ['rejected-lines']])
})

test('quoted line breaks, doubled quotes, stray quotes', async () => {
  const { rows } = await only({ 'a.csv': 'id,text\n1,"two\nlines, ""quoted"""\n2,plain\n' })
  assert.equal(rows[0]?.['text'], 'two\nlines, "quoted"')
  const stray = await only({ 'a.tsv': 'id\tsize\n1\t"5"" disk\n2\t3.5" disk\n3\tnone\n' })
  assert.equal(stray.table.rows, 3)
})

test('mixed line ends and a cell of megabytes', async () => {
  const mixed = await only({ 'a.csv': 'id,name\r\n1,a\n2,b\r\n3,c\n' })
  assert.deepEqual([mixed.table.rows, names(mixed.table)], [3, ['id', 'name']])
  const large = await only({ 'a.csv': `id,text\n1,${'x'.repeat(3_000_000)}\n2,y\n` })
  assert.equal(large.table.rows, 2)
  assert.deepEqual(large.table.columns[1]?.values, ['y'])
})

test('Latin-1, Windows-1252, UTF-16 in both orders', async () => {
  const text = 'id,name\n1,Müller\n2,Café\n'
  const little = Buffer.from(`\ufeff${text}`, 'utf16le')
  for (const body of [
    Buffer.from(text, 'latin1'),
    little,
    Buffer.from(little).swap16(),
    Buffer.from(text, 'utf16le'),
  ]) {
    const { rows, codes: noted } = await only({ 'a.csv': body })
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Müller', 'Café'],
    )
    assert.deepEqual(noted, ['encoding'])
  }
  const euro = await only({ 'a.csv.gz': gzipSync(Buffer.from('id,price\n1,\x80 5\n2,\x80 6\n', 'latin1')) })
  assert.equal(euro.table.columns[1]?.type, 'DOUBLE')
})

test('empty files, binary files, other formats', async () => {
  const catalog = await read({
    'good.csv': PLAIN,
    'empty.csv': '',
    'blank.csv': '\n\n \n',
    'noise.csv': Uint8Array.from({ length: 500 }, (_, index) => (index * 7) % 9),
    'cut.csv.gz': gzipSync(PLAIN).subarray(0, 12),
    'broken.parquet': 'PAR1 but no more',
    'book.xlsx': 'x',
    'README.md': 'x',
    'notes.txt': 'Just a sentence, nothing more.\nAnd another one\n',
  })
  assert.deepEqual(
    catalog.tables.map(({ name }) => name),
    ['good'],
  )
  assert.deepEqual(codes(catalog).sort(), [
    'empty-file',
    'empty-file',
    'skipped-file',
    'skipped-file',
    'skipped-file',
    'unreadable-file',
  ])
  assert.ok(
    catalog.notes.every(({ text }) => !text.includes(top)),
    'no local path in a note',
  )
})

test('a dataset without a table is refused', async () => {
  await assert.rejects(read({ 'empty.csv': '' }), { name: 'Refusal', code: 'dataset-empty' })
  await assert.rejects(readCatalog('/no/such/folder', { settings, reader }), { code: 'dataset-unreadable' })
})

test('JSON: rows in a member, nested objects, GeoJSON, bad lines, no rows', async () => {
  const member = await only({
    'a.json':
      '{"ok":true,"data":[{"id":1,"at":{"city":"Rome","zip":"00100"}},{"id":2,"at":{"city":"Bari","zip":"70100"}}]}',
  })
  assert.deepEqual(
    [names(member.table), types(member.table)],
    [
      ['id', 'at_city', 'at_zip'],
      ['BIGINT', 'VARCHAR', 'VARCHAR'],
    ],
  )
  assert.deepEqual(member.codes, ['json-member'])
  const point = (id: number) =>
    `{"type":"Feature","properties":{"id":${id}},"geometry":{"type":"Point","coordinates":[1.5,${id}]}}`
  const geo = await only({ 'a.geojson': `{"type":"FeatureCollection","features":[${point(1)},${point(2)}]}` })
  assert.ok(names(geo.table)?.includes('id'))
  const bad = await only({ 'a.ndjson': '{"id":1}\n{"id":2}\nnot json\n{"id":4}\n' })
  assert.deepEqual([bad.table.rows, bad.codes], [3, ['rejected-lines']])
  const catalog = await read({
    'ok.csv': PLAIN,
    'list.json': '[[1,2],[3,4]]',
    'config.json': '{"a":{"b":{"c":1}},"d":{"e":{"f":2}}}',
  })
  assert.deepEqual(codes(catalog), ['unreadable-file', 'unreadable-file'])
})

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
