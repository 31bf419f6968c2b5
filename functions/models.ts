import { placeOf } from '../src/asker.ts'
import type { Catalog } from '../src/catalog.ts'
import { check } from '../src/check.ts'
import type { Database } from '../src/database.ts'
import { likest } from '../src/draft/large/likest.ts'
import { openLargeModel } from '../src/draft/large.ts'
import { tieredModel } from '../src/draft/tiers.ts'
import type { Model } from '../src/draft.ts'
import { execute } from '../src/execute.ts'
import { openRemote } from '../src/llm/remote.ts'
import { Refusal } from '../src/refusal.ts'
import type { Settings } from '../src/settings.ts'
import type { VerifiedQuestions } from '../src/verified.ts'
import { lateModel, openWeights } from './late.ts'
import { readPrompts } from './prompts.ts'
import { wantedQueue } from './wanted.ts'

interface Around {
  database: Database
  verified: Pick<VerifiedQuestions, 'list'>
  warn(problem: unknown): void
  /** Stands in for the embedded model. */
  small?: Model | undefined
  /** Loads the embedded model's weights only when a question needs them. */
  late?: boolean
}

/** The model the settings describe: the embedded one, and in front of or behind it a large one where `llm_url` names its server. */
export async function openModel(settings: Settings, around: Around): Promise<Model> {
  const { warn } = around
  const small = around.small ?? (around.late ? await lateModel(settings) : await openWeights(settings))
  const when = settings.llm_when
  if (settings.llm_url === '' || when === 'never') return small
  if (when !== 'unsure' && when !== 'always')
    throw new Refusal('bad-setting', `llm_when is "${when}": it is unsure, always or never.`)
  const large = openLargeModel({
    remote: openRemote(settings),
    name: settings.llm_model || 'large',
    prompts: readPrompts(settings.llm_prompt),
    settings,
    examples: (question, catalog) => examplesFor(question, catalog, settings, around),
    fault: (sql, catalog, signal) => faultOf(sql, catalog, settings, { ...around, signal }),
  })
  const wanted = wantedQueue(settings.wanted_queue_url, warn)
  return tieredModel({
    small,
    large,
    when,
    below: settings.llm_unsure_below,
    budget_ms: settings.llm_budget_ms,
    wanted,
    warn,
  })
}

/** Verified questions like this one whose SQL the asker may run. */
async function examplesFor(question: string, catalog: Catalog, settings: Settings, { verified, database }: Around) {
  const like = likest(question, await verified.list(placeOf(catalog.dataset, catalog.view)), settings.llm_examples)
  const allowed = like.map(({ sql }) => check(sql, catalog, database, settings).then(() => true, refusedOnly(false)))
  const kept = await Promise.all(allowed)
  return like.filter((_, at) => kept[at]).map(({ question: asked, sql }) => ({ question: asked, sql }))
}

/** Rows are not wanted: one tells that the statement runs. */
const TRIAL = { rows: 1, bytes: 1024 * 1024 }

async function faultOf(
  sql: string,
  catalog: Catalog,
  settings: Settings,
  { database, signal }: Around & { signal?: AbortSignal | undefined },
): Promise<string | undefined> {
  const limits = { ...TRIAL, timeout_ms: settings.query_timeout_ms }
  try {
    await execute(await check(sql, catalog, database, settings), catalog, limits, database, signal)
    return undefined
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message
    throw thrown
  }
}

function refusedOnly<T>(value: T): (thrown: unknown) => T {
  return (thrown) => {
    if (thrown instanceof Refusal) return value
    throw thrown
  }
}
