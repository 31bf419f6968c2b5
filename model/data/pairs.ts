/** Command: writes `.cache/pairs.jsonl`, one question with its program a line, and prints what was lost and why. `--fresh` reads the catalogs again. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalog, itemsOf } from '../../src/catalog.ts'
import { type JoinEdge, joinGraph, joinPath } from '../../src/draft/joins.ts'
import { programText } from '../../src/draft/program.ts'
import { wordsOf } from '../../src/link/words.ts'
import { link, type ValueMatch } from '../../src/link.ts'
import { alignLiterals, type Question } from './align.ts'
import { keepCatalogs, spiderCatalogs } from './catalogs.ts'
import { convertQuery } from './convert.ts'
import { withNamedValues } from './rowless.ts'
import { type Edge, type ImpliedJoins, type Literal, type Loose, type Names, namesOf, Unsayable } from './scope.ts'
import { CACHE, DEVELOPMENT } from './shared.ts'
import { type Asked, readSources } from './sources.ts'
import { openParser, type Parser, straightened } from './sql.ts'
import { parseVql } from './vql.ts'
import { readWikiSql } from './wikisql.ts'

/** One line of `.cache/pairs.jsonl`; `split` is "dev" for the databases of `model/dev-databases.json`. */
export interface Pair {
  source: Asked['source'] | 'wikisql'
  split: 'train' | 'dev'
  database: string
  question: string
  program: string
  /** The program where keys are inferred instead of declared (`spider-inferred.json`), when it differs: joins that do not follow are written. */
  inferred?: string
  gold: string
  chart?: string
}

/** The longest program that is kept. */
const MOST_TOKENS = 60

/** What was read, kept and lost, by source. */
type Tally = Map<string, { read: number; kept: number; lost: Map<string, number> }>

function count(tally: Tally, source: string, reason: string | null): void {
  const row = tally.get(source) ?? { read: 0, kept: 0, lost: new Map<string, number>() }
  tally.set(source, row)
  row.read++
  if (reason === null) row.kept++
  else row.lost.set(reason, (row.lost.get(reason) ?? 0) + 1)
}

/** The joins that follow from the catalog's keys, as pairs of column items. */
export function impliedJoins(catalog: Catalog, names: Names): ImpliedJoins {
  const graph = joinGraph(catalog)
  const items = itemsOf(catalog)
  const item = (table: number, column: number) => (names.tableItems[table] ?? 0) + 1 + column
  const edgeOf = ([one, other]: Edge): JoinEdge => {
    const [from, to] = [items[one], items[other]]
    if (from?.kind !== 'column' || to?.kind !== 'column') throw new Error(`No columns: ${one}, ${other}`)
    const pairs = [{ left: from.column, right: to.column }]
    return { left: from.table, right: to.table, pairs, source: 'declared' }
  }
  return (tables, written) =>
    joinPath(graph, tables, written.map(edgeOf))?.flatMap(({ edges }) =>
      edges.flatMap((edge) =>
        edge.pairs.map(({ left, right }): Edge => [item(edge.left, left), item(edge.right, right)]),
      ),
    ) ?? null
}

/** Converts gold queries of one set of catalogs; each query text is parsed once. */
export function converterOf(catalogs: Map<string, Catalog>, parse: Parser): (asked: Asked) => Promise<Loose[]> {
  const contexts = new Map<string, { catalog: Catalog; names: Names; implied: ImpliedJoins }>()
  const parsed = new Map<string, Promise<Loose[]>>()
  const contextOf = (database: string) => {
    const catalog = catalogs.get(database)
    if (catalog === undefined) throw new Error(`No catalog of ${database}`)
    const names = namesOf(catalog)
    const made = contexts.get(database) ?? { catalog, names, implied: impliedJoins(catalog, names) }
    contexts.set(database, made)
    return made
  }
  return ({ source, database, gold }) => {
    const { catalog, names, implied } = contextOf(database)
    const loose =
      parsed.get(`${database}\n${gold}`) ??
      (source === 'chart' ? parseVql(gold, catalog, parse) : parse(straightened(gold, catalog))).then((query) =>
        convertQuery(query, names, implied),
      )
    parsed.set(`${database}\n${gold}`, loose)
    return loose
  }
}

/** Why a gold query gave no program; throws what is not an expected loss. */
export function lossOf(error: unknown): string {
  if (error instanceof Unsayable) return error.reason
  if (error instanceof Error && /syntax error|Parser Error|not one statement/i.test(error.message)) return 'not parsed'
  throw error
}

async function spiderPairs(tally: Tally): Promise<Pair[]> {
  const { parse, close } = await openParser()
  const fresh = process.argv.includes('--fresh')
  const declared = await spiderCatalogs({ fresh, keys: 'declared' })
  const inferred = await spiderCatalogs({ fresh, keys: 'inferred' })
  const [convert, convertInferred] = [converterOf(declared, parse), converterOf(inferred, parse)]
  const pairs: Pair[] = []
  const literals = new Map<string, Literal[]>()
  for (const asked of readSources()) {
    try {
      const loose = await convert(asked)
      noteLiterals(literals, asked.database, loose)
      const question = linkedQuestion(asked.question, declared.get(asked.database))
      const program = aligned(loose, question)
      const other = aligned(await convertInferred(asked), question)
      const split = DEVELOPMENT.has(asked.database) ? 'dev' : 'train'
      pairs.push({ ...asked, split, program, ...(other === program ? {} : { inferred: other }) })
      count(tally, asked.source, null)
    } catch (error) {
      count(tally, asked.source, lossOf(error))
    }
  }
  close()
  for (const [keys, catalogs] of [
    ['declared', declared],
    ['inferred', inferred],
  ] as const) {
    keepCatalogs(
      keys,
      [...catalogs.values()].map((catalog) => withNamedValues(catalog, literals.get(catalog.dataset) ?? [])),
    )
  }
  return pairs
}

function noteLiterals(literals: Map<string, Literal[]>, database: string, loose: Loose[]): void {
  const own = literals.get(database) ?? []
  literals.set(database, own)
  for (const token of loose) if ('literal' in token) own.push(token.literal)
}

/** The question with its links, found when first asked for. */
export function linkedQuestion(text: string, catalog: Catalog | undefined): Question {
  let values: ValueMatch[] | undefined
  const find = () => {
    values ??= catalog === undefined ? [] : link(text, catalog).values
    return values
  }
  return { text, words: wordsOf(text), values: find }
}

function aligned(loose: Loose[], question: Question): string {
  const program = alignLiterals(loose, question)
  if (program.length > MOST_TOKENS) throw new Unsayable('program too long')
  return programText(program)
}

function wikiPairs(tally: Tally): Pair[] {
  const { catalogs, questions } = readWikiSql()
  mkdirSync(join(CACHE, 'catalogs'), { recursive: true })
  writeFileSync(join(CACHE, 'catalogs', 'wikisql.jsonl'), catalogs.map((catalog) => JSON.stringify(catalog)).join('\n'))
  const pairs: Pair[] = []
  for (const { database, question, loose } of questions) {
    try {
      const program = programText(alignLiterals(loose(), { words: wordsOf(question), text: question }))
      pairs.push({ source: 'wikisql', split: 'train', database, question, program, gold: '' })
      count(tally, 'wikisql', null)
    } catch (error) {
      count(tally, 'wikisql', lossOf(error))
    }
  }
  return pairs
}

function print(tally: Tally): void {
  for (const [source, { read, kept, lost }] of tally) {
    console.log(`${source}: ${kept} of ${read} (${((100 * kept) / read).toFixed(1)} %)`)
    const reasons = [...lost].sort((a, b) => b[1] - a[1]).slice(0, 15)
    for (const [reason, times] of reasons) console.log(`  ${times}  ${reason}`)
  }
}

async function main(): Promise<void> {
  const tally: Tally = new Map()
  const pairs = [...(await spiderPairs(tally)), ...wikiPairs(tally)]
  const path = join(CACHE, 'pairs.jsonl')
  writeFileSync(`${path}.part`, `${pairs.map((pair) => JSON.stringify(pair)).join('\n')}\n`)
  renameSync(`${path}.part`, path)
  print(tally)
  const items = Math.max(...[...(await spiderCatalogs()).values()].map((catalog) => itemsOf(catalog).length))
  console.log(`${pairs.length} pairs; the largest catalog has ${items} items`)
}

if (import.meta.filename === process.argv[1]) await main()
