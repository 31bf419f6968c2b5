// How many of a hundred questions that the example datasets cannot answer are refused: by their words before the model is
// asked, or for want of confidence after it. Leaves what `bench/calibrate.ts` reads. Baseline: refusals by words alone.
// `node --import tsx bench/unanswerable.ts [--show]`
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, ROOT } from '../model/data/shared.ts'
import { answerable } from '../src/answerable.ts'
import { readCatalog } from '../src/catalog.ts'
import { check } from '../src/check.ts'
import { isUnsure, type Signs } from '../src/choose/confidence.ts'
import { choose } from '../src/choose.ts'
import { openEmbeddedModel } from '../src/draft/model.ts'
import { link } from '../src/link.ts'
import { Refusal } from '../src/refusal.ts'
import { readSettings } from '../src/settings.ts'
import { openBenchDatabase } from './database.ts'
import { report } from './report.ts'

const LIMITS = { rows: 20_000, bytes: 64 * 2 ** 20, timeout_ms: 10_000 }
const settings = readSettings()
const database = await openBenchDatabase()
const model = await openEmbeddedModel({ weights: join(ROOT, 'model', 'weights'), settings })
const questions: Record<string, string[]> = JSON.parse(
  readFileSync(join(ROOT, 'test', 'fixtures', 'unanswerable.json'), 'utf8'),
)

interface Outcome extends Signs {
  question: string
  right: false
  refused: boolean
  confidence: number
}

const UNREAD: Signs = { share: 0, score: -20, empty: true, strange: 1 }

async function judge(question: string, dataset: string): Promise<Outcome> {
  const catalog = await readCatalog(join(ROOT, 'examples', dataset), { settings })
  const links = link(question, catalog)
  const verdict = answerable(links, catalog)
  const options = { beams: settings.draft_beams, today: new Date().toISOString().slice(0, 10) }
  const drafts = await model.draft(question, catalog, links, options)
  const tables = { key: `${dataset} ${catalog.fingerprint.data}`, tables: catalog.tables }
  const chosen = await choose(
    drafts,
    async (draft) => {
      const checked = await check(draft.sql, catalog, database, settings)
      return { draft, checked, rows: await database.query(tables, checked.sql, LIMITS) }
    },
    verdict.strange,
  ).catch((problem) => {
    if (problem instanceof Refusal) return null
    throw problem
  })
  const [signs, confidence] = chosen === null ? [UNREAD, 0] : [chosen.signs, chosen.confidence]
  return { ...signs, question, right: false, refused: !verdict.answerable, confidence }
}

const outcomes: Outcome[] = []
for (const [dataset, own] of Object.entries(questions))
  for (const question of own) outcomes.push(await judge(question, dataset))

mkdirSync(CACHE, { recursive: true })
writeFileSync(join(CACHE, 'signs-unanswerable.json'), JSON.stringify(outcomes))
const isRefused = (one: Outcome) => one.refused || isUnsure(one.confidence, one, settings.refuse_below)
if (process.argv.includes('--show'))
  for (const one of outcomes.filter((one) => !isRefused(one))) console.log(one.confidence, one.question)
report('unanswerable', {
  questions: outcomes.length,
  'refused by words': outcomes.filter(({ refused }) => refused).length,
  refused: outcomes.filter(isRefused).length,
})
await model.close()
process.exit(0)
