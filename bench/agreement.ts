/**
 * Command: how many first drafts two folders of weights share, and how large they are.
 * `node --import tsx bench/agreement.ts .cache/float model/weights [--limit 1000] [--sets held-out,dev]`; the first folder is the baseline, such as
 * the same checkpoint exported with `--bits 32`. Only agreement is printed, no question.
 */
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { programText } from '../src/draft/program.ts'
import { Refusal } from '../src/refusal.ts'
import { readSettings } from '../src/settings.ts'
import { type Case, readCases, type SetName } from './cases.ts'
import { catalogReader, type Drafter, openDrafter } from './drafter.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { limit: { type: 'string', default: '1000' }, sets: { type: 'string', default: 'held-out' } },
})
const settings = readSettings()
const catalogs = catalogReader(settings)
const cases = spread(
  values.sets.split(',').flatMap((set) => readCases(set as SetName, { instructions: false, keys: true })),
  Number(values.limit),
)
const all = []
for (const folder of positionals) all.push(await drafted(folder))
const [baseline, ...others] = all
for (const other of others) {
  const same = cases.filter((_, at) => baseline?.drafts[at] === other.drafts[at]).length
  const agreement = { same, of: cases.length, per_cent: Math.round((same / cases.length) * 10_000) / 100 }
  const ratio = Math.round((other.ms / (baseline?.ms ?? 1)) * 100) / 100
  console.log(JSON.stringify({ bench: 'agreement', baseline: baseline?.folder, weights: other.folder, ...agreement, mb: [baseline?.mb, other.mb], time_ratio: ratio })) // biome-ignore format: a row
}

/** Every n-th case, so that all databases take part. */
function spread(all: Case[], most: number): Case[] {
  return all.filter((_, at) => Math.floor((at * most) / all.length) !== Math.floor(((at - 1) * most) / all.length))
}

async function drafted(folder: string) {
  const drafter = await openDrafter(folder, settings)
  const started = performance.now()
  const drafts: string[] = []
  for (const one of cases) drafts.push(await first(drafter, one))
  const ms = performance.now() - started
  await drafter.close()
  return { folder, drafts, ms, mb: Math.round(bytesOf(resolve(folder)) / 1e5) / 10 }
}

async function first(drafter: Drafter, one: Case): Promise<string> {
  try {
    const [draft] = await drafter.draft(one, await catalogs(one), 4)
    return draft?.program ? programText(draft.program) : ''
  } catch (problem) {
    if (problem instanceof Refusal) return problem.code
    throw problem
  }
}

function bytesOf(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)))
  return sizes.filter((one) => one.isFile()).reduce((sum, { size }) => sum + size, 0)
}
