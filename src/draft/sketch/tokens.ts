import { type Catalog, type Column, itemsOf } from '../../catalog.ts'
import type { Links, ValueMatch, Word } from '../../link.ts'
import { numberIn, SCALE } from './numbers.ts'
import { PHRASES, type Sign } from './phrases.ts'

/** A stored column of the table that is read. */
export interface Named {
  /** Number in `itemsOf(catalog)`. */
  item: number
  column: Column
}

/** A run of words, `first`..`last` inclusive, and what it is. */
export type Token = { first: number; last: number } & (
  | { is: 'sign'; sign: Sign }
  | { is: 'column'; named: Named; sure: boolean }
  | { is: 'value'; named: Named; match: ValueMatch }
  | { is: 'number'; value: number }
  | { is: 'table' }
)

/** Relation numbers of `Links`: whole names, parts, likeness. */
const EXACT = new Set([1])
const PARTIAL = new Set([2])
const SIMILAR = new Set([8])
const TABLE = new Set([3, 4, 9])

/** The words of a question read as parts of a chart request over one table. */
export interface Reading {
  tokens: Token[]
  /** Words no reading was found for. */
  unread: Word[]
}

interface Desk {
  links: Links
  text: string
  /** The only table there is: parts of names are enough. */
  alone: boolean
  named: Map<number, Named>
  tableItem: number
}

/** Reads every word, the longest reading first: a column, a stored value, a phrase. Beside other tables a column is named in full. */
export function readTokens(
  links: Links,
  catalog: Catalog,
  { table, alone }: { table: number; alone: boolean },
): Reading {
  const items = itemsOf(catalog)
  const named = new Map<number, Named>()
  items.forEach((item, at) => {
    const column =
      item.kind === 'column' && item.table === table ? catalog.tables[table]?.columns[item.column] : undefined
    if (column !== undefined) named.set(at, { item: at, column })
  })
  const tableItem = items.findIndex((item) => item.kind === 'table' && item.table === table)
  const desk: Desk = { links, text: links.question.toLowerCase(), alone, named, tableItem }
  const tokens: Token[] = []
  const unread: Word[] = []
  for (let at = 0; at < links.words.length; ) {
    const token = tokenAt(desk, at, tokens.at(-1))
    if (token === undefined && MARK.test(links.words[at]?.text ?? '')) {
      at++
      continue
    }
    if (token === undefined && links.words[at + 1]?.text === '(') tokens.push(filler(at))
    else if (token === undefined) unread.push(links.words[at] as Word)
    else tokens.push(token)
    at = (token?.last ?? at) + 1
  }
  return { tokens, unread }
}

/** Signs between words that say nothing. */
const MARK = /^[?.!"'“”’`_()-]$/

/** How much a reading is worth beside others of its length. */
const RANK = { column: 5, value: 4, table: 3, sign: 2, number: 1 } as const

function tokenAt(desk: Desk, at: number, before: Token | undefined): Token | undefined {
  const found = [columnAt(desk, at, EXACT), valueAt(desk, at), tableAt(desk, at), signAt(desk, at), numberAt(desk, at)]
  const all = found.filter((token) => token !== undefined)
  const length = (token: Token) => token.last - token.first
  const [best] = all.toSorted((a, b) => length(b) - length(a) || RANK[b.is] - RANK[a.is])
  const whole = desk.alone ? nameWithin(desk, at, best) : undefined
  if (whole !== undefined) return whole
  if (best !== undefined && !(best.is === 'sign' && best.sign.is === 'filler' && length(best) === 0)) return best
  const name = desk.links.words[at]?.lower ?? ''
  if (desk.links.words[at]?.text === 'US') return undefined
  const follows = before?.is === 'column' && before.last === at - 1
  if (DRAWN.has(name) || (follows && GENERAL.has(name))) return filler(at)
  if (!desk.alone) return best
  if (describes(desk, at)) return filler(at)
  const guess = rowsOf(desk, columnAt(desk, at, PARTIAL)) ?? best ?? initialsAt(desk, at) ?? spelledAt(desk, at)
  return guess ?? (follows ? filler(at) : columnAt(desk, at, SIMILAR))
}

/** "max temperature" of a `temp_max`, "years at company" after "by": a column's own words win over the phrase that starts with them. */
function nameWithin(desk: Desk, at: number, best: Token | undefined): Token | undefined {
  if (best?.is !== 'sign') return undefined
  if (best.sign.is === 'aggregate') return ownAggregate(desk, at, best.last)
  if (best.sign.is !== 'grain' || best.first === best.last) return undefined
  const inside = columnAt(desk, best.last, EXACT)
  return inside === undefined || inside.last <= best.last ? undefined : { first: at, last: best.last - 1, is: 'sign', sign: { is: 'by' } } // biome-ignore format: one choice
}

/** Words after an aggregate among which the rest of a name is sought. */
const NAME_REACH = [1, 2, 3]

function ownAggregate({ links, named }: Desk, first: number, at: number): Token | undefined {
  const part = (word: number) =>
    links.links
      .filter((link) => link.word === word && PARTIAL.has(link.relation) && named.has(link.item))
      .map(({ item }) => item)
  const [item, ...more] = part(at)
  if (item === undefined || more.length > 0) return undefined
  const rest = NAME_REACH.find((step) => part(at + step).includes(item))
  if (rest === undefined) return undefined
  return { first, last: rest === 1 ? at + 1 : at, is: 'column', named: named.get(item) as Named, sure: true }
}

/** Words of charts that are no part of a column's name unless the whole name is said. */
const DRAWN = new Set('line lines bar bars area point points map maps series box dot dots chart charts plot plots graph'.split(' ')) // biome-ignore format: a list

/** Words that say nothing more of the column before them. */
const GENERAL = new Set('size sizes type types number numbers name names value values level levels amount amounts date dates category categories group groups class code status'.split(' ')) // biome-ignore format: a list

function filler(at: number): Token {
  return { first: at, last: at, is: 'sign', sign: { is: 'filler' } }
}

/** "customer segment" beside a `Customer Name` and a `Segment`: the word before a column named in full belongs to it. */
function describes(desk: Desk, at: number): boolean {
  const part = columnAt(desk, at, PARTIAL)
  if (part?.is !== 'column' || part.last > at || part.named.column.kind === 'number') return false
  return columnAt(desk, at + 1, EXACT) !== undefined
}

/** "orders" beside an `order_id` are the rows. */
function rowsOf({ links }: Desk, token: Token | undefined): Token | undefined {
  if (token?.is !== 'column' || token.first !== token.last) return token
  const { role, name } = token.named.column
  const plural = /s$/.test(links.words[token.first]?.lower ?? '')
  const counts = role === 'key' || /(?:^|[\W_]|(?<=\p{Ll}))(?:id|no|number|code|key)$/iu.test(name)
  return counts && plural ? { first: token.first, last: token.last, is: 'table' } : token
}

/** The column that a run of words relates to; the more words the better, then the name with the fewest other words. */
function columnAt({ links, named }: Desk, at: number, relations: Set<number>): Token | undefined {
  const starts = links.links.filter((link) => link.word === at && relations.has(link.relation) && named.has(link.item))
  const runs = starts.map(({ item }) => ({ item, last: runEnd(links, at, item, relations) }))
  const longest = Math.max(-1, ...runs.map(({ last }) => last))
  const best = runs.filter(({ last }) => last === longest)
  const [one] = best.length > 1 ? preferred(best, named) : best
  if (one === undefined) return undefined
  return { first: at, last: one.last, is: 'column', named: named.get(one.item) as Named, sure: best.length === 1 }
}

function runEnd(links: Links, at: number, item: number, relations: Set<number>): number {
  let last = at
  for (let word = at + 1; word < links.words.length; word++) {
    if (/^[_-]$/.test(links.words[word]?.text ?? '')) continue
    if (!links.links.some((link) => link.word === word && link.item === item && relations.has(link.relation))) break
    last = word
  }
  return last
}

/** Of several columns a word may mean part of: the one whose name says least else. */
function preferred(runs: { item: number; last: number }[], named: Map<number, Named>) {
  const words = (item: number) => (named.get(item)?.column.name.match(/[\p{L}\p{N}]+/gu) ?? []).length
  return runs.toSorted((a, b) => words(a.item) - words(b.item) || a.item - b.item)
}

/** "operating systems" for `OS`, "resistance" for `Water_Resistant`: what spelling alone tells. */
function spelledAt({ links, named }: Desk, at: number): Token | undefined {
  const [word = '', next = ''] = [links.words[at]?.lower, links.words[at + 1]?.lower]
  const short = [...named.values()].find(({ column }) => column.name.toLowerCase() === `${word[0]}${next[0]}`)
  if (short !== undefined && word.length > 2 && next.length > 2)
    return { first: at, last: at + 1, is: 'column', named: short, sure: true }
  const alike = [...named.values()].filter(({ column }) => sharesStart(column.name, word))
  const [one] = alike
  return one === undefined || alike.length > 1
    ? undefined
    : { first: at, last: at, is: 'column', named: one, sure: false }
}

/** Letters that two words must have in common at their start. */
const SHARED = 5

function sharesStart(name: string, word: string): boolean {
  const words = name.toLowerCase().match(/\p{L}+/gu) ?? []
  return (
    word.length > SHARED &&
    words.some((one) => one.slice(0, word.length - 3) === word.slice(0, -3) && one.length > SHARED)
  )
}

/** "mpg" for miles per gallon: the first letters of a name's words. */
function initialsAt({ links, named }: Desk, at: number): Token | undefined {
  const word = links.words[at]?.lower ?? ''
  if (word.length < 2 || word.length > 6) return undefined
  const fits = [...named.values()].filter(({ column }) => initialsOf(column.name).startsWith(word))
  const [one] = fits
  return one === undefined || fits.length > 1
    ? undefined
    : { first: at, last: at, is: 'column', named: one, sure: true }
}

function initialsOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length < 2 ? '' : words.map((word) => word[0]?.toLowerCase()).join('')
}

/** Values found as they are written, but for case and form. */
function valueAt({ links, named, alone }: Desk, at: number): Token | undefined {
  const fits = links.values.filter(
    ({ first, item, how, score }) =>
      first === at && named.has(item) && score >= 0.9 && (alone ? /^(exact|case|stem)$/ : /^(exact|case)$/).test(how),
  )
  const longest = Math.max(-1, ...fits.map(({ last }) => last))
  const matches = fits.filter(({ last }) => last === longest)
  const [match] = matches
  if (match === undefined || new Set(matches.map(({ item }) => item)).size > 1) return undefined
  return { first: at, last: match.last, is: 'value', named: named.get(match.item) as Named, match }
}

function tableAt({ links, tableItem }: Desk, at: number): Token | undefined {
  const is = (word: number) =>
    links.links.some((link) => link.word === word && link.item === tableItem && TABLE.has(link.relation))
  if (!is(at)) return undefined
  let last = at
  while (is(last + 1)) last++
  return { first: at, last, is: 'table' }
}

const STICKY = PHRASES.map(({ sign, words }) => ({
  sign,
  words: new RegExp(`(?:${words.source})(?![\\p{L}\\p{N}])`, 'uy'),
}))

/** The longest phrase that starts with this word and ends with a word. */
function signAt({ links, text }: Desk, at: number): Token | undefined {
  const start = links.words[at]?.start ?? 0
  let best: Token | undefined
  let length = 0
  for (const { sign, words } of STICKY) {
    words.lastIndex = start
    const match = words.exec(text)
    if (match === null || match[0].length <= length) continue
    const last = links.words.findIndex((word) => word.end >= start + match[0].trimEnd().length)
    length = match[0].length
    best = { first: at, last, is: 'sign', sign }
  }
  return best
}

function numberAt({ links }: Desk, at: number): Token | undefined {
  const value = numberIn(links.words[at]?.lower ?? '')
  const last = SCALE.test(links.words[at + 1]?.lower ?? '') ? at + 1 : at
  return value === undefined ? undefined : { first: at, last, is: 'number', value }
}
