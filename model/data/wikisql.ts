/** WikiSQL: its questions, and its tables' headers as far as the queries name them. */
import type { Catalog, Column } from '../../src/catalog.ts'
import type { Keyword } from '../../src/draft/program.ts'
import { numberOf } from '../../src/link/words.ts'
import { bareCatalog, bareColumn, bareTable, fillColumn } from './bare.ts'
import { type Loose, Unsayable } from './scope.ts'
import { readShared } from './shared.ts'

interface Entry {
  sentences: { original: string; 'question-split': string; 'table-id': string; variables: Record<string, string> }[]
  sql: string[]
}

/** A WikiSQL question; `loose` throws Unsayable when its query cannot be read. */
export interface WikiQuestion {
  database: string
  question: string
  loose: () => Loose[]
}

/** A query over named columns; values may be variables that each question fills. */
interface Query {
  aggregate: Keyword | null
  column: string
  conditions: { column: string; sign: Keyword; value: string }[]
}

interface WikiTable {
  /** Names of the columns its queries use, in order of first use. */
  names: Set<string>
  questions: { question: string; query: Query }[]
}

/** WikiSQL's training questions and the catalogs of their tables (one table `table`, cells only as the queries name them). */
export function readWikiSql(): { catalogs: Catalog[]; questions: WikiQuestion[] } {
  const catalogs: Catalog[] = []
  const questions: WikiQuestion[] = []
  for (const [id, table] of wikiTables()) {
    if (table.names.size < 2) continue
    const database = `wiki_${id}`
    catalogs.push(catalogOf(database, table))
    const item = new Map([...table.names].map((name, at) => [name, at + 1]))
    for (const { question, query } of table.questions)
      questions.push({ database, question, loose: () => looseOf(query, item) })
  }
  return { catalogs, questions }
}

function wikiTables(): Map<string, WikiTable> {
  const tables = new Map<string, WikiTable>()
  for (const entry of JSON.parse(readShared('wikisql', 'wikisql.json.bz2')) as Entry[]) {
    const query = queryOf(entry.sql[0] ?? '')
    if (query === null) continue
    for (const sentence of entry.sentences) {
      if (sentence['question-split'] !== 'train') continue
      const id = sentence['table-id']
      const table: WikiTable = tables.get(id) ?? { names: new Set(), questions: [] }
      tables.set(id, table)
      for (const { column } of [query, ...query.conditions]) table.names.add(column)
      table.questions.push({ question: sentence.original.trim(), query: filled(query, sentence.variables) })
    }
  }
  return tables
}

function nameOf(field: string): string {
  return field.replaceAll(/[_/]+/g, ' ').trim().toLowerCase()
}

function filled(query: Query, variables: Record<string, string>): Query {
  const conditions = query.conditions.map((condition) => ({
    ...condition,
    value: variables[condition.value] ?? condition.value,
  }))
  return { ...query, conditions }
}

const SELECT =
  /^SELECT\s+(?:(MAX|MIN|COUNT|SUM|AVG)\s*\(?\s*)?TABLEalias0\.(\S+)_FIELD\s*\)?\s+FROM TABLE AS TABLEalias0(?:\s+WHERE\s+(.*?))?\s*;?\s*$/is
const CONDITION = /^TABLEalias0\.(\S+)_FIELD\s*(=|>|<)\s*"?(.*?)"?\s*$/is

function queryOf(sql: string): Query | null {
  const read = SELECT.exec(sql.trim())
  if (read === null) return null
  const parts = read[3] === undefined ? [] : read[3].split(/\s+AND\s+(?=TABLEalias0\.)/i)
  const conditions = parts.map((part) => CONDITION.exec(part.trim()))
  if (conditions.some((condition) => condition === null)) return null
  return {
    aggregate: (read[1]?.toLowerCase() ?? null) as Keyword | null,
    column: nameOf(read[2] ?? ''),
    conditions: conditions.map((condition) => ({
      column: nameOf(condition?.[1] ?? ''),
      sign: condition?.[2] as Keyword,
      value: condition?.[3] ?? '',
    })),
  }
}

function catalogOf(database: string, table: WikiTable): Catalog {
  const cells = new Map<string, string[]>()
  for (const { query } of table.questions) {
    for (const { column, value } of query.conditions) cells.set(column, [...(cells.get(column) ?? []), value])
  }
  const columns = [...table.names].map((name): Column => {
    const values = cells.get(name) ?? []
    const isNumber = values.length > 0 && values.every((value) => numberOf(value) !== undefined && /^\d/.test(value))
    return fillColumn(bareColumn(name, isNumber ? 'number' : 'text'), isNumber ? spread(values) : values)
  })
  return bareCatalog(database, [bareTable('table', columns)])
}

/** The cells known are those asked about; the column reaches beyond them. */
function spread(values: string[]): string[] {
  const numbers = values.map((value) => numberOf(value) ?? 0)
  return [...numbers, Math.floor(Math.min(...numbers) * 0.8), Math.ceil(Math.max(...numbers) * 1.2)].map(String)
}

function looseOf(query: Query, item: Map<string, number>): Loose[] {
  const pointer = (column: string): Loose => {
    const found = item.get(column)
    if (found === undefined) throw new Unsayable('column without a name')
    return { item: found }
  }
  const conditions = query.conditions.flatMap(({ column, sign, value }, at): Loose[] => {
    const number = /^-?\d[\d,.]*$/.test(value) ? numberOf(value.replace(/^-/, '')) : undefined
    const signed = number !== undefined && value.startsWith('-') ? -number : number
    const use = sign === '=' ? ('equal' as const) : ('compare' as const)
    const literal = { text: value, use, ...(signed === undefined ? {} : { number: signed }) }
    return [{ keyword: at === 0 ? 'where' : 'and' }, pointer(column), { keyword: sign }, { literal }]
  })
  const aggregate: Loose[] = query.aggregate === null ? [] : [{ keyword: query.aggregate }]
  return [{ keyword: 'select' }, ...aggregate, pointer(query.column), ...conditions, { keyword: 'from' }, { item: 0 }]
}
