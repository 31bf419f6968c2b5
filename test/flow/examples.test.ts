import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Deployment, openDeployment } from '../../functions/effects.ts'
import { answerSql } from '../../src/answer.ts'
import { type Case, readCases, runCase } from '../../src/cases.ts'
import { readQuestion } from '../../src/question.ts'
import { readSettings } from '../../src/settings.ts'
import { scriptedDeployment } from './deployment.ts'

/** The examples' questions: each one's SQL must answer it through the product's own steps, and the embedded model must get most. */
const DATASETS = ['birdstrikes', 'flights', 'northwind', 'weather']
/** Questions the shipped weights answer as written; never lowered. */
const RIGHT_AT_LEAST = 30

function casesOf(dataset: string): Case[] {
  return readCases(readFileSync(join('examples', dataset, 'cases.yaml'), 'utf8'))
}

describe('the SQL of each case passes the check, gives rows, and draws the chart it names', async () => {
  const scripted = await scriptedDeployment('examples', {})
  after(() => scripted.close())
  const { effects } = scripted.deployment
  for (const dataset of DATASETS) {
    test(dataset, async () => {
      for (const { question: text, sql, chart } of casesOf(dataset)) {
        const asked = { question: text, dataset, chart }
        const question = readQuestion(asked, [dataset], effects.settings)
        const made = await answerSql({ sql, question }, effects)
        assert.ok(made.row_count > 0, text)
        assert.ok(made.explanation.length > 20, text)
        if (chart !== undefined) assert.notEqual(made.chart, null, text)
      }
    })
  }
})

describe('the embedded model', () => {
  const state = mkdtempSync(join(tmpdir(), 'asklake-examples-'))
  let deployment: Deployment
  before(async () => {
    deployment = await openDeployment(readSettings({ ASKLAKE_STATE_DIR: state }))
  })
  after(async () => {
    await deployment.close()
    rmSync(state, { recursive: true, force: true })
  })

  test(`answers at least ${RIGHT_AT_LEAST} of the examples' questions as written`, async () => {
    const wrong: string[] = []
    let right = 0
    for (const dataset of DATASETS) {
      for (const known of casesOf(dataset)) {
        const result = await runCase(known, dataset, deployment.effects)
        if (result.right) right += 1
        else wrong.push(`${dataset}: ${known.question}: ${result.why}`)
      }
    }
    assert.ok(right >= RIGHT_AT_LEAST, `${right} right\n${wrong.join('\n')}`)
  })

  test('is refused what no file holds', async () => {
    const known = { question: 'What will the weather be in Rome tomorrow?', sql: 'SELECT 1' }
    assert.match((await runCase(known, 'weather', deployment.effects)).why, /^refused/)
  })
})
