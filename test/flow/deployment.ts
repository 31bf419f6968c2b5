import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment } from '../../functions/effects.ts'
import { openDeployment } from '../../functions/effects.ts'
import type { Model } from '../../src/draft.ts'
import { readSettings } from '../../src/settings.ts'

/** What a scripted model drafts for a question: SQL with scores, or an error to throw. */
export type Script = Record<string, { sql: string; score?: number }[] | Error>

export interface Scripted {
  deployment: Deployment
  /** Questions the model was asked, in order. */
  asked: string[]
  close(): Promise<void>
}

/** A real deployment (files, catalogs, DuckDB, plans) over `data`, whose model is a script instead of a network. */
export async function scriptedDeployment(
  data: string,
  script: Script,
  env: Record<string, string> = {},
): Promise<Scripted> {
  const state = mkdtempSync(join(tmpdir(), 'asklake-flow-'))
  const asked: string[] = []
  const settings = readSettings({ ASKLAKE_DATA: data, ASKLAKE_STATE_DIR: state, ASKLAKE_LOG_REQUESTS: 'false', ...env })
  const deployment = await openDeployment(settings, { model: scriptedModel(script, asked) })
  const close = async () => {
    await deployment.close()
    rmSync(state, { recursive: true, force: true })
  }
  return { deployment, asked, close }
}

function scriptedModel(script: Script, asked: string[]): Model {
  return {
    id: 'script',
    draft: async (question) => {
      asked.push(question)
      const drafts = script[question] ?? []
      if (drafts instanceof Error) throw drafts
      return drafts.map(({ sql, score = -0.1 }) => ({ sql, score, linked: [] }))
    },
    close: async () => {},
  }
}
