import { parse } from 'yaml'
import { type Answer, answer, answerSql, type Effects } from './answer.ts'
import { agrees } from './cases/compare.ts'
import type { Rows } from './database.ts'
import { readQuestion } from './question.ts'
import { Refusal } from './refusal.ts'

/** A question with the SQL whose rows answer it; `or` are other readings that answer it as well, `chart` is the kind it should draw, when it matters. */
export interface Case {
  question: string
  sql: string
  or?: string[]
  chart?: string
}

export interface CaseResult {
  right: boolean
  /** What differed; empty when right. */
  why: string
  answer?: Answer
}

/** The list of a cases.yaml; refuses one that is not a list of `question` and `sql`. */
export function readCases(text: string): Case[] {
  const list: unknown = parse(text)
  if (!Array.isArray(list))
    throw new Refusal('bad-request', 'cases.yaml is not a list.', { hint: 'See examples/northwind/cases.yaml.' })
  return list.map((entry, i) => {
    if (typeof entry?.question === 'string' && typeof entry?.sql === 'string') return entry as Case
    throw new Refusal('bad-request', `Case ${i + 1} of cases.yaml lacks a question or its sql.`)
  })
}

/** Asks the case's question and compares rows with what its SQL gives: same columns in any order, same rows (in order when the SQL orders them), numbers to six digits, midnight as its day; and the chart's kind when the case names one. */
export async function runCase(known: Case, dataset: string, effects: Effects): Promise<CaseResult> {
  const question = readQuestion(
    { question: known.question, dataset, limit: effects.settings.rows_limit },
    [dataset],
    effects.settings,
  )
  const golds = await Promise.all([known.sql, ...(known.or ?? [])].map((sql) => answerSql({ sql, question }, effects)))
  try {
    const made = await answer(question, effects)
    return { ...judge(known, golds, made), answer: made }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return { right: false, why: `refused: ${thrown.message}` }
  }
}

function judge(known: Case, golds: Answer[], made: Answer): { right: boolean; why: string } {
  if (!golds.some((gold) => sameRows(gold, made, /\border\s+by\b/i.test(gold.sql)))) {
    return { right: false, why: `${made.sql.replace(/\s+/g, ' ')} → ${JSON.stringify(made.rows.slice(0, 3))}` }
  }
  const kind = (made.chart as { usermeta?: { kind?: string } } | null)?.usermeta?.kind ?? 'table'
  if (known.chart !== undefined && !sameKind(known.chart, kind))
    return { right: false, why: `drawn as ${kind}, not ${known.chart}` }
  return { right: true, why: '' }
}

/** Bars are bars, lying or upright. */
function sameKind(wanted: string, drawn: string): boolean {
  const family = (kind: string) => (/^(bar|bar-horizontal|column)$/.test(kind) ? 'bar' : kind)
  return family(wanted) === family(drawn)
}

type Result = Pick<Rows, 'rows'>

/** Whether two results hold the same columns, in any order, with the same values. */
export function sameRows(gold: Result, made: Result, ordered: boolean): boolean {
  return agrees(made.rows, [gold.rows], { ordered, anyColumnOrder: true })
}
