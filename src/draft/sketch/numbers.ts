import { parseNumber } from '../numbers.ts'

const WORDS = /^(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|hundred)$/

/** The number a single word writes or says; undefined for any other word, "a" and "one" among them. */
export function numberIn(word: string): number | undefined {
  return /^\d/.test(word) || WORDS.test(word) ? (parseNumber(word) ?? undefined) : undefined
}

/** Words that multiply the number before them. */
export const SCALE = /^(thousand|million|billion|trillion|k|m|bn|%)$/
