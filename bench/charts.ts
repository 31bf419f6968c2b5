/**
 * Command: question → chart on nvBench, over databases no training saw: the share of right data, right mark, both; and the
 * mark alone on the gold query's rows. Of the held-out databases only totals are printed.
 * `train` are the databases that were trained on: there only the gold rows say anything.
 * `node --import tsx bench/charts.ts dev held-out [--limit 400] [--gold-only] [--answer-all]`
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { alignLiterals } from '../model/data/align.ts'
import { convertQuery } from '../model/data/convert.ts'
import { impliedJoins } from '../model/data/pairs.ts'
import { namesOf, Unsayable } from '../model/data/scope.ts'
import { CACHE, DEVELOPMENT, HELD_OUT, OTHER_SETS, readSharedLines, sharedPath } from '../model/data/shared.ts'
import { openParser, type Parser } from '../model/data/sql.ts'
import { parseVql } from '../model/data/vql.ts'
import { type Answer, answer } from '../src/answer.ts'
import { agrees } from '../src/cases/compare.ts'
import type { Catalog } from '../src/catalog.ts'
import { chart, type VegaLiteSpec, wishOf } from '../src/chart.ts'
import type { Cell, Database } from '../src/database.ts'
import { CompileError, compile } from '../src/draft/compile.ts'
import { link } from '../src/link.ts'
import { Refusal } from '../src/refusal.ts'
import { readSettings } from '../src/settings.ts'
import { benchEffects } from './asking.ts'
import { openBenchDatabase } from './database.ts'
import { catalogReader } from './drafter.ts'
import { report } from './report.ts'

interface Chart {
  id: number
  dataset: string
  chart: string
  vql: string
  questions: string[]
  values: { x_data: Cell; y_data: Cell; classify?: Cell }[] | null
}

interface Case extends Omit<Chart, 'questions'> {
  question: string
}

/** How one question went; `gold` are the gold query's marks: null when it cannot be said here. */
interface Outcome {
  case: Case
  named: boolean
  goldMark: boolean | null
  data: boolean | null
  mark: boolean | null
  sql: string | null
  drawn: string | null
}

const TODAY = '2024-01-01'
const LIMITS = { rows: 20_000, bytes: 64 * 2 ** 20, timeout_ms: 10_000 }

const settings = {
  ...readSettings(),
  verify_max_rows: 0,
  rows_max: 20_000,
  ...(process.argv.includes('--answer-all') ? { refuse_below: 0 } : {}),
}

interface Bench {
  database: Database
  parse: Parser
  catalogs: (one: { folder: string }) => Promise<Catalog>
  ask: ((question: string, catalog: Catalog) => Promise<Answer>) | null
}

/** Words by which a person names a kind; on purpose not those that the product reads. */
const NAMED = /\b(bars?|barchart|pie|lines?|scatter|stacked?|stacking|histograms?)\b/i

/** The marks of nvBench that our drawing may stand for: stacked and grouped bars are both bars in colours. */
export function markOf(spec: VegaLiteSpec | null): string {
  const kind = (spec?.usermeta as { kind?: string } | undefined)?.kind ?? 'table'
  const coloured = spec !== null && 'color' in ((spec.encoding ?? {}) as object)
  if (kind === 'grouped-bar' || kind === 'stacked-bar') return 'Stacked Bar'
  if (kind === 'bar' || kind === 'histogram') return 'Bar'
  if (kind === 'pie' || kind === 'donut') return 'Pie'
  if (kind === 'line' || kind === 'area') return coloured ? 'Grouping Line' : 'Line'
  if (kind === 'scatter') return coloured ? 'Grouping Scatter' : 'Scatter'
  return kind
}

/** nvBench draws months and weekdays by short names, and a bar of height nothing for those without rows. */
function plainRows(rows: Cell[][]): Cell[][] {
  const kept = rows.filter((row) => row.some((cell) => typeof cell === 'number' && cell !== 0) || row.length < 2)
  return kept.map((row) => row.map(plainCell))
}

const CALENDAR =
  /^(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(day|s|sday|nesday|r|rs|rsday|urday|uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?$/i

function plainCell(cell: Cell): Cell {
  if (typeof cell !== 'string') return cell
  const match = CALENDAR.exec(cell.trim())
  if (match !== null) return String(match[1]).toLowerCase()
  return /^\d{4}-01-01( 00:00:00)?$/.test(cell) ? Number(cell.slice(0, 4)) : cell
}

function drawnRows({ values }: Case): Cell[][] | null {
  return (
    values?.map((point) =>
      point.classify === undefined ? [point.x_data, point.y_data] : [point.x_data, point.y_data, point.classify],
    ) ?? null
  )
}

/** The gold query as SQL of ours; null when the language has no words for it. */
async function goldSql(one: Case, catalog: Catalog, parse: Parser): Promise<string | null> {
  const names = namesOf(catalog)
  const links = link(one.question, catalog)
  try {
    const query = await parseVql(one.vql, catalog, parse, { coloured: /group|stack/i.test(one.chart) })
    const loose = convertQuery(query, names, impliedJoins(catalog, names))
    const program = alignLiterals(loose, { words: links.words, text: one.question, values: () => links.values })
    return compile(program, catalog, links, { today: TODAY }).sql
  } catch (problem) {
    if (problem instanceof Unsayable || problem instanceof CompileError || problem instanceof Error) return null
    throw problem
  }
}

async function judge(one: Case, bench: Bench): Promise<Outcome> {
  const folder = sharedPath('spider', 'data', one.dataset)
  const catalog = await bench.catalogs({ folder })
  const named = NAMED.test(one.question)
  const gold = await goldOf(one, catalog, bench)
  const base = { case: one, named, goldMark: gold === null ? null : gold.mark === one.chart }
  if (bench.ask === null) return { ...base, data: null, mark: null, sql: gold?.sql ?? null, drawn: gold?.mark ?? null }
  const given = await refusable(() => bench.ask?.(one.question, catalog))
  if (given === null || given === undefined) return { ...base, data: false, mark: false, sql: null, drawn: null }
  const golds = [drawnRows(one), gold?.rows ?? null].filter((rows) => rows !== null).map(plainRows)
  const data = agrees(plainRows(given.rows), golds, { ordered: false, anyColumnOrder: true })
  const drawn = markOf(given.chart)
  return { ...base, data, mark: drawn === one.chart, sql: given.sql, drawn }
}

async function goldOf(one: Case, catalog: Catalog, { database, parse }: Bench) {
  const sql = await goldSql(one, catalog, parse)
  if (sql === null) return null
  const tables = { key: `${catalog.dataset} ${catalog.fingerprint.schema}`, tables: catalog.tables }
  const rows = await refusable(() => database.query(tables, sql, LIMITS))
  if (rows === null) return null
  const tree = JSON.parse(await database.parse(sql))
  const made = chart({ title: one.question, wish: wishOf(one.question), catalog, tree: tree.statements[0], rows })
  return { sql, rows: rows.rows, mark: markOf(made.spec) }
}

async function refusable<T>(work: () => Promise<T> | undefined): Promise<T | null> {
  try {
    return (await work()) ?? null
  } catch (problem) {
    if (problem instanceof Refusal) return null
    throw problem
  }
}

function percent(outcomes: Outcome[], test: (one: Outcome) => boolean | null): number | null {
  const known = outcomes.map(test).filter((one) => one !== null)
  return known.length === 0 ? null : (100 * known.filter(Boolean).length) / known.length
}

function summary(outcomes: Outcome[]) {
  return {
    n: outcomes.length,
    refused: percent(outcomes, ({ data, sql }) => data !== null && sql === null),
    data: percent(outcomes, ({ data }) => data),
    mark: percent(outcomes, ({ mark }) => mark),
    both: percent(outcomes, ({ data, mark }) => (data === null ? null : data && mark === true)),
    'gold rows, kind named: mark': percent(outcomes, ({ named, goldMark }) => (named ? goldMark : null)),
    'gold rows, none named: mark': percent(outcomes, ({ named, goldMark }) => (named ? null : goldMark)),
    'gold said': percent(outcomes, ({ goldMark }) => goldMark !== null),
  }
}

function readCases(set: string): Case[] {
  return readSharedLines<Chart>('nvbench', 'train.jsonl.gz')
    .filter(({ dataset }) => setOf(dataset) === set && existsSync(sharedPath('spider', 'data', dataset)))
    .flatMap(({ questions, ...rest }) => questions.map((question) => ({ ...rest, question: question.trim() })))
}

function setOf(dataset: string): string {
  if (HELD_OUT.has(dataset)) return 'held-out'
  if (OTHER_SETS.has(dataset)) return 'other'
  return DEVELOPMENT.has(dataset) ? 'dev' : 'train'
}

/** Every `n`-th case, so that a sample has all databases in it. */
function sampled(cases: Case[], limit: number): Case[] {
  if (limit <= 0 || limit >= cases.length) return cases
  const step = cases.length / limit
  return Array.from({ length: limit }, (_, at) => cases[Math.floor(at * step)]).filter((one) => one !== undefined)
}

function keepFailures(set: string, outcomes: Outcome[]): void {
  if (set !== 'dev' && set !== 'train') return
  mkdirSync(CACHE, { recursive: true })
  const wrong = outcomes.filter(({ data, mark, goldMark }) => data === false || mark === false || goldMark === false)
  const lines = wrong.map(({ case: one, ...rest }) => {
    const { question, vql, chart: kind, dataset } = one
    return JSON.stringify({ question, vql, kind, dataset, ...rest })
  })
  writeFileSync(join(CACHE, `charts-${set}.jsonl`), lines.map((line) => `${line}\n`).join(''))
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      limit: { type: 'string', default: '0' },
      'gold-only': { type: 'boolean', default: false },
      'answer-all': { type: 'boolean', default: false },
    },
  })
  const [database, parser] = await Promise.all([openBenchDatabase(), openParser()])
  const catalogs = catalogReader(settings)
  const asking = values['gold-only'] ? null : await benchEffects(database, settings)
  const ask =
    asking === null
      ? null
      : (question: string, catalog: Catalog) => {
          const effects = { ...asking, catalogs: { names: async () => [catalog.dataset], get: async () => catalog } }
          return answer({ text: question, dataset: catalog.dataset, limit: 20_000, language: 'en' }, effects)
        }
  const sets: Record<string, object> = {}
  for (const set of positionals.length > 0 ? positionals : ['dev', 'held-out']) {
    const outcomes: Outcome[] = []
    const bench: Bench = { database, parse: parser.parse, catalogs: catalogs as Bench['catalogs'], ask }
    for (const one of sampled(readCases(set), Number(values.limit))) outcomes.push(await judge(one, bench))
    sets[set] = summary(outcomes)
    console.table({ [set]: sets[set] })
    keepFailures(set, outcomes)
  }
  await Promise.all([database.close(), asking?.model.close()])
  parser.close()
  report('charts', { model: asking?.model.id ?? 'gold', sets })
}

if (import.meta.filename === process.argv[1]) await main()
