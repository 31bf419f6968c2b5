import type { Saying, Speech } from './speech.ts'

/** One kind of question. */
export interface Family {
  name: string
  /** How often, relative to the others. */
  weight: number
  why: string
  /** A question of the kind, or undefined when the scene does not lend itself to it. */
  say: (speech: Speech) => Saying | undefined
}
