import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Case, type CaseResult, readCases, runCase } from '../../src/cases.ts'
import { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { fail } from './fail.ts'

/** `asklake eval`: asks every question of the datasets' cases.yaml and compares with what their SQL gives; exit code 0 when all agree. */
export async function runEval(args: string[]): Promise<number> {
  let deployment: Deployment | undefined
  try {
    const { values, positionals } = parseArgs({ args, options: { data: { type: 'string' } }, allowPositionals: true })
    const settings = readSettings({ ...process.env, ...(values.data ? { ASKLAKE_DATA: values.data } : {}) })
    deployment = await openDeployment(settings)
    const names = positionals.length > 0 ? positionals : await deployment.effects.catalogs.names()
    let right = 0
    let asked = 0
    for (const dataset of names) {
      const results = await evaluate(dataset, settings.data, deployment)
      right += results.filter((result) => result.right).length
      asked += results.length
    }
    process.stdout.write(`${JSON.stringify({ asked, right, share: asked === 0 ? null : right / asked })}\n`)
    return asked > 0 && right === asked ? 0 : 1
  } catch (thrown) {
    return fail(thrown)
  } finally {
    await deployment?.close()
  }
}

async function evaluate(dataset: string, root: string, deployment: Deployment): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  for (const known of await casesOf(dataset, root)) {
    const result = await runCase(known, dataset, deployment.effects)
    process.stdout.write(
      `${result.right ? 'right' : 'WRONG'}  ${dataset}: ${known.question}${result.right ? '' : `\n       ${result.why}`}\n`,
    )
    results.push(result)
  }
  return results
}

async function casesOf(dataset: string, root: string): Promise<Case[]> {
  const path = [join(root, dataset, 'cases.yaml'), join(root, 'cases.yaml')].find(existsSync)
  if (path === undefined) {
    throw new Refusal('dataset-unknown', `${dataset} has no cases.yaml.`, {
      hint: 'Write questions and their SQL into it; examples/ shows how.',
    })
  }
  return readCases(await readFile(path, 'utf8'))
}
