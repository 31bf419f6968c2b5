/**
 * Command: time from a question to its drafts, beam search beside greedy in the same run, question by question.
 * `node --import tsx bench/latency.ts [--limit 100] [--beams 4]`
 * Ends in one JSON line; the ratio is what to compare between machines, the milliseconds are this machine's.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { type Catalog, readCatalog } from '../src/catalog.ts'
import { openEmbeddedModel } from '../src/draft/model.ts'
import type { Model } from '../src/draft.ts'
import { link } from '../src/link.ts'
import { readSettings } from '../src/settings.ts'

const ROOT = join(import.meta.dirname, '..')
const { values: args } = parseArgs({
  options: { limit: { type: 'string', default: '100' }, beams: { type: 'string', default: '4' } },
})
const settings = readSettings()

interface Timing {
  link: number
  greedy: number
  beam: number
}

/** Questions of the example datasets with their catalogs. */
async function questions(limit: number): Promise<{ question: string; catalog: Catalog }[]> {
  const folder = join(ROOT, 'examples')
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const lists = await Promise.all(
    names.map(async ({ name }) => {
      const catalog = await readCatalog(join(folder, name), { settings })
      const cases = parse(readFileSync(join(folder, name, 'cases.yaml'), 'utf8')) as { question: string }[]
      return cases.map(({ question }) => ({ question, catalog }))
    }),
  )
  return lists.flat().slice(0, limit)
}

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

/** One question three ways; the first run of each catalog has filled its keys and values before. */
async function measure(model: Model, question: string, catalog: Catalog, beams: number): Promise<Timing> {
  const links = link(question, catalog)
  const draft = (width: number) => model.draft(question, catalog, links, { beams: width, today: '2026-01-15' })
  return {
    link: await timed(() => link(question, catalog)),
    greedy: await timed(() => draft(1)),
    beam: await timed(() => draft(beams)),
  }
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number) * 10) / 10
}

const model = await openEmbeddedModel({ weights: join(ROOT, 'model', 'weights'), settings })
const cases = await questions(Number(args.limit))
for (const { question, catalog } of cases) await measure(model, question, catalog, 1)
const timings: Timing[] = []
for (const { question, catalog } of cases) timings.push(await measure(model, question, catalog, Number(args.beams)))
await model.close()

const column = (name: keyof Timing) => timings.map((timing) => timing[name])
const report = (name: keyof Timing) => ({ p50_ms: quantile(column(name), 0.5), p95_ms: quantile(column(name), 0.95) })
const ratios = timings.map(({ beam, greedy }) => beam / greedy)
console.log(
  JSON.stringify({
    bench: 'latency', model: model.id, questions: timings.length, beams: Number(args.beams), baseline: 'greedy',
    ratio: { p50: quantile(ratios, 0.5), p95: quantile(ratios, 0.95) },
    link: report('link'), greedy: report('greedy'), beam: report('beam'),
  }), // biome-ignore format: one line
)
