import { parse } from 'yaml'
import { type Answer, answer, answerSql, type Effects } from './answer.ts'
import { resultKey } from './choose/result.ts'
import type { Rows } from './database.ts'
import { readQuestion } from './question.ts'
import { Refusal } from './refusal.ts'

/** A question with the SQL whose rows answer it; `chart` is the kind it should draw, when it matters. */
export interface Case {
  question: string
  sql: string
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

/** Asks the case's question and compares rows with what its SQL gives: same columns in any order, same rows (in order when the SQL orders them), numbers to six digits; and the chart's kind when the case names one. */
export async function runCase(known: Case, dataset: string, effects: Effects): Promise<CaseResult> {
  const question = readQuestion(
    { question: known.question, dataset, limit: effects.settings.rows_limit },
    [dataset],
    effects.settings,
  )
  const gold = await answerSql({ sql: known.sql, question }, effects)
  try {
    const made = await answer(question, effects)
    return { ...judge(known, gold, made), answer: made }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return { right: false, why: `refused: ${thrown.message}` }
  }
}

function judge(known: Case, gold: Answer, made: Answer): { right: boolean; why: string } {
  if (!sameRows(gold, made, /\border\s+by\b/i.test(known.sql))) {
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

type Result = Pick<Rows, 'columns' | 'rows'>

/** Whether two results hold the same columns, in any order, with the same values. */
export function sameRows(gold: Result, made: Result, ordered: boolean): boolean {
  if (gold.rows.length !== made.rows.length) return false
  if (gold.rows.length === 0) return true
  if (gold.columns.length !== made.columns.length) return false
  const goldKey = keyOf(gold, columnOrder(gold), ordered)
  return permutations(gold, made).some((order) => keyOf(made, order, ordered) === goldKey)
}

function columnOrder(result: Result): number[] {
  return result.columns.map((_, i) => i)
}

/** Column orders of `made` whose columns hold, each as a bag, the values of gold's columns. */
function permutations(gold: Result, made: Result): number[][] {
  const bag = (result: Result, i: number) => keyOf(result, [i], false)
  const madeBags = columnOrder(made).map((i) => bag(made, i))
  let orders: number[][] = [[]]
  for (const i of columnOrder(gold)) {
    const wanted = bag(gold, i)
    orders = orders.flatMap((order) =>
      columnOrder(made).flatMap((j) => (!order.includes(j) && madeBags[j] === wanted ? [[...order, j]] : [])),
    )
    if (orders.length > 200) orders = orders.slice(0, 200)
  }
  return orders
}

function keyOf(result: Result, order: number[], ordered: boolean): string {
  const rows = result.rows.map((row) => order.map((i) => sixDigits(row[i] ?? null)))
  return ordered ? JSON.stringify(rows) : resultKey({ columns: [], rows, truncated: false })
}

function sixDigits(cell: Rows['rows'][number][number]): Rows['rows'][number][number] {
  const number = typeof cell === 'string' && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell
  return typeof number === 'number' ? Number(number.toPrecision(6)) : number
}
