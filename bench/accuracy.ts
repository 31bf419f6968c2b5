/**
 * Command: execution accuracy of the drafts, by set and by hardness or category.
 * `node --import tsx bench/accuracy.ts held-out dev defog kaggledbqa [--no-keys] [--limit 50] [--beams 4] [--greedy] [--instructions] [--show] [--draft gold]`
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CACHE } from '../model/data/shared.ts'
import { openParser, straightened } from '../model/data/sql.ts'
import { answerable } from '../src/answerable.ts'
import { agrees } from '../src/cases/compare.ts'
import type { Catalog } from '../src/catalog.ts'
import { check } from '../src/check.ts'
import type { Signs } from '../src/choose/confidence.ts'
import { type Candidate, choose } from '../src/choose.ts'
import type { Cell, Database, TableSet } from '../src/database.ts'
import type { Draft } from '../src/draft.ts'
import { link } from '../src/link.ts'
import { Refusal } from '../src/refusal.ts'
import { readSettings } from '../src/settings.ts'
import { type Case, readCases, SETS, type SetName } from './cases.ts'
import { openBenchDatabase } from './database.ts'
import { catalogReader, type Drafter, openDrafter } from './drafter.ts'
import { goldHere } from './gold.ts'
import { hardnessOf } from './hardness.ts'

/** How one case went. `first` is the model's likeliest draft, `chosen` what the product answers with, `oracle` any draft. */
export interface Outcome {
  case: Case
  category: string
  greedy?: boolean
  /** The product would refuse it before asking the model. */
  refused: boolean
  first: boolean
  firstAnyOrder: boolean
  chosen: boolean
  chosenAnyOrder: boolean
  oracleAnyOrder: boolean
  /** Class of failure of the chosen answer, or null. */
  failure: string | null
  sql: string | null
  rows: Cell[][] | null
  confidence: number
  /** What the choice told of itself; absent when there was none. */
  signs?: Signs
  milliseconds: number
}

const LIMITS = { rows: 20_000, bytes: 64 * 2 ** 20, timeout_ms: 10_000 }

interface Bench {
  database: Database
  catalogs: (one: Case) => Promise<Catalog>
  drafter: Drafter
  hardness: (sql: string, catalog: Catalog) => Promise<string>
  beams: number
  greedy: boolean
}

const settings = readSettings()

/** Drafts, runs and judges one case; throws only what is a bug. */
export async function judge(one: Case, bench: Bench): Promise<Outcome> {
  const catalog = await bench.catalogs(one)
  const started = performance.now()
  const drafts = await draftsOf(one, catalog, bench, bench.beams)
  const milliseconds = performance.now() - started
  const tried = await Promise.all(drafts.map((draft) => rowsOf(draft, catalog, bench.database)))
  const golds = [
    ...one.golds,
    ...(await goldHere(straightened(one.goldSql, catalog), tablesOf(catalog), bench.database, LIMITS)),
  ]
  const right = (rows: Cell[][] | null, anyColumnOrder: boolean) =>
    rows !== null && agrees(rows, golds, { ordered: one.ordered, anyColumnOrder })
  const verdict = answerable(link(one.question, catalog), catalog)
  const chosen = await chosenOf(drafts, catalog, bench.database, verdict.strange)
  const chosenRows = chosen?.best.rows.rows ?? null
  const first = tried[0] ?? null
  const greedy = bench.greedy ? right(await greedyRows(one, catalog, bench), true) : undefined
  return {
    case: one,
    category: one.category ?? (await bench.hardness(one.goldSql, catalog)),
    ...(greedy === undefined ? {} : { greedy }),
    refused: !verdict.answerable,
    first: right(first, false),
    firstAnyOrder: right(first, true),
    chosen: right(chosenRows, false),
    chosenAnyOrder: right(chosenRows, true),
    oracleAnyOrder: tried.some((rows) => right(rows, true)),
    failure: right(chosenRows, true) ? null : failureOf(drafts, chosenRows, one),
    sql: chosen?.best.draft.sql ?? drafts[0]?.sql ?? null,
    rows: chosenRows,
    confidence: chosen?.confidence ?? 0,
    ...(chosen === null ? {} : { signs: chosen.signs }),
    milliseconds,
  }
}

function tablesOf(catalog: Catalog): TableSet {
  return { key: `${catalog.dataset} ${catalog.fingerprint.schema} ${catalog.fingerprint.data}`, tables: catalog.tables }
}

async function draftsOf(one: Case, catalog: Catalog, bench: Bench, beams: number): Promise<Draft[]> {
  try {
    return await bench.drafter.draft(one, catalog, beams)
  } catch (problem) {
    if (problem instanceof Refusal) return []
    throw problem
  }
}

async function greedyRows(one: Case, catalog: Catalog, bench: Bench): Promise<Cell[][] | null> {
  const [draft] = await draftsOf(one, catalog, bench, 1)
  return draft === undefined ? null : rowsOf(draft, catalog, bench.database)
}

async function trial(draft: Draft, catalog: Catalog, database: Database): Promise<Candidate> {
  const checked = await check(draft.sql, catalog, database, settings)
  return { draft, checked, rows: await database.query(tablesOf(catalog), checked.sql, LIMITS) }
}

async function rowsOf(draft: Draft, catalog: Catalog, database: Database): Promise<Cell[][] | null> {
  try {
    return (await trial(draft, catalog, database)).rows.rows
  } catch (problem) {
    if (problem instanceof Refusal) return null
    throw problem
  }
}

async function chosenOf(drafts: Draft[], catalog: Catalog, database: Database, strange: number) {
  try {
    return await choose(drafts, (draft) => trial(draft, catalog, database), strange)
  } catch (problem) {
    if (problem instanceof Refusal) return null
    throw problem
  }
}

function failureOf(drafts: Draft[], rows: Cell[][] | null, one: Case): string {
  if (drafts.length === 0) return 'no draft'
  if (rows === null) return 'does not run'
  const gold = one.golds[0] ?? []
  if (rows.length > 0 && gold.length > 0 && rows[0]?.length !== gold[0]?.length) return 'other columns'
  if (rows.length === 0) return 'no rows'
  if (rows.length !== gold.length) return 'other number of rows'
  return 'other values'
}

function share(outcomes: Outcome[], test: (outcome: Outcome) => boolean | undefined): string {
  return outcomes.length === 0 ? '-' : ((100 * outcomes.filter(test).length) / outcomes.length).toFixed(1)
}

function groupsOf(outcomes: Outcome[], name: (outcome: Outcome) => string): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) groups.set(name(outcome), [...(groups.get(name(outcome)) ?? []), outcome])
  return groups
}

function summary(outcomes: Outcome[]) {
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  return {
    n: outcomes.length,
    ...(outcomes[0]?.greedy === undefined ? {} : { greedy: share(outcomes, ({ greedy }) => greedy) }),
    first: share(outcomes, ({ first }) => first),
    'first, any order': share(outcomes, ({ firstAnyOrder }) => firstAnyOrder),
    chosen: share(outcomes, ({ chosen }) => chosen),
    'chosen, any order': share(outcomes, ({ chosenAnyOrder }) => chosenAnyOrder),
    refused: share(outcomes, ({ refused }) => refused),
    oracle: share(outcomes, ({ oracleAnyOrder }) => oracleAnyOrder),
    'median ms': times.length === 0 ? '-' : (times[times.length >> 1] ?? 0).toFixed(0),
  }
}

function report(set: SetName, outcomes: Outcome[], show: boolean): void {
  const table: Record<string, object> = { [set]: summary(outcomes) }
  for (const [category, own] of groupsOf(outcomes, ({ category }) => category)) table[`  ${category}`] = summary(own)
  console.table(table)
  const failures = outcomes.filter(({ failure }) => failure !== null)
  const classes = [...groupsOf(failures, ({ failure }) => failure ?? '')].map(([name, own]) => `${name}: ${own.length}`)
  console.log(`failures: ${classes.join(', ')}`)
  mkdirSync(CACHE, { recursive: true })
  const signs = outcomes.flatMap((one) =>
    one.signs ? [{ ...one.signs, right: one.chosenAnyOrder, refused: one.refused }] : [],
  )
  writeFileSync(join(CACHE, `signs-${set}.json`), JSON.stringify(signs))
  if (set === 'held-out' && !show) return
  const lines = failures.map((outcome) => JSON.stringify(failureLine(outcome)))
  writeFileSync(join(CACHE, `failures-${set}.jsonl`), lines.map((line) => `${line}\n`).join(''))
}

function failureLine({ case: one, sql, rows, failure, category, oracleAnyOrder }: Outcome) {
  const head = { id: one.id, dataset: one.dataset, question: one.question, failure, category, oracle: oracleAnyOrder }
  return { ...head, gold_sql: one.goldSql, sql, gold_rows: one.golds[0]?.slice(0, 3), rows: rows?.slice(0, 3) ?? null }
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'no-keys': { type: 'boolean', default: false },
      limit: { type: 'string', default: '0' },
      beams: { type: 'string', default: String(settings.draft_beams) },
      greedy: { type: 'boolean', default: false },
      instructions: { type: 'boolean', default: false },
      show: { type: 'boolean', default: false },
      draft: { type: 'string', default: 'model' },
    },
  })
  const sets = positionals.filter((name): name is SetName => (SETS as readonly string[]).includes(name))
  if (sets.length !== positionals.length || sets.length === 0) throw new Error(`Name sets of: ${SETS.join(', ')}`)
  return { sets, values }
}

/** Every `n`-th case, so that a sample has all databases in it. */
function sampled(cases: Case[], limit: number): Case[] {
  if (limit <= 0 || limit >= cases.length) return cases
  const step = cases.length / limit
  return Array.from({ length: limit }, (_, at) => cases[Math.floor(at * step)]).filter((one) => one !== undefined)
}

async function main(): Promise<void> {
  const { sets, values } = readArguments()
  const [database, parser, drafter] = await Promise.all([
    openBenchDatabase(),
    openParser(),
    openDrafter(values.draft, settings),
  ])
  const hardness = async (sql: string, catalog: Catalog) => {
    const query = await parser.parse(straightened(sql, catalog)).catch(() => null)
    return query === null ? 'unparsed' : hardnessOf(query)
  }
  const bench: Bench = {
    database, drafter, hardness, catalogs: catalogReader(settings), beams: Number(values.beams), greedy: values.greedy,
  } // biome-ignore format: a table
  const totals: Record<string, object> = {}
  for (const set of sets) {
    const cases = readCases(set, { instructions: values.instructions, keys: !values['no-keys'] })
    const outcomes: Outcome[] = []
    for (const one of sampled(cases, Number(values.limit))) outcomes.push(await judge(one, bench))
    report(set, outcomes, values.show)
    totals[values['no-keys'] ? `${set}, no keys` : set] = summary(outcomes)
  }
  await Promise.all([database.close(), drafter.close()])
  parser.close()
  console.log(JSON.stringify({ bench: 'accuracy', model: drafter.id, beams: bench.beams, sets: totals }))
}

if (import.meta.filename === process.argv[1]) await main()
