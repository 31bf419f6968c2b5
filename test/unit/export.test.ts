import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromIPC } from 'apache-arrow'
import type { Rows } from '../../src/database.ts'
import { toArrow } from '../../src/export/arrow.ts'
import { toCsv } from '../../src/export/csv.ts'
import { toParquet } from '../../src/export/parquet.ts'

const result: Rows = {
  columns: [
    { name: 'name', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'n', type: 'DOUBLE' },
    { name: 'on', type: 'DATE' },
    { name: 'ok', type: 'BOOLEAN' },
  ],
  rows: [
    ['=cmd()', '9007199254740993', 1.5, '2024-02-29', true],
    ['a "b", c', -2, null, null, null],
  ],
  truncated: false,
}

test('CSV quotes, keeps numbers and disarms formulas in text only', () => {
  assert.equal(
    toCsv(result),
    'name,n,n,on,ok\r\n\'=cmd(),9007199254740993,1.5,2024-02-29,true\r\n"a ""b"", c",-2,,,\r\n',
  )
})

test('Parquet opens in DuckDB with the same values', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asklake-'))
  const instance = await DuckDBInstance.create(':memory:')
  try {
    const path = join(folder, 'x.parquet')
    writeFileSync(path, toParquet(result))
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `select name, n::varchar n, n_2, "on"::date::varchar d, ok from '${path}'`,
    )
    assert.deepEqual(reader.getRowsJson(), [
      ['=cmd()', '9007199254740993', 1.5, '2024-02-29', true],
      ['a "b", c', '-2', null, null, null],
    ])
    connection.closeSync()
  } finally {
    instance.closeSync()
    await rm(folder, { recursive: true })
  }
})

test('Arrow stream opens with the same values', () => {
  const table = tableFromIPC(toArrow(result))
  assert.deepEqual(
    table.schema.fields.map((field) => field.name),
    ['name', 'n', 'n_2', 'on', 'ok'],
  )
  assert.equal(table.getChild('n')?.get(0), 9007199254740993n)
  assert.equal(table.getChild('n_2')?.get(1), null)
  assert.equal(new Date(Number(table.getChild('on')?.get(0))).toISOString().slice(0, 10), '2024-02-29')
})

test('days and clock faces stay what they are for readers in another time zone; moments are moments', async () => {
  const times: Rows = {
    columns: [
      { name: 'day', type: 'DATE' },
      { name: 'face', type: 'TIMESTAMP' },
      { name: 'moment', type: 'TIMESTAMP WITH TIME ZONE' },
    ],
    rows: [
      ['2024-02-29', '2024-02-29T23:30:00', '2024-02-29T21:30:00Z'],
      [null, null, null],
    ],
    truncated: false,
  }
  const folder = await mkdtemp(join(tmpdir(), 'asklake-'))
  const instance = await DuckDBInstance.create(':memory:')
  try {
    const path = join(folder, 'times.parquet')
    writeFileSync(path, toParquet(times))
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `SELECT typeof(day), typeof(face), typeof(moment), day::VARCHAR, face::VARCHAR, epoch_ms(moment) FROM '${path}' LIMIT 1`,
    )
    const moment = String(Date.parse('2024-02-29T21:30:00Z'))
    assert.deepEqual(reader.getRowsJson(), [
      ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', '2024-02-29', '2024-02-29 23:30:00', moment],
    ])
    connection.closeSync()
  } finally {
    instance.closeSync()
    await rm(folder, { recursive: true })
  }
  const types = tableFromIPC(toArrow(times)).schema.fields.map(({ type }) => String(type))
  assert.deepEqual(types, ['Date32<DAY>', 'Timestamp<MILLISECOND>', 'Timestamp<MILLISECOND, UTC>'])
})
