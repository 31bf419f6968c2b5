import type { Catalog } from '../catalog.ts'
import { itemsOf } from '../catalog.ts'
import { ground, truthOf } from '../draft/ground.ts'
import { parseNumber } from '../draft/numbers.ts'
import { link } from '../link.ts'
import type { Origin } from '../tree/origin.ts'
import type { Value } from './edits.ts'
import { reachable } from './reach.ts'
import { columnsOf, itemOf, type Sheet, tablesOf } from './sheet.ts'

/** A stored value that words were read as. */
export interface Found {
  column: Origin
  values: string[]
  how: string
}

/** The columns that hold what some words say, nearest first: those filtered or grouped by already, those of tables that are read, those one join away. One list per step; the first that is not empty counts. */
export function columnsWith(words: string, sheet: Sheet, first: Origin[] = []): Found[] {
  const read = tablesOf(sheet)
  const steps = [first, columnsOf(read), columnsOf(reachable(sheet).filter((table) => !read.includes(table)))]
  for (const sure of [true, false]) {
    for (const columns of steps) {
      const found = columns.flatMap((column) => {
        const one = valueIn(words, column, sheet.catalog)
        return one === undefined || isSure(one) !== sure ? [] : [one]
      })
      if (found.length > 0) return distinct(found)
    }
  }
  return []
}

/** Spelled alike, or the same word in another form; the rest is a guess. */
export function isSure({ how }: Found): boolean {
  return how === 'exact' || how === 'case' || how === 'stem' || how === 'synonym' || how === 'number'
}

function distinct(found: Found[]): Found[] {
  return found.filter((one, i) => found.findIndex((other) => other.column.column === one.column.column) === i)
}

/** What words mean among the stored values of a text column. */
export function valueIn(words: string, column: Origin, catalog: Catalog): Found | undefined {
  if (column.column.kind !== 'text' || column.column.values.length === 0) return undefined
  const links = link(words, catalog)
  const item = itemOf(column, catalog)
  if (links.words.length === 0 || itemsOf(catalog)[item] === undefined) return undefined
  const found = ground({ first: 0, last: links.words.length - 1, item }, catalog, links)
  if (found !== null) return { column, values: found.values, how: found.how }
  const values = inflected(words, column.column.values)
  return values.length === 1 ? { column, values, how: 'stem' } : undefined
}

/** "returns" and "returned": the same word with another ending. */
function inflected(words: string, stored: string[]): string[] {
  const wanted = root(words)
  return wanted.length < 4 ? [] : stored.filter((value) => root(value) === wanted)
}

function root(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/(?:ings?|ed|es|s|e)$/, '')
}

/** Given values as the column stores them: text in its stored spelling, numbers and yes/no read from words. Undefined when one is of another kind. */
export function storedValues(given: Value[], column: Origin, sheet: Sheet): Value[] | undefined {
  const stored = given.map((value): Value[] | undefined => {
    if (column.column.kind === 'number') return numbered(value)
    if (column.column.kind === 'bool') return truth(value)
    const found = typeof value === 'string' ? valueIn(value, column, sheet.catalog) : undefined
    if (found === undefined) return [String(value)]
    for (const one of found.values)
      if (one !== value)
        sheet.linked.push({ words: String(value), value: one, column: column.column.name, how: found.how })
    return found.values
  })
  return stored.some((one) => one === undefined) ? undefined : stored.flatMap((one) => one ?? [])
}

function numbered(value: Value): Value[] | undefined {
  const number = typeof value === 'string' ? parseNumber(value) : value
  return typeof number === 'number' ? [number] : undefined
}

function truth(value: Value): Value[] | undefined {
  const said = typeof value === 'string' ? truthOf(value) : value
  return typeof said === 'boolean' ? [said] : undefined
}
