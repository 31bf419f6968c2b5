/** One question being made: its choices, the values it mentions, and the words for things. */
import type { Keyword } from '../../../src/draft/program.ts'
import type { Random } from './random.ts'
import type { Entity, Field, Scene } from './scene.ts'
import { synonymFor } from './synonyms.ts'
import { plural } from './words.ts'

/** A token of a program whose values are not yet words of a question. */
export type Piece = Keyword | { item: number } | { value: number }

/** What a family makes: a question with marked values, and the program. */
export interface Saying {
  text: string
  program: Piece[]
}

/** Signs around a value in a text: opening, the value's number, the value, closing. */
const OPEN = '\uE000'
const CLOSE = '\uE001'
const FIRST_NUMBER = 0xe100

export interface Speech {
  random: Random
  scene: Scene
  /** The text marked as the question's next value, and the token that points at it. */
  value(text: string): { text: string; piece: Piece }
  /** A phrase for one table: "customer", or "customers". */
  entity(entity: Entity, many?: boolean): string
  /** A phrase for a column: the whole name, a part of it that nothing else is called, or a synonym. */
  field(field: Field, many?: boolean): string
  /** Chance of saying a synonym instead of a name. */
  synonymShare: number
}

/** A question to be made about a scene. */
export function speechOf(random: Random, scene: Scene): Speech {
  let next = 0
  const speech: Speech = {
    random,
    scene,
    synonymShare: random.chance(0.3) ? 0.3 : 0.03,
    value(text) {
      const number = next++
      return { text: `${OPEN}${String.fromCharCode(FIRST_NUMBER + number)}${text}${CLOSE}`, piece: { value: number } }
    },
    entity: (entity, many = false) => counted(spoken(speech, entity.words), many),
    field: (field, many = false) =>
      field.senseName === 'flag' ? flagName(random, field.words) : counted(fieldWords(speech, field), many),
  }
  return speech
}

/** A yes/no column as a thing: "gift flag", "whether approved". */
function flagName(random: Random, words: string): string {
  const bare = words.replace(/^(?:is|has) /, '')
  return random.pick([words, words, bare, `${bare} flag`, `${bare} status`])
}

function counted(words: string, many: boolean): string {
  return many ? plural(words) : words
}

function spoken(speech: Speech, words: string): string {
  if (!speech.random.chance(speech.synonymShare)) return words
  const synonym = synonymFor(speech.random, words)
  return synonym !== undefined && isFree(speech.scene, synonym) ? synonym : words
}

/** No table or column is called that. */
function isFree(scene: Scene, words: string): boolean {
  return scene.entities.every(
    (entity) => entity.words !== words && entity.fields.every((field) => field.words !== words),
  )
}

function fieldWords(speech: Speech, field: Field): string {
  const entity = speech.scene.entities[field.entity] as Entity
  const words = cleaned(field.words)
  const shorter = shortened(words, entity.words)
  const dropped = shorter !== undefined && isOnlyOne(entity, shorter, field) && speech.random.chance(0.55)
  return spoken(speech, dropped ? shorter : words)
}

const CLIPPED: Record<string, string> = { fname: 'first name', lname: 'last name', dob: 'date of birth' }

function cleaned(words: string): string {
  return CLIPPED[words] ?? words
}

/** "customer name" of a customer is its "name". */
function shortened(words: string, entityWords: string): string | undefined {
  return words.startsWith(`${entityWords} `) ? words.slice(entityWords.length + 1) : undefined
}

function isOnlyOne(entity: Entity, words: string, field: Field): boolean {
  const last = ` ${words}`
  return entity.fields.every(
    (other) => other.item === field.item || (other.words !== words && !other.words.endsWith(last)),
  )
}

/** The text without marks, and where each value lies (half-open, UTF-16 units). */
export function unmarked(text: string): { text: string; values: Map<number, { start: number; end: number }> } {
  const values = new Map<number, { start: number; end: number }>()
  let plain = ''
  let open: { number: number; start: number } | undefined
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string
    if (sign === OPEN) {
      open = { number: text.charCodeAt(++i) - FIRST_NUMBER, start: plain.length }
    } else if (sign === CLOSE) {
      if (open !== undefined) values.set(open.number, { start: open.start, end: plain.length })
      open = undefined
    } else plain += sign
  }
  return { text: plain, values }
}

/** The text's parts outside and inside value marks, each changed by the function for it. */
export function mapParts(text: string, outside: (part: string) => string, inside: (part: string) => string): string {
  return text
    .split(/(\uE000[^\uE001]*\uE001)/)
    .map((part) => (part.startsWith(OPEN) ? part.slice(0, 2) + inside(part.slice(2, -1)) + CLOSE : outside(part)))
    .join('')
}
