import type { Effects } from './answer.ts'
import { digest } from './catalog/fingerprint.ts'
import type { Catalog } from './catalog.ts'
import { check } from './check.ts'
import { resultKey } from './choose/result.ts'
import type { Rows } from './database.ts'
import type { Linked } from './draft.ts'
import { execute } from './execute.ts'
import { type Plan, planKey } from './plan.ts'
import type { Question } from './question.ts'
import { Refusal } from './refusal.ts'
import { type Verified, wordingOf } from './verified.ts'

/** What a person approves: a question and the SQL that answers it. */
export interface Approval {
  dataset: string
  question: string
  sql: string
  paraphrases?: string[] | undefined
  chart?: string | null | undefined
  /** Id of the model that drafted the SQL; `person` when absent. */
  origin?: string
  linked?: Linked[]
  today?: string | undefined
  by?: string | undefined
}

/** Keeps a question as verified after its SQL has been checked and run. An entry that already holds the question's wording is replaced and keeps its id. Refuses what check and execute refuse, and `verified-closed` where none are kept. */
export async function approve(approval: Approval, effects: Effects): Promise<Verified> {
  const verified = verifiedOf(effects)
  const { dataset, question, sql, paraphrases, chart, today, by } = approval
  const known = await verified.find(dataset, question)
  const same = known !== undefined && wordingOf(known.question) === wordingOf(question) ? known : undefined
  const entry: Verified = {
    id: same?.id ?? effects.newId(),
    dataset,
    question,
    paraphrases: distinct(paraphrases ?? same?.paraphrases ?? [], question),
    sql,
    chart: chart ?? null,
    linked: approval.linked ?? [],
    origin: approval.origin ?? 'person',
    ...resultOf(await trySql(dataset, sql, effects)),
    ...(today === undefined ? {} : { today }),
    ...(by === undefined ? {} : { by }),
    approved_at: effects.clock.now().toISOString(),
  }
  await verified.put(entry)
  return entry
}

export interface VerifiedEdit {
  question?: string | undefined
  paraphrases?: string[] | undefined
  sql?: string | undefined
  chart?: string | null | undefined
}

/** Changes an entry; new SQL is checked and run first and is from then on a person's. Refuses `verified-unknown`. */
export async function editVerified(
  dataset: string,
  id: string,
  edit: VerifiedEdit,
  effects: Effects,
): Promise<Verified> {
  const verified = verifiedOf(effects)
  const entry = (await verified.list(dataset)).find((one) => one.id === id)
  if (entry === undefined) throw new Refusal('verified-unknown', 'There is no verified question with this id.')
  const { today: _today, ...timeless } = entry
  const sqlChanged = edit.sql !== undefined && edit.sql !== entry.sql
  const question = edit.question ?? entry.question
  const edited: Verified = {
    ...(sqlChanged ? { ...timeless, origin: 'person', linked: [] } : entry),
    ...(edit.sql === undefined ? {} : { sql: edit.sql, ...resultOf(await trySql(dataset, edit.sql, effects)) }),
    question,
    paraphrases: distinct(edit.paraphrases ?? entry.paraphrases, question),
    chart: edit.chart === undefined ? entry.chart : edit.chart,
    edited_at: effects.clock.now().toISOString(),
  }
  await verified.put(edited)
  return edited
}

/** The plan of the approved SQL for this question, or none: nothing approved, made for another day, or its SQL no longer fits the schema (told to `warn`). */
export async function verifiedPlan(question: Question, catalog: Catalog, effects: Effects): Promise<Plan | undefined> {
  const entry = await effects.verified?.find(question.dataset, question.text)
  const today = effects.clock.now().toISOString().slice(0, 10)
  if (entry === undefined || (entry.today !== undefined && entry.today !== today)) return undefined
  if (entry.schema !== catalog.fingerprint.schema && !(await stillFits(entry, effects))) return undefined
  return {
    key: planKey(question, catalog, 'verified'),
    question: question.text,
    dataset: question.dataset,
    sql: entry.sql,
    wish: question.chart ?? entry.chart,
    confidence: 1,
    alternatives: [],
    provenance: { model: entry.origin, catalog: catalog.fingerprint.schema, linked: entry.linked },
    verified: entry.id,
  }
}

/** After a change of schema the SQL is tried once; fitting is written down. */
async function stillFits(entry: Verified, effects: Effects): Promise<boolean> {
  try {
    const { schema } = await trySql(entry.dataset, entry.sql, effects)
    await effects.verified?.put({ ...entry, schema })
    return true
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    effects.warn({ verified: entry.id, dataset: entry.dataset, question: entry.question, refused: thrown.code })
    return false
  }
}

/** Checks and runs SQL; its rows, and the schema it fits. */
export async function trySql(dataset: string, sql: string, effects: Effects): Promise<Tried> {
  const { settings, database } = effects
  const catalog = await effects.catalogs.get(dataset)
  const checked = await check(sql, catalog, database, settings)
  const limits = {
    rows: settings.rows_limit,
    bytes: settings.answer_max_mb * 1024 * 1024,
    timeout_ms: settings.query_timeout_ms,
  }
  const rows = await execute(checked, catalog, limits, database)
  return { rows, schema: catalog.fingerprint.schema, data: catalog.fingerprint.data }
}

/** SQL that was run over the data as it is. */
export interface Tried {
  rows: Rows
  /** Fingerprints. */
  schema: string
  data: string
}

/** What is written down of a run, to tell drift against. */
export function resultOf({ rows, schema, data }: Tried): Pick<Verified, 'schema' | 'result'> {
  const columns = rows.columns.map(({ name }) => name)
  return { schema, result: { columns, rows: rows.rows.length, digest: digest(resultKey(rows)), data } }
}

function verifiedOf({ verified }: Effects) {
  if (verified === undefined) throw new Refusal('verified-closed', 'Verified questions are not kept here.')
  return verified
}

/** Paraphrases that say something else than the question and each other. */
function distinct(paraphrases: string[], question: string): string[] {
  const seen = new Set([wordingOf(question)])
  return paraphrases
    .map((text) => text.replace(/\s+/gu, ' ').trim())
    .filter((text) => text !== '' && !seen.has(wordingOf(text)) && seen.add(wordingOf(text)))
}
