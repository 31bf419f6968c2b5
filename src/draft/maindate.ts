import { type Catalog, type Column, type Item, itemsOf } from '../catalog.ts'
import { identifierWords, stem } from '../link/words.ts'
import { type Links, RELATIONS } from '../link.ts'
import type { Program, Token } from './program.ts'

const NAMED: ReadonlySet<number> = new Set([RELATIONS.columnExact, RELATIONS.columnPartial, RELATIONS.metric])

const AGGREGATES: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'median', 'stddev'])

/** Words that say no more of a date column than that it is one. */
const PLAIN: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'at', 'on', 'datetime', 'day'])

/**
 * The program with dates nobody named taken from the table that is measured: "freight by month" is the month of the order,
 * not the one in which its employee was hired. A date that a word of the question names stays; so does all of a program with a
 * query inside. (The commonest wrong answer to questions by month on the development databases.)
 */
export function withMainDates(program: Program, catalog: Catalog, links: Links): Program {
  if (program.some((token) => 'keyword' in token && token.keyword === '(')) return program
  const items = itemsOf(catalog)
  const named = new Set(links.links.filter(({ relation }) => NAMED.has(relation)).map(({ item }) => item))
  const fact = measuredTable(program, items)
  const main = fact === undefined ? undefined : mainDate(fact, items, catalog, named)
  if (fact === undefined || main === undefined) return program
  const end = program.findIndex((token) => 'keyword' in token && token.keyword === 'from')
  return program.map((token, at): Token => {
    if (at >= end || !('item' in token) || named.has(token.item)) return token
    const column = columnOf(items[token.item], catalog)
    if (column?.kind !== 'date') return token
    const elsewhere = items[token.item]?.table !== fact
    return elsewhere || main.isSure ? { item: main.item } : token
  })
}

/** The table of the first aggregated column; where rows are counted, FROM's first table. */
function measuredTable(program: Program, items: Item[]): number | undefined {
  for (const [at, token] of program.entries()) {
    const next = program[at + 1]
    if (!('keyword' in token) || next === undefined) continue
    if (AGGREGATES.has(token.keyword) && 'item' in next) return items[next.item]?.table
    if (token.keyword === 'from' && 'item' in next) return hasCount(program) ? items[next.item]?.table : undefined
  }
  return undefined
}

function hasCount(program: Program): boolean {
  return program.some((token) => 'keyword' in token && token.keyword === 'count')
}

/** The date people mean when they name none: one the question names, else one called by the table's own name, else the first. */
function mainDate(table: number, items: Item[], catalog: Catalog, named: ReadonlySet<number>) {
  const dates = items.flatMap((item, at) =>
    item.table === table && columnOf(item, catalog)?.kind === 'date' ? [at] : [],
  )
  const called = dates.find((at) => named.has(at))
  const own = new Set(identifierWords(catalog.tables[table]?.name ?? '').map(stem))
  const plain = dates.find((at) =>
    identifierWords(columnOf(items[at], catalog)?.name ?? '').every((word) => PLAIN.has(word) || own.has(stem(word))),
  )
  const item = called ?? plain ?? dates[0]
  return item === undefined ? undefined : { item, isSure: called !== undefined || plain !== undefined }
}

function columnOf(item: Item | undefined, catalog: Catalog): Column | undefined {
  return item?.kind === 'column' ? catalog.tables[item.table]?.columns[item.column] : undefined
}
