import { type Catalog, itemsOf } from '../catalog.ts'
import { identifierWords } from '../link/words.ts'
import type { Links } from '../link.ts'
import type { Program, Token } from './program.ts'

/** What people know a row by; of several, the first of these. */
const NAMES = ['name', 'title', 'label']

/**
 * The program with the row's name in place of the only column that is asked for, when no word of the question speaks of that
 * column: "who is the oldest person" is a name and no city. Left alone where the table has no column that is called one.
 */
export function withRowName(program: Program, catalog: Catalog, links: Links): Program {
  const [select, asked, next] = program
  if (select === undefined || asked === undefined || !('item' in asked) || next === undefined || !('keyword' in next))
    return program
  const name = nameBeside(asked.item, catalog)
  if (name === undefined || links.links.some(({ item }) => item === asked.item)) return program
  const inner = program.findIndex((token) => 'keyword' in token && token.keyword === '(')
  const end = inner < 0 ? program.length : inner
  return program.map(
    (token, at): Token => (at < end && 'item' in token && token.item === asked.item ? { item: name } : token),
  )
}

/** The name of the rows of a column's table; undefined when there is none, or when the column is one. */
function nameBeside(item: number, catalog: Catalog): number | undefined {
  const items = itemsOf(catalog)
  const own = items[item]
  if (own?.kind !== 'column') return undefined
  const lastWords = catalog.tables[own.table]?.columns.map(({ name }) => identifierWords(name).at(-1)?.toLowerCase())
  if (lastWords === undefined || NAMES.includes(lastWords[own.column] ?? '')) return undefined
  const called = NAMES.find((word) => lastWords.includes(word))
  if (called === undefined) return undefined
  const column = lastWords.indexOf(called)
  return items.findIndex((one) => one.kind === 'column' && one.table === own.table && one.column === column)
}
