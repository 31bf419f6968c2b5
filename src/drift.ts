import { answer, type Effects } from './answer.ts'
import { resultOf, type Tried, trySql } from './approval.ts'
import { type Case, sameRows } from './cases.ts'
import { singleFlight } from './plan/flight.ts'
import { readQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import type { Verified } from './verified.ts'

/** What may have become of a verified question, worst first; `fails` ones end `asklake test` with exit code 1. */
export const DRIFTS = {
  broken: {
    fails: true,
    why: 'Its SQL no longer runs over the data: the question is drafted anew until somebody mends it.',
  },
  shape: { fails: true, why: 'Its SQL gives other columns than when it was approved.' },
  model: {
    fails: true,
    why: 'The model drafted the approved SQL; asked today without it, it answers with other rows.',
  },
  data: { fails: false, why: 'The same SQL gives other rows, because the files have changed.' },
  held: { fails: false, why: "The model alone would answer otherwise: a person's SQL stands in for it." },
  same: { fails: false, why: 'As approved.' },
} as const satisfies Record<string, { fails: boolean; why: string }>

export type Drift = keyof typeof DRIFTS

export interface DriftReport {
  id: string
  question: string
  drift: Drift
  /** What is different, for people; empty when nothing is. */
  detail: string
}

/** Runs a verified question's SQL again, and asks the model its question as if nobody had approved anything. */
export async function driftOf(entry: Verified, effects: Effects): Promise<DriftReport> {
  const told = (drift: Drift, detail: string) => ({ id: entry.id, question: entry.question, drift, detail })
  const tried = await ran(entry, effects)
  if (typeof tried === 'string') return told('broken', tried)
  const { result: now } = resultOf(tried)
  const was = entry.result
  if (now.columns.join('\0') !== was.columns.join('\0')) {
    return told('shape', `${was.columns.join(', ')} → ${now.columns.join(', ')}`)
  }
  const other = await modelAlone(entry, tried, effects)
  if (other !== '') return told(entry.origin === 'person' ? 'held' : 'model', other)
  if (now.digest === was.digest) return told('same', '')
  return told('data', now.rows === was.rows ? 'As many rows, with other values' : `${was.rows} → ${now.rows} rows`)
}

async function ran(entry: Verified, effects: Effects): Promise<Tried | string> {
  try {
    return await trySql(entry.dataset, entry.sql, effects)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return thrown.message
  }
}

/** What the model answers without approvals and without remembered plans, where its rows differ; empty when they do not. */
async function modelAlone(entry: Verified, tried: Tried, effects: Effects): Promise<string> {
  const { dataset, question: text } = entry
  const { verified: _none, ...rest } = effects
  const limit = effects.settings.rows_limit
  const question = readQuestion({ question: text, dataset, limit }, [dataset], effects.settings)
  try {
    const made = await answer(question, { ...rest, plans: NO_PLANS, flight: singleFlight() })
    if (sameRows(tried.rows, made, /\border\s+by\b/i.test(entry.sql))) return ''
    return made.sql.replace(/\s+/g, ' ')
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return `refused: ${thrown.message}`
  }
}

const NO_PLANS: Effects['plans'] = { get: async () => undefined, put: async () => {}, remove: async () => {} }

/** Verified questions as the list of a cases.yaml, each paraphrase a case of its own. */
export function asCases(entries: Verified[]): Case[] {
  return entries.flatMap(({ question, paraphrases, sql, chart }) =>
    [question, ...paraphrases].map((text) => ({ question: text, sql, ...(chart === null ? {} : { chart }) })),
  )
}
