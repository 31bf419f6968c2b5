import { readFileSync } from 'node:fs'
import { SENSES, senseByName, senseOf } from './senses.ts'
import { plural } from './words.ts'

/** A column of a hand-written table. */
export interface BusinessColumn {
  words: string
  senseName: string
}

/** A column that refers to another table of the domain; `words` is what it calls that row ("sales rep"). */
export interface BusinessReference {
  table: string
  words: string
}

/** A hand-written table of `tables.txt`. */
export interface BusinessTable {
  domain: string
  singular: string
  plural: string
  columns: BusinessColumn[]
  references: BusinessReference[]
}

function readTables(): BusinessTable[] {
  const text = readFileSync(new URL('tables.txt', import.meta.url), 'utf8')
  const tables: BusinessTable[] = []
  let domain = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue
    if (line.startsWith('== ')) domain = line.slice(3)
    else tables.push(parseTable(domain, line))
  }
  return tables
}

function parseTable(domain: string, line: string): BusinessTable {
  const colon = line.indexOf(': ')
  const [singular = '', several] = line.slice(0, colon).split('/')
  const parts = line.slice(colon + 2).split(', ')
  const references = parts.filter((part) => part.startsWith('>')).map(parseReference)
  const columns = parts.filter((part) => !part.startsWith('>') && part !== 'id').map(parseColumn)
  return { domain, singular, plural: several ?? plural(singular), columns, references }
}

function parseReference(part: string): BusinessReference {
  const [table = '', words] = part.slice(1).split(' as ')
  return { table, words: words ?? table }
}

const PRICES = /^(?:price|unit price|ticket price|list price|fare|price per night)$/

function parseColumn(part: string): BusinessColumn {
  const [words = '', given] = part.trim().split(':')
  const senseName = given === 'money' && PRICES.test(words) ? 'price' : (given ?? senseByName(words, 'text'))
  if (SENSES[senseName] === undefined) senseOf(senseName)
  return { words, senseName }
}

/** The hand-written business tables. */
export const BUSINESS_TABLES: readonly BusinessTable[] = readTables()
