// What a recalled plan costs over DuckDB's own time for the same SQL, medians of the same run, the two sides interleaved.
// Baseline: the same SQL in this process's own DuckDB over the same tables, rows read to JavaScript.
import { DuckDBInstance } from '@duckdb/node-api'
import { openDeployment } from '../functions/effects.ts'
import { answer } from '../src/answer.ts'
import { identifier, loadSql } from '../src/catalog/load.ts'
import { readQuestion } from '../src/question.ts'
import { readSettings } from '../src/settings.ts'
import { median, report } from './report.ts'

const ROUNDS = 60
const settings = readSettings()
const deployment = await openDeployment(settings)
const { effects } = deployment
const catalog = await effects.catalogs.get('northwind')
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
for (const table of catalog.tables) await connection.run(`CREATE TABLE ${identifier(table.name)} AS ${loadSql(table)}`)

const questions = [
  'average freight by ship country',
  'number of products per category name',
  'How many orders are there?',
]
const rows: { question: string; ours_ms: number; duckdb_ms: number; steps_ms: Record<string, number> }[] = []
for (const text of questions) {
  const question = readQuestion({ question: text, dataset: 'northwind' }, ['northwind'], settings)
  const first = await answer(question, effects)
  const ours: number[] = []
  const theirs: number[] = []
  const steps: Record<string, number[]> = {}
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    const made = await answer(question, effects)
    ours.push(performance.now() - start)
    if (!made.plan.cached) throw new Error('the plan was not recalled')
    for (const [step, ms] of Object.entries(made.timings_ms)) steps[step] = [...(steps[step] ?? []), ms]
    const began = performance.now()
    const reader = await connection.runAndReadAll(first.sql)
    reader.getRowsJson()
    theirs.push(performance.now() - began)
  }
  const steps_ms = Object.fromEntries(Object.entries(steps).map(([step, all]) => [step, median(all)]))
  rows.push({ question: text, ours_ms: median(ours), duckdb_ms: median(theirs), steps_ms })
}
connection.closeSync()
await deployment.close()
const over = Math.max(...rows.map(({ ours_ms, duckdb_ms }) => ours_ms - duckdb_ms))
report('recall', {
  over_duckdb_ms_max: over,
  ratio: median(rows.map(({ ours_ms, duckdb_ms }) => ours_ms / duckdb_ms)),
  rows,
})
