import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readCatalog, type Table } from '../../src/catalog.ts'
import {
  codes,
  dataset,
  duckdb,
  type Files,
  names,
  only,
  read,
  reader,
  rowsOf,
  settings,
  top,
  types,
} from '../fixtures/files.ts'

// Every odd input of docs/files.md: what becomes of it, and that the table loads again as the catalog says.
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
