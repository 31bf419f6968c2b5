import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi } from '../../functions/api.ts'
import { type Deployment, openDeployment } from '../../functions/effects.ts'
import type { Draft, Model } from '../../src/draft.ts'
import { readSettings } from '../../src/settings.ts'

/** What a door said: status, body as text, headers. */
export interface Said {
  status: number
  text: string
  headers: Headers
  /** The `code` of a problem. */
  code?: string
}

/** The HTTP door over a folder of datasets, its model a function that drafts whatever a test wants. */
export interface Served {
  deployment: Deployment
  /** Folder of plans and answers. */
  state: string
  /** What was told to the operator. */
  warned: unknown[]
  get(path: string, headers?: Record<string, string>): Promise<Said>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Said>
  close(): Promise<void>
}

/** Opens the door over `data`; `draft` is the model, hostile as it may be, or the embedded one. */
export async function openServed(
  data: string,
  draft: ((question: string) => string[]) | 'embedded' = () => [],
  env: Record<string, string> = {},
): Promise<Served> {
  const state = mkdtempSync(join(tmpdir(), 'asklake-attacked-'))
  const settings = readSettings({ ASKLAKE_DATA: data, ASKLAKE_STATE_DIR: state, ASKLAKE_LOG_REQUESTS: 'false', ...env })
  const deployment = await openDeployment(settings, draft === 'embedded' ? {} : { model: modelOf(draft) })
  const warned: unknown[] = []
  deployment.effects.warn = (problem) => void warned.push(problem)
  const app = createApi(deployment)
  const said = async (response: Response): Promise<Said> => {
    const text = await response.text()
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
    return {
      status: response.status,
      text,
      headers: response.headers,
      ...(isProblem ? { code: JSON.parse(text).code } : {}),
    }
  }
  return {
    deployment,
    state,
    warned,
    get: async (path, headers = {}) => said(await app.request(path, { headers })),
    post: async (path, body, headers = {}) =>
      said(
        await app.request(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    async close() {
      await deployment.close()
      rmSync(state, { recursive: true, force: true })
    },
  }
}

function modelOf(draft: (question: string) => string[]): Model {
  return {
    id: 'hostile',
    draft: async (question) => draft(question).map((sql, rank): Draft => ({ sql, score: -rank, linked: [] })),
    close: async () => {},
  }
}
