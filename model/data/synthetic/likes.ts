/** Conditions on a part of a text: a word, some letters, how it begins and ends. */
import type { Keyword } from '../../../src/draft/program.ts'
import type { Condition } from './conditions.ts'
import type { Random } from './random.ts'
import type { Field } from './scene.ts'
import type { Speech } from './speech.ts'

interface Way {
  how: Keyword & ('like' | 'starts' | 'ends')
  /** What is looked for in the stored words. */
  part(random: Random, words: string[]): string
  ways: string[]
  unlike: string[]
}

const letters = (random: Random) => random.pick([1, 1, 2, 3])

/** {c} is the column, {v} the part. */
const WAYS: Way[] = [
  {
    how: 'like',
    part: (random, words) => random.pick(words),
    ways: ['whose {c} contains {v}', 'with {v} in the {c}', 'that have {v} in their {c}', 'whose {c} includes {v}', 'with {c} containing {v}', 'where {c} contains the word {v}', 'where the {c} mentions {v}', 'that have the substring {v} in {c}', 'whose {c} has the word {v} in it', 'having {v} in {c}'],
    unlike: ['without {v} in the {c}', 'whose {c} does not contain {v}', 'not containing {v} in {c}', 'that do not have {v} in the {c}', 'whose {c} does not include the word {v}'],
  },
  {
    how: 'like',
    part: (random, words) => random.pick(words).slice(1, 1 + letters(random)),
    ways: ['with the letter {v} in their {c}', 'that have the letter {v} in the {c}', 'whose {c} contains the letter {v}', 'containing the letters {v} in the {c}', 'with {v} in their {c}', 'who have a letter {v} in their {c}'],
    unlike: ['without the letter {v} in their {c}', 'whose {c} does not contain the letter {v}', 'that have no {v} in their {c}', 'without {v} in the {c}'],
  },
  {
    how: 'starts',
    part: (random, words) => (words[0] as string).slice(0, letters(random)),
    ways: ['whose {c} starts with {v}', 'with {c} starting with {v}', 'whose {c} begins with {v}', 'where {c} starts with the letters {v}', 'whose {c} starts with the letter {v}', 'with a {c} that begins with the letter {v}'],
    unlike: ['whose {c} does not start with {v}', 'with a {c} that does not begin with the letter {v}'],
  },
  {
    how: 'ends',
    part: (random, words) => (words.at(-1) as string).slice(-letters(random)),
    ways: ['whose {c} ends with {v}', 'with {c} ending in {v}', 'where {c} ends with {v}', 'whose {c} ends with the letter {v}', 'with a {c} that ends with the letter {v}', 'whose {c} ends in {v}'],
    unlike: ['whose {c} does not end with {v}', 'with a {c} that does not end in the letter {v}'],
  },
] // biome-ignore format: a table

const CLAUSES = { like: 'contains', starts: 'starts with', ends: 'ends with' }
const UNLIKE_CLAUSES = { like: 'does not contain', starts: 'does not start with', ends: 'does not end with' }

/** A condition on a part of a stored text; undefined when that has no word of three letters. */
export function likeCondition(speech: Speech, field: Field, stored: string): Condition | undefined {
  const { random } = speech
  const words = stored.match(/[A-Za-z]{3,}/g)
  if (words === null) return undefined
  const way = random.pick(WAYS)
  const part = way.part(random, words)
  const value = speech.value(random.pick([part, part.toLowerCase(), part.length < 3 ? part.toUpperCase() : part]))
  const v = random.chance(0.5) ? value.text : `'${value.text}'`
  const c = speech.field(field)
  const not = random.chance(0.25)
  const after = random.pick(not ? way.unlike : way.ways).replace('{c}', c).replace('{v}', v) // biome-ignore format: one line
  const clause = `${c} ${(not ? UNLIKE_CLAUSES : CLAUSES)[way.how]} ${v}`
  const program = [{ item: field.item }, ...(not ? (['not'] as const) : []), way.how, value.piece]
  return { field, program, after, clause, short: clause }
}
