import { type Catalog, itemsOf } from '../../catalog.ts'
import { RELATIONS } from '../../link/relations.ts'
import type { Links } from '../../link.ts'
import { quoteName, quoteText } from '../compile/quote.ts'

/** Relations that say a word names an item, surest first. */
const NAMING = [
  RELATIONS.metric,
  RELATIONS.columnExact,
  RELATIONS.tableExact,
  RELATIONS.tablePartial,
  RELATIONS.columnPartial,
  RELATIONS.columnSimilar,
  RELATIONS.tableSimilar,
]

/** Items named by one word, and values read from one span, at most: a word that fits everything says nothing. */
const PER_WORD = 3

/**
 * What the question's words were found to name, in the question's order, as SQL writes it: `orders`, `orders.status`,
 * `orders.status = 'open'`.
 */
export function hintsOf(catalog: Catalog, links: Links): string[] {
  const names = writtenNames(catalog)
  const found = links.words.flatMap((_, word) => [...valuesAt(links, word, names), ...namesAt(links, word, names)])
  return [...new Set(found)]
}

function writtenNames(catalog: Catalog): string[] {
  return itemsOf(catalog).map((item) => {
    const table = catalog.tables[item.table]
    const name = quoteName(table?.name ?? '')
    return item.kind === 'table' ? name : `${name}.${quoteName(table?.columns[item.column]?.name ?? '')}`
  })
}

function namesAt(links: Links, word: number, names: string[]): string[] {
  const here = links.links.filter((link) => link.word === word)
  const relation = NAMING.find((one) => here.some((link) => link.relation === one))
  if (relation === undefined) return []
  const items = here.filter((link) => link.relation === relation).map((link) => names[link.item] ?? '')
  return items.slice(0, PER_WORD)
}

function valuesAt(links: Links, word: number, names: string[]): string[] {
  return links.values
    .filter((match) => match.first === word)
    .slice(0, PER_WORD)
    .map((match) => `${names[match.item]} = ${quoteText(match.value)}`)
}
