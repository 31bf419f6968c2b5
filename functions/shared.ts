import { randomUUID } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import type { Answer } from '../src/answer.ts'
import { type CatalogCache, folderCache, storeCache } from '../src/catalog/cache.ts'
import { folderPlans, layeredPlans, memoryPlans, storePlans } from '../src/plan/stores.ts'
import type { PlanStore } from '../src/plan.ts'
import { recentMap } from '../src/recent.ts'
import type { Settings } from '../src/settings.ts'
import { openStore, type Store } from '../src/store.ts'

/** What a deployment keeps between questions: on this machine alone, or where setting `shared` says. */
export interface Shared {
  plans: PlanStore
  answers: { get(id: string): Promise<Answer | undefined>; put(answer: Answer): Promise<void> }
  cache: CatalogCache
  /** Keeps one line of JSON. */
  keepFeedback(line: string): Promise<void>
}

type Warn = (problem: unknown) => void

/** Opens what is kept between questions. Plans and answers stay in this process's memory besides; a shared store that fails is told to `warn` and costs no answer. */
export async function openShared(settings: Settings, stateDir: string, warn: Warn): Promise<Shared> {
  if (settings.shared === '') return localShared(settings, stateDir, warn)
  const { shared: root } = settings
  const store = await openStore(root.startsWith('s3://') || isAbsolute(root) ? root : resolve(root), settings, stateDir)
  return {
    plans: layeredPlans(memoryPlans(settings.plans_max), storePlans(store), warn),
    answers: storeAnswers(store, settings.answers_max, warn),
    cache: storeCache(store),
    keepFeedback: async (line) =>
      void (await store.put(`feedback/${randomUUID()}.json`, new TextEncoder().encode(line))),
  }
}

function localShared(settings: Settings, stateDir: string, warn: Warn): Shared {
  const answers = recentMap<Answer>(settings.answers_max)
  return {
    plans: layeredPlans(memoryPlans(settings.plans_max), folderPlans(join(stateDir, 'plans')), warn),
    answers: { get: async (id) => answers.get(id), put: async (answer) => answers.set(answer.id, answer) },
    cache: folderCache(join(stateDir, 'catalogs')),
    keepFeedback: (line) => appendFile(join(stateDir, 'feedback.jsonl'), `${line}\n`),
  }
}

/** Answers are asked for by other machines than the one that made them: a button in Slack, a download. */
function storeAnswers(store: Store, max: number, warn: Warn): Shared['answers'] {
  const near = recentMap<Answer>(max)
  return {
    get: async (id) => near.get(id) ?? (ID.test(id) ? await readAnswer(store, id) : undefined),
    put: async (answer) => {
      near.set(answer.id, answer)
      await store.put(pathOf(answer.id), new TextEncoder().encode(JSON.stringify(answer))).catch(warn)
    },
  }
}

/** Ids are UUIDs; nothing else becomes part of a path. */
const ID = /^[0-9a-f-]{36}$/

const pathOf = (id: string) => `answers/${id}.json`

async function readAnswer(store: Store, id: string): Promise<Answer | undefined> {
  const found = await store.get(pathOf(id))
  return found === null ? undefined : (JSON.parse(new TextDecoder().decode(found.body)) as Answer)
}
