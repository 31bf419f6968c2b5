import type { Catalog } from './catalog.ts'
import type { Scope } from './tree/origin.ts'
import type { Expression, Query } from './tree.ts'

/** Languages that explanations, findings and chart titles are written in. */
export type Language = 'en' | 'zh'

/** Tells expressions, conditions and sub-queries in one language; made by `teller`. */
export interface Teller {
  language: Language
  catalog: Catalog
  /** A noun phrase: "average price". */
  expression(expression: Expression, scope: Scope): string
  /** A clause: "country is “Germany”". */
  condition(expression: Expression, scope: Scope): string
  /** A noun phrase for what a sub-query gives: "average price of products". */
  query(query: Query, number?: 'one' | 'many'): string
}

/** Chinese when the text holds any Han sign, else English. */
export function languageOf(text: string): Language {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en'
}

/** A stored name as words: `customer_id` and `customerId` are "customer id"; runs of capitals stay. */
export function humanise(name: string): string {
  const spaced = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const shouting = spaced === spaced.toUpperCase() && spaced.length > 4
  return spaced
    .split(' ')
    .map((word) => (shouting || !/^\p{Lu}{2,}$/u.test(word) ? word.toLowerCase() : word))
    .join(' ')
}

/** A table's or column's title as declared, or its name as words. */
export function nameOf(thing: { name: string; title?: string }): string {
  return thing.title ?? humanise(thing.name)
}

/** The rows of a table as a plural: `customer` is "customers". Chinese has no plural. */
export function rowsOf(table: { name: string; title?: string }, language: Language): string {
  const name = nameOf(table)
  if (language === 'zh' || /\p{Script=Han}/u.test(name)) return name
  return pluralOf(name)
}

/** English plural of a word that may be plural already. */
export function pluralOf(word: string): string {
  if (/(s|data|people|children|info|information|staff|sales)$/i.test(word) && !/(ss|us|is)$/i.test(word)) return word
  if (/^(daily|weekly|monthly|yearly|hourly|quarterly|annual)$/i.test(word)) return `${word} records`
  if (/person$/i.test(word)) return word.replace(/person$/i, 'people')
  if (/[^aeiou]y$/i.test(word)) return word.replace(/y$/i, 'ies')
  return /(s|x|z|ch|sh)$/i.test(word) ? `${word}es` : `${word}s`
}

/** English singular of a plural by its ending. */
export function singularOf(word: string): string {
  if (/people$/i.test(word)) return word.replace(/people$/i, 'person')
  if (/ies$/i.test(word)) return word.replace(/ies$/i, 'y')
  if (/(ses|xes|zes|ches|shes)$/i.test(word)) return word.replace(/es$/i, '')
  return /[^su]s$/i.test(word) ? word.replace(/s$/i, '') : word
}

/** 65332 is "65,332"; at most `digits` decimals. */
export function numberText(value: number, digits = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

/** "a, b and c". */
export function listText(parts: string[], language: Language, word: 'and' | 'or' = 'and'): string {
  if (language === 'zh') return parts.join(word === 'and' ? '、' : '或')
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** ISO date or timestamp in words: "14 June 2023", "2023年6月14日"; the time is kept when it is not midnight. */
export function dateText(iso: string, language: Language): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?)?/.exec(iso)
  if (match === null) return iso
  const [, year = '', month = '', day = '', clock] = match
  const time = clock === undefined || clock === '00:00' ? '' : ` ${clock}`
  if (language === 'zh') return `${year}年${Number(month)}月${Number(day)}日${time}`
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}${time}`
}

/** "June 2023", "2023年6月" of an ISO date. */
export function monthText(iso: string, language: Language): string {
  const [year = '', month = ''] = iso.split('-')
  return language === 'zh' ? `${year}年${Number(month)}月` : `${MONTHS[Number(month) - 1]} ${year}`
}

/** First letter in capitals. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
