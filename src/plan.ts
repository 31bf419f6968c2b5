import { createHash } from 'node:crypto'
import type { Catalog } from './catalog.ts'
import type { Linked } from './draft.ts'
import type { Question } from './question.ts'

/** A checked way to answer, as plain data: what the cache keeps and what a bug report pastes. Not DuckDB's query plan. */
export interface Plan {
  key: string
  question: string
  dataset: string
  sql: string
  /** Chart kind the question or the caller asked for; null when none. */
  wish: string | null
  /** 0 to 1: how sure the model and the agreement of its drafts' results make us. */
  confidence: number
  alternatives: Alternative[]
  provenance: { model: string; catalog: string; linked: Linked[] }
  /** ISO date the plan was made for, when its SQL holds dates counted from it ("last 30 days"); on another day its SQL is made anew. */
  today?: string
  /** The embedded model's program, as `programText` writes it, of a plan that speaks of a day: the slots that another day fills. */
  program?: string
  /** Id of the verified question it is the plan of. */
  verified?: string
}

/** Another likely reading of the question. */
export interface Alternative {
  sql: string
  reading: string
}

/** Keeps plans by key. `get` gives undefined for an unknown or unreadable plan; `put` never replaces a plan with a torn one. */
export interface PlanStore {
  get(key: string): Promise<Plan | undefined>
  put(plan: Plan): Promise<void>
  remove(key: string): Promise<void>
}

/** Raised when the code between a question and its SQL changes what it makes: kept plans are then made anew. */
const DRAFTING = 'plan-2'

/** SHA-256 (32 hex digits) over all that can change the answer's plan: normalised words, dataset, schema, model, wished chart, language. */
export function planKey(question: Question, catalog: Catalog, modelId: string): string {
  const parts = [
    DRAFTING,
    question.text.toLowerCase().replace(/[\s?.!。？！]+$/u, ''),
    catalog.dataset,
    catalog.fingerprint.schema,
    modelId,
    question.chart ?? '',
    question.language,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** The first stored plan of the keys; one that speaks of another day is kept as `renew` makes it for this day, or passed over. */
export async function recall(
  keys: string[],
  today: string,
  plans: PlanStore,
  renew: (plan: Plan) => Plan | undefined = () => undefined,
): Promise<Plan | undefined> {
  for (const key of keys) {
    const plan = await plans.get(key)
    if (plan === undefined) continue
    if (plan.today === undefined || plan.today === today) return plan
    const renewed = renew(plan)
    if (renewed === undefined) continue
    await plans.put(renewed)
    return renewed
  }
  return undefined
}
