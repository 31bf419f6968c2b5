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
