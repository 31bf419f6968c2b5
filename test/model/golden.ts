/**
 * Writes golden.json: what the weights in model/weights make of the example datasets' questions. Kept are programs whose
 * rows are right and which lead the next by a margin, so that another processor's rounding cannot swap them.
 *
 *     node --import tsx test/model/golden.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { openBenchDatabase } from '../../bench/database.ts'
import { agrees } from '../../src/cases/compare.ts'
import { type Catalog, readCatalog } from '../../src/catalog.ts'
import { type Database, tableSetOf } from '../../src/database.ts'
import { openEmbeddedModel } from '../../src/draft/model.ts'
import { programText } from '../../src/draft/program.ts'
import type { Draft } from '../../src/draft.ts'
import { link } from '../../src/link.ts'
import { readSettings } from '../../src/settings.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const GOLDEN = join(import.meta.dirname, 'golden.json')
const MARGIN = 0.5
const LIMITS = { rows: 50_000, bytes: 64 * 2 ** 20, timeout_ms: 10_000 }

export interface Golden {
  dataset: string
  question: string
  program: string
}

/** The cases of golden.json. */
export function readGolden(): Golden[] {
  return JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden[]
}

/** Opens the model in the repository and the catalogs of the examples. */
export async function openExamples() {
  const settings = readSettings({})
  const model = await openEmbeddedModel({ weights: join(ROOT, 'model', 'weights'), settings })
  const catalogs = new Map<string, Promise<Catalog>>()
  const catalogOf = (dataset: string) => {
    const catalog = catalogs.get(dataset) ?? readCatalog(join(ROOT, 'examples', dataset), { settings })
    catalogs.set(dataset, catalog)
    return catalog
  }
  const draft = async (dataset: string, question: string): Promise<Draft[]> => {
    const catalog = await catalogOf(dataset)
    return model.draft(question, catalog, link(question, catalog), { beams: 4, today: '2026-01-15' })
  }
  return { model, catalogOf, draft }
}

interface ExampleCase {
  question: string
  sql: string
}

function exampleCases(): (ExampleCase & { dataset: string })[] {
  const folder = join(ROOT, 'examples')
  const datasets = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return datasets.flatMap(({ name: dataset }) => {
    const cases = parse(readFileSync(join(folder, dataset, 'cases.yaml'), 'utf8')) as ExampleCase[]
    return cases.map((one) => ({ ...one, dataset }))
  })
}

async function isRight(catalog: Catalog, sql: string, expected: string, database: Database): Promise<boolean> {
  const run = (text: string) => database.query(tableSetOf(catalog), text, LIMITS)
  const [mine, gold] = [await run(sql), await run(expected)]
  return agrees(mine.rows, [gold.rows], { ordered: /order by[^)]*$/i.test(expected), anyColumnOrder: true })
}

async function write(): Promise<void> {
  const { model, catalogOf, draft } = await openExamples()
  const database = await openBenchDatabase()
  const cases = exampleCases()
  const golden: Golden[] = []
  let right = 0
  for (const { dataset, question, sql } of cases) {
    const [best, next] = await draft(dataset, question)
    const good = best !== undefined && (await isRight(await catalogOf(dataset), best.sql, sql, database))
    if (good) right++
    else console.log(`${dataset}: ${question}\n  ${best?.sql.replaceAll(/\s+/g, ' ')}`)
    const clear = best !== undefined && best.score - (next?.score ?? Number.NEGATIVE_INFINITY) > MARGIN
    if (good && clear) golden.push({ dataset, question, program: programText(best.program ?? []) })
  }
  writeFileSync(GOLDEN, `[\n${golden.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
  console.log(JSON.stringify({ model: model.id, cases: cases.length, right, golden: golden.length }))
  await Promise.all([model.close(), database.close()])
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await write()
