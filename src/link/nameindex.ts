import { type Catalog, type Item, itemsOf } from '../catalog.ts'
import { namesOf } from './names.ts'
import { RELATIONS } from './relations.ts'
import { STOP_STEMS, WEAK_STEMS } from './stopwords.ts'
import { isSign, stem } from './words.ts'

/** Items by the stems of their names. */
export interface NameIndex {
  items: Item[]
  /** Whole names, stems joined by a space; also written together ("petid"). */
  exact: Map<string, number[]>
  /** Single words of longer names; neighbouring signs of CJK names, joined by a space. */
  partial: Map<string, number[]>
  /** A table's name followed by a column's: the column, and how many words name the table. */
  qualified: Map<string, { item: number; tableWords: number }[]>
  /** Names and synonyms of metrics: the columns their expressions read. */
  metrics: Map<string, number[]>
}

/** The look-up tables of a catalog's names. */
export function nameIndexOf(catalog: Catalog): NameIndex {
  const items = itemsOf(catalog)
  const names = namesOf(catalog)
  const index: NameIndex = { items, exact: new Map(), partial: new Map(), qualified: new Map(), metrics: new Map() }
  let table: string[] = []
  items.forEach((item, id) => {
    const { shown, all, parts } = names[id] as (typeof names)[number]
    for (const name of all) addName(index, id, name)
    for (const name of parts) addParts(index, id, name.map(stem))
    if (item.kind === 'table') table = shown.map(stem)
    else addQualified(index, id, table, shown.map(stem))
  })
  for (const metric of catalog.metrics) addMetric(index, catalog, metric)
  return index
}

/** The relation of a whole, part or similar name by the item's kind. */
export function nameRelation(item: Item | undefined, how: 'exact' | 'partial' | 'similar'): number {
  const table = item?.kind === 'table'
  if (how === 'exact') return table ? RELATIONS.tableExact : RELATIONS.columnExact
  if (how === 'partial') return table ? RELATIONS.tablePartial : RELATIONS.columnPartial
  return table ? RELATIONS.tableSimilar : RELATIONS.columnSimilar
}

function addName(index: NameIndex, id: number, name: string[]): void {
  const stems = name.map(stem)
  add(index.exact, stems.join(' '), id)
  if (stems.length > 1) add(index.exact, stem(name.join('')), id)
}

function addParts(index: NameIndex, id: number, stems: string[]): void {
  if (stems.length === 1) return
  stems.forEach((word, at) => {
    const next = stems[at + 1]
    if (isSign(word)) {
      if (next !== undefined && isSign(next)) add(index.partial, `${word} ${next}`, id)
    } else if (!STOP_STEMS.has(word) && !WEAK_STEMS.has(word) && !/^\d+$/.test(word)) add(index.partial, word, id)
  })
}

function addQualified(index: NameIndex, id: number, table: string[], column: string[]): void {
  const repeats = table.every((word, at) => column[at] === word)
  const key = [...table, ...column].join(' ')
  if (repeats) return
  const entry = { item: id, tableWords: table.length }
  const list = index.qualified.get(key)
  if (list === undefined) index.qualified.set(key, [entry])
  else list.push(entry)
}

function addMetric(index: NameIndex, catalog: Catalog, metric: Catalog['metrics'][number]): void {
  const used = new Set(
    Array.from(metric.expression.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu), ([name]) => name.toLowerCase()),
  )
  const ofTable = index.items.flatMap((item, id) => (catalog.tables[item.table]?.name === metric.table ? [id] : []))
  const columns = ofTable.filter((id) => {
    const item = index.items[id] as Item
    if (item.kind === 'table') return false
    return used.has(catalog.tables[item.table]?.columns[item.column]?.name.toLowerCase() ?? '')
  })
  const targets = columns.length > 0 ? columns : ofTable.slice(0, 1)
  for (const name of [metric.name, ...metric.synonyms]) {
    const key = Array.from(name.matchAll(/[\p{L}\p{N}]+/gu), ([word]) => stem(word)).join(' ')
    for (const id of targets) add(index.metrics, key, id)
  }
}

function add(map: Map<string, number[]>, key: string, id: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [id])
  else if (!list.includes(id)) list.push(id)
}
