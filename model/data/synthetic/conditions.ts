/** Conditions on one column: what they are in a program, and the ways people say them. */
import type { Keyword } from '../../../src/draft/program.ts'
import { dateCondition } from './dateconditions.ts'
import { flagCondition } from './flags.ts'
import { likeCondition } from './likes.ts'
import type { Random } from './random.ts'
import type { Entity, Field } from './scene.ts'
import type { Piece, Speech } from './speech.ts'
import { plural } from './words.ts'

/** One condition. Every way of saying it holds the same marked values; a text uses exactly one of the ways. */
export interface Condition {
  field: Field
  program: Piece[]
  /** Placed after what it restricts: "with a price over 30", "from France". */
  after: string
  /** Placed before it: "active", "French". */
  before?: string
  /** Without grammar: "price > 30", "France". */
  short: string
  /** As a clause after "where", "when", "if": "the price is over 30". */
  clause: string
}

const PEOPLE =
  /(?:customer|employee|person|people|student|patient|doctor|player|author|user|member|agent|driver|guest|passenger|client|artist|actor|director|instructor|candidate|buyer|owner|donor|volunteer|developer|technician|subscriber|athlete|rep|lead|applicant|attendee|speaker|painter|visitor|policyholder|singer|teacher|manager|staff|professor|head|worker)s?$/

/** "who" of people, "that" of things. */
export function relative(entity: Entity): 'who' | 'that' {
  return PEOPLE.test(entity.words) ? 'who' : 'that'
}

/** A random condition on a random field of the entity that is not among `taken`; undefined when it has none. */
export function conditionOn(speech: Speech, entity: Entity, taken: readonly Field[] = []): Condition | undefined {
  const free = entity.fields.filter(
    (field) => !field.isKey && !field.refers && !taken.includes(field) && field.values.length > 0,
  )
  if (free.length === 0) return undefined
  return conditionFor(speech, speech.random.weighted(free, likelihood))
}

/** People filter by category and time more often than by notes and codes. */
function likelihood(field: Field): number {
  if (field.sense.role === 'category' || field.sense.role === 'place') return 3
  if (field.sense.kind === 'number' || field.sense.kind === 'date') return 2
  return field.senseName === 'note' || field.senseName === 'url' || field.senseName === 'address' ? 0.4 : 1
}

/** A random condition on this field. */
export function conditionFor(speech: Speech, field: Field): Condition | undefined {
  if (speech.random.chance(0.03)) return nullCondition(speech, field)
  if (field.senseName === 'flag') return flagCondition(speech, field)
  if (field.sense.kind === 'date') return dateCondition(speech, field)
  if (field.senseName === 'year') return yearCondition(speech, field)
  if (field.sense.kind === 'number') return numberCondition(speech, field)
  return textCondition(speech, field)
}

function nullCondition(speech: Speech, field: Field): Condition {
  const { random } = speech
  const c = speech.field(field)
  const isNull = random.chance(0.6)
  const after = isNull
    ? random.pick([
        `without a ${c}`,
        `with no ${c}`,
        `with missing ${c}`,
        `where ${c} is missing`,
        `whose ${c} is empty`,
        `whose ${c} is unknown`,
        `where ${c} is null`,
        `that have no ${c}`,
      ])
    : random.pick([
        `that have a ${c}`,
        `where ${c} is not null`,
        `whose ${c} is known`,
        `whose ${c} is not missing`,
        `with a known ${c}`,
        `where ${c} is filled in`,
      ])
  const clause = isNull ? `${c} is missing` : `${c} is not null`
  return {
    field,
    program: [{ item: field.item }, ...(isNull ? [] : (['not'] as const)), 'is', 'null'],
    after,
    clause,
    short: clause,
  }
}

interface NumberWay {
  op: Keyword
  weight: number
  after: string[]
  short: string[]
  clause: string[]
}

/** {c} is the column, {n} its plural when counted, {v} the number. */
const NUMBER_WAYS: NumberWay[] = [
  { op: '>', weight: 30, after: ['with {c} over {v}', 'with {c} above {v}', 'with a {c} of more than {v}', 'with {c} greater than {v}', 'with {c} higher than {v}', 'whose {c} is greater than {v}', 'whose {c} exceeds {v}', 'where {c} is more than {v}', 'with more than {v} {n}', 'with over {v} {n}', 'having {c} > {v}', 'that have {c} larger than {v}'], short: ['{c} > {v}', '{c} over {v}', '{c} above {v}'], clause: ['{c} is greater than {v}', '{c} exceeds {v}', '{c} is above {v}', '{c} is over {v}'] },
  { op: '<', weight: 22, after: ['with {c} under {v}', 'with {c} below {v}', 'with a {c} of less than {v}', 'with {c} less than {v}', 'with {c} lower than {v}', 'whose {c} is less than {v}', 'where {c} is smaller than {v}', 'with fewer than {v} {n}', 'with less than {v} {n}', 'having {c} < {v}'], short: ['{c} < {v}', '{c} under {v}', '{c} below {v}'], clause: ['{c} is less than {v}', '{c} is below {v}', '{c} is under {v}'] },
  { op: '>=', weight: 10, after: ['with at least {v} {n}', 'with {c} of at least {v}', 'whose {c} is at least {v}', 'with a minimum {c} of {v}', 'with {c} greater than or equal to {v}', 'with {c} of {v} or more', 'with {v} or more {n}', 'with {c} no less than {v}'], short: ['{c} >= {v}', '{c} at least {v}'], clause: ['{c} is at least {v}', '{c} is {v} or more'] },
  { op: '<=', weight: 7, after: ['with at most {v} {n}', 'with {c} of at most {v}', 'whose {c} is at most {v}', 'with a maximum {c} of {v}', 'with {c} less than or equal to {v}', 'with {c} of {v} or less', 'with {c} up to {v}', 'with no more than {v} {n}'], short: ['{c} <= {v}', '{c} up to {v}'], clause: ['{c} is at most {v}', '{c} is {v} or less'] },
  { op: '=', weight: 14, after: ['with {c} {v}', 'whose {c} is {v}', 'where {c} equals {v}', 'with {c} of {v}', 'with a {c} of {v}', 'with exactly {v} {n}', 'with {v} {n}', 'where {c} is {v}'], short: ['{c} {v}', '{c} = {v}'], clause: ['{c} is {v}', '{c} equals {v}'] },
  { op: '!=', weight: 3, after: ['whose {c} is not {v}', 'with {c} other than {v}', 'where {c} is different from {v}'], short: ['{c} not {v}', '{c} != {v}'], clause: ['{c} is not {v}'] },
] // biome-ignore format: a table

function numberCondition(speech: Speech, field: Field): Condition | undefined {
  const { random } = speech
  if (random.chance(0.12)) return betweenCondition(speech, field)
  const way = random.weighted(NUMBER_WAYS, (row) => row.weight)
  const stored = random.pick(field.values).value
  const value = speech.value(spokenNumber(random, field, stored, way.op !== '=' && way.op !== '!='))
  const c = speech.field(field)
  const fill = (template: string) => template.replace('{c}', c).replace('{n}', plural(c)).replace('{v}', value.text)
  const usable = way.after.filter((template) => field.sense.counted === true || !template.includes('{n}'))
  const said = way.op === '>' ? field.sense.above : way.op === '<' ? field.sense.below : undefined
  const after =
    said !== undefined && random.chance(0.45) ? random.pick(said.map((words) => `${words} {v}`)) : random.pick(usable)
  const own = { after: fill(after), short: fill(random.pick(way.short)), clause: fill(random.pick(way.clause)) }
  return { field, program: [{ item: field.item }, way.op, value.piece], ...own }
}

function betweenCondition(speech: Speech, field: Field): Condition | undefined {
  const ends = speech.random.sample(field.values, 2).map(({ value }) => value)
  if (ends.length < 2) return undefined
  const [low = '', high = ''] = ends.sort((a, b) => Number(a) - Number(b))
  return rangeCondition(
    speech,
    field,
    spokenNumber(speech.random, field, low, true),
    spokenNumber(speech.random, field, high, true),
  )
}

function rangeCondition(speech: Speech, field: Field, lowText: string, highText: string): Condition {
  const low = speech.value(lowText)
  const high = speech.value(highText)
  const c = speech.field(field)
  const range = speech.random.pick([
    `between ${low.text} and ${high.text}`,
    `between ${low.text} and ${high.text}`,
    `from ${low.text} to ${high.text}`,
    `in the range of ${low.text} to ${high.text}`,
    `in the range of ${low.text} and ${high.text}`,
    `within the range ${low.text} to ${high.text}`,
    `between the range ${low.text} and ${high.text}`,
  ])
  const after = speech.random.pick([
    `with ${c} ${range}`,
    `whose ${c} is ${range}`,
    `with a ${c} ${range}`,
    `where ${c} is ${range}`,
    `whose ${c} falls ${range}`,
  ])
  return {
    field,
    program: [{ item: field.item }, 'between', low.piece, high.piece],
    after,
    clause: `${c} is ${range}`,
    short: `${c} ${range}`,
  }
}

/** A number as people write it; `round` lets it be another number than the stored one. */
function spokenNumber(random: Random, field: Field, stored: string, round: boolean): string {
  const number = Number(stored)
  if (!Number.isFinite(number)) return stored
  if (!round || Math.abs(number) < 20) return plainNumber(random, number)
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(number))) - random.int(0, 1))
  const rounded = random.chance(0.75) ? Math.max(scale, Math.round(number / scale) * scale) : number
  if (rounded >= 1000 && Number.isInteger(rounded) && field.senseName !== 'year') {
    if (random.chance(0.12)) return rounded.toLocaleString('en-US')
    if (rounded >= 1e6 && rounded % 1e5 === 0 && random.chance(0.5)) return `${rounded / 1e6} million`
    if (rounded < 1e6 && rounded % 1000 === 0 && random.chance(0.1))
      return random.pick([`${rounded / 1000}k`, `${rounded / 1000} thousand`])
  }
  return plainNumber(random, rounded)
}

const SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** Digits, or now and then a word for a small whole number. */
export function plainNumber(random: Random, number: number): string {
  const word = SMALL[number]
  if (word !== undefined && number > 0 && random.chance(0.25)) return word
  return String(Number(number.toFixed(4)))
}

function yearCondition(speech: Speech, field: Field): Condition | undefined {
  const { random } = speech
  const c = speech.field(field)
  if (random.chance(0.2)) {
    const [low, high] = random
      .sample(field.values, 2)
      .map(({ value }) => value)
      .sort()
    return low === undefined || high === undefined ? undefined : rangeCondition(speech, field, low, high)
  }
  const value = speech.value(random.pick(field.values).value)
  const verb =
    /^(opened|founded|established|built|formed|created)/.exec(field.words)?.[1] ?? /(built)$/.exec(field.words)?.[1]
  const ways: [Keyword, string[]][] = [
    ['=', ['in {v}', 'from {v}', 'with {c} {v}', 'in the year {v}', 'whose {c} is {v}', 'for {v}']],
    ['>', ['after {v}', 'with {c} after {v}', 'whose {c} is after {v}', 'with {c} later than {v}']],
    ['<', ['before {v}', 'with {c} before {v}', 'whose {c} is before {v}', 'with {c} earlier than {v}']],
    ['>=', ['since {v}', 'with {c} since {v}', 'from {v} on']],
  ]
  const [op, forms] = random.weighted(ways, ([key]) => (key === '>=' ? 1 : 2))
  const bare = forms.filter((form) => !form.includes('{c}'))
  const form =
    verb !== undefined && random.chance(0.7)
      ? `${verb} ${random.pick(bare)}`
      : random.pick(isMainYear(speech, field) ? forms : forms.filter((f) => f.includes('{c}')))
  const fill = (template: string) => template.replace('{c}', c).replace('{v}', value.text)
  return {
    field,
    program: [{ item: field.item }, op, value.piece],
    after: fill(form),
    clause: `${c} ${op === '=' ? 'is' : op === '<' ? 'is before' : 'is after'} ${value.text}`.replace(
      'is after',
      op === '>=' ? 'is at least' : 'is after',
    ),
    short: op === '=' ? value.text : `${c} ${op} ${value.text}`,
  }
}

/** The entity has no other column that a bare year could mean. */
function isMainYear(speech: Speech, field: Field): boolean {
  const entity = speech.scene.entities[field.entity] as Entity
  return entity.fields.every((other) => other === field || (other.sense.kind !== 'date' && other.senseName !== 'year'))
}

function textCondition(speech: Speech, field: Field): Condition | undefined {
  const { random } = speech
  const chosen = random.pick(field.values)
  const r = random.next()
  if (r < 0.07 && field.sense.role !== 'place') return likeCondition(speech, field, chosen.value)
  if (r < 0.14) return notCondition(speech, field, chosen.value)
  if (r < 0.22) return eitherCondition(speech, field)
  return equalCondition(speech, field, chosen)
}

/** The value as people write it: any case, quotes now and then. */
function spokenValue(random: Random, value: string): string {
  const r = random.next()
  const cased = r < 0.6 ? value : r < 0.9 ? value.toLowerCase() : r < 0.93 ? value.toUpperCase() : value
  return cased
}

function quoted(random: Random, marked: string): string {
  const r = random.next()
  return r < 0.8 ? marked : r < 0.92 ? `"${marked}"` : `'${marked}'`
}

function equalCondition(speech: Speech, field: Field, chosen: { value: string; said?: string }): Condition {
  const { random } = speech
  const c = speech.field(field)
  const adjective = chosen.said !== undefined && random.chance(0.75) ? chosen.said : undefined
  const isAdjective = adjective !== undefined && (field.sense.role === 'place' || field.senseName === 'gender')
  const value = speech.value(adjective ?? spokenValue(random, chosen.value))
  const program: Piece[] = [{ item: field.item }, '=', value.piece]
  if (isAdjective) {
    const who = relative(speech.scene.entities[field.entity] as Entity)
    return {
      field,
      program,
      before: value.text,
      after: `${who} are ${value.text}`,
      short: value.text,
      clause: `${c} is ${value.text}`,
    }
  }
  const v = quoted(random, value.text)
  const isName = field.sense.role === 'name'
  const plain = [
    `with ${c} ${v}`,
    `whose ${c} is ${v}`,
    `where ${c} is ${v}`,
    `where the ${c} is ${v}`,
    `with the ${c} ${v}`,
    `having ${c} ${v}`,
    `with ${c} equal to ${v}`,
    `with a ${c} of ${v}`,
  ]
  const special = field.sense.places
    ? field.sense.places.map((word) => `${word} ${v}`).concat([`in the ${c} of ${v}`, `in the ${c} ${v}`])
    : isName
      ? [`named ${v}`, `called ${v}`, `with the name ${v}`]
      : []
  const isMain = special.length > 0 && (!isName || isOwnName(speech, field)) && isOnlyPlace(speech, field)
  const loose = [`for ${v}`, `with ${c} ${v}`, `of ${c} ${v}`, `that are ${v}`]
  const after =
    isMain && random.chance(0.6)
      ? random.pick(special)
      : field.sense.role === 'category' && random.chance(0.3)
        ? random.pick(loose)
        : random.pick(plain)
  const isLower = field.sense.role === 'category' && !/\d/.test(chosen.value)
  return {
    field, program, after, short: random.chance(0.6) ? value.text : `${c} ${value.text}`, clause: random.pick([`${c} is ${v}`, `the ${c} is ${v}`]),
    ...(isLower ? { before: value.text } : {}),
  } // biome-ignore format: a row
}

function isOwnName(speech: Speech, field: Field): boolean {
  return speech.scene.entities[field.entity]?.name === field
}

/** No other place of the entity could be meant by "in Paris". */
function isOnlyPlace(speech: Speech, field: Field): boolean {
  const entity = speech.scene.entities[field.entity] as Entity
  return entity.fields.every((other) => other === field || other.senseName !== field.senseName)
}

function notCondition(speech: Speech, field: Field, stored: string): Condition {
  const { random } = speech
  const c = speech.field(field)
  const value = speech.value(spokenValue(random, stored))
  const v = quoted(random, value.text)
  const after = random.pick([
    `whose ${c} is not ${v}`,
    `with ${c} other than ${v}`,
    `where ${c} is not ${v}`,
    `excluding ${c} ${v}`,
    `with a ${c} different from ${v}`,
    `except ${c} ${v}`,
    ...(field.sense.places ? [`not in ${v}`, `outside ${v}`] : [`that are not ${v}`]),
  ])
  return {
    field,
    program: [{ item: field.item }, '!=', value.piece],
    after,
    clause: `${c} is not ${v}`,
    short: `${c} not ${value.text}`,
  }
}

function eitherCondition(speech: Speech, field: Field): Condition | undefined {
  const { random } = speech
  const [first, second] = random.sample(field.values, 2)
  if (first === undefined || second === undefined) return undefined
  const c = speech.field(field)
  const a = speech.value(spokenValue(random, first.value))
  const b = speech.value(spokenValue(random, second.value))
  const either = random.pick([`${a.text} or ${b.text}`, `either ${a.text} or ${b.text}`, `${a.text} or ${b.text}`])
  const after =
    field.sense.places && random.chance(0.6)
      ? random.pick([`in ${either}`, `from ${either}`])
      : random.pick([`whose ${c} is ${either}`, `with ${c} ${either}`, `where ${c} is ${either}`])
  const item: Piece = { item: field.item }
  return {
    field,
    program: [item, '=', a.piece, 'or', item, '=', b.piece],
    after,
    clause: `${c} is ${either}`,
    short: `${c} ${either}`,
  }
}
