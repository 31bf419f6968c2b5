import { type Catalog, itemsOf } from '../catalog.ts'
import { type Links, RELATIONS } from '../link.ts'
import type { Program } from './program.ts'

/**
 * The program with the table whose rows are counted: "physicians in charge of more than one patient" counts patients, so groups of
 * physicians alone would count one each. Only where rows of a single table are counted by group, and the question names, by its
 * whole name, exactly one other table that refers to it.
 */
export function withCountedTable(program: Program, catalog: Catalog, links: Links): Program {
  if (!countsByGroup(program)) return program
  const from = program.findIndex((token) => 'keyword' in token && token.keyword === 'from')
  const [only, more] = [program[from + 1], program[from + 2]]
  if (only === undefined || !('item' in only) || more !== undefined) return program
  const items = itemsOf(catalog)
  const named = new Set(
    links.links.filter(({ relation }) => relation === RELATIONS.tableExact).map(({ item }) => items[item]?.table),
  )
  const table = items[only.item]?.table
  if (table === undefined || !named.has(table)) return program
  const children = [...named].filter(
    (other) => other !== undefined && other !== table && refersTo(catalog, other, table),
  )
  const [child] = children
  if (child === undefined || children.length > 1) return program
  return [...program, { item: items.findIndex((item) => item.kind === 'table' && item.table === child) }]
}

/** Groups rows and counts them, all in one query. */
function countsByGroup(program: Program): boolean {
  const words = program.map((token) => ('keyword' in token ? token.keyword : ''))
  const single = words.every((word) => !SEVERAL.has(word))
  return single && words.includes('group') && words.some((word, at) => word === 'count' && words[at + 1] === '*')
}

const SEVERAL: ReadonlySet<string> = new Set(['(', 'union', 'intersect', 'except', 'on', 'left'])

/** By one reference only: with several it is not told which is meant. */
function refersTo(catalog: Catalog, from: number, to: number): boolean {
  const [one, other] = [catalog.tables[from]?.name, catalog.tables[to]?.name]
  return catalog.joins.filter((join) => join.from.table === one && join.to.table === other).length === 1
}
