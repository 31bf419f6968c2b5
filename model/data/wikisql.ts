/** WikiSQL: its questions, and its tables' headers as far as the queries name them. */
import type { Catalog, Column } from '../../src/catalog.ts'
import type { Keyword } from '../../src/draft/program.ts'
import { numberOf } from '../../src/link/words.ts'
import { bareCatalog, bareColumn, bareTable, fillColumn } from './bare.ts'
import { type Loose, Unsayable } from './scope.ts'
import { readShared } from './shared.ts'

interface Entry {
  sentences: { original: string; 'question-split': string; 'table-id': string }[]
  sql: string[]
  'sql-original': string[]
}

/** A WikiSQL question; `loose` throws Unsayable when its query cannot be read. */
export interface WikiQuestion {
  database: string
  question: string
  loose: () => Loose[]
}

interface Query {
  aggregate: Keyword | null
  column: number
  conditions: { column: number; sign: Keyword; value: string }[]
}

interface WikiTable {
  /** Column number of the original table → its name. */
  names: Map<number, string>
  questions: { question: string; query: Query | null }[]
}

/** WikiSQL's training questions and the catalogs of their tables (one table `table`, cells only as the queries name them). */
export function readWikiSql(): { catalogs: Catalog[]; questions: WikiQuestion[] } {
  const catalogs: Catalog[] = []
  const questions: WikiQuestion[] = []
  for (const [id, table] of wikiTables()) {
    if (table.names.size < 2) continue
    const numbers = [...table.names.keys()].sort((a, b) => a - b)
    const database = `wiki_${id}`
    catalogs.push(catalogOf(database, table, numbers))
    const item = new Map(numbers.map((number, at) => [number, at + 1]))
    for (const { question, query } of table.questions)
      questions.push({ database, question, loose: () => looseOf(query, item) })
  }
  return { catalogs, questions }
}

function wikiTables(): Map<string, WikiTable> {
  const tables = new Map<string, WikiTable>()
  for (const entry of JSON.parse(readShared('wikisql', 'wikisql.json.bz2')) as Entry[]) {
    const original = entry['sql-original'][0] ?? ''
    const numbers = Array.from(original.matchAll(/\bcol(\d+)\b/g), ([, number]) => Number(number))
    const names = Array.from((entry.sql[0] ?? '').matchAll(/TABLEalias0\.(\S+?)_FIELD\b/g), ([, name]) => name ?? '')
    for (const sentence of entry.sentences) {
      if (sentence['question-split'] !== 'train') continue
      const id = sentence['table-id']
      const table: WikiTable = tables.get(id) ?? { names: new Map(), questions: [] }
      tables.set(id, table)
      if (numbers.length === names.length) {
        for (const [at, number] of numbers.entries()) table.names.set(number, nameOf(names[at] ?? ''))
      }
      table.questions.push({ question: sentence.original.trim(), query: queryOf(original) })
    }
  }
  return tables
}

function nameOf(field: string): string {
  return field.replaceAll(/[_/]+/g, ' ').trim().toLowerCase()
}

function queryOf(original: string): Query | null {
  const shape = /^SELECT\s+(?:(MAX|MIN|COUNT|SUM|AVG)\s*\(?\s*)?col(\d+)\)?\s+FROM table(?:\s+WHERE\s+(.*))?$/is
  const read = shape.exec(original.trim())
  if (read === null) return null
  const parts = read[3] === undefined ? [] : read[3].split(/\s+AND\s+(?=col\d+\s*[=<>])/i)
  const conditions = parts.map((part) => /^col(\d+)\s*(=|>|<)\s*(.*)$/s.exec(part))
  if (conditions.some((condition) => condition === null)) return null
  return {
    aggregate: (read[1]?.toLowerCase() ?? null) as Keyword | null,
    column: Number(read[2]),
    conditions: conditions.map((condition) => ({
      column: Number(condition?.[1]),
      sign: condition?.[2] as Keyword,
      value: condition?.[3]?.trim() ?? '',
    })),
  }
}

function catalogOf(database: string, table: WikiTable, numbers: number[]): Catalog {
  const cells = new Map<number, string[]>()
  for (const { query } of table.questions) {
    for (const { column, value } of query?.conditions ?? []) cells.set(column, [...(cells.get(column) ?? []), value])
  }
  const columns = distinctNames(numbers.map((number) => table.names.get(number) ?? '')).map((name, at): Column => {
    const values = cells.get(numbers[at] ?? -1) ?? []
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

function distinctNames(names: string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} ${count}`
  })
}

function looseOf(query: Query | null, item: Map<number, number>): Loose[] {
  if (query === null) throw new Unsayable('query of another form')
  const pointer = (column: number): Loose => {
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
