import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { Answer, Effects } from '../src/answer.ts'
import { openCatalogs } from '../src/catalog/catalogs.ts'
import { stateFolder } from '../src/catalog/read.ts'
import { type OpenDatabase, openDatabase } from '../src/database/pool.ts'
import type { Model } from '../src/draft.ts'
import { routedDatabase } from '../src/execute/engine.ts'
import { applyFeedback, type Feedback } from '../src/feedback.ts'
import { recentMap } from '../src/recent.ts'
import type { Settings } from '../src/settings.ts'
import { openStore } from '../src/store.ts'
import { viewedCatalogs } from '../src/view.ts'
import { openKeyFile } from './access/key-file.ts'
import { type Keyring, openKeyring } from './access/keyring.ts'
import { type Limits, openLimits } from './access/limits.ts'
import { type Answers, keepAnswers } from './answers.ts'
import type { Promises } from './api/promises.ts'
import { openEngine } from './engine.ts'
import { openModel } from './models.ts'
import type { Metrics } from './observe/metrics.ts'
import { type Observe, openObserve } from './observe.ts'
import { packageRoot } from './root.ts'
import { openShared, type Shared } from './shared.ts'

/** Everything a door needs: the effects of the steps, and what it keeps itself. */
export interface Deployment {
  effects: Effects
  answers: Answers
  /** `effects` are the asker's own; the deployment's when absent. */
  feedback(answer: Answer, feedback: Feedback, effects?: Effects): Promise<void>
  /** Questions whose askers come back for the answer. */
  promises: Promises
  /** Who may ask; null where setting `keys` is empty and everyone on this machine may. */
  keyring: Keyring | null
  limits: Limits
  observe: Observe
  version: string
  /** Reads every catalog and wakes the model, so that the first question does not wait. */
  warm(): Promise<void>
  close(): Promise<void>
}

/** Opens the deployment the settings describe; `given` stands in for parts of it, `late` reads the model's weights only when a question needs them. */
export async function openDeployment(
  settings: Settings,
  given: { model?: Model; late?: boolean } = {},
): Promise<Deployment> {
  const stateDir = stateFolder(settings)
  const unkept = await mkdir(stateDir, { recursive: true }).catch((problem: unknown) => ({ problem }))
  const version = await packageVersion()
  const observe = await openObserve(settings, stateDir, { version, env: process.env })
  const warn = (problem: unknown) => observe.log({ level: 'warn', problem })
  // Answers need no disk; what cannot be kept is told, now and each time.
  if (typeof unkept === 'object') warn(unkept.problem)
  const milliseconds = () => performance.now()
  const engine = await openEngine(settings, stateDir)
  // Its processes take longest to start, and need nothing of the rest.
  const near = openDatabase(settings)
  const database = engine ? { ...near, ...routedDatabase(near, engine, settings.engine_min_mb * 2 ** 20) } : near
  const [data, shared, keyring] = await Promise.all([
    openStore(dataRoot(settings), settings, stateDir),
    openShared(settings, stateDir, warn),
    openKeys(settings, stateDir, warn),
  ])
  const [model, catalogs] = await Promise.all([
    openModel(settings, { database, verified: shared.verified, warn, small: given.model, late: given.late ?? false }),
    openCatalogs(data, settings, milliseconds, shared.cache),
  ])
  const effects: Effects = {
    catalogs: viewedCatalogs(catalogs, { database, settings, now: () => new Date(), warn }),
    database,
    model,
    plans: shared.plans,
    verified: shared.verified,
    findings: recentMap(settings.plans_max),
    flight: shared.flight,
    clock: { now: () => new Date(), milliseconds },
    newId: () => randomUUID(),
    listener: ({ step, ms }) => {
      if (ms !== undefined) observe.metrics.observe('asklake_step_seconds', [step], ms / 1000)
    },
    warn,
    settings,
  }
  const limits = openLimits(settings, milliseconds, availableParallelism())
  readGauges(observe.metrics, { version, model: model.id, limits, database })
  return {
    effects,
    answers: keepAnswers(shared.answers, effects),
    feedback: (answer, feedback, own = effects) => keepFeedback(answer, feedback, own, shared.keepFeedback),
    promises: shared.promises,
    keyring,
    limits,
    observe,
    version,
    warm: () => warm(effects),
    close: async () => void (await Promise.all([database.close(), model.close(), catalogs.close(), observe.flush()])),
  }
}

async function keepFeedback(
  answer: Answer,
  feedback: Feedback,
  effects: Effects,
  keep: Shared['keepFeedback'],
): Promise<void> {
  const { question, dataset, sql, plan } = answer
  const line = { at: effects.clock.now().toISOString(), ...feedback, question, dataset, sql, plan: plan.key }
  await keep(JSON.stringify(line))
  await applyFeedback(answer, feedback, effects)
}

async function openKeys(settings: Settings, stateDir: string, warn: Effects['warn']): Promise<Keyring | null> {
  if (settings.keys === '') return null
  const { read } = await openKeyFile(settings, stateDir)
  return openKeyring({ read, now: () => performance.now(), check_ms: settings.keys_check_ms, warn })
}

async function warm({ catalogs, warn }: Effects): Promise<void> {
  for (const name of await catalogs.names()) await catalogs.get(name).catch(warn)
}

/** The default data folder lies in the package, any other one relative to where the program was started. */
function dataRoot(settings: Settings): string {
  if (settings.data.startsWith('s3://') || isAbsolute(settings.data)) return settings.data
  return settings.data === 'examples' ? join(packageRoot(), 'examples') : resolve(settings.data)
}

async function packageVersion(): Promise<string> {
  return JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')).version
}

/** What the metrics read of parts that count for themselves. */
function readGauges(
  metrics: Metrics,
  parts: { version: string; model: string; limits: Limits; database: OpenDatabase },
): void {
  const { stats } = parts.database
  metrics.read('asklake_info', [parts.version, parts.model], () => 1)
  metrics.read('asklake_requests_inside', [], parts.limits.inside)
  metrics.read('asklake_queries_total', [], () => stats().queries)
  metrics.read('asklake_query_queue', [], () => stats().waiting)
  metrics.read('asklake_query_processes', ['busy'], () => stats().busy)
  metrics.read('asklake_query_processes', ['idle'], () => stats().processes - stats().busy)
  metrics.read('asklake_query_processes_ended_total', ['killed'], () => stats().killed)
  metrics.read('asklake_query_processes_ended_total', ['crashed'], () => stats().crashed)
}
