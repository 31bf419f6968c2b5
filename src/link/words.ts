import type { Word } from '../link.ts'
import { COMPARATIVES, IRREGULAR, NUMBER_WORDS } from './irregular.ts'

const CJK = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}'
const THOUSANDS = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?(?![\\d,])'
const WORD = new RegExp(`${THOUSANDS}|\\d+(?:\\.\\d+)*|[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{M}])+|\\S`, 'gu')
const SOLID = /[\p{L}\p{N}]/u
const CJK_SIGN = new RegExp(`^[${CJK}]$`, 'u')
const IDENTIFIER_WORD = new RegExp(
  `\\p{Lu}{2,}s(?![\\p{Ll}])|\\p{Lu}+(?=\\p{Lu}\\p{Ll})|\\p{Lu}?(?:(?![${CJK}])[\\p{Ll}\\p{M}])+|\\p{Lu}+|\\d+|[${CJK}]|\\p{L}`,
  'gu',
)

/** The words of a text in order: numbers ("1,200.5"), runs of letters, CJK text sign by sign, any other sign by itself. */
export function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(WORD), (match) => {
    const lower = match[0].toLowerCase()
    return { text: match[0], lower, stem: stem(lower), start: match.index, end: match.index + match[0].length }
  })
}

/** The words of a text that hold a letter or digit, as typed. */
export function solidWordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).filter((word) => word.length > 1 || SOLID.test(word))
}

/** Whether the word is one Chinese, Japanese or Korean sign. */
export function isSign(word: string): boolean {
  return CJK_SIGN.test(word)
}

const stems = new Map<string, string>()

/** A word's base form in lower case without accents: "Cities" → "city", "older" → "old", "hiring" → "hire". Equal words of a name and a question have equal stems; a stem need not be a word. */
export function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const result = stemNew(foldAccents(word.toLowerCase()))
  if (stems.size < 200_000) stems.set(word, result)
  return result
}

/** Letters without their accents: "Málaga" → "Malaga". */
export function foldAccents(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) || isSign(text) ? text : text.normalize('NFKD').replace(/\p{M}+/gu, '')
}

function stemNew(word: string): string {
  const irregular = IRREGULAR.get(word) ?? COMPARATIVES.get(word)
  if (irregular !== undefined) return withoutFinalE(irregular)
  const singular = IRREGULAR.get(singularOf(word)) ?? singularOf(word)
  return withoutFinalE(withoutEnding(singular))
}

function singularOf(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  if (word.length > 3 && /[^sui]s$/.test(word)) return word.slice(0, -1)
  return word
}

function withoutEnding(word: string): string {
  const ending = word.length > 5 && word.endsWith('ing') ? 3 : word.length > 4 && /[^e]ed$/.test(word) ? 2 : 0
  const rest = word.slice(0, word.length - ending)
  if (ending === 0 || !/[aeiouy]/.test(rest)) return word
  if (rest.length > 3 && rest.at(-1) === rest.at(-2) && !/[lsz]$/.test(rest)) return rest.slice(0, -1)
  return rest.length === 3 && /^[^aeiou][aeiou][^aeiouwxy]$/.test(rest) ? `${rest}e` : rest
}

function withoutFinalE(word: string): string {
  return word.length > 4 && word.endsWith('e') && !IRREGULAR.has(word) ? word.slice(0, -1) : word
}

/** The words of an identifier in lower case: split at `_`, `-`, spaces, camelCase and digits; the whole name when nothing is a letter or digit. */
export function identifierWords(name: string): string[] {
  const words = Array.from(name.matchAll(IDENTIFIER_WORD), (match) => match[0].toLowerCase())
  return words.length > 0 ? words : [name.toLowerCase()]
}

/** Two names may share a word by chance, but hardly a code as short as this. */
const SHORT_PREFIX = 3

/** Names without the leading words that all of them share (`sbTxId`, `sbTxType` → `id`, `type`), as long as every rest is a name and no two are equal. */
export function withoutSharedPrefix(names: string[][]): string[][] {
  const first = names[0]
  if (first === undefined || names.length < 2) return names
  const shared = first.findIndex((word, at) => names.some((name) => name[at] !== word))
  for (let cut = shared < 0 ? first.length : shared; cut > 0; cut--) {
    if (names.length === 2 && first.slice(0, cut).join('').length > SHORT_PREFIX) continue
    const rests = names.map((name) => name.slice(cut))
    const distinct = new Set(rests.map((rest) => rest.join(' ')))
    if (distinct.size === names.length && rests.every((rest) => /\p{L}/u.test(rest.join('')))) return rests
  }
  return names
}

/** The number a word says: "1,200.5" → 1200.5, "twelve" → 12; undefined when it says none. */
export function numberOf(word: string): number | undefined {
  const lower = word.toLowerCase()
  const said = NUMBER_WORDS.get(lower)
  if (said !== undefined) return said
  if (!/^\d/.test(lower)) return undefined
  const number = Number(lower.replaceAll(',', ''))
  return Number.isFinite(number) ? number : undefined
}
