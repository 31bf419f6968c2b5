/**
 * Command: chart requests in people's words over a single file (bench/utterances.txt) → mark, columns and aggregate.
 * `node --import tsx bench/utterances.ts [--show] [--no-model] [--file other.txt]`
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CACHE, ROOT } from '../model/data/shared.ts'
import { type Answer, answer } from '../src/answer.ts'
import { type Catalog, readCatalog } from '../src/catalog.ts'
import type { VegaLiteSpec } from '../src/chart.ts'
import { Refusal } from '../src/refusal.ts'
import { readSettings } from '../src/settings.ts'
import { benchEffects } from './asking.ts'
import { openBenchDatabase } from './database.ts'
import { report } from './report.ts'
import { madeTables } from './tables.ts'

interface Utterance {
  dataset: string
  text: string
  marks: string[]
  columns: string[]
  aggregates: string[]
}

/** The lines of an utterance file. */
export function readUtterances(path: string): Utterance[] {
  let dataset = ''
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('== ')) dataset = line.slice(3).trim()
      const [mark, columns, aggregate, text] = line.split('|').map((part) => part.trim())
      if (line.startsWith('#') || text === undefined) return []
      const list = (cell = '', by = '/') => cell.split(by).map((part) => part.trim())
      return [{ dataset, text, marks: list(mark), columns: list(columns, ','), aggregates: list(aggregate) }]
    })
}

/** The kind of a chart in the file's words: one line or several, panels as "+facet". */
export function markOf(spec: VegaLiteSpec | null): string {
  const kind = (spec?.usermeta as { kind?: string } | undefined)?.kind ?? 'table'
  const plain = ({ 'grouped-bar': 'grouped', 'stacked-bar': 'stacked' } as Record<string, string>)[kind] ?? kind
  const inner = (spec?.spec ?? spec) as { encoding?: object } | null
  const many = plain === 'line' && inner !== null && 'color' in (inner.encoding ?? {})
  return `${many ? 'lines' : plain}${spec !== null && 'facet' in spec && kind !== 'bar-beside' ? '+facet' : ''}`
}

/** Columns of the catalog that the SELECT list names, lower-case and sorted. */
function columnsIn(sql: string, catalog: Catalog): string[] {
  const list = sql
    .slice(0, Math.max(0, sql.search(/\bFROM\b/i)))
    .toLowerCase()
    .replace(/\bas\s+("[^"]+"|\w+)/g, '')
  const names = catalog.tables.flatMap(({ columns }) => columns.map(({ name }) => name.toLowerCase()))
  const found = names.filter((name) => new RegExp(`(^|[^\\w-])${name.replace(/[$()]/g, '\\$&')}($|[^\\w-])`).test(list))
  return [...new Set(found)].sort()
}

function aggregatesIn(sql: string): string {
  const list = sql.slice(0, Math.max(0, sql.search(/\bFROM\b/i))).toLowerCase()
  const found = [...list.matchAll(/\b(count|sum|avg|min|max|median|stddev)(?:_\w+)?\s*\(/g)].map((match) => match[1])
  return found.length === 0
    ? 'none'
    : [...new Set(found.filter((name) => name !== 'sum' || !/over \(/.test(list) || found.length === 1))]
        .sort()
        .join('+')
}

interface Outcome {
  utterance: Utterance
  mark: boolean
  columns: boolean
  aggregate: boolean
  got: string
}

function judge(utterance: Utterance, given: Answer | null, catalog: Catalog): Outcome {
  if (given === null) return { utterance, mark: false, columns: false, aggregate: false, got: 'refused' }
  const mark = markOf(given.chart)
  const columns = columnsIn(given.sql, catalog)
  const aggregate = aggregatesIn(given.sql)
  return {
    utterance,
    mark: utterance.marks.includes(mark),
    columns:
      columns.join() ===
      utterance.columns
        .map((name) => name.toLowerCase())
        .sort()
        .join(),
    aggregate: utterance.aggregates.includes(aggregate),
    got: `${mark} | ${columns.join(', ')} | ${aggregate} | ${given.plan.model.slice(0, 8)} ${given.sql.replace(/\s+/g, ' ').slice(0, 150)}`,
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      show: { type: 'boolean', default: false },
      'no-model': { type: 'boolean', default: false },
      file: { type: 'string', default: join(ROOT, 'bench', 'utterances.txt') },
    },
  })
  const settings = { ...readSettings(), verify_max_rows: 0 }
  const database = await openBenchDatabase()
  const effects = await benchEffects(database, settings)
  if (values['no-model']) effects.model.draft = async () => []
  const made = madeTables(join(CACHE, 'utterances'))
  const catalogs = new Map<string, Catalog>()
  const outcomes: Outcome[] = []
  for (const utterance of readUtterances(values.file)) {
    const { dataset } = utterance
    const folder = made.get(dataset) ?? join(ROOT, 'examples', dataset)
    const catalog = catalogs.get(dataset) ?? (await readCatalog(folder, { settings }))
    catalogs.set(dataset, catalog)
    const asked = { text: utterance.text, dataset, limit: settings.rows_max, language: 'en' as const }
    const world = { ...effects, catalogs: { names: async () => [dataset], get: async () => catalog } }
    const given = await answer(asked, world).catch((problem) => {
      if (problem instanceof Refusal) return null
      throw problem
    })
    outcomes.push(judge(utterance, given, catalog))
  }
  if (values.show) show(outcomes)
  await Promise.all([database.close(), effects.model.close()])
  report('utterances', { model: effects.model.id, ...summary(outcomes) })
}

function show(outcomes: Outcome[]): void {
  for (const { utterance, mark, columns, aggregate, got } of outcomes) {
    if (mark && columns && aggregate) continue
    const wanted = `${utterance.marks.join('/')} | ${utterance.columns.join(', ')} | ${utterance.aggregates.join('/')}`
    console.log(`${utterance.text}\n    wanted ${wanted}\n    got    ${got}`)
  }
}

function summary(outcomes: Outcome[]) {
  const share = (test: (one: Outcome) => boolean) => (100 * outcomes.filter(test).length) / outcomes.length
  return {
    n: outcomes.length,
    mark: share(({ mark }) => mark),
    columns: share(({ columns }) => columns),
    aggregate: share(({ aggregate }) => aggregate),
    all: share(({ mark, columns, aggregate }) => mark && columns && aggregate),
  }
}

if (import.meta.filename === process.argv[1]) await main()
