/** ORDER BY and LIMIT with the words for them. */

import { plainNumber } from './conditions.ts'
import type { Dimension, Measure } from './phrases.ts'
import type { Piece, Speech } from './speech.ts'

interface Ordering {
  text: string
  program: Piece[]
}

const NONE: Ordering = { text: '', program: [] }

/** Now and then an order of groups, by measure or by dimension, told at the end of the question. */
export function ordering(speech: Speech, dimension: Dimension, measures: Measure[]): Ordering {
  const { random } = speech
  if (!random.chance(0.18)) return NONE
  const measure = random.pick(measures)
  const down = random.chance(0.6)
  if (random.chance(0.35)) {
    const isTime = dimension.isTime
    const up = isTime ? random.chance(0.8) : !down
    const text =
      isTime && up
        ? random.pick([' in chronological order', ' ordered by date', `, sorted by ${dimension.text}`])
        : `${random.pick([', sorted by ', ' ordered by ', ' sort by ', ', ordered by '])}${dimension.text}${up ? random.pick(['', ' ascending', ' in ascending order']) : random.pick([' descending', ' in descending order', ' desc'])}`
    return { text, program: ['order', ...dimension.program, up ? 'asc' : 'desc'] }
  }
  const name = measures.length > 1 || random.chance(0.5) ? measure.text : 'the result'
  const order = down
    ? random.pick([
        `, highest first`,
        ` sorted from highest to lowest`,
        `, sorted by ${name} in descending order`,
        ` ordered by ${name} descending`,
        ` in descending order of ${name}`,
        `, largest first`,
      ])
    : random.pick([
        `, lowest first`,
        ` sorted from lowest to highest`,
        `, sorted by ${name} in ascending order`,
        ` ordered by ${name}`,
        ` in ascending order of ${name}`,
      ])
  const chosen = /(?:first|highest|lowest)$/.test(order) ? (measures[0] as Measure) : measure
  return { text: order, program: ['order', ...chosen.program, down ? 'desc' : 'asc'] }
}

/** A limit: one row when nothing is said, else the number's words. */
export function limitPieces(speech: Speech, one: boolean): { count?: string; program: Piece[] } {
  if (one) return { program: ['#1'] }
  const { random } = speech
  const value = speech.value(plainNumber(random, random.pick([3, 3, 5, 5, 5, 10, 10, 2, 4, 20, 7, 15, 100, 25])))
  return { count: value.text, program: [value.piece] }
}
