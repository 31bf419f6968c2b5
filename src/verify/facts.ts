import type { Catalog, Table } from '../catalog.ts'
import type { Cell, Rows } from '../database.ts'
import { type Origin, originOf, type Scope } from '../tree/origin.ts'
import { sqlOf, sqlOfCtes, sqlOfSource } from '../tree/print.ts'
import { conjunctsOf, type Expression, everyExpression, leavesOf, type Query, type Select } from '../tree.ts'
import type { Finding } from '../verify.ts'
import type { Language, Teller } from '../wording.ts'

/** What a rule looks at. */
export interface Facts {
  catalog: Catalog
  /** The statement as it was run. */
  sql: string
  query: Query
  /** Every SELECT that gives rows to the statement, the outermost first. */
  selects: { select: Select; scope: Scope }[]
  rows: Rows
  linked: { words: string; value: string; column: string; how: string }[]
  tell: Teller
  language: Language
  /** Whether the SELECT's tables are small enough for further queries (setting `verify_max_rows`). */
  measurable(scope: Scope): boolean
  /** Runs a further small query over the same tables. */
  ask(sql: string): Promise<Cell[][]>
}

/** What a rule found: its text, and the statement that would mend it where there is one. */
export type Told = string | Pick<Finding, 'text' | 'rewrite'>

export interface FindingRule {
  name: string
  level: Finding['level']
  why: string
  /** Texts of what it found. A rule that needs further queries asks only when the statement gives it reason to. */
  look(facts: Facts): Promise<Told[]> | Told[]
}

/** FROM and WHERE of a SELECT as SQL, with the statement's WITH parts before: `lead` SELECT … `tail`; undefined when it cannot be written. */
export function rowsSql(facts: Facts, select: Select, items: string, tail = ''): string | undefined {
  const lead = sqlOfCtes(facts.query)
  const from = select.from === undefined ? undefined : sqlOfSource(select.from)
  const where = select.where === undefined ? '' : sqlOf(select.where)
  if (lead === undefined || from === undefined || where === undefined || select.sampled) return undefined
  return `${lead}SELECT ${items} FROM ${from}${where === '' ? '' : ` WHERE ${where}`}${tail}`
}

/** Asks when the SQL could be written; no rows otherwise. */
export async function askMaybe(facts: Facts, sql: string | undefined): Promise<Cell[][]> {
  return sql === undefined ? [] : facts.ask(sql)
}

/** The stored columns an expression names. */
export function originsIn(expression: Expression, scope: Scope): Origin[] {
  return everyExpression(expression).flatMap((part) => {
    const origin = part.kind === 'column' ? originOf(part, scope) : undefined
    return origin === undefined ? [] : [origin]
  })
}

/** Aliases of the FROM leaves that an expression's columns belong to. */
export function aliasesIn(expression: Expression, scope: Scope): Set<string> {
  const aliases = everyExpression(expression).flatMap((part) => {
    if (part.kind === 'nested') return ['?']
    if (part.kind !== 'column') return []
    const name = part.names.at(-1)?.toLowerCase() ?? ''
    const qualifier = part.names.length > 1 ? part.names.at(-2)?.toLowerCase() : undefined
    const leaf = scope.leaves.find((one) =>
      qualifier === undefined
        ? one.table?.columns.some((column) => column.name.toLowerCase() === name)
        : one.alias.toLowerCase() === qualifier,
    )
    return [leaf?.alias ?? '?']
  })
  return new Set(aliases)
}

/** The conditions of WHERE that speak of one leaf only, as SQL after WHERE; empty when there is none. */
export function ownConditions(select: Select, scope: Scope, alias: string): string {
  const own = conjunctsOf(select.where).filter((part) => {
    const aliases = aliasesIn(part, scope)
    return aliases.size === 1 && aliases.has(alias)
  })
  const written = own.map(sqlOf).filter((sql) => sql !== undefined)
  return written.length === 0 ? '' : ` WHERE ${written.join(' AND ')}`
}

/** The table behind an alias. */
export function tableOf(scope: Scope, alias: string): Table | undefined {
  return scope.leaves.find((leaf) => leaf.alias === alias)?.table
}

/** True when every leaf of FROM is a table of the catalog. */
export function allTables(select: Select, scope: Scope): boolean {
  return leavesOf(select.from).length > 0 && scope.leaves.every((leaf) => leaf.table !== undefined)
}

/** A count as `Rows` gives it: a number, or text beyond 2^53. */
export function countIn(row: Cell[] | undefined, at: number): number {
  return Number(row?.[at] ?? 0)
}
