import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { answerSql } from '../../src/answer.ts'
import { openCatalogs } from '../../src/catalog/catalogs.ts'
import { tableSetOf } from '../../src/database.ts'
import { readQuestion } from '../../src/question.ts'
import { openStore } from '../../src/store.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'

const EXTENSION = process.env['HTTPFS_TEST_EXTENSION'] ?? ''

process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId
process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey

const ROWS = 600_000
const LIMITS = { rows: 10, bytes: 10_000, timeout_ms: 10_000 }

describe('large Parquet is read where it lies', { skip: EXTENSION === '' && 'no httpfs extension' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'asklake-ranges-'))
  let s3: S3Server
  let opened: Scripted
  let bytes = 0

  before(async () => {
    s3 = await startS3('lake')
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const wide = `SELECT i AS id, 'city ' || i % 5 AS city, i * 0.5::DOUBLE AS amount, md5(i::VARCHAR) AS note FROM range(${ROWS}) t(i)`
    await connection.run(`COPY (${wide}) TO '${join(folder, 'sales.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 100000)`)
    const file = readFileSync(join(folder, 'sales.parquet'))
    bytes = file.length
    for (const place of ['data/shop/sales.parquet', 'data/other/secret.parquet']) s3.set('lake', place, file)
    s3.set('lake', 'data/shop/cities.csv', 'city,country\ncity 1,A\ncity 2,B\n')
    chmodSync(folder, 0o755)
    opened = await scriptedDeployment(
      's3://lake/data',
      {},
      {
        ASKLAKE_S3_ENDPOINT: s3.endpoint,
        ASKLAKE_S3_REGION: 'us-east-1',
        ASKLAKE_S3_PATH_STYLE: 'true',
        ASKLAKE_HTTPFS: EXTENSION,
        ASKLAKE_HTTPFS_MIN_MB: '1',
        ASKLAKE_QUERY_LOAD_MB: '1',
      },
    )
  })
  after(async () => {
    await opened.close()
    await s3.close()
    rmSync(folder, { recursive: true })
  })

  function ask(sql: string) {
    const { effects } = opened.deployment
    return answerSql(
      { sql, question: readQuestion({ question: sql, dataset: 'shop' }, ['shop'], effects.settings) },
      effects,
    )
  }

  test('its catalog is read from the object, smaller files beside it from copies', async () => {
    const catalog = await opened.deployment.effects.catalogs.get('shop')
    const sales = catalog.tables.find(({ name }) => name === 'sales')
    assert.equal(sales?.rows, ROWS)
    assert.deepEqual(sales?.source.files, ['s3://lake/data/shop/sales.parquet'])
    assert.doesNotMatch(catalog.tables.find(({ name }) => name === 'cities')?.source.files[0] ?? '', /^s3:/)
  })

  test('a question reads only the ranges of its columns', async () => {
    let read = 0
    s3.before = (request: IncomingMessage) => {
      if (request.method !== 'GET' || !request.url?.includes('sales.parquet')) return
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(request.headers.range)) ?? []
      read += to === undefined ? bytes : Number(to) - Number(from) + 1
    }
    const made = await ask(
      'SELECT c.country, sum(s.id) AS n FROM sales s JOIN cities c ON s.city = c.city GROUP BY 1 ORDER BY 1',
    )
    s3.before = () => {}
    assert.equal(made.rows.length, 2)
    assert.ok(read > 0 && read < bytes / 2, `${read} of ${bytes} bytes`)
  })

  test('no other object, address or secret is reached by SQL that got past the check', async () => {
    const { effects } = opened.deployment
    const set = tableSetOf(await effects.catalogs.get('shop'))
    await effects.database.query(set, 'SELECT count(*) FROM sales', LIMITS)
    const before = s3.requests.length
    for (const from of [
      "'s3://lake/data/other/secret.parquet'",
      `'${s3.endpoint}/lake/data/other/secret.parquet'`,
      "read_parquet('s3://lake/data/*/*.parquet')",
      "glob('s3://lake/**')",
      "read_text('s3://lake/data/shop/cities.csv')",
    ])
      await assert.rejects(
        effects.database.query(set, `SELECT * FROM ${from}`, LIMITS),
        { code: /^(query-failed|sql-unbindable)$/ },
        from,
      )
    for (const sql of [
      'SET s3_region = 1',
      "CREATE SECRET x (TYPE s3, KEY_ID 'a', SECRET 'b')",
      "COPY sales TO 's3://lake/x.csv'",
    ])
      await assert.rejects(effects.database.query(set, sql, LIMITS), sql)
    assert.deepEqual(
      s3.requests.slice(before).filter((line) => !line.includes('sales.parquet')),
      [],
    )
    const { rows } = await effects.database.query(set, 'SELECT secret_string FROM duckdb_secrets()', LIMITS)
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(CREDENTIALS.secretAccessKey))
    await assert.rejects(ask('SELECT * FROM duckdb_secrets()'), { code: 'sql-forbidden' })
  })

  test('a catalog kept of addresses is read anew where the extension is gone', async () => {
    const { settings } = opened.deployment.effects
    const without = { ...settings, httpfs: '' }
    const store = await openStore(settings.data, without, settings.state_dir)
    const catalogs = await openCatalogs(store, without, () => performance.now())
    const { tables } = await catalogs.get('shop')
    await catalogs.close()
    assert.ok(tables.every(({ source }) => !source.files.some((path) => path.startsWith('s3:'))))
  })

  test('an object that changed is read anew', async () => {
    s3.set('lake', 'data/shop/sales.parquet', readFileSync(await smaller(folder)))
    const { settings } = opened.deployment.effects
    await new Promise((done) => setTimeout(done, settings.catalog_check_ms + 500))
    assert.deepEqual((await ask('SELECT count(*) AS n FROM sales')).rows, [[250_000]])
  })
})

async function smaller(folder: string): Promise<string> {
  const path = join(folder, 'smaller.parquet')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(
    `COPY (SELECT * FROM '${join(folder, 'sales.parquet')}' LIMIT 250000) TO '${path}' (FORMAT parquet)`,
  )
  return path
}
