import { type Catalog, itemsOf } from '../catalog.ts'
import type { Links } from '../link.ts'
import type { Program, Token } from './program.ts'

/** A match at least this good is the whole value, said by itself or by another name; a lower one than `PART` is a word of it. */
const WHOLE = 0.75
const PART = 0.6

/**
 * The program with conditions moved to the column of the same table that holds what was said as a whole value: "in Texas" is the
 * state TX rather than the airport Southeast Texas Regional.
 */
export function withWholeValues(program: Program, catalog: Catalog, links: Links): Program {
  const items = itemsOf(catalog)
  const better = (column: number, first: number, last: number): number | undefined => {
    const matches = links.values.filter((match) => match.first === first && match.last === last)
    if (scoreOf(matches, column) >= PART) return undefined
    const table = items[column]?.table
    const whole = matches.filter(({ item, score }) => score >= WHOLE && items[item]?.table === table)
    return whole.length === 0 ? undefined : whole.reduce((best, one) => (one.score > best.score ? one : best)).item
  }
  const moved = new Map<number, number>()
  program.forEach((token, at) => {
    const [sign, first, last] = [program[at + 1], program[at + 2], program[at + 3]]
    if (!('item' in token) || sign === undefined || !('keyword' in sign) || !EQUAL.has(sign.keyword)) return
    if (first === undefined || !('word' in first) || last === undefined || !('word' in last)) return
    const item = better(token.item, first.word, last.word)
    if (item !== undefined) moved.set(at, item)
  })
  return moved.size === 0
    ? program
    : program.map((token, at): Token => (moved.has(at) ? { item: moved.get(at) as number } : token))
}

const EQUAL: ReadonlySet<string> = new Set(['=', '!='])

function scoreOf(matches: Links['values'], column: number): number {
  return Math.max(0, ...matches.filter(({ item }) => item === column).map(({ score }) => score))
}
