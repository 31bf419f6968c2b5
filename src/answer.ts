import { type Answerable, answerable } from './answerable.ts'
import { verifiedPlan } from './approval.ts'
import { type Asker, requireRight, type View } from './asker.ts'
import { suggestedQuestions } from './catalog/suggest.ts'
import type { Catalog } from './catalog.ts'
import { chart, kindNamed, namedKindOf, type VegaLiteSpec, wishOf } from './chart.ts'
import { check } from './check.ts'
import { isUnsure } from './choose/confidence.ts'
import { type Candidate, choose } from './choose.ts'
import type { Database, Rows } from './database.ts'
import { programText } from './draft/program.ts'
import { redated } from './draft/redate.ts'
import { sketch } from './draft/sketch.ts'
import type { Draft, Model } from './draft.ts'
import { type Reading, readingOf } from './edit.ts'
import { execute } from './execute.ts'
import { explain } from './explain.ts'
import { link } from './link.ts'
import type { SingleFlight } from './plan/flight.ts'
import { type Alternative, type Plan, type PlanStore, planKey, recall } from './plan.ts'
import type { Question } from './question.ts'
import type { RecentMap } from './recent.ts'
import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'
import { openSteps, type StepGate, type StepListener } from './step.ts'
import type { VerifiedQuestions } from './verified.ts'
import { type Finding, verify } from './verify.ts'

/** What leaves through a door: JSON-safe. */
export interface Answer {
  id: string
  question: string
  dataset: string
  sql: string
  columns: { name: string; type: string }[]
  /** Arrays in column order. */
  rows: Rows['rows']
  row_count: number
  truncated: boolean
  /** A Vega-Lite v6 spec with its data, or null when a table says more. */
  chart: VegaLiteSpec | null
  explanation: string
  findings: Finding[]
  /** 0 to 1. */
  confidence: number
  alternatives: Alternative[]
  /** The plan's parts and what each may be changed to. Absent from answers kept by earlier versions. */
  reading?: Reading
  /** `verified` is the id of the approved question that gave the SQL. */
  plan: { key: string; cached: boolean; model: string; catalog: string; verified?: string }
  timings_ms: Record<string, number>
}

/** The outside world, passed in: doors give real effects, tests scripted ones. */
export interface Effects {
  /** `view` is what of the dataset is seen; all of it when absent. */
  catalogs: { names(): Promise<string[]>; get(dataset: string, view?: View): Promise<Catalog> }
  /** Who asks; everything is theirs when absent. The catalogs are already this asker's. */
  asker?: Asker
  database: Database
  model: Model
  plans: PlanStore
  /** Questions a person approved; none are known when absent. */
  verified?: VerifiedQuestions
  /** Findings by SQL and the data's fingerprint. */
  findings: RecentMap<Finding[]>
  /** Equal questions at once cost one plan. */
  flight: SingleFlight<Plan>
  clock: { now(): Date; milliseconds(): number }
  newId(): string
  /** Hears every step, besides the asker's own listener. */
  listener?: StepListener
  /** Told what was carried out: the plan, the tables of the catalog it read, and how many rows it gave. */
  carried?(out: { plan: Plan; catalog: Catalog; tables: string[]; rows: number }): void
  /** W3C header of the trace this belongs to, for services that are called. */
  traceparent?: string
  /** For the operator, never for the asker. */
  warn(problem: unknown): void
  settings: Settings
}

export interface Asking {
  signal?: AbortSignal
  listener?: StepListener
  /** When the answer must have left, on the effects' clock in milliseconds; refused with `out-of-time` otherwise. */
  deadline_ms?: number
}

/** A question's whole way. Rejects with a Refusal when it cannot be answered, with anything else only when we have a bug. */
export async function answer(question: Question, effects: Effects, asking: Asking = {}): Promise<Answer> {
  if (effects.asker) requireRight(effects.asker, 'read')
  const { step, timings } = stepsOf(effects, asking)
  const catalog = await step('catalog', () => effects.catalogs.get(question.dataset))
  const key = planKey(question, catalog, effects.model.id)
  const known = await step('recall', () => knownPlan(key, question, catalog, effects))
  const plan = known ?? (await effects.flight(key, () => makePlan(key, question, catalog, effects, step)))
  const rest = await carryOut(plan, question, catalog, effects, step)
  return { ...rest, plan: { ...rest.plan, cached: known !== undefined }, timings_ms: timings() }
}

/** A person's own SQL, through the same check and answered like a question. */
export async function answerSql(
  asked: { sql: string; question: Question },
  effects: Effects,
  asking: Asking = {},
): Promise<Answer> {
  if (effects.asker) requireRight(effects.asker, 'sql')
  const { step, timings } = stepsOf(effects, asking)
  const catalog = await step('catalog', () => effects.catalogs.get(asked.question.dataset))
  const plan = planOf('sql', asked.question, catalog, { sql: asked.sql, confidence: 1, model: 'person', linked: [] })
  const rest = await carryOut(plan, asked.question, catalog, effects, step)
  return { ...rest, timings_ms: timings() }
}

/** A kept answer's own SQL over the data as it is now. Refuses what check and execute refuse, when the schema has changed. */
export async function answerAgain(
  kept: Answer,
  question: Question,
  effects: Effects,
  asking: Asking = {},
): Promise<Answer> {
  if (effects.asker) requireRight(effects.asker, 'read')
  const { step, timings } = stepsOf(effects, asking)
  const catalog = await step('catalog', () => effects.catalogs.get(kept.dataset))
  const made = await step('recall', () => effects.plans.get(kept.plan.key))
  const linked = made?.sql === kept.sql ? made.provenance.linked : []
  const { confidence, sql } = kept
  const plan = planOf(kept.plan.key, question, catalog, { sql, confidence, model: kept.plan.model, linked })
  const rest = await carryOut(plan, question, catalog, effects, step)
  return { ...rest, plan: { ...rest.plan, cached: true }, timings_ms: timings() }
}

/** The plan that would answer a question without asking the model, and the catalog it is for; no plan when the model must be asked first. */
export async function plannedFor(
  question: Question,
  effects: Effects,
): Promise<{ plan: Plan | undefined; catalog: Catalog }> {
  if (effects.asker) requireRight(effects.asker, 'read')
  const catalog = await effects.catalogs.get(question.dataset)
  return { catalog, plan: await knownPlan(planKey(question, catalog, effects.model.id), question, catalog, effects) }
}

/** The gate of one question: its asker's listener hears each step, and the operator's. */
export function stepsOf({ clock, listener }: Effects, asking: Asking) {
  const both: StepListener = (event) => {
    listener?.(event)
    asking.listener?.(event)
  }
  return openSteps(clock.milliseconds, asking.signal, both, asking.deadline_ms)
}

/** A plan that needs no model: what a person approved, else what was drafted before. */
async function knownPlan(key: string, question: Question, catalog: Catalog, effects: Effects) {
  const approved = await verifiedPlan(question, catalog, effects)
  const day = today(effects)
  return approved ?? recall([key], day, effects.plans, (plan) => redated(plan, catalog, day))
}

async function makePlan(key: string, question: Question, catalog: Catalog, effects: Effects, step: StepGate) {
  const links = await step('link', () => link(question.text, catalog))
  const verdict = answerable(links, catalog)
  const { traceparent } = effects
  const options = {
    beams: effects.settings.draft_beams,
    today: today(effects),
    ...(traceparent ? { traceparent } : {}),
  }
  const wish = question.chart ?? wishOf(question.text)
  const named = question.chart === undefined ? namedKindOf(question.text) : kindNamed(question.chart)
  const sketched = await step('sketch', () => sketch({ links, catalog, wish: named, today: options.today }))
  if (!sketched) refuseUnanswerable(verdict)
  const drafts = sketched
    ? [sketched.draft]
    : await step('draft', () => effects.model.draft(question.text, catalog, links, options))
  const choice = await step('choose', () =>
    choose(drafts, (draft) => trial(draft, question, catalog, effects), verdict.strange),
  )
  const { best, confidence } = choice
  if (!sketched)
    refuseUnsure(confidence, ownVerdict(question, catalog, verdict), effects.settings, suggestedQuestions(catalog))
  const plan: Plan = {
    ...planOf(key, question, catalog, { ...best.draft, confidence, model: best.draft.model ?? effects.model.id }),
    wish: question.chart ?? sketched?.wish ?? wish,
    alternatives: choice.others
      .filter((other) => other.share >= effects.settings.alternative_min_share)
      .slice(0, 2)
      .map(({ candidate }) => ({ sql: candidate.draft.sql, reading: reading(candidate, question, catalog) })),
    ...(best.draft.relative ? { today: options.today } : {}),
    ...(best.draft.relative && best.draft.program ? { program: programText(best.draft.program) } : {}),
  }
  if (!best.draft.makeshift) await effects.plans.put(plan)
  return plan
}

function planOf(
  key: string,
  question: Question,
  catalog: Catalog,
  made: { sql: string; confidence: number; model: string; linked: Draft['linked'] },
): Plan {
  return {
    key,
    question: question.text,
    dataset: catalog.dataset,
    sql: made.sql,
    wish: question.chart ?? wishOf(question.text),
    confidence: made.confidence,
    alternatives: [],
    provenance: { model: made.model, catalog: catalog.fingerprint.schema, linked: made.linked },
  }
}

async function trial(draft: Draft, question: Question, catalog: Catalog, effects: Effects): Promise<Candidate> {
  const checked = await check(draft.sql, catalog, effects.database, effects.settings)
  const rows = await execute(checked, catalog, limitsOf(question, effects.settings), effects.database)
  return { draft, checked, rows }
}

/** A plan's way from check to answer. */
export async function carryOut(plan: Plan, question: Question, catalog: Catalog, effects: Effects, step: StepGate) {
  const { database, settings } = effects
  const { language, limit } = question
  const { linked } = plan.provenance
  const maxMarks = settings.chart_max_marks
  const checked = await step('check', () => check(plan.sql, catalog, database, settings))
  const known = JSON.stringify([catalog.fingerprint.data, plan.dataset, plan.sql, linked, limit, language])
  const rows = await step('execute', (signal) =>
    execute(checked, catalog, limitsOf(question, settings), database, signal),
  )
  effects.carried?.({ plan, catalog, tables: checked.tables, rows: rows.rows.length })
  const around = { catalog, language, today: today(effects) }
  const asked = plan.provenance.model === 'person' || plan.verified ? {} : { question: plan.question }
  const [findings, picture, explanation, chips] = await Promise.all([
    step('verify', () =>
      remembered(effects.findings, known, () => verify({ catalog, checked, rows, linked, language }, effects)),
    ),
    step('chart', () =>
      chart({ title: plan.question, wish: plan.wish, catalog, tree: checked.tree, rows, language, maxMarks }),
    ),
    step('explain', () => explain({ catalog, tree: checked.tree, language, ...asked })),
    step('read', () => readingOf({ tree: checked.tree, wish: plan.wish }, around)),
  ])
  return {
    id: effects.newId(),
    question: plan.question,
    dataset: plan.dataset,
    sql: plan.sql,
    columns: rows.columns,
    rows: rows.rows,
    row_count: rows.rows.length,
    truncated: rows.truncated,
    chart: picture.spec,
    explanation,
    findings: [...findings, ...picture.findings],
    confidence: plan.confidence,
    alternatives: plan.alternatives,
    reading: chips,
    plan: {
      key: plan.key,
      cached: false,
      model: plan.provenance.model,
      catalog: catalog.fingerprint.data,
      ...(plan.verified ? { verified: plan.verified } : {}),
    },
  }
}

/** What is known of the same SQL over the same data need not be found again. */
async function remembered<T>(known: RecentMap<T>, key: string, find: () => Promise<T>): Promise<T> {
  const kept = known.get(key)
  if (kept !== undefined) return kept
  const found = await find()
  known.set(key, found)
  return found
}

function limitsOf(question: Question, settings: Settings) {
  return {
    rows: question.limit,
    bytes: settings.answer_max_mb * 1024 * 1024,
    timeout_ms: settings.query_timeout_ms,
  }
}

function reading({ checked }: Candidate, question: Question, catalog: Catalog): string {
  return explain({ catalog, tree: checked.tree, language: question.language })
}

function refuseUnanswerable(verdict: Answerable): void {
  if (verdict.answerable) return
  throw new Refusal('not-answerable', verdict.reason, { suggestions: verdict.suggestions })
}

/** "them" in "which of them were late?": the data that is named is that of the question before. */
const BACKWARD = /\b(?:it|its|that|them|these|they|those|their|theirs|ones?)\b/i

/** How a follow-up's own words name data: the question before would hide that they do not. */
function ownVerdict({ said }: Question, catalog: Catalog, whole: Answerable): Answerable {
  return said === undefined || BACKWARD.test(said) ? whole : answerable(link(said, catalog), catalog)
}

function refuseUnsure(confidence: number, verdict: Answerable, settings: Settings, suggestions: string[]): void {
  if (!isUnsure(confidence, verdict, settings.refuse_below)) return
  const { strangers } = verdict
  const unclear = strangers.map((word) => `"${word}"`).join(', ')
  const reason = unclear === '' ? 'No reading of it stands out.' : `What ${unclear} means here is unclear.`
  throw new Refusal('unsure', `The question could not be read with any certainty. ${reason}`, {
    suggestions: suggestions.slice(0, 3),
  })
}

/** The day it is for the effects' clock, ISO. */
export function today(effects: Effects): string {
  return effects.clock.now().toISOString().slice(0, 10)
}
