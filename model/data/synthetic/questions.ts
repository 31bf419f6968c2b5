/** Question and program pairs over a scene. */

import { accepts } from '../../../src/draft/grammar.ts'
import type { Program, Token } from '../../../src/draft/program.ts'
import { wordsOf } from '../../../src/link/words.ts'
import { ARITHMETIC_FAMILIES } from './families/arithmetic.ts'
import { BI_FAMILIES } from './families/bi.ts'
import { BRIDGE_FAMILIES } from './families/bridges.ts'
import { DISTRIBUTION_FAMILIES } from './families/distributions.ts'
import { GROUP_FAMILIES } from './families/groups.ts'
import { JOIN_FAMILIES } from './families/joins.ts'
import { LOOKUP_FAMILIES } from './families/lookups.ts'
import { NESTED_FAMILIES } from './families/nested.ts'
import { QUALITY_FAMILIES } from './families/qualities.ts'
import { REFERENCE_FAMILIES } from './families/references.ts'
import { RELATED_FAMILIES } from './families/related.ts'
import { REQUEST_FAMILIES } from './families/requests.ts'
import { ROW_FAMILIES } from './families/rows.ts'
import { SET_FAMILIES } from './families/sets.ts'
import { SHARE_FAMILIES } from './families/shares.ts'
import type { Family } from './family.ts'
import type { Random } from './random.ts'
import type { Scene } from './scene.ts'
import { type Piece, speechOf, unmarked } from './speech.ts'
import { roughened } from './surface.ts'
import type { Template } from './templates.ts'
import { transplanted } from './transplant.ts'

/** Every family of questions. */
export const FAMILIES: readonly Family[] = [
  ...BI_FAMILIES,
  ...ROW_FAMILIES,
  ...REQUEST_FAMILIES,
  ...QUALITY_FAMILIES,
  ...JOIN_FAMILIES,
  ...NESTED_FAMILIES,
  ...GROUP_FAMILIES,
  ...RELATED_FAMILIES,
  ...REFERENCE_FAMILIES,
  ...SET_FAMILIES,
  ...BRIDGE_FAMILIES,
  ...SHARE_FAMILIES,
  ...ARITHMETIC_FAMILIES,
  ...DISTRIBUTION_FAMILIES,
  ...LOOKUP_FAMILIES,
]

/** A question and its program over the scene's catalog. */
export interface Pair {
  question: string
  program: Program
  /** Family that made it. */
  family: string
}

const MOST_WORDS = 48
const MOST_TOKENS = 56
const WIDEST_SPAN = 10

/** One question about the scene by a random family; undefined when the family does not fit. */
export function randomPair(random: Random, scene: Scene, families: readonly Family[] = FAMILIES): Pair | undefined {
  const family = random.weighted(families, (row) => row.weight)
  const saying = family.say(speechOf(random, scene))
  const pair = saying && realized(roughened(random, saying.text), saying.program, family.name)
  return pair && sayable(scene, pair)
}

/** A template said of the scene; undefined when it does not fit. */
export function transplantedPair(random: Random, scene: Scene, template: Template): Pair | undefined {
  const saying = transplanted(random, template, scene)
  const pair = saying && realized(saying.text, saying.program, 'transplant')
  return pair && sayable(scene, pair)
}

/** The pair if the grammar leads to its program, if need be with the rows counted by their key; undefined otherwise. */
function sayable(scene: Scene, pair: Pair): Pair | undefined {
  const context = { catalog: scene.catalog, words: wordsOf(pair.question).length }
  if (accepts(pair.program, context) === null) return pair
  const counted = countedByKey(scene, pair.program)
  return counted !== undefined && accepts(counted, context) === null ? { ...pair, program: counted } : undefined
}

/** `count *` with the key of FROM's first table instead: where no column would speak of the table whose rows are counted. */
function countedByKey(scene: Scene, program: Program): Program | undefined {
  const from = program.findIndex((token) => 'keyword' in token && token.keyword === 'from')
  const first = program[from + 1]
  if (first === undefined || !('item' in first)) return undefined
  const entity = scene.entities.find((one) => one.item === first.item)
  const key = entity?.key ?? entity?.fields.find((field) => field.refers)
  if (key === undefined || program.some((token) => 'keyword' in token && token.keyword === '(')) return undefined
  return program.map((token, at): Token => {
    const before = program[at - 1]
    const isCounted = before !== undefined && 'keyword' in before && before.keyword === 'count'
    return isCounted && 'keyword' in token && token.keyword === '*' ? { item: key.item } : token
  })
}

/** The pair of a text with marked values and its program; undefined when a value is not made of whole words, or it is too long. */
export function realized(text: string, pieces: Piece[], family: string): Pair | undefined {
  const { text: question, values } = unmarked(text)
  const words = wordsOf(question)
  const spans = new Map<number, [number, number]>()
  for (const [number, { start, end }] of values) {
    const first = words.findIndex((word) => word.start === start)
    const last = words.findIndex((word) => word.end === end)
    if (first < 0 || last < first || last - first >= WIDEST_SPAN) return undefined
    spans.set(number, [first, last])
  }
  const program: Token[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') program.push({ keyword: piece })
    else if ('item' in piece) program.push({ item: piece.item })
    else {
      const span = spans.get(piece.value)
      if (span === undefined) return undefined
      program.push({ word: span[0] }, { word: span[1] })
    }
  }
  if (words.length === 0 || words.length > MOST_WORDS || program.length > MOST_TOKENS) return undefined
  return { question, program, family }
}
