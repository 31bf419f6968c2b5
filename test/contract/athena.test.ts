import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { openDeployment } from '../../functions/effects.ts'
import { answerSql } from '../../src/answer.ts'
import { readQuestion } from '../../src/question.ts'
import { readSettings } from '../../src/settings.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { CREDENTIALS } from '../s3/signature.ts'
import { type AthenaServer, startAthena } from './athena.ts'

process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId
process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey

const folder = mkdtempSync(join(tmpdir(), 'asklake-athena-'))
let s3: S3Server
let athena: AthenaServer
let opened: Scripted
let env: Record<string, string>

/** Two Parquet files of one table in a bucket, and a CSV dataset beside it, which Athena cannot hold as it lies. */
before(async () => {
  s3 = await startS3('lake', 'state')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const [part, from] of [
    ['part-0', 0],
    ['part-1', 50],
  ] as const) {
    const rows = `SELECT i AS id, 'city ' || i % 5 AS city, i * 1.5::DOUBLE AS amount, DATE '2024-01-01' + i::INTEGER AS day FROM range(${from}, ${from + 50}) t(i)`
    await connection.run(`COPY (${rows}) TO '${join(folder, `${part}.parquet`)}' (FORMAT parquet)`)
    s3.set('lake', `data/shop/sales/${part}.parquet`, readFileSync(join(folder, `${part}.parquet`)))
  }
  s3.set('lake', 'data/plain/notes.csv', 'id,text\n1,a\n2,b\n')
  athena = await startAthena({
    file: (address) => join(folder, address.split('/').at(-1) ?? ''),
    manifest: (address) => s3.get('state', address.replace('s3://state/', ''))?.toString() ?? '',
  })
  env = {
    ASKLAKE_SHARED: 's3://state/asklake',
    ASKLAKE_S3_ENDPOINT: s3.endpoint,
    ASKLAKE_S3_REGION: 'us-east-1',
    ASKLAKE_S3_PATH_STYLE: 'true',
    ASKLAKE_ATHENA_WORKGROUP: 'asklake',
    ASKLAKE_ATHENA_ENDPOINT: athena.endpoint,
    ASKLAKE_ENGINE_MIN_MB: '0',
  }
  opened = await scriptedDeployment('s3://lake/data', {}, env)
})
after(async () => {
  await opened.close()
  await Promise.all([s3.close(), athena.close()])
  rmSync(folder, { recursive: true })
})

function ask(sql: string, dataset = 'shop') {
  const { effects } = opened.deployment
  return answerSql({ sql, question: readQuestion({ question: sql, dataset }, [dataset], effects.settings) }, effects)
}

test('a dataset of Parquet in a bucket is registered from its catalog once, and asked there', async () => {
  const made = await ask('SELECT city, sum(amount) AS total, min(day) AS first FROM sales GROUP BY city ORDER BY city')
  assert.deepEqual(made.rows[0], ['city 0', 1425, '2024-01-01'])
  assert.equal(made.rows.length, 5, 'further pages are fetched')
  assert.deepEqual((await ask('SELECT count(*) AS n FROM sales')).rows, [[100]])
  const kinds = athena.statements.map(({ sql }) => /^\w+( DATABASE| EXTERNAL)?/.exec(sql)?.[0])
  assert.equal(kinds.filter((kind) => kind === 'CREATE DATABASE').length, 1)
  assert.equal(kinds.filter((kind) => kind === 'CREATE EXTERNAL').length, 1)
  assert.ok(athena.statements.every(({ workgroup }) => workgroup === 'asklake'))
  const [{ database } = { database: '' }] = athena.statements.filter(({ sql }) => sql.startsWith('SELECT'))
  assert.match(database, /^asklake_shop_[0-9a-f]{12}$/)
})

test('what Athena cannot hold as it lies is answered here', async () => {
  const before = athena.statements.length
  assert.deepEqual((await ask('SELECT count(*) AS n FROM notes', 'plain')).rows, [[2]])
  assert.equal(athena.statements.length, before)
})

test('what Athena refuses is refused, without its reasons’ details', async () => {
  athena.fail = /42/
  await assert.rejects(ask('SELECT id + 42 AS n FROM sales'), (problem: Error) => {
    assert.deepEqual(Object(problem).code, 'query-failed')
    assert.doesNotMatch(problem.message, /line 1/)
    return true
  })
})

test('a statement that nobody waits for is stopped there', async () => {
  athena.hang = /77/
  const { database } = opened.deployment.effects
  const catalog = await opened.deployment.effects.catalogs.get('shop')
  const set = { key: 'shop a b', tables: catalog.tables }
  const limits = { rows: 10, bytes: 10_000, timeout_ms: 60_000 }
  const leave = new AbortController()
  const asked = database.query(set, 'SELECT id + 77 AS n FROM sales', limits, leave.signal)
  const started = () => athena.statements.some(({ sql }) => sql.includes('77'))
  while (!started()) await new Promise((done) => setTimeout(done, 20))
  leave.abort()
  await assert.rejects(asked, { code: 'cancelled' })
  assert.equal(athena.stopped.length, 1)
  await assert.rejects(database.query(set, 'SELECT id + 77 AS n FROM sales', { ...limits, timeout_ms: 100 }), {
    code: 'query-timeout',
  })
  assert.equal(athena.stopped.length, 2)
})

test('without a bucket that is shared the setting is refused', async () => {
  const settings = readSettings({ ...env, ASKLAKE_SHARED: '', ASKLAKE_STATE_DIR: folder })
  await assert.rejects(openDeployment(settings), { code: 'bad-setting' })
})
