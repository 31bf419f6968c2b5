import type { Column, Join, Table } from '../catalog.ts'
import { isUnique, isWhole, KEY_WORDS, sameWords } from './keys.ts'
import { nameWords, singular } from './names.ts'

/** A column that may refer to another, with the names' evidence for it. */
export interface Candidate {
  from: { table: number; column: number }
  to: { table: number; column: number }
  points: number
  rule: string
}

/** A column's words once prefixes shared by its table are cut, and its table's words. */
interface Named {
  table: number
  column: number
  words: string[]
  cut: string[]
  tableWords: string[]
  primary: boolean
  /** Whether the last word is a plural: `home_games` counts games. */
  plural: boolean
  facts: Column
}

interface NameRule {
  name: string
  points: number
  when: (from: Named, to: Named) => boolean
  why: string
}

const isKey = (words: string[]) => words.length > 0 && words.every((word) => KEY_WORDS.has(word))
const withoutKey = (words: string[]) => (KEY_WORDS.has(words.at(-1) ?? '') ? words.slice(0, -1) : words)
const endsWith = (words: string[], tail: string[]) =>
  tail.length > 0 && words.length > tail.length && sameWords(words.slice(-tail.length), tail)
const SELF = new Set(['manager', 'supervisor', 'boss', 'parent', 'report', 'superior', 'mentor', 'leader', 'predecessor', 'prerequisite', 'prereq']) // biome-ignore format: a list

/** First rule that holds counts. Values must be included as well: names alone make no join. */
export const NAME_RULES: NameRule[] = [
  { name: 'own row', points: 2.5, when: (f, t) => f.table === t.table && !f.primary && t.primary && (f.words.some((word) => SELF.has(word)) || (isTelling(t.words) && endsWith(f.words, t.words))), why: 'employees.manager_id → employees.id, parent_product_id → product_id.' },
  { name: 'table and key', points: 5, when: (f, t) => other(f, t) && t.primary && f.cut.length > 1 && KEY_WORDS.has(f.cut.at(-1) as string) && sameWords(withoutKey(f.cut), t.tableWords), why: 'orders.customer_id → customers.id.' },
  { name: 'same name, own key', points: 4, when: (f, t) => other(f, t) && owns(t) && sameWords(f.words, t.words) && isTelling(f.words), why: 'orders.customer_id → customers.customer_id.' },
  { name: 'same name without prefix', points: 3.5, when: (f, t) => other(f, t) && sameWords(f.cut, t.cut) && isTelling(f.cut) && (owns(t) || namesKey(f.cut)), why: 'sbTxTickerId → sbTickerId.' },
  { name: 'table', points: 3, when: (f, t) => other(f, t) && t.primary && !f.plural && (sameWords(f.cut, t.tableWords) || sameWords(f.words, t.tableWords)), why: 'stays.patient → patients.ssn.' },
  { name: 'same name', points: 2.5, when: (f, t) => other(f, t) && sameWords(f.words, t.words) && isTelling(f.words) && (namesKey(f.words) || (t.primary && t.facts.kind === 'text')), why: 'trust.u_id → useracct.u_id: a key, though not called after its table.' },
  { name: 'ends with table and key', points: 3, when: (f, t) => other(f, t) && t.primary && KEY_WORDS.has(f.words.at(-1) as string) && endsWith(withoutKey(f.words), t.tableWords), why: 'home_team_id → teams.id.' },
  { name: 'ends with key’s name', points: 2.5, when: (f, t) => other(f, t) && endsWith(f.words, t.cut) && isTelling(t.cut) && (t.cut.length > 1 || t.primary), why: 'mailed_to_address_id → addresses.address_id.' },
  { name: 'ends with table', points: 2, when: (f, t) => other(f, t) && t.primary && !f.plural && endsWith(f.words, t.tableWords), why: 'winning_pilot → pilots.pilot_id.' },
  { name: 'shortened table and key', points: 2, when: (f, t) => other(f, t) && t.primary && KEY_WORDS.has(f.cut.at(-1) as string) && isShort(withoutKey(f.cut), t.tableWords), why: 'cust_id → customers.id.' },
  { name: 'key of a longer table name', points: 2, when: (f, t) => other(f, t) && t.primary && isKey(t.cut) && KEY_WORDS.has(f.cut.at(-1) as string) && endsWith(t.tableWords, withoutKey(f.cut)), why: 'accelerator_id → web_client_accelerator.id.' },
] // biome-ignore format: a table

const GENERIC = new Set(['id', 'ids', 'code', 'key', 'no', 'number', 'num', 'nr', 'pk', 'sk', 'identifier', 'name'])

function other(from: Named, to: Named): boolean {
  return from.table !== to.table
}

/** Whether a name says of what it is the key: `id` and `name` alone do not. */
function isTelling(words: string[]): boolean {
  return words.length > 0 && !words.every((word) => GENERIC.has(word))
}

/** Ends in a key word, written apart or not: `driver_id`, `driverid`. */
function namesKey(words: string[]): boolean {
  const last = words.at(-1) ?? ''
  return KEY_WORDS.has(last) || /(id|code|num|key|no)$/.test(last)
}

/** `cust` for `customers`, `prod cat` for `product categories`: each word is the start of the table's, three letters at least. */
function isShort(words: string[], table: string[]): boolean {
  if (words.length === 0 || words.length !== table.length) return false
  return words.every((word, index) => word.length >= 3 && (table[index] as string).startsWith(word))
}

/** Pairs of columns whose names say that one refers to the other. Columns that a `declared` join starts from are told already, and so are two tables that one links. */
export function nameCandidates(tables: Table[], declared: Join[]): Candidate[] {
  const told = new Set(declared.flatMap(({ from }) => from.columns.map((column) => `${from.table}.${column}`)))
  const linked = new Set(declared.flatMap(({ from, to }) => [pair(from.table, to.table), pair(to.table, from.table)]))
  const named = namedColumns(tables)
  const targets = named.filter(
    (one) => one.facts.role !== 'time' && (one.primary || isUnique(one.facts, (tables[one.table] as Table).rows)),
  )
  const index = indexOf(targets)
  const candidates: Candidate[] = []
  for (const from of named) {
    const table = tables[from.table] as Table
    if (told.has(`${table.name}.${from.facts.name}`) || !canRefer(from.facts)) continue
    for (const to of lookUp(index, from)) {
      if (linked.has(pair(table.name, (tables[to.table] as Table).name))) continue
      const rule = fits(from, to) ? NAME_RULES.find((one) => one.when(from, to)) : undefined
      if (rule === undefined) continue
      const points = rule.points + (to.primary ? 0.5 : -1) + (owns(to) ? 0.5 : 0)
      candidates.push({ from: placeOf(from), to: placeOf(to), points, rule: rule.name })
    }
  }
  return candidates
}

function pair(from: string, to: string): string {
  return `${from} ${to}`
}

/** Whether a key is named after its own table: `customers.customer_id`. */
function owns(to: Named): boolean {
  return isKey(to.cut) || sameWords(withoutKey(to.cut), to.tableWords) || endsWith(to.tableWords, withoutKey(to.cut))
}

function placeOf({ table, column }: Named) {
  return { table, column }
}

function canRefer(column: Column): boolean {
  return column.role !== 'time' && (column.kind === 'text' || isWhole(column))
}

function fits(from: Named, to: Named): boolean {
  if (from.table === to.table && from.column === to.column) return false
  if (from.primary && owns(from) && !sameWords(from.words, to.words)) return false
  return from.facts.kind === to.facts.kind
}

function namedColumns(tables: Table[]): Named[] {
  const shared = sharedStart(tables.map((table) => nameWords(table.name)))
  return tables.flatMap((table, t) => {
    const columns = table.columns.map((column) => withoutNumber(nameWords(column.name).map(singular)))
    const start = sharedStart(columns)
    const tableWords = plainTable(nameWords(table.name).slice(shared))
    return table.columns.map((facts, column) => {
      const words = columns[column] as string[]
      const cut = words.length > start ? words.slice(start) : words
      const primary = table.primaryKey.length === 1 && table.primaryKey[0] === facts.name
      const raw = nameWords(facts.name).at(-1) ?? ''
      return { table: t, column, words, cut, tableWords, primary, plural: singular(raw) !== raw, facts }
    })
  })
}

/** `club_id_2` is a second `club_id`. */
function withoutNumber(words: string[]): string[] {
  return words.length > 1 && /^\d+$/.test(words.at(-1) as string) ? words.slice(0, -1) : words
}

const TABLE_PREFIXES = new Set(['tbl', 'dim', 'fact', 'ref', 'stg', 'raw', 't', 'tb', 'lookup'])

function plainTable(words: string[]): string[] {
  const plain = words.map(singular)
  return plain.length > 1 && TABLE_PREFIXES.has(plain[0] as string) ? plain.slice(1) : plain
}

/** Count of first words that at least four fifths of the names (and three of them) share; each keeps a word. */
function sharedStart(names: string[][]): number {
  const long = names.filter((words) => words.length > 0)
  if (long.length < 3) return 0
  let shared = 0
  for (;;) {
    const counts = new Map<string, number>()
    for (const words of long) {
      if (words.length <= shared + 1) continue
      const start = words.slice(0, shared + 1).join(' ')
      counts.set(start, (counts.get(start) ?? 0) + 1)
    }
    if (Math.max(0, ...counts.values()) < long.length * 0.8) return shared
    shared++
  }
}

/** Targets by the first three letters of every word of their names, so that not every pair is tried. */
function indexOf(targets: Named[]): Map<string, Named[]> {
  const index = new Map<string, Named[]>()
  for (const target of targets) {
    const words = [...target.words, ...target.tableWords].filter((word) => !KEY_WORDS.has(word))
    for (const start of new Set(words.map((word) => word.slice(0, 3)))) {
      index.set(start, [...(index.get(start) ?? []), target])
    }
    if (target.primary) index.set(`own ${target.table}`, [target])
  }
  return index
}

function lookUp(index: Map<string, Named[]>, from: Named): Set<Named> {
  const found = new Set<Named>(index.get(`own ${from.table}`) ?? [])
  for (const word of from.words) for (const target of index.get(word.slice(0, 3)) ?? []) found.add(target)
  return found
}
