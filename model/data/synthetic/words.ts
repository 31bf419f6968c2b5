/** Small English: plurals, articles, lists. */
import type { Random } from './random.ts'

const IRREGULAR: Record<string, string> = {
  person: 'people', child: 'children', man: 'men', woman: 'women', datum: 'data', series: 'series', species: 'species',
  staff: 'staff', information: 'information', equipment: 'equipment', aircraft: 'aircraft', livestock: 'livestock',
  inventory: 'inventory', revenue: 'revenue', money: 'money', sheep: 'sheep', news: 'news', faculty: 'faculty', gross: 'gross',
} // biome-ignore format: a table

/** The plural of a noun phrase: "order item" → "order items". */
export function plural(phrase: string): string {
  const words = phrase.split(' ')
  const last = words.pop() ?? ''
  return [...words, pluralWord(last)].join(' ')
}

function pluralWord(word: string): string {
  const known = IRREGULAR[word]
  if (known !== undefined) return known
  if (/(?:[^s]s|\d|ed|by|at|on)$/.test(word) && !/(?:tion|son|bed)$/.test(word)) return word
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  if (/(?:x|ch|sh|ss)$/.test(word)) return `${word}es`
  return `${word}s`
}

/** "a" or "an" with the phrase. */
export function withArticle(phrase: string): string {
  return /^[aeiou]/i.test(phrase) && !/^(?:uni|us|one|eu)/i.test(phrase) ? `an ${phrase}` : `a ${phrase}`
}

/** "a, b and c" in one of the ways people write lists. */
export function listed(random: Random, parts: string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  const head = parts.slice(0, -1)
  const last = parts[parts.length - 1] as string
  if (parts.length === 2)
    return `${head[0]}${random.pick([' and ', ' and ', ' and ', ' and the ', ' as well as ', ' along with ', ', '])}${last}`
  return `${head.join(', ')}${random.pick([' and ', ', and ', ' and ', ', and ', ', '])}${last}`
}

/** The text with its first letter in upper case. */
export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
