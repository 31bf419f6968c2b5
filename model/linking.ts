/**
 * Measures linking on the training databases: which columns, tables and values of the gold programs are linked, and how.
 *
 *     node --import tsx model/linking.ts [--bare] [--source spider] [--show column|table|value] [--split train]
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Catalog, type Item, itemsOf } from '../src/catalog.ts'
import { type Links, link, RELATIONS } from '../src/link.ts'
import { spiderCatalogs, withoutTitles } from './data/catalogs.ts'
import type { Pair } from './data/pairs.ts'
import { CACHE } from './data/shared.ts'

const RELATION_NAMES = new Map<number, string>(Object.entries(RELATIONS).map(([name, id]) => [id, name]))

type Sort = 'column' | 'table' | 'value'
type Tally = Record<Sort, Map<string, number>>

interface Gold {
  columns: Set<number>
  tables: Set<number>
  /** Text columns equal to a span of the question. */
  values: { item: number; first: number; last: number }[]
}

function goldOf(program: string, items: Item[]): Gold {
  const gold: Gold = { columns: new Set(), tables: new Set(), values: [] }
  const tokens = program.split(' ')
  tokens.forEach((token, at) => {
    if (!/^i\d+$/.test(token)) return
    const item = Number(token.slice(1))
    if (items[item]?.kind === 'table') gold.tables.add(item)
    else gold.columns.add(item)
    const [operator, first, last] = tokens.slice(at + 1, at + 4)
    if ((operator === '=' || operator === '!=') && first?.startsWith('w') && last?.startsWith('w')) {
      gold.values.push({ item, first: Number(first.slice(1)), last: Number(last.slice(1)) })
    }
  })
  return gold
}

function bestRelation(links: Links, item: number, span: [number, number]): string {
  const order = ['Exact', 'metric', 'Partial', 'Similar', 'Fuzzy', 'numberInRange']
  const names = links.links
    .filter((found) => found.item === item && found.word >= span[0] && found.word <= span[1])
    .map(({ relation }) => RELATION_NAMES.get(relation) as string)
  const rank = (name: string) =>
    order.findIndex((ending) => name.endsWith(ending)) - (name.startsWith('value') ? 0.5 : 0)
  return names.sort((a, b) => rank(a) - rank(b))[0] ?? 'none'
}

function count(tally: Tally, sort: Sort, how: string): void {
  tally[sort].set(how, (tally[sort].get(how) ?? 0) + 1)
}

function tallyPair(tally: Tally, pair: Pair, catalog: Catalog, show: (sort: Sort, text: string) => void): number {
  const items = itemsOf(catalog)
  const links = link(pair.question, catalog)
  const gold = goldOf(pair.program, items)
  const nameOf = (id: number) => {
    const item = items[id] as Item
    const table = catalog.tables[item.table]
    return item.kind === 'table' ? table?.name : `${table?.name}.${table?.columns[item.column]?.name}`
  }
  for (const sort of ['column', 'table'] as const) {
    for (const item of sort === 'column' ? gold.columns : gold.tables) {
      const how = bestRelation(links, item, [0, links.words.length])
      count(tally, sort, how)
      if (how === 'none') show(sort, `${nameOf(item)} ← ${pair.question}`)
    }
  }
  for (const { item, first, last } of gold.values) {
    const column = items[item] as Item
    if (column.kind === 'table' || catalog.tables[column.table]?.columns[column.column]?.values.length === 0) continue
    const how = links.values.find((value) => value.item === item && value.first <= last && value.last >= first)?.how
    count(tally, 'value', how ?? 'none')
    const words = links.words.slice(first, last + 1).map(({ text }) => text)
    if (how === undefined) show('value', `${nameOf(item)} = ${words.join(' ')} ← ${pair.question}`)
  }
  for (const { relation } of links.links) noise.set(relation, (noise.get(relation) ?? 0) + 1)
  return new Set(links.links.map(({ item }) => item)).size / items.length
}

const { values: asked } = parseArgs({
  options: {
    bare: { type: 'boolean', default: false },
    source: { type: 'string', default: 'spider' },
    split: { type: 'string', default: 'train' },
    show: { type: 'string' },
  },
})
const catalogs = await spiderCatalogs()
if (asked.bare) for (const [name, catalog] of catalogs) catalogs.set(name, withoutTitles(catalog))
const lines = readFileSync(join(CACHE, 'pairs.jsonl'), 'utf8').trim().split('\n')
const pairs = lines.map((line) => JSON.parse(line) as Pair)
const tally: Tally = { column: new Map(), table: new Map(), value: new Map() }
const noise = new Map<number, number>()
let shares = 0
const chosen = pairs.filter(({ source, split }) => source === asked.source && split === asked.split)
for (const pair of chosen) {
  const catalog = catalogs.get(pair.database)
  if (catalog === undefined) throw new Error(`No catalog of ${pair.database}`)
  shares += tallyPair(tally, pair, catalog, (sort, text) => {
    if (sort === asked.show) console.log(text)
  })
}
for (const [sort, rows] of Object.entries(tally)) {
  const all = [...rows.values()].reduce((sum, n) => sum + n, 0)
  const parts = [...rows].sort((a, b) => b[1] - a[1]).map(([how, n]) => `${how} ${((100 * n) / all).toFixed(1)} %`)
  console.log(`${sort} (${all}): ${parts.join(', ')}`)
}
console.log(`items linked per question: ${((100 * shares) / chosen.length).toFixed(1)} % (${chosen.length} questions)`)
const perQuestion = [...noise].map(([id, n]) => `${RELATION_NAMES.get(id)} ${(n / chosen.length).toFixed(1)}`)
console.log(`links per question: ${perQuestion.sort().join(', ')}`)
