import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../../src/catalog.ts'
import type { Database, TableSet } from '../../src/database.ts'
import { engineCell } from '../../src/execute/cell.ts'
import { trinoSql } from '../../src/execute/dialect.ts'
import { type Engine, routedDatabase } from '../../src/execute/engine.ts'
import { FUNCTION_RULES } from '../../src/execute/functions.ts'
import { hiveType, registration, schemaOf } from '../../src/execute/register.ts'

const CASES: Record<string, [string, RegExp]> = {
  median: ['SELECT median(a) FROM t', /approx_percentile\(a, 0\.5\)/i],
  quantile_cont: ['SELECT quantile_cont(a, 0.9) FROM t', /approx_percentile\(a, 0\.9\)/i],
  dayname: ['SELECT dayname(d) FROM t', /date_format\(d, '%W'\)/i],
  monthname: ['SELECT monthname(d) FROM t', /date_format\(d, '%M'\)/i],
  arg_max: ['SELECT arg_max(a, b) FROM t', /max_by\(a, b\)/i],
  arg_min: ['SELECT arg_min(a, b) FROM t', /min_by\(a, b\)/i],
  list_agg: ["SELECT string_agg(a, '; ') FROM t", /array_join\(array_agg\(a\), '; '\)/i],
  contains: ["SELECT contains(a, 'x') FROM t", /strpos\(a, 'x'\) > 0/i],
}

for (const { name } of FUNCTION_RULES) {
  test(`${name} is said as Trino says it`, async () => {
    const [sql, expected] = CASES[name] ?? ['', /no case/]
    assert.match(await trinoSql(sql), expected)
  })
}

test('division, dates, FILTER and QUALIFY keep their meaning', async () => {
  assert.match(await trinoSql('SELECT a / b FROM t'), /CAST\(a AS DOUBLE\) \/ NULLIF\(b, 0\)/)
  assert.match(await trinoSql("SELECT a FROM t WHERE b ILIKE 'x%'"), /LOWER\(b\) LIKE LOWER\('x%'\)/)
  assert.doesNotMatch(await trinoSql('SELECT a FROM t QUALIFY row_number() OVER (ORDER BY b) <= 3'), /QUALIFY/)
})

test('what Trino does not know is refused by name', async () => {
  for (const sql of [
    'SELECT mode(a) FROM t',
    'SELECT a FROM t GROUP BY ALL',
    'SELECT * EXCLUDE (a) FROM t',
    'SELECT list_sort(a) FROM t',
  ])
    await assert.rejects(trinoSql(sql), { code: 'engine-unsupported' }, sql)
})

test("values of either engine in the notation of DuckDB's", () => {
  assert.equal(engineCell('9007199254740993', 'bigint'), '9007199254740993')
  assert.equal(engineCell('12', 'integer'), 12)
  assert.equal(engineCell(1.5, 'double'), 1.5)
  assert.equal(engineCell('NaN', 'double'), 'NaN')
  assert.equal(engineCell('1.50', 'decimal(10,2)'), '1.50')
  assert.equal(engineCell('2024-01-02', 'date'), '2024-01-02')
  assert.equal(engineCell('2024-01-02 03:04:05.000', 'timestamp(3)'), '2024-01-02T03:04:05')
  assert.equal(engineCell('2024-01-02 03:04:05.120 UTC', 'timestamp(3) with time zone'), '2024-01-02T03:04:05.12Z')
  assert.deepEqual(engineCell(['1', null], 'array(bigint)'), [1, null])
  assert.equal(engineCell(null, 'bigint'), null)
})

const table = (source: Partial<Table['source']>): Table =>
  ({
    name: 'Orders',
    columns: [
      { name: 'Id', type: 'BIGINT' },
      { name: 'Price', type: 'DECIMAL(10,2)' },
    ],
    source: { format: 'parquet', files: ['/m/a.parquet'], options: {}, bytes: 10, ...source },
  }) as unknown as Table

test('a table is registered over exactly its files', () => {
  const made = registration(
    's',
    table({ objects: ['s3://lake/data/a.parquet', 's3://lake/data/b.parquet'] }),
    's3://state/x',
  )
  assert.match(made.ddl, /CREATE EXTERNAL TABLE IF NOT EXISTS `s`.`orders` \(`id` bigint, `price` decimal\(10,2\)\)/)
  assert.match(made.ddl, /LOCATION 's3:\/\/state\/x\/engine\/s\/orders\/'$/)
  assert.equal(made.manifest, 's3://lake/data/a.parquet\ns3://lake/data/b.parquet\n')
  assert.throws(() => registration('s', table({}), ''), { code: 'engine-unsupported' })
  assert.throws(() => registration('s', table({ format: 'csv', objects: ['s3://x/y'] }), ''), {
    code: 'engine-unsupported',
  })
  assert.throws(() => hiveType('STRUCT(a INTEGER)'), { code: 'engine-unsupported' })
  assert.notEqual(schemaOf('a 1 2'), schemaOf('a 1 3'))
})

test('only large table sets leave the machine, bound here first, cut as DuckDB cuts', async () => {
  const asked: string[] = []
  const near = {
    query: async (_tables: TableSet, sql: string) => {
      asked.push(sql)
      return { columns: [{ name: 'n', type: 'BIGINT' }], rows: [[1]], truncated: false }
    },
  } as unknown as Database
  const engine: Engine = { run: async () => [[7], [8], [9]] }
  const database = routedDatabase(near, engine, 100)
  const limits = { rows: 2, bytes: 1000, timeout_ms: 1000 }
  const small = { key: 'k', tables: [table({ bytes: 99 })] }
  assert.deepEqual((await database.query(small, 'SELECT 1', limits)).rows, [[1]])
  const large = { key: 'k', tables: [table({ bytes: 100 })] }
  assert.deepEqual(await database.query(large, 'SELECT 2', limits), {
    columns: [{ name: 'n', type: 'BIGINT' }],
    rows: [[7], [8]],
    truncated: true,
  })
  assert.match(asked[1] ?? '', /LIMIT 0$/)
  const part = { ...large, partial: true }
  assert.deepEqual((await database.query(part, 'SELECT 3', limits)).rows, [[1]], 'the engine holds what is hidden')
})
