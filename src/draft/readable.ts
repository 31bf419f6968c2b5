import type { Kind } from '../catalog.ts'
import type { Links } from '../link.ts'
import { parsePeriod, parseRecurring } from './dates.ts'
import type { State } from './grammar.ts'
import { spanText, truthOf } from './ground.ts'
import { parseNumber } from './numbers.ts'

/** Longest value, in words; the grammar's limit. */
const LONGEST = 10

const NOTHING = /^(null|none|missing|empty|blank|nothing)$/i
const TIME = /^\d{1,2}( ?: ?\d\d)*( ?[ap]m)?$/i
const UNITS = ['month', 'quarter', 'week', 'day', 'hour'] as const

/**
 * Tells the search which words may begin or end a value: a number is not compared with "info done", nor a date with
 * "treatment". Looser than `compile`, which has the last word; text columns take any words.
 */
export function readableWords(links: Pick<Links, 'question' | 'words'>, today: string) {
  const ends = new Map<string, Set<number>>()
  const reads = (kind: Kind, text: string): boolean => {
    if (NOTHING.test(text) || parsePeriod(text, today) !== null) return true
    if (kind === 'number')
      return parseNumber(text) !== null || parseRecurring('month', text) !== null || truthOf(text) !== null
    return TIME.test(text) || UNITS.some((unit) => parseRecurring(unit, text) !== null)
  }
  const endsOf = (kind: Kind, first: number): Set<number> => {
    const key = `${kind} ${first}`
    const known = ends.get(key)
    if (known !== undefined) return known
    const found = new Set<number>()
    for (let last = first; last < Math.min(links.words.length, first + LONGEST); last++) {
      if (reads(kind, spanText(links, first, last))) found.add(last)
    }
    ends.set(key, found)
    return found
  }
  return (state: State, word: number): boolean => {
    const kind = kindOfValue(state)
    if (kind === null) return true
    const first = state.frame?.place === 'span' ? state.frame.span?.first : undefined
    if (first === undefined) return endsOf(kind, word).size > 0
    const possible = endsOf(kind, first)
    return possible.size === 0 || possible.has(word)
  }
}

/** Number or date when the next word belongs to a value that must be one, else null. */
function kindOfValue({ frame }: State): Kind | null {
  if (frame === null) return null
  const { place, clause, draft } = frame
  if (clause === 'limit' && (place === 'limit' || place === 'span')) return 'number'
  if (place !== 'value' && place !== 'low' && place !== 'high' && place !== 'span') return null
  return draft.kind === 'number' || draft.kind === 'date' ? draft.kind : null
}
