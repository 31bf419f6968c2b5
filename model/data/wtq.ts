/**
 * Command: writes `.cache/wtq.jsonl`, questions of WikiTableQuestions with a program whose result is their answer, and the catalogs
 * of their tables beside it. The data set has answers, no queries: the programs are the model's own drafts (search for programs by
 * their denotation, Pasupat & Liang 2015). `node --import tsx model/data/wtq.ts [--weights folder] [--beams 4] [--shard 0/2]`
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBenchDatabase } from '../../bench/database.ts'
import { type Catalog, readCatalog } from '../../src/catalog.ts'
import type { Cell, Database } from '../../src/database.ts'
import { openEmbeddedModel } from '../../src/draft/model.ts'
import { programText } from '../../src/draft/program.ts'
import type { Draft, Model } from '../../src/draft.ts'
import { link } from '../../src/link.ts'
import { readSettings } from '../../src/settings.ts'
import { CACHE, ROOT, readSharedLines } from './shared.ts'

interface WikiTable {
  id: string
  columns: { name: string; type: string; values: (string | null)[] }[]
}

interface WikiAnswer {
  table: string
  question: string
  answer: string[]
}

const PAIRS = join(CACHE, 'wtq.jsonl')
const CATALOGS = join(CACHE, 'catalogs', 'wtq.jsonl')
const LIMITS = { rows: 100, bytes: 2 ** 20, timeout_ms: 5000 }

/** What a program does needs a word in the question, or it gives the answer by chance. */
const SAID: [does: RegExp, words: RegExp][] = [
  [
    / [/*-] | share | running | growth /,
    /\bratio|percent|per\b|share|difference|more|less|fewer|than|between|longer|times\b/,
  ],
  [/ avg | median /, /\baverage|mean\b|median|typical/],
  [/ sum /, /\btotal|sum\b|how (?:many|much)|number|combined|altogether|amount|all\b|together/],
  [/ (?:intersect|except|union) /, /\bboth|and|or|not|never|but|without|other|besides\b/],
  [
    / (?:max|min|order) /,
    /est\b|\bmost|least|first|last|top\b|max|min|best|worst|only|previous|next|more|less|final|recent/,
  ],
  [/ count /, /\bhow (?:many|often)|number|count|total|amount|times|most|least|more|only|once|twice/],
]

/** A draft this much less likely than the best one gives the answer by chance more often than by meaning. */
const MOST_BEHIND = 3

async function mine(): Promise<void> {
  const { values: args } = parseArgs({
    options: {
      weights: { type: 'string', default: join(ROOT, 'model', 'weights') },
      beams: { type: 'string', default: '4' },
      shard: { type: 'string', default: '0/1' },
    },
  })
  const settings = readSettings()
  const model = await openEmbeddedModel({ weights: args.weights, settings })
  const database = await openBenchDatabase()
  const questions = new Map<string, WikiAnswer[]>()
  for (const asked of readSharedLines<WikiAnswer>('wtq', 'questions.jsonl.gz'))
    questions.set(asked.table, [...(questions.get(asked.table) ?? []), asked])
  mkdirSync(join(CACHE, 'catalogs'), { recursive: true })
  const done = existsSync(CATALOGS) ? new Set(readFileSync(CATALOGS, 'utf8').split('\n').map(datasetOf)) : new Set()
  const [shard = 0, shards = 1] = args.shard.split('/').map(Number)
  let [read, kept] = [0, 0]
  const count = ({ id }: WikiTable) => questions.get(id)?.length ?? 0
  const tables = readSharedLines<WikiTable>('wtq', 'tables.jsonl.gz').sort((a, b) => count(b) - count(a))
  for (const [at, table] of tables.entries()) {
    if (at % shards !== shard || done.has(`wtq_${table.id}`)) continue
    const asked = questions.get(table.id) ?? []
    const catalog = await readCatalog(folderOf(table), { settings }).catch(() => undefined)
    if (catalog === undefined) continue // Headers alone, or cells no reader takes for a table.
    const named = { ...catalog, dataset: `wtq_${table.id}` }
    const found = await programsOf(named, asked, { model, database, beams: Number(args.beams) })
    appendFileSync(PAIRS, found.map((pair) => `${JSON.stringify(pair)}\n`).join(''))
    appendFileSync(CATALOGS, `${JSON.stringify(named)}\n`)
    read += asked.length
    kept += found.length
    console.log(`${table.id}: ${found.length} of ${asked.length}; in all ${kept} of ${read}`)
  }
  await model.close()
  await database.close()
}

function datasetOf(line: string): string {
  return line === '' ? '' : (JSON.parse(line) as Catalog).dataset
}

/** The table as a folder with one CSV. */
function folderOf({ id, columns }: WikiTable): string {
  const folder = join(CACHE, 'wtq', id)
  mkdirSync(folder, { recursive: true })
  const rows = columns[0]?.values.map((_, row) => columns.map(({ values }) => quoted(values[row] ?? ''))) ?? []
  const lines = [columns.map(({ name }) => quoted(name)), ...rows].map((cells) => cells.join(','))
  writeFileSync(join(folder, 'table.csv'), `${lines.join('\n')}\n`)
  return folder
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""').replaceAll('\n', ' ')}"`
}

async function programsOf(
  catalog: Catalog,
  asked: WikiAnswer[],
  { model, database, beams }: { model: Model; database: Database; beams: number },
): Promise<{ database: string; question: string; program: string }[]> {
  const tables = { key: catalog.dataset, tables: catalog.tables }
  const found = []
  for (const { question, answer } of asked) {
    const options = { beams, today: '2015-01-01' }
    const drafts = await model.draft(question, catalog, link(question, catalog), options).catch((): Draft[] => [])
    const best = drafts[0]?.score ?? 0
    for (const { sql, program, score } of drafts) {
      if (program === undefined || score < best - MOST_BEHIND || !isSaid(programText(program), question)) continue
      const rows = await database.query(tables, sql, LIMITS).then(
        (result) => result.rows,
        () => [], // Most drafts are wrong, some do not even run.
      )
      if (!isAnswer(rows, answer)) continue
      found.push({ database: catalog.dataset, question, program: programText(program) })
      break
    }
  }
  return found
}

function isSaid(program: string, question: string): boolean {
  return SAID.every(([does, words]) => !does.test(program) || words.test(question))
}

/** Whether the one column of a result holds exactly the answer's items, each as often. */
export function isAnswer(rows: Cell[][], answer: string[]): boolean {
  if (rows.length !== answer.length || rows.some((row) => row.length !== 1)) return false
  const mine = rows.map(([cell]) => meaning(String(cell ?? ''))).sort()
  const theirs = answer.map(meaning).sort()
  return mine.every((cell, at) => cell === theirs[at])
}

/** A cell as what it says: a number, a day, or its letters and digits. */
function meaning(cell: string): string {
  const text = cell.trim().toLowerCase()
  const number = Number(text.replace(/[,$£€%]/g, ''))
  if (text !== '' && Number.isFinite(number)) return String(Number(number.toPrecision(6)))
  const day = /\d{4}/.test(text) && /^[\w\s,.-]+$/.test(text) ? Date.parse(`${text} UTC`) : Number.NaN
  if (Number.isFinite(day)) return new Date(day).toISOString().slice(0, 10)
  return text.normalize('NFKD').replace(/[^\p{L}\p{N}]+/gu, '')
}

if (import.meta.filename === process.argv[1]) await mine()
