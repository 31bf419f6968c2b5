import type { Column, Table } from '../catalog.ts'
import { nameWords, singular } from './names.ts'

/** Words that end the name of a column which identifies its row. */
export const KEY_WORDS = new Set(['id', 'ids', 'code', 'key', 'no', 'number', 'num', 'nr', 'uid', 'uuid', 'guid', 'ssn', 'isbn', 'pk', 'sk', 'abbrev', 'identifier', 'symbol', 'ticker', 'sku']) // biome-ignore format: a list

/** Columns with no NULL whose values all differ, by the exact profile; an empty table has none. */
export function uniqueColumns(table: Table): Column[] {
  return table.columns.filter((column) => isUnique(column, table.rows))
}

export function isUnique(column: Column, rows: number): boolean {
  return rows > 0 && column.nullShare === 0 && column.distinct === rows && (column.kind === 'text' || isWhole(column))
}

/** Whole numbers, the only numbers that identify. A DOUBLE holds whole numbers when the file had gaps in it. */
export function isWhole(column: Column): boolean {
  return column.kind === 'number' && (/INT/.test(column.type) || /^DECIMAL\(\d+,0\)$/.test(column.type))
}

/** `aid`, `pid`, `cid`: an id run together with one or two letters, which are no words of their own. */
export const SHORT_ID = /^(?!bid|kid|mid|paid|said|raid|laid|void|grid|acid|avid|arid|amid)[a-z]{1,2}id$/

interface KeyRule {
  name: string
  points: number
  when: (column: { words: string[]; index: number; column: Column }, table: string[]) => boolean
  why: string
}

/** Points add up; a table's key is the unique column with most points, and needs at least two. */
const KEY_RULES: KeyRule[] = [
  { name: 'id', points: 6, when: ({ words }) => words.length === 1 && KEY_WORDS.has(words[0] as string) && words[0] !== 'ssn', why: '`id` alone is the row’s own.' },
  { name: 'table id', points: 5, when: ({ words }, table) => KEY_WORDS.has(words.at(-1) as string) && words.length > 1 && sameWords(words.slice(0, -1), table), why: 'customers.customer_id.' },
  { name: 'table', points: 3, when: ({ words }, table) => sameWords(words, table), why: 'station.station.' },
  { name: 'ends in id', points: 2, when: ({ words }) => words.length > 1 && KEY_WORDS.has(words.at(-1) as string), why: 'Some identifier.' },
  { name: 'short id', points: 2.5, when: ({ words }) => words.length === 1 && SHORT_ID.test(words[0] as string), why: 'author.aid.' },
  { name: 'first', points: 2, when: ({ index }) => index === 0, why: 'The key stands first in nearly all tables.' },
  { name: 'number before text', points: 0.5, when: ({ column }) => isWhole(column), why: 'Of two unique columns the number is the key.' },
  { name: 'no measure', points: -3, when: ({ column }) => column.role === 'rate' || column.role === 'time' || column.role === 'text', why: 'Unique by chance.' },
] // biome-ignore format: a table

/** The inferred primary key: one column's name, or none. */
export function inferPrimaryKey(table: Table): string[] {
  const words = nameWords(table.name).map(singular)
  const ranked = table.columns
    .map((column, index) => ({ column, index, words: nameWords(column.name).map(singular) }))
    .filter(({ column }) => isUnique(column, table.rows) || table.rows === 0)
    .map((candidate) => ({ column: candidate.column, points: pointsOf(candidate, words) }))
    .sort((a, b) => b.points - a.points)
  const best = ranked[0]
  return best !== undefined && best.points >= (table.rows === 0 ? 4 : 2) ? [best.column.name] : []
}

function pointsOf(candidate: { column: Column; index: number; words: string[] }, table: string[]): number {
  return KEY_RULES.reduce((sum, rule) => sum + (rule.when(candidate, table) ? rule.points : 0), 0)
}

/** Whether two names are made of the same words, plural or not. */
export function sameWords(a: string[], b: string[]): boolean {
  return a.length > 0 && a.map(singular).join('') === b.map(singular).join('')
}
