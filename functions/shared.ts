import { randomUUID } from 'node:crypto'
import { isAbsolute, join, resolve } from 'node:path'
import { type CatalogCache, folderCache, storeCache, toldCache } from '../src/catalog/cache.ts'
import { boundFolder } from '../src/kept/bound.ts'
import { type KeptAnswers, storeAnswers } from '../src/kept.ts'
import { type SingleFlight, singleFlight } from '../src/plan/flight.ts'
import { leasedFlight } from '../src/plan/lease.ts'
import { folderPlans, layeredPlans, memoryPlans, storePlans } from '../src/plan/stores.ts'
import { type Plan, type PlanStore, recall } from '../src/plan.ts'
import type { Settings } from '../src/settings.ts'
import { openFolder, openStore, type Store } from '../src/store.ts'
import { storeVerified, type VerifiedQuestions } from '../src/verified.ts'
import { folderAnswers } from './answers.ts'
import { openPromises, type Promises } from './api/promises.ts'
import { addLine } from './lines.ts'

/** What a deployment keeps between questions: on this machine alone, or where setting `shared` says. */
export interface Shared {
  plans: PlanStore
  answers: KeptAnswers
  verified: VerifiedQuestions
  cache: CatalogCache
  /** Equal questions at once cost one plan, on this machine or on all that share. */
  flight: SingleFlight<Plan>
  /** Keeps one line of JSON. */
  keepFeedback(line: string): Promise<void>
  promises: Promises
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
    verified: storeVerified(store, verifiedOptions(settings)),
    cache: toldCache(storeCache(store), warn),
    flight: sharedFlight(store, settings, warn),
    keepFeedback: async (line) =>
      void (await store.put(`feedback/${randomUUID()}.json`, new TextEncoder().encode(line))),
    promises: openPromises(store, Date.now, warn),
  }
}

function localShared(settings: Settings, stateDir: string, warn: Warn): Shared {
  return {
    plans: layeredPlans(memoryPlans(settings.plans_max), folderPlans(join(stateDir, 'plans')), warn),
    answers: folderAnswers(stateDir, settings, warn),
    verified: storeVerified(openFolder(stateDir), verifiedOptions(settings)),
    cache: toldCache(folderCache(join(stateDir, 'catalogs')), warn),
    flight: singleFlight(),
    keepFeedback: (line) => addLine(join(stateDir, 'feedback.jsonl'), line),
    promises: localPromises(stateDir, warn),
  }
}

/** What is kept of promised answers takes a block of the disk each; the oldest go first. */
const PROMISED_BYTES = 1024 * 1024

/** Below `state_dir`, bounded whenever a server starts and now and then. */
function localPromises(stateDir: string, warn: Warn): Promises {
  const promises = openPromises(openFolder(stateDir), Date.now, warn)
  let puts = 0
  return {
    ...promises,
    keep: async (job) => {
      await promises.keep(job)
      if (puts++ % 100 === 0) boundFolder(join(stateDir, 'asks'), PROMISED_BYTES).catch(warn)
    },
  }
}

function verifiedOptions(settings: Settings) {
  return { max: settings.verified_max, late_ms: settings.catalog_check_ms, now: () => performance.now() }
}

function sharedFlight(store: Store, settings: Settings, warn: Warn): SingleFlight<Plan> {
  const { draft_lease_ms: lease_ms } = settings
  if (lease_ms === 0) return singleFlight()
  const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))
  const plans = storePlans(store)
  const today = () => new Date().toISOString().slice(0, 10)
  const made = { get: (key: string) => recall([key], today(), plans) }
  return leasedFlight(singleFlight(), store, made, { lease_ms, now: Date.now, pause, warn })
}
