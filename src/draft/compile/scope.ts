import type { Catalog, Column, Item, Kind } from '../../catalog.ts'
import type { Links } from '../../link.ts'
import type { JoinGraph } from '../joins.ts'
import { CompileError } from './error.ts'
import { quoteName } from './quote.ts'
import type { Conditions, Expression, Query } from './tree.ts'

/** A literal that grounding changed: the question's words and the stored value they became. */
export interface Linked {
  words: string
  value: string
  column: string
  how: string
}

/** What all parts of one program share. `linked` is filled while compiling. */
export interface Setting {
  catalog: Catalog
  items: Item[]
  links: Links
  graph: JoinGraph
  /** ISO date. */
  today: string
  linked: Linked[]
  /** Conditions stand in expressions and queries in conditions; the files that write them meet here, not by import. */
  write: {
    conditions(conditions: Conditions, scope: Scope): string
    query(query: Query, setting: Setting, place: Place): { sql: string; outputs: Output[] }
  }
}

/** What the place of a query asks of it: NOT IN needs no NULLs, sides of different kinds meet as text, an answer is put in time order. */
export interface Place {
  notNull?: boolean
  asText?: boolean
  answer?: boolean
}

/** A piece of SQL and what it holds; `item` is the column it comes from when it is that column or its least or greatest value. */
export interface Typed {
  sql: string
  kind: Kind
  column?: Column
  item?: number
}

/** One column of a SELECT: its name in the result and the expression it was made from. */
export interface Output {
  name: string
  expression: Expression
  typed: Typed
}

/** Where names are looked up while one SELECT is written. */
export interface Scope {
  setting: Setting
  /** Tables of FROM (indices into `catalog.tables`). */
  tables: number[]
  /** Columns of the sub-query in FROM; null when FROM holds tables. */
  outputs: Output[] | null
  /** SQL of the GROUP BY keys; null when rows are not grouped. */
  keys: Set<string> | null
  /** Ungrouped columns come from the row with the greatest or least `by`. */
  pick: { function: 'arg_max' | 'arg_min'; by: string } | null
  /** ORDER BY inside windows: SQL of the keys that running totals follow and those that they start anew for. */
  window: { partition: string[]; order: string[] }
}

/** What is compared: the expression, its SQL, and where it stands. */
export interface Subject {
  expression: Expression
  subject: Typed
  scope: Scope
}

/** The column an item number points at; refuses tables and numbers outside the catalog. */
export function columnAt(setting: Setting, index: number): { table: number; column: Column } {
  const item = setting.items[index]
  const column = item?.kind === 'column' ? setting.catalog.tables[item.table]?.columns[item.column] : undefined
  if (item === undefined || column === undefined) throw new CompileError('column', `item ${index} is no column`)
  return { table: item.table, column }
}

/** The table an item number points at. */
export function tableAt(setting: Setting, index: number): number {
  const item = setting.items[index]
  if (item?.kind !== 'table') throw new CompileError('column', `item ${index} is no table`)
  return item.table
}

/** A column as SQL, with its table's name only where more than one table is in FROM. */
export function columnRef(scope: Scope, index: number): Typed {
  const { table, column } = columnAt(scope.setting, index)
  if (scope.outputs) return outputRef(scope.outputs, index, column)
  if (!scope.tables.includes(table)) throw new CompileError('column', `${column.name} is of no table in FROM`)
  const name = quoteName(column.name)
  const sql = scope.tables.length > 1 ? `${tableName(scope.setting, table)}.${name}` : name
  return { sql, kind: column.kind, column, item: index }
}

/** The column of the sub-query in FROM that shows `index` as it is, or else what was made of it. */
function outputRef(outputs: Output[], index: number, column: Column): Typed {
  const of = outputs.filter(({ expression }) => expression.left.column === index)
  const output = of.find(({ expression }) => !expression.left.aggregate && !expression.left.function) ?? of[0]
  if (!output) throw new CompileError('column', `${column.name} is not selected by the query in FROM`)
  return { ...output.typed, sql: quoteName(output.name) }
}

export function tableName(setting: Setting, table: number): string {
  return quoteName(setting.catalog.tables[table]?.name ?? '')
}
