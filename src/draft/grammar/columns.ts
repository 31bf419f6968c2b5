import { type Catalog, type Column, type Item, itemsOf, type Kind } from '../../catalog.ts'
import { holdsYears, isTextOfYears, textDateFormats } from '../dates.ts'
import { type JoinGraph, joinGraph } from '../joins.ts'
import type { Keyword } from '../program.ts'

/** What a program may speak of: a catalog, the items shown to the network (all by default), and the number of question words. */
export interface GrammarContext {
  catalog: Catalog
  items?: readonly number[]
  words: number
}

/** A context looked up once: which columns suit which place. All lists are item numbers in catalog order. */
export interface Prepared {
  words: number
  items: Item[]
  /** Item of each shown table, -1 where it is hidden. */
  tableItems: number[]
  columns: number[]
  byKind: Record<Kind, number[]>
  /** Columns that can be added up: numbers, yes/no, text that holds numbers. */
  addable: number[]
  addableSet: ReadonlySet<number>
  /** Dates whose difference is a number of days. */
  dated: number[]
  byFunction: Map<Keyword, number[]>
  /** Joins between shown tables only. */
  graph: JoinGraph
  /** A number for each table, the same for tables that a chain of declared or inferred joins between shown tables links. */
  chains: number[]
  columnOf(item: number): Column | undefined
  /** Whether values of two columns may be looked for among each other: one kind, and not keys of different things. */
  comparable(left: number, right: number): boolean
}

/** Looks a context up once for all its states. */
export function prepare({ catalog, items: shown, words }: GrammarContext): Prepared {
  const items = itemsOf(catalog)
  const columnOf = (index: number) => {
    const item = items[index]
    return item?.kind === 'column' ? catalog.tables[item.table]?.columns[item.column] : undefined
  }
  const visible = shown ? [...shown].sort((left, right) => left - right) : items.map((_, index) => index)
  const columns = visible.filter((index) => items[index]?.kind === 'column')
  const having = (test: (column: Column) => boolean) => columns.filter((index) => test(columnOf(index) as Column))
  const tableItems = catalog.tables.map(() => -1)
  for (const index of visible) {
    const item = items[index]
    if (item?.kind === 'table') tableItems[item.table] = index
  }
  const addable = having(isAddable)
  const graph = shownGraph(joinGraph(catalog), tableItems)
  return {
    words, items, tableItems, columns, columnOf, addable,
    addableSet: new Set(addable),
    byKind: {
      text: having(({ kind }) => kind === 'text'), number: having(({ kind }) => kind === 'number'),
      date: having(({ kind }) => kind === 'date'), bool: having(({ kind }) => kind === 'bool'),
      other: having(({ kind }) => kind === 'other'),
    },
    dated: having((column) => (column.kind === 'date' && !isTime(column)) || textDateFormats(column) !== null),
    byFunction: functionColumns(having),
    graph,
    chains: chainsOf(graph),
    comparable: comparableIn(catalog, items, columnOf),
  } // biome-ignore format: a table
}

function functionColumns(having: (test: (column: Column) => boolean) => number[]): Map<Keyword, number[]> {
  const dates = having((column) => (column.kind === 'date' && !isTime(column)) || mayHoldDates(column))
  const byFunction = new Map<Keyword, number[]>([
    [
      'year',
      having(
        (column) =>
          (column.kind === 'date' && !isTime(column)) ||
          mayHoldDates(column) ||
          holdsYears(column) ||
          isTextOfYears(column),
      ),
    ],
    ['hour', having((column) => column.kind === 'date' || mayHoldDates(column))],
    ['bin', having(({ kind }) => kind === 'number')],
  ])
  for (const name of ['quarter', 'month', 'week', 'day', 'weekday', 'monthname'] as const) byFunction.set(name, dates)
  return byFunction
}

function isTime({ type }: Column): boolean {
  return /^TIME(?!STAMP)/.test(type)
}

/** Text without known values may hold anything. */
function mayHoldDates(column: Column): boolean {
  return column.kind === 'text' && (textDateFormats(column) !== null || sample(column).length === 0)
}

function isAddable(column: Column): boolean {
  if (column.kind !== 'text') return column.kind === 'number' || column.kind === 'bool'
  const values = sample(column)
  return values.filter((value) => /^\s*[-+]?[\d.,]+\s*$/.test(value)).length * 2 >= values.length
}

function sample(column: Column): string[] {
  return (column.values.length > 0 ? column.values : column.frequent.map(({ value }) => value)).slice(0, 30)
}

function shownGraph(graph: JoinGraph, tableItems: number[]): JoinGraph {
  const neighbours = graph.neighbours.map((tables, table) =>
    tableItems[table] === -1 ? [] : tables.filter((other) => tableItems[other] !== -1),
  )
  return { ...graph, neighbours }
}

function chainsOf({ known, neighbours }: JoinGraph): number[] {
  const chains = neighbours.map(() => -1)
  const follow = (table: number, chain: number) => {
    if (chains[table] !== -1) return
    chains[table] = chain
    for (const next of neighbours[table] ?? []) if (known(table, next).length > 0) follow(next, chain)
  }
  for (const table of neighbours.keys()) follow(table, table)
  return chains
}

/** Keys and references that joins link, directly or by a third, hold keys of one thing. */
function comparableIn(catalog: Catalog, items: Item[], columnOf: Prepared['columnOf']): Prepared['comparable'] {
  const thing = new Map<string, string>()
  const find = (name: string): string => {
    const up = thing.get(name)
    return up === undefined || up === name ? name : find(up)
  }
  for (const { from, to } of catalog.joins) {
    for (const [at, column] of from.columns.entries()) {
      const [left, right] = [nameOf(from.table, column), nameOf(to.table, to.columns[at])]
      thing.set(right, find(right))
      thing.set(find(left), find(right))
    }
  }
  const thingOf = (item: number) => {
    const one = items[item]
    const name = one && nameOf(catalog.tables[one.table]?.name, columnOf(item)?.name)
    return name !== undefined && thing.has(name) ? find(name) : undefined
  }
  return (left, right) => {
    const [one, other] = [thingOf(left), thingOf(right)]
    return columnOf(left)?.kind === columnOf(right)?.kind && (one === other || one === undefined || other === undefined)
  }
}

function nameOf(table: string | undefined, column: string | undefined): string {
  return `${table}\n${column}`.toLowerCase()
}
