/** Parts of questions about a scene: things with their conditions, measures, and what they are broken down by. */
import { type Condition, conditionOn } from './conditions.ts'
import { wayBetween } from './from.ts'
import type { Random } from './random.ts'
import type { Entity, Field } from './scene.ts'
import type { Piece, Speech } from './speech.ts'

/** Fields a person would ask to see: no keys, unless nothing else is there. */
export function plainFields(entity: Entity): Field[] {
  const fields = entity.fields.filter((field) => !field.isKey && !field.refers)
  return fields.length > 0 ? fields : entity.fields
}

/** Numbers worth adding, averaging, ranking. */
export function numberFields(entity: Entity): Field[] {
  return plainFields(entity).filter(
    (field) =>
      field.sense.kind === 'number' &&
      !['id', 'year', 'latitude', 'longitude', 'status code', 'flag'].includes(field.senseName),
  )
}

/** Fields whose sum means something. */
export function sumFields(entity: Entity): Field[] {
  return numberFields(entity).filter((field) => field.sense.additive === true)
}

/** Fields with few, repeating values: what rows are grouped by. */
export function groupFields(entity: Entity): Field[] {
  return plainFields(entity).filter(
    (field) =>
      (field.sense.kind === 'text' && ['category', 'place'].includes(field.sense.role)) ||
      field.senseName === 'year' ||
      field.senseName === 'gender',
  )
}

/** Date columns. */
export function dateFields(entity: Entity): Field[] {
  return plainFields(entity).filter((field) => field.sense.kind === 'date')
}

/** Text columns a question can list. */
export function textFields(entity: Entity): Field[] {
  return plainFields(entity).filter((field) => field.sense.kind === 'text' && field.senseName !== 'flag')
}

/** The name of the entity, or else a text column. */
export function labelField(random: Random, entity: Entity): Field | undefined {
  return entity.name ?? random.pickOr(textFields(entity))
}

/** An entity that has such fields; undefined when none has. */
export function entityWith(speech: Speech, fits: (entity: Entity) => boolean): Entity | undefined {
  return speech.random.pickOr(speech.scene.entities.filter(fits))
}

/** WHERE of a question: its tokens, the entities they need, and the ways to say it. */
export interface Filter {
  program: Piece[]
  entities: number[]
  conditions: Condition[]
  fields: Field[]
  /** Joins the conditions: "and", or rarely "or". */
  word: 'and' | 'or'
}

const NO_FILTER: Filter = { program: [], entities: [], conditions: [], fields: [], word: 'and' }

/** Zero to three conditions on an entity and now and then on one it refers to; `share` is the chance of any. */
export function filterOf(speech: Speech, entity: Entity, share: number, taken: Field[] = []): Filter {
  const { random } = speech
  if (!random.chance(share)) return NO_FILTER
  const count = random.pick([1, 1, 1, 1, 1, 2, 2, 3])
  const conditions: Condition[] = []
  const used = [...taken]
  for (let i = 0; i < count; i++) {
    const condition = conditionOn(speech, entity, used)
    if (condition === undefined) continue
    used.push(condition.field)
    conditions.push(condition)
  }
  return filterFrom(conditions, conditions.length === 2 && random.chance(0.12) ? 'or' : 'and')
}

/** A filter of these conditions. */
export function filterFrom(conditions: Condition[], word: 'and' | 'or' = 'and'): Filter {
  if (conditions.length === 0) return NO_FILTER
  const isMixed = conditions.some((condition) => condition.program.includes('or'))
  const ordered = isMixed
    ? [...conditions].sort((a, b) => Number(b.program.includes('or')) - Number(a.program.includes('or')))
    : conditions
  if (isMixed && conditions.length > 1)
    return filterFrom(ordered.filter((condition) => !condition.program.includes('or')).slice(0, 2))
  const program = ordered.flatMap((condition, at): Piece[] => [
    ...(at === 0 ? (['where'] as const) : [word]),
    ...condition.program,
  ])
  const fields = ordered.map((condition) => condition.field)
  return { program, entities: fields.map((field) => field.entity), conditions: ordered, fields, word }
}

/** The thing with its conditions around it: "active customers from France with age over 30". */
export function described(speech: Speech, noun: string, filter: Filter): string {
  const { random } = speech
  if (filter.conditions.length === 0) return noun
  const before: string[] = []
  const after: string[] = []
  for (const condition of filter.conditions) {
    const fits = condition.before !== undefined && filter.word === 'and' && before.length < 2
    if (fits && random.chance(0.6)) before.push(condition.before as string)
    else after.push(condition.after)
  }
  const glue = filter.word === 'or' ? ' or ' : random.pick([' and ', ' and ', ' ', ', '])
  const tail =
    after.length > 1 && filter.word === 'and' && glue === ' ' && !after.slice(1).every(canFollow) ? ' and ' : glue
  return [...before, noun, after.join(tail)].filter((part) => part !== '').join(' ')
}

function canFollow(text: string): boolean {
  return /^(?:in|since|after|before|during|between|over the|named|from)\b/.test(text)
}

/** The same conditions as clauses: "price is over 30 and status is paid". */
export function clauses(filter: Filter): string {
  return filter.conditions.map((condition) => condition.clause).join(` ${filter.word} `)
}

/** Something computed over rows: its words, its tokens, the entity whose rows it is over. */
export interface Measure {
  text: string
  program: Piece[]
  entity: number
  /** "count" when rows are counted. */
  how: string
  field?: Field
}

const AGGREGATE_WORDS: Record<string, string[]> = {
  sum: ['total', 'total', 'total', 'sum of', 'overall', 'combined', 'sum of the'],
  avg: ['average', 'average', 'average', 'mean', 'avg', 'typical'],
  min: ['minimum', 'lowest', 'smallest', 'min', 'least'],
  max: ['maximum', 'highest', 'largest', 'max', 'biggest', 'greatest'],
  median: ['median', 'median'],
  stddev: ['standard deviation of', 'standard deviation of the', 'stddev of'],
}

/** "total amount", "average age" over a number field. */
export function aggregateOf(speech: Speech, field: Field, how: string): Measure {
  const words = speech.random.pick(AGGREGATE_WORDS[how] ?? [how])
  const name = speech
    .field(field)
    .replace(/^total (?=.)/, (lead) => (how === 'sum' && words.startsWith('total') ? '' : lead))
  return { text: `${words} ${name}`, program: [how as 'sum', { item: field.item }], entity: field.entity, how, field }
}

/** How a field is usually aggregated. */
export function aggregateFor(random: Random, field: Field): string {
  if (field.sense.additive === true)
    return random.pick(['sum', 'sum', 'sum', 'sum', 'avg', 'avg', 'max', 'min', 'median'])
  return random.pick(['avg', 'avg', 'avg', 'avg', 'max', 'min', 'median', 'stddev'])
}

/** "number of orders". */
export function countOf(speech: Speech, entity: Entity, filter: Filter = NO_FILTER): Measure {
  const noun = described(speech, speech.entity(entity, true), filter)
  const text = speech.random.pick(
    [
      `number of ${noun}`,
      `number of ${noun}`,
      `count of ${noun}`,
      `total number of ${noun}`,
      `${speech.entity(entity)} count`,
    ].slice(0, filter.conditions.length > 0 ? 4 : 5),
  )
  return { text, program: ['count', '*'], entity: entityIndex(speech, entity), how: 'count' }
}

/** "number of different cities". */
export function countDistinctOf(speech: Speech, field: Field): Measure {
  const words = speech.random.pick([
    'number of different',
    'number of distinct',
    'number of unique',
    'count of distinct',
    'distinct',
  ])
  const name = field.refers ? `${field.words.replace(/ id$/, '')}s`.replace(/ys$/, 'ies') : speech.field(field, true)
  return {
    text: `${words} ${name}`,
    program: ['count', 'distinct', { item: field.item }],
    entity: field.entity,
    how: 'count distinct',
    field,
  }
}

/** The entity's index in its scene. */
export function entityIndex(speech: Speech, entity: Entity): number {
  return speech.scene.entities.indexOf(entity)
}

/** A measure over the entity's rows: a count, or an aggregate of a number. */
export function measureOf(speech: Speech, entity: Entity, countShare = 0.35): Measure {
  const field = speech.random.pickOr(numberFields(entity))
  if (field === undefined || speech.random.chance(countShare)) return countOf(speech, entity)
  return aggregateOf(speech, field, aggregateFor(speech.random, field))
}

/** What rows are broken down by. */
export interface Dimension {
  /** After "by", "per", "for each": "country", "month". */
  text: string
  /** In SELECT. */
  program: Piece[]
  /** In GROUP BY, when not the same. */
  group: Piece[]
  entity: number
  isTime: boolean
  field: Field
}

const BUCKETS = [
  'year',
  'quarter',
  'month',
  'month',
  'month',
  'week',
  'day',
  'weekday',
  'year',
  'hour',
  'monthname',
] as const
const BUCKET_WORDS: Partial<Record<string, string[]>> = {
  weekday: ['day of the week', 'weekday', 'day of week'],
  monthname: ['month of the year', 'calendar month', 'month name'],
  hour: ['hour'],
}

/** A date cut into periods: "month". */
export function timeDimension(speech: Speech, field: Field): Dimension {
  const { random } = speech
  const usable = BUCKETS.filter((bucket) => bucket !== 'hour' || field.senseName === 'timestamp')
  const bucket = random.pick(usable)
  const word = random.pick(BUCKET_WORDS[bucket] ?? [bucket])
  const entity = speech.scene.entities[field.entity] as Entity
  const isOnly = dateFields(entity).length === 1
  const name = speech.field(field)
  const text =
    isOnly && random.chance(0.75)
      ? word
      : random.pick([`${word} of ${name}`, `${word} of the ${name}`, `${name} ${word}`])
  const program: Piece[] = [bucket, { item: field.item }]
  return { text, program, group: program, entity: field.entity, isTime: true, field }
}

/** A column whose values make the groups. */
export function fieldDimension(speech: Speech, field: Field, owner: boolean): Dimension {
  const entity = speech.scene.entities[field.entity] as Entity
  const name = speech.field(field)
  const text =
    owner && !name.includes(entity.words)
      ? speech.random.pick([`${entity.words} ${name}`, name.includes(' ') ? `${entity.words} ${name}` : name])
      : name
  const program: Piece[] = [{ item: field.item }]
  return {
    text: isSaidElsewhere(speech, field, text) ? `${entity.words} ${name}` : text,
    program,
    group: program,
    entity: field.entity,
    isTime: false,
    field,
  }
}

function isSaidElsewhere(speech: Speech, field: Field, text: string): boolean {
  return speech.scene.entities.some((entity) =>
    entity.fields.some((other) => other.entity !== field.entity && other.words === text && !other.isKey),
  )
}

/** The rows of a referred entity as groups, shown by name: "customer". */
export function entityDimension(speech: Speech, entity: Entity): Dimension | undefined {
  const field = entity.name
  if (field === undefined) return undefined
  const words = speech.entity(entity)
  const text = speech.random.pick([
    words,
    words,
    `${words} ${speech.field(field)}`.replace(`${entity.words} ${entity.words}`, entity.words),
  ])
  const program: Piece[] = [{ item: field.item }]
  const group: Piece[] = entity.key !== undefined && text === words ? [{ item: entity.key.item }] : program
  return { text, program, group, entity: field.entity, isTime: false, field }
}

/** Something to break the entity's rows down by, of its own or of what it refers to. */
export function dimensionOf(speech: Speech, entity: Entity, taken: Field[] = []): Dimension | undefined {
  const { random, scene } = speech
  const own = groupFields(entity).filter((field) => !taken.includes(field))
  const dates = dateFields(entity).filter((field) => !taken.includes(field))
  const parents = parentsOf(speech, entity)
  const kinds = [
    ...(own.length > 0 ? ['own', 'own', 'own'] : []),
    ...(dates.length > 0 ? ['time', 'time'] : []),
    ...(parents.length > 0 ? ['parent', 'parent', 'entity', 'entity'] : []),
  ]
  const kind = random.pickOr(kinds)
  if (kind === undefined) return undefined
  if (kind === 'own') return fieldDimension(speech, random.pick(own), false)
  if (kind === 'time') return timeDimension(speech, random.pick(dates))
  const parent = scene.entities[random.pick(parents)] as Entity
  const fields = groupFields(parent).filter((field) => !taken.includes(field))
  if (kind === 'parent' && fields.length > 0) return fieldDimension(speech, random.pick(fields), true)
  return entityDimension(speech, parent)
}

/** Entities one or two references up from this one: each row has one of them, so sums are not multiplied. */
export function parentsOf(speech: Speech, entity: Entity): number[] {
  const { scene } = speech
  const start = entityIndex(speech, entity)
  const up = (from: number) => scene.edges.filter((edge) => edge.from.entity === from).map((edge) => edge.to.entity)
  const near = up(start)
  const all = [...new Set([...near, ...near.flatMap(up)])].filter((other) => other !== start)
  return all.filter((other) => isUpward(speech, start, other))
}

function isUpward(speech: Speech, from: number, to: number): boolean {
  const way = wayBetween(speech.scene, from, to)
  if (way === undefined) return false
  return way.every(
    (entity, at) =>
      at === 0 || speech.scene.edges.some((edge) => edge.from.entity === way[at - 1] && edge.to.entity === entity),
  )
}

/** Entities whose rows refer to this one: its orders, its visits. */
export function childrenOf(speech: Speech, entity: Entity): number[] {
  const at = entityIndex(speech, entity)
  const children = speech.scene.edges
    .filter((edge) => edge.to.entity === at && edge.from.entity !== at)
    .map((edge) => edge.from.entity)
  return [...new Set(children)].filter((child) => wayBetween(speech.scene, child, at)?.length === 2)
}
