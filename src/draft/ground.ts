import { type Catalog, type Column, itemsOf } from '../catalog.ts'
import type { Links } from '../link.ts'
import { parseNumber } from './numbers.ts'

/** Words of the question, `first` to `last` inclusive, to be found among the values of `item` (index into `itemsOf(catalog)`). */
export interface Span {
  first: number
  last: number
  item: number
}

/** A stored value and the rule that found it; `values` holds every spelling that differs in case alone. */
export interface Grounded {
  values: string[]
  how: string
}

/** The question's text of a span, surrounding quotes taken off. */
export function spanText(links: Pick<Links, 'question' | 'words'>, first: number, last: number): string {
  const text = links.question.slice(links.words[first]?.start, links.words[last]?.end)
  return text.replace(/^["'“”‘’`]+|["'“”‘’`]+$/g, '').trim()
}

/** The column's stored value that the words of a span mean, or null when none is known. Links' own match comes first. */
export function ground(span: Span, catalog: Catalog, links: Links): Grounded | null {
  const column = columnOf(catalog, span.item)
  if (!column) return null
  const text = spanText(links, span.first, span.last)
  const stored = storedValues(column)
  const exact = matchBy(EXACT_RULES, text, stored, column)
  if (exact) return exact
  const linked = links.values
    .filter((match) => match.first === span.first && match.last === span.last && match.item === span.item)
    .sort((left, right) => right.score - left.score)[0]
  if (linked) return { values: [linked.value], how: linked.how }
  return matchBy(LOOSE_RULES, text, stored, column)
}

function columnOf(catalog: Catalog, index: number): Column | undefined {
  const item = itemsOf(catalog)[index]
  return item?.kind === 'column' ? catalog.tables[item.table]?.columns[item.column] : undefined
}

function storedValues(column: Column): string[] {
  return column.values.length > 0 ? column.values : column.frequent.map(({ value }) => value)
}

interface Rule {
  how: string
  why: string
  find(text: string, stored: string[], column: Column): string[]
}

const EXACT_RULES: Rule[] = [
  { how: 'exact', why: 'The words are the value.', find: (text, stored) => (stored.includes(text) ? withCase(text, stored) : []) },
  { how: 'case', why: 'Case, accents and outer blanks carry no meaning.', find: (text, stored) => withCase(text, stored) },
  { how: 'number', why: 'Text that holds numbers: "seven" or "1,200".', find: (text, stored) => sameNumber(text, stored) },
] // biome-ignore format: a table

const LOOSE_RULES: Rule[] = [
  { how: 'stem', why: 'Singular and plural mean one thing.', find: (text, stored) => only(stored.filter((value) => folded(value) === folded(text))) },
  { how: 'flag', why: 'Yes and no are stored in many ways.', find: (text, stored) => flagValue(text, stored) },
  { how: 'fuzzy', why: 'Typing errors.', find: (text, stored) => nearest(text, stored) },
  { how: 'part', why: 'A person says part of a long name.', find: (text, stored) => only(stored.filter((value) => hasAllWords(value, text))) },
  { how: 'acronym', why: '"NYC" is New York City, and "united states" is "US".', find: (text, stored) => only(stored.filter((value) => isAcronym(text, value) || isAcronym(value, text))) },
] // biome-ignore format: a table

function matchBy(rules: Rule[], text: string, stored: string[], column: Column): Grounded | null {
  for (const { how, find } of rules) {
    const values = find(text, stored, column)
    if (values.length > 0) return { values, how }
  }
  return null
}

/** Every stored spelling of the same text; many spellings would only make the SQL long. */
function withCase(text: string, stored: string[]): string[] {
  const wanted = plain(text)
  return wanted === '' ? [] : stored.filter((value) => plain(value) === wanted).slice(0, 5)
}

function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/\s+/g, ' ')
}

/** Letters and digits alone, each word without its plural ending. */
function folded(text: string): string {
  return wordsIn(text).map(singular).join(' ')
}

function wordsIn(text: string): string[] {
  return plain(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

function singular(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(?<=(?:s|x|ch|sh))es$/, '')
    .replace(/(?<=[^s]{2})s$/, '')
}

function only(values: string[]): string[] {
  return values.length === 1 ? values : []
}

function sameNumber(text: string, stored: string[]): string[] {
  const wanted = parseNumber(text)
  if (wanted === null) return []
  return stored.filter((value) => /^\s*[-+]?[\d.,]+\s*$/.test(value) && parseNumber(value) === wanted).slice(0, 5)
}

/** Ways to store a yes/no or a sex; a question says any word of a row. */
const FLAGS: string[][] = [
  ['true', 't', 'yes', 'y', '1', 'on', 'active', 'enabled'],
  ['false', 'f', 'no', 'n', '0', 'off', 'inactive', 'disabled'],
  ['female', 'f', 'woman', 'women', 'girl', 'girls', 'females', 'w'],
  ['male', 'm', 'man', 'men', 'boy', 'boys', 'males'],
  ['left', 'l', 'left handed', 'left-handed'],
  ['right', 'r', 'right handed', 'right-handed'],
]

/** What a word says of a yes/no column: true, false, or null when it says neither. */
export function truthOf(text: string): boolean | null {
  const said = text.trim().toLowerCase()
  if (FLAGS[0]?.includes(said)) return true
  return FLAGS[1]?.includes(said) ? false : null
}

/** The one stored value in the same row of FLAGS as the text; only for columns of few values. */
export function flagValue(text: string, stored: string[]): string[] {
  if (stored.length > 6) return []
  const said = text.trim().toLowerCase()
  for (const row of FLAGS.filter((words) => words.includes(said))) {
    const found = stored.filter((value) => row.includes(value.trim().toLowerCase()))
    if (found.length === 1) return found
  }
  return []
}

/** Share of edit distance below which two spellings count as one; the prototype's 0.75 also took "Asia" for "Austria". */
const FUZZY_SCORE = 0.8

function nearest(text: string, stored: string[]): string[] {
  const wanted = plain(text)
  if (wanted.length < 4 || /^[\d\W]+$/.test(wanted)) return []
  let best: { value: string; score: number } | undefined
  for (const value of stored) {
    const candidate = plain(value)
    const longest = Math.max(candidate.length, wanted.length)
    if (Math.abs(candidate.length - wanted.length) > longest * (1 - FUZZY_SCORE)) continue
    const score = 1 - editDistance(wanted, candidate) / longest
    if (score >= FUZZY_SCORE && (!best || score > best.score)) best = { value, score }
  }
  return best ? [best.value] : []
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}

function hasAllWords(value: string, text: string): boolean {
  const wanted = wordsIn(text).map(singular)
  const held = new Set(wordsIn(value).map(singular))
  return wanted.length > 0 && wanted.join('').length > 2 && wanted.every((word) => held.has(word))
}

/** Whether `short` is the first letters of the words of `long`. */
function isAcronym(short: string, long: string): boolean {
  const letters = plain(short).replace(/[^\p{L}]/gu, '')
  const words = wordsIn(long)
  if (letters.length < 2 || words.length < 2 || wordsIn(short).length > 1) return false
  const all = words.map((word) => word[0]).join('')
  const main = words
    .filter((word) => !['of', 'the', 'and', 'for', 'de'].includes(word))
    .map((word) => word[0])
    .join('')
  return letters === all || letters === main
}
