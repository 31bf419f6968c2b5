import { partsOf } from '../edit/parts.ts'
import { reachable } from '../edit/reach.ts'
import { columnsOf, type Sheet, tablesOf } from '../edit/sheet.ts'
import { columnsWith, type Found, isSure, valueIn } from '../edit/value.ts'
import { wordsOf } from '../link/words.ts'
import { Refusal } from '../refusal.ts'
import type { Origin } from '../tree/origin.ts'
import { humanise, nameOf } from '../wording.ts'

/** The columns that are called so: those the answer uses first, then those of its tables, then those one join away; of each, by their whole name before some of its words. */
export function columnsSaid(words: string, sheet: Sheet): Origin[] {
  const said = stems(humanise(words))
  if (said.length === 0) return []
  const parts = partsOf(sheet)
  const used = [...parts.groups, ...parts.measures, ...parts.filters, ...parts.periods].flatMap(
    (one) => one.column ?? [],
  )
  const read = tablesOf(sheet)
  const far = reachable(sheet).filter((table) => !read.includes(table))
  for (const step of [unique(used), columnsOf(read), columnsOf(far)]) {
    const exact = step.filter((origin) => namesOf(origin).some((name) => same(name, said)))
    const found = exact.length > 0 ? exact : step.filter((origin) => namesOf(origin).some((name) => holds(name, said)))
    if (found.length > 0) return found
  }
  return []
}

/** The last of the words is the last of the name's: "country" is the ship country, "ship" is not. */
function holds(name: string[], said: string[]): boolean {
  return said.every((word) => name.includes(word)) && (name.at(-1) === said.at(-1) || KEY_WORDS.has(name.at(-1) ?? ''))
}

const KEY_WORDS = new Set(['id', 'name', 'code', 'key', 'no', 'number'])

/** The name that stands for a table's rows: "by shipper" is by the shippers' company name. */
function nameOfTable(words: string, sheet: Sheet): Origin | undefined {
  const wanted = stems(words)
  const table = reachable(sheet).find((one) => tableNames(one).some((name) => same(name, wanted)))
  const column = table?.columns.find((one) => one.role === 'name')
  return table && column && { table, column }
}

function tableNames(table: Origin['table']): string[][] {
  return [humanise(table.name), nameOf(table), ...table.synonyms].map(stems)
}

/** The one column that is called so; undefined for none. Refuses `edit-ambiguous` where several are. */
export function columnSaid(
  words: string,
  sheet: Sheet,
  fit: (origin: Origin) => boolean = () => true,
): Origin | undefined {
  const exact = columnsSaid(words, sheet).filter(fit)
  const isKey = exact.every(({ column }) => /key/.test(column.role))
  const named = exact.length === 1 && !isKey ? undefined : nameOfTable(words, sheet)
  const found = named !== undefined && fit(named) ? [named] : exact
  const [first, ...others] = found
  if (others.length === 0) return first
  const suggestions = found.slice(0, 5).map((origin) => `by ${humanise(origin.table.name)} ${nameOf(origin.column)}`)
  throw new Refusal('edit-ambiguous', `Several columns may be meant by “${words}”.`, { suggestions })
}

function unique(origins: Origin[]): Origin[] {
  return origins.filter((one, i) => origins.findIndex((other) => other.column === one.column) === i)
}

/** A column's name, title and synonyms as stems, with its table's name in front and without. */
function namesOf({ table, column }: Origin): string[][] {
  const own = [humanise(column.name), nameOf(column), ...column.synonyms]
  const long = own.map((name) => `${humanise(table.name)} ${name}`)
  return [...own, ...long].map(stems)
}

function same(left: string[], right: string[]): boolean {
  return left.join(' ') === right.join(' ')
}

const EMPTY = new Set(['the', 'a', 'an', 'of', 'its', 'their', 'column'])

function stems(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !EMPTY.has(word.lower))
    .map((word) => word.stem)
}

/** A table that is read and is called so, in the singular or plural. */
export function tableSaid(words: string, sheet: Sheet): Origin['table'] | undefined {
  const said = stems(words)
  return tablesOf(sheet).find((table) =>
    [table.name, nameOf(table), ...table.synonyms].some((name) => same(stems(humanise(name)), said)),
  )
}

/** Stored values that all words of a list name, of one column: "France and Italy", "ship country Germany". Undefined when a word is none. */
export function valuesSaid(words: string, sheet: Sheet): { column: Origin; values: string[] } | undefined {
  const parts = partsOf(sheet)
  const near = [...parts.filters, ...parts.groups].flatMap((one) => one.column ?? [])
  const whole = onlyOne(said(columnsWith(words, sheet, near), words, sheet), words)
  if (whole !== undefined) return { column: whole.column, values: [words] }
  const list = words.split(/\s*(?:,|;|&|\/|\band\b|\bor\b|\bplus\b|和|或|、)\s*/i).filter((word) => word !== '')
  if (list.length > 1) return listSaid(list, sheet, near)
  return columnAndValue(words, sheet)
}

function listSaid(list: string[], sheet: Sheet, near: Origin[]): { column: Origin; values: string[] } | undefined {
  const first = onlyOne(said(columnsWith(list[0] ?? '', sheet, near), list[0] ?? '', sheet), list[0] ?? '')
  if (first === undefined) return undefined
  const known = list.every((word) => isHeldBy(first.column, word, sheet))
  return known ? { column: first.column, values: list } : undefined
}

/** "ship country Germany", "country = Germany", "Orders.ShipCountry Germany": every cut between a name and a value is tried. */
function columnAndValue(words: string, sheet: Sheet): { column: Origin; values: string[] } | undefined {
  const parts = words
    .replace(/\b(?:is|equals|being|of|called|named)\b|[=:]/gi, ' ')
    .trim()
    .split(/\s+/)
  for (let cut = parts.length - 1; cut > 0; cut--) {
    const [name, value] = [parts.slice(0, cut).join(' ').replace('.', ' '), parts.slice(cut).join(' ')]
    for (const column of columnsSaid(name, sheet)) {
      if (isHeldBy(column, value, sheet)) return { column, values: [value] }
    }
  }
  return undefined
}

function isHeldBy(column: Origin, words: string, sheet: Sheet): boolean {
  return said(columnsWith(words, sheet, [column]), words, sheet)[0]?.column.column === column.column
}

/** Those that were said, not guessed: a part or the letters of a longer value may be other words by chance. */
function said(found: Found[], words: string, sheet: Sheet): Found[] {
  if (found.some((one) => !isSure(one)) && isStored(words, sheet)) return []
  return found.filter(({ how, values }) => {
    if (how === 'acronym') return /^\p{Lu}{2,5}$/u.test(words)
    if (how === 'fuzzy') return values.some((value) => Math.abs(value.length - words.length) <= 2)
    return how !== 'flag' && (how !== 'part' || /\s/.test(words) || words.length > 5)
  })
}

/** Whether some column out of reach holds just this: then no part of another value is meant. */
function isStored(words: string, { catalog }: Sheet): boolean {
  return columnsOf(catalog.tables).some((column) => {
    const found = valueIn(words, column, catalog)
    return found !== undefined && isSure(found)
  })
}

function onlyOne(found: Found[], words: string): Found | undefined {
  const [first, ...others] = found
  if (others.length === 0) return first
  const suggestions = found
    .slice(0, 5)
    .map(({ column }) => `only ${humanise(column.table.name)} ${nameOf(column.column)} ${words}`)
  throw new Refusal('edit-ambiguous', `Several columns hold “${words}”.`, { suggestions })
}
