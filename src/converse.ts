import { createHash } from 'node:crypto'
import { type Answer, type Asking, answer, carryOut, type Effects, stepsOf, today } from './answer.ts'
import { requireRight } from './asker.ts'
import type { Catalog } from './catalog.ts'
import { check } from './check.ts'
import { type Edit, type Editable, editPlan, isFaithful, rewritten } from './edit.ts'
import { editsSaid, followUp } from './follow.ts'
import { type Plan, recall } from './plan.ts'
import type { Question } from './question.ts'
import { Refusal } from './refusal.ts'
import type { StepGate } from './step.ts'

/** What is asked after an answer: `question` holds the words, dataset, limit, chart and language as for `answer`. */
export interface FollowingUp {
  previous: Answer
  question: Question
}

/**
 * What is said after an answer, in words: an edit of its plan by code where every word fits one (no model is asked), else
 * a question to the model, put together from both. Refuses `edit-ambiguous`, with choices, where an edit may mean several things.
 */
export async function answerFollowUp(asked: FollowingUp, effects: Effects, asking: Asking = {}): Promise<Answer> {
  const { previous, question } = asked
  if (question.dataset === previous.dataset) {
    const edited = await fitting(async () => {
      const edits = await editsOf(asked, effects)
      return edits === null ? undefined : answerEdited({ ...asked, edits }, effects, asking)
    })
    if (edited !== undefined) return edited
  }
  const joined = followUp(previous.question, question.text)
  const chart = question.chart ?? joined.chart
  return answer(
    { ...question, text: joined.question, said: question.text, ...(chart ? { chart } : {}) },
    effects,
    asking,
  )
}

/** The edits that the words of a follow-up ask for; null when some of them fit no rule. */
async function editsOf({ previous, question }: FollowingUp, effects: Effects): Promise<Edit[] | null> {
  if (effects.asker) requireRight(effects.asker, 'read')
  const catalog = await effects.catalogs.get(question.dataset)
  const plan = await editable(previous, catalog, effects)
  if (plan === undefined) return null
  return editsSaid(question.text, plan, { catalog, language: question.language, today: today(effects) })
}

/** Undefined where an edit turns out not to fit: what was said was meant otherwise. */
async function fitting<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof Refusal && MISFITS.has(thrown.code)) return undefined
    throw thrown
  }
}

/** Also what a table that is gone since brings about. */
const MISFITS = new Set(['edit-unfit', 'sql-unbindable', 'sql-forbidden', 'query-failed'])

/** An answer's plan with edits made by code, checked, run, looked at and explained like any other; no model is asked. Refuses `edit-unfit` and `edit-ambiguous`. */
export async function answerEdited(
  asked: FollowingUp & { edits: Edit[] },
  effects: Effects,
  asking: Asking = {},
): Promise<Answer> {
  const { previous, question } = asked
  if (effects.asker) requireRight(effects.asker, 'read')
  if (question.dataset !== previous.dataset) throw new Refusal('edit-unfit', 'The answer before is of another dataset.')
  const { step, timings } = stepsOf(effects, asking)
  const catalog = await step('catalog', () => effects.catalogs.get(question.dataset))
  const key = editedKey(asked, catalog)
  const known = await step('recall', () => recall([key], today(effects), effects.plans))
  const plan = known ?? (await step('edit', () => makeEdited(key, asked, catalog, effects)))
  const rest = await carryOut(plan, question, catalog, effects, step as StepGate)
  if (known === undefined) await effects.plans.put(plan)
  return { ...rest, plan: { ...rest.plan, cached: known !== undefined }, timings_ms: timings() }
}

async function makeEdited(
  key: string,
  { previous, edits, question }: FollowingUp & { edits: Edit[] },
  catalog: Catalog,
  effects: Effects,
): Promise<Plan> {
  const before = await effects.plans.get(previous.plan.key)
  const plan = await editable(previous, catalog, effects)
  if (plan === undefined) throw new Refusal('edit-unfit', 'The query has a part that no edit understands.')
  const wished: Edit[] =
    question.chart === undefined ? [] : [{ slot: 'chart', do: 'set', chart: question.chart as never }]
  const now = today(effects)
  const made = editPlan(plan, [...edits, ...wished], { catalog, language: question.language, today: now })
  const linked = before?.sql === previous.sql ? before.provenance.linked : []
  const relative = made.relative || (before?.sql === previous.sql && before.today !== undefined)
  return {
    key,
    question: made.question,
    dataset: catalog.dataset,
    sql: made.sql,
    wish: made.wish,
    confidence: previous.confidence,
    alternatives: [],
    provenance: {
      model: previous.plan.model,
      catalog: catalog.fingerprint.schema,
      linked: [...linked, ...made.linked],
    },
    ...(relative ? { today: now } : {}),
  }
}

/** An answer's plan as edits need it; undefined when its SQL cannot be written anew exactly. */
async function editable(previous: Answer, catalog: Catalog, effects: Effects): Promise<Editable | undefined> {
  const { database, settings } = effects
  const { tree } = await check(previous.sql, catalog, database, settings)
  const text = rewritten(tree)
  if (text === undefined) return undefined
  const again = await check(text, catalog, database, settings)
  return isFaithful(tree, again.tree)
    ? { question: previous.question, tree, wish: previous.reading?.chart ?? null }
    : undefined
}

function editedKey({ previous, edits, question }: FollowingUp & { edits: Edit[] }, catalog: Catalog): string {
  const parts = [
    'edit-1', previous.sql, previous.question, previous.reading?.chart ?? '', edits, catalog.dataset,
    catalog.fingerprint.schema, question.chart ?? '', question.language,
  ] // biome-ignore format: a list
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
