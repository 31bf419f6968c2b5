import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { asCases, DRIFTS, driftOf } from '../../src/drift.ts'
import { chooseDataset } from '../../src/question.ts'
import { readSettings } from '../../src/settings.ts'
import type { Verified } from '../../src/verified.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { fail } from './fail.ts'

const OPTIONS = { data: { type: 'string' }, json: { type: 'boolean' }, export: { type: 'string' } } as const

/** `asklake test`: runs every verified question again and tells what has become of it; exit code 1 when one is broken, changed its columns or is drafted otherwise. `--export FILE` writes them as a cases.yaml instead. */
export async function runTest(args: string[]): Promise<number> {
  let deployment: Deployment | undefined
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    const settings = readSettings({ ...process.env, ...(values.data ? { ASKLAKE_DATA: values.data } : {}) })
    deployment = await openDeployment(settings)
    const known = await deployment.effects.catalogs.names()
    const names = positionals.length > 0 ? positionals.map((name) => chooseDataset(name, known)) : known
    const entries = await verifiedOf(names, deployment)
    if (values.export !== undefined) {
      await writeFile(values.export, stringify(asCases(entries)))
      return 0
    }
    return await report(entries, deployment, values.json === true)
  } catch (thrown) {
    return fail(thrown)
  } finally {
    await deployment?.close()
  }
}

async function verifiedOf(names: string[], { effects }: Deployment): Promise<Verified[]> {
  const lists = []
  for (const name of names) {
    lists.push(...((await effects.verified?.list(name)) ?? []))
  }
  return lists
}

async function report(entries: Verified[], { effects }: Deployment, json: boolean): Promise<number> {
  const counts: Record<string, number> = {}
  let failed = 0
  for (const entry of entries) {
    const { drift, detail } = await driftOf(entry, effects)
    const { fails } = DRIFTS[drift]
    counts[drift] = (counts[drift] ?? 0) + 1
    if (fails) failed++
    const line = json
      ? JSON.stringify({ dataset: entry.dataset, question: entry.question, drift, detail, fails })
      : `${fails ? 'DRIFT' : 'ok   '}  ${drift.padEnd(6)}  ${entry.dataset}: ${entry.question}${detail === '' ? '' : `\n               ${detail}`}`
    process.stdout.write(`${line}\n`)
  }
  process.stdout.write(`${JSON.stringify({ tested: entries.length, failed, ...counts })}\n`)
  return failed > 0 ? 1 : 0
}
