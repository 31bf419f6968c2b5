/** How people name tables and columns in files: "order date" → `order_date`, `OrderDate`, `ord_dt`, `sbOrdDt` … */
import { ABBREVIATIONS } from '../../../src/link/abbreviations.ts'
import type { Random } from './random.ts'
import { capitalized, plural } from './words.ts'

/** A catalog's habit of naming. */
export interface Naming {
  table(words: string): string
  column(words: string, tableWords: string): string
  /** The files declare titles in plain words. */
  titled: boolean
}

type Case = (words: string[]) => string

const CASES: Record<string, Case> = {
  snake: (words) => words.join('_'),
  camel: (words) => words.map((word, at) => (at === 0 ? word : capitalized(word))).join(''),
  pascal: (words) => words.map((word) => (word === 'id' ? 'ID' : capitalized(word))).join(''),
  upper: (words) => words.join('_').toUpperCase(),
  spaced: (words) => words.map((word) => (word === 'id' ? 'ID' : capitalized(word))).join(' '),
  lower: (words) => words.join(' '),
  joined: (words) => words.join(''),
  mixed: (words) => words.map(capitalized).join('_'),
}

const HABITS: { name: keyof typeof CASES; weight: number; abbreviated: number }[] = [
  { name: 'snake', weight: 40, abbreviated: 0.2 },
  { name: 'camel', weight: 14, abbreviated: 0.3 },
  { name: 'pascal', weight: 10, abbreviated: 0.15 },
  { name: 'upper', weight: 6, abbreviated: 0.4 },
  { name: 'spaced', weight: 12, abbreviated: 0 },
  { name: 'lower', weight: 5, abbreviated: 0 },
  { name: 'joined', weight: 3, abbreviated: 0 },
  { name: 'mixed', weight: 7, abbreviated: 0.1 },
]

const shortOf = new Map<string, string[]>()
for (const [short, long] of ABBREVIATIONS) {
  const key = long.join(' ')
  shortOf.set(key, [...(shortOf.get(key) ?? []), short])
}

/** One abbreviation for a word in all of a catalog. */
function abbreviator(random: Random): (words: string) => string[] {
  const chosen = new Map<string, string>()
  const short = (word: string) => {
    const known = shortOf.get(word)
    const made = chosen.get(word) ?? (known === undefined || random.chance(0.15) ? word : random.pick(known))
    chosen.set(word, made)
    return made
  }
  return (words) => words.split(' ').map(short)
}

/** A habit of naming, chosen once for a catalog. */
export function randomNaming(random: Random): Naming {
  const habit = random.weighted(HABITS, (row) => row.weight)
  const style = CASES[habit.name] as Case
  const isShort = random.chance(habit.abbreviated)
  const isPlural = random.chance(0.6)
  const catalogPrefix = random.chance(0.06)
    ? [random.pick(['sb', 'ax', 'cr', 'app', 'dw', 'tb', 'fin', 'erp', 'x'])]
    : []
  const tablePrefix = random.chance(0.06) ? [random.pick(['tbl', 'dim', 'fact', 't', 'stg', 'raw'])] : catalogPrefix
  const columnPrefix = random.chance(isShort ? 0.3 : 0.06)
  const short = isShort ? abbreviator(random) : (words: string) => words.split(' ')
  return {
    titled: random.chance(isShort ? 0.4 : 0.25),
    table: (words) => style([...tablePrefix, ...short(isPlural ? plural(words) : words)]),
    column(words, tableWords) {
      const lead = columnPrefix && !words.startsWith(tableWords) ? initials(tableWords) : []
      return style([...catalogPrefix, ...lead, ...short(words)])
    },
  }
}

function initials(words: string): string[] {
  const parts = words.split(' ')
  return [parts.length > 1 ? parts.map((part) => part[0]).join('') : words.slice(0, 2)]
}
