import type { Catalog, Table } from '../catalog.ts'
import { itemsOf } from '../catalog.ts'
import { ABBREVIATIONS } from './abbreviations.ts'
import lexicon from './lexicon.json' with { type: 'json' }
import { splitWord } from './split.ts'
import { identifierWords, withoutSharedPrefix } from './words.ts'

const PARTS: ReadonlySet<string> = new Set(lexicon.parts.split(' '))
const WHOLE: ReadonlySet<string> = new Set(lexicon.whole.split(' '))

/** How an item can be called, each name as its words in lower case. */
export interface ItemNames {
  /** The name the model is shown: the title, or the identifier without a prefix all columns share, abbreviations written out. */
  shown: string[]
  /** Every name, `shown` among them, no two equal. */
  all: string[][]
  /** The names whose single words may stand for the item: those without a shared prefix. */
  parts: string[][]
}

const known = new WeakMap<Catalog, ItemNames[]>()

/** The names of every item of a catalog, in the order of `itemsOf`; computed once for a catalog. */
export function namesOf(catalog: Catalog): ItemNames[] {
  const names = known.get(catalog) ?? newNames(catalog)
  known.set(catalog, names)
  return names
}

function newNames(catalog: Catalog): ItemNames[] {
  const split = splitter(catalog)
  const tables = withoutSharedPrefix(catalog.tables.map((table) => identifierWords(table.name))).map(split)
  const columns = catalog.tables.map((table) => bareColumnNames(table).map(split))
  return itemsOf(catalog).map((item) => {
    const table = catalog.tables[item.table] as Table
    if (item.kind === 'table') return itemNames(table, tables[item.table] as string[])
    const column = table.columns[item.column] as Table['columns'][number]
    return itemNames(column, (columns[item.table] as string[][])[item.column] as string[])
  })
}

/** Takes words apart that a name joins without a sign. */
function splitter(catalog: Catalog): (words: string[]) => string[] {
  const dictionary = { parts: PARTS, whole: WHOLE, tables: catalog.tables.flatMap(({ name }) => identifierWords(name)) }
  return (words) => words.flatMap((word) => splitWord(word, dictionary))
}

function bareColumnNames(table: Table): string[][] {
  return withoutSharedPrefix(table.columns.map((column) => identifierWords(column.name)))
}

function itemNames(item: { name: string; title?: string; synonyms: string[] }, bare: string[]): ItemNames {
  const titles = item.title === undefined ? [] : [identifierWords(item.title)]
  const said = [...titles, bare, ...item.synonyms.map(identifierWords)]
  const full = identifierWords(item.name)
  const shown = expanded(titles[0] ?? bare)
  const parts = distinct([shown, ...said, ...said.map(expanded)])
  return { shown, parts, all: distinct([...parts, full, expanded(full)]) }
}

function distinct(names: string[][]): string[][] {
  return [...new Map(names.map((words) => [words.join(' '), words])).values()]
}

/** A name with its abbreviations written out: `cust qty` → `customer quantity`; a last `no` is a number, `long` alone a longitude. */
export function expanded(words: string[]): string[] {
  if (words.length === 1 && words[0] === 'long') return ['longitude']
  return words.flatMap((word, at) => {
    if (word === 'no' && at > 0 && at === words.length - 1) return ['number']
    return ABBREVIATIONS.get(word) ?? [word]
  })
}
