import { SCAFFOLD } from './answerable/scaffold.ts'
import type { ChartKind } from './chart/wish.ts'
import { wishOf } from './chart.ts'

/** A follow-up as a question that stands alone. */
export interface Followed {
  question: string
  /** The chart asked for, when the follow-up asks for nothing else. */
  chart?: ChartKind
}

/** Openings that only tie a follow-up to what went before. */
const OPENING = /^(and|now|then|ok(ay)?|please|but|same( thing)?( but| for)?|what about|how about)\b[\s,:]*/i

/** "as a pie" after "freight by country" is the same question drawn anew; anything else is said of the previous question: "freight by country" + "only in 1997". */
export function followUp(previous: string, text: string): Followed {
  const wish = wishOf(text)
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  if (wish !== null && words.every((word) => SCAFFOLD.has(word))) return { question: previous, chart: wish }
  let rest = text.trim()
  while (OPENING.test(rest)) rest = rest.replace(OPENING, '')
  return { question: `${previous.replace(/[\s?.!。？！]+$/u, '')} ${rest}` }
}
