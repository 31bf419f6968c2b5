/** Names of a query → items of the catalog. */
import type { Catalog } from '../../src/catalog.ts'
import { itemsOf } from '../../src/catalog.ts'
import type { Token } from '../../src/draft/program.ts'
import type { Expression, Query } from './sql.ts'

/** A query the language cannot say; `reason` names the class of loss. */
export class Unsayable extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.name = 'Unsayable'
    this.reason = reason
  }
}

/** A literal of the SQL that has still to be found among the question's words. */
export interface Literal {
  text: string
  number?: number
  /** What it is compared with, or how many rows. */
  use: 'equal' | 'compare' | 'like' | 'limit'
  /** The column's item, when it is compared with a plain column. */
  item?: number
}

/** A program's token before its literals are aligned. */
export type Loose = Token | { literal: Literal }

/** Items of a catalog by lower-case name. */
export interface Names {
  catalog: Catalog
  tables: Map<string, number>
  /** Table index → lower-case column name → item. */
  columns: Map<string, number>[]
  /** Table index → its item. */
  tableItems: number[]
}

/** Looks up every name of the catalog once. */
export function namesOf(catalog: Catalog): Names {
  const tables = new Map(catalog.tables.map((table, t) => [table.name.toLowerCase(), t]))
  const columns = catalog.tables.map(() => new Map<string, number>())
  const tableItems: number[] = []
  itemsOf(catalog).forEach((item, i) => {
    if (item.kind === 'table') tableItems[item.table] = i
    else columns[item.table]?.set(catalog.tables[item.table]?.columns[item.column]?.name.toLowerCase() ?? '', i)
  })
  return { catalog, tables, columns, tableItems }
}

/** What one FROM offers: tables under their aliases, and the columns of a sub-query. */
export interface Scope {
  names: Names
  tables: { alias: string; table: number }[]
  /** Columns of a sub-query in FROM by name; null marks one that is computed. */
  derived: Map<string, number | null>
  outer: Scope | null
}

/** A join condition: two column items that are equal. */
export type Edge = [one: number, other: number]

/** The joins that follow from a set of tables and the conditions written for them; null when they are not connected. */
export type ImpliedJoins = (tables: number[], written: Edge[]) => Edge[] | null

/** What a part of a query may refer to, and how its sub-queries and conditions are converted. */
export interface Inside {
  scope: Scope
  aliases: Map<string, Expression>
  query: (inner: Query) => Loose[]
  conditions: (written: Expression) => Loose[]
}

/** Item of a column reference; throws Unsayable for one of an outer query, one that is computed, or one unknown. */
export function resolveColumn(path: string[], scope: Scope): number {
  const found = lookUp(path, scope)
  if (found === null) throw new Unsayable('column computed in a sub-query')
  if (found !== undefined) return found
  for (let outer = scope.outer; outer !== null; outer = outer.outer) {
    if (lookUp(path, outer) !== undefined) throw new Unsayable('correlated sub-query')
  }
  throw new Unsayable('unknown column')
}

function lookUp(path: string[], scope: Scope): number | null | undefined {
  const column = path[path.length - 1]?.toLowerCase() ?? ''
  const owner = path.length > 1 ? path[path.length - 2]?.toLowerCase() : undefined
  for (const { alias, table } of scope.tables) {
    if (owner !== undefined && owner !== alias) continue
    const item = scope.names.columns[table]?.get(column)
    if (item !== undefined) return item
  }
  return scope.derived.get(column)
}
