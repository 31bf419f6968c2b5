import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readCases } from '../../src/cases.ts'
import { check } from '../../src/check.ts'
import { type Cell, type Database, tableSetOf } from '../../src/database.ts'
import { routedDatabase } from '../../src/execute/engine.ts'
import { trinoEngine } from '../../src/execute/trino.ts'
import { readSettings } from '../../src/settings.ts'
import { scriptedDeployment } from '../flow/deployment.ts'
import { copyToTrino, TRINO } from './lake.ts'

const DATASETS = ['birdstrikes', 'flights', 'northwind', 'weather']
const LIMITS = { rows: 5000, bytes: 2 ** 24, timeout_ms: 60_000 }

describe('the SQL of every example case gives the same rows on Trino', {
  skip: TRINO === '' && 'no Trino',
}, async () => {
  const { deployment, close } = await scriptedDeployment('examples', {})
  const { effects } = deployment
  const url = TRINO
  const engine = trinoEngine({
    url,
    catalog: 'memory',
    user: 'test',
    token: '',
    schemaOf: (key) => key.split(' ')[0] ?? '',
  })
  const far: Database = routedDatabase(effects.database, engine, 0)
  after(close)
  before(async () => {
    for (const dataset of DATASETS) await copyToTrino(await effects.catalogs.get(dataset), effects.database)
  })
  for (const dataset of DATASETS) {
    for (const { question, sql } of readCases(readFileSync(join('examples', dataset, 'cases.yaml'), 'utf8'))) {
      test(`${dataset}: ${question}`, async () => {
        const catalog = await effects.catalogs.get(dataset)
        const checked = await check(sql, catalog, effects.database, readSettings({}))
        const set = tableSetOf(catalog)
        const here = await effects.database.query(set, checked.sql, LIMITS)
        const there = await far.query(set, checked.sql, LIMITS)
        assert.deepEqual(there.columns, here.columns)
        if (sql.includes('LIMIT')) assert.deepEqual(measures(there.rows), measures(here.rows))
        else assert.deepEqual(plain(there.rows), plain(here.rows))
      })
    }
  }
})

/** Rows without regard to their order, numbers to nine digits: sums of doubles depend on the order they are added in. */
function plain(rows: Cell[][]): string[] {
  return rows.map((row) => JSON.stringify(row.map(rounded))).sort()
}

/** Of rows cut by LIMIT only the numbers: which of two equal ones is the last is either engine's choice. */
function measures(rows: Cell[][]): string[] {
  return plain(rows.map((row) => row.filter((cell) => typeof cell === 'number')))
}

function rounded(cell: Cell): Cell {
  const number = typeof cell === 'string' && /^-?\d+\.\d+$/.test(cell) ? Number(cell) : cell
  return typeof number === 'number' ? Number(number.toPrecision(9)) : cell
}
