/** A measure of an entity broken down by a dimension: its parts, words and tokens. */
import { fromPieces } from './from.ts'
import {
  aggregateFor, aggregateOf, clauses, countDistinctOf, countOf, type Dimension, dateFields, described, dimensionOf, entityIndex, entityWith, type Filter,
  filterOf, type Measure, measureOf, numberFields, timeDimension,
} from './phrases.ts' // biome-ignore format: a list
import type { Entity } from './scene.ts'
import type { Piece, Speech } from './speech.ts'
import { listed } from './words.ts'

export interface Breakdown {
  entity: Entity
  measures: Measure[]
  dimension: Dimension
  filter: Filter
}

export function breakdown(
  speech: Speech,
  options: { measures?: number; time?: boolean; filterShare?: number } = {},
): Breakdown | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => (options.time ? dateFields(one).length > 0 : true))
  if (entity === undefined) return undefined
  const dimension = options.time ? timeDimension(speech, random.pick(dateFields(entity))) : dimensionOf(speech, entity)
  if (dimension === undefined) return undefined
  const measures = measuresOf(speech, entity, options.measures ?? 1).filter(
    (measure) => measure.field !== dimension.field,
  )
  if (measures.length === 0) return undefined
  const filter = filterOf(speech, entity, options.filterShare ?? 0.4, [dimension.field])
  return { entity, measures, dimension, filter }
}

export function measuresOf(speech: Speech, entity: Entity, count: number): Measure[] {
  const { random } = speech
  if (count === 1) return [measureOf(speech, entity)]
  const numbers = random.sample(numberFields(entity), count)
  const measures = numbers.map((field) => aggregateOf(speech, field, aggregateFor(random, field)))
  const keys = entity.fields.filter((field) => field.refers)
  if (keys.length > 0 && random.chance(0.15)) measures.push(countDistinctOf(speech, random.pick(keys)))
  if (random.chance(0.65) || measures.length < 2) measures.unshift(countOf(speech, entity))
  if (measures.length === 1 && numbers[0] !== undefined) measures.push(aggregateOf(speech, numbers[0], 'max'))
  return random.chance(0.7) ? measures.slice(0, count) : random.shuffle(measures).slice(0, count)
}

const BY = [
  'by',
  'by',
  'by',
  'by',
  'per',
  'per',
  'for each',
  'for each',
  'in each',
  'for every',
  'across',
  'grouped by',
  'broken down by',
  'split by',
  'of each',
]

/** "total amount of active orders": the measure's words with what it is over, unless it counts it already. */
export function over(speech: Speech, { entity, measures, filter }: Breakdown): string {
  const { random } = speech
  const words = listed(
    random,
    measures.map((measure) => measure.text),
  )
  const isCounted = measures.some((measure) => measure.how === 'count')
  if (filter.conditions.length === 0 && (isCounted || random.chance(0.6))) return words
  if (isCounted && measures.length === 1) return `number of ${described(speech, speech.entity(entity, true), filter)}`
  return `${words} ${random.pick(['of', 'for', 'of', 'for', 'across'])} ${random.pick(['', '', 'all ', 'the '])}${described(speech, speech.entity(entity, true), filter)}`
}

export const LEADS = [
  '',
  '',
  '',
  'show ',
  'show me ',
  'show the ',
  'what is the ',
  'what is the ',
  'what was the ',
  'give me the ',
  'find the ',
  'list the ',
  'calculate the ',
  'get the ',
  'i want the ',
  'compare the ',
  'plot ',
  'display the ',
  'chart the ',
  'can you show me the ',
  'i need the ',
  'return the ',
  'report the ',
  'tell me the ',
  'compute the ',
]

export function sayBreakdown(speech: Speech, parts: Breakdown): string {
  const { random } = speech
  const { dimension, measures, filter, entity } = parts
  const counts = measures.length === 1 && measures[0]?.how === 'count'
  const r = random.next()
  if (counts && r < 0.3) {
    const noun = described(speech, speech.entity(entity, true), filter)
    return random.pick([
      `how many ${noun} ${random.pick(BY)} ${dimension.text}`,
      `how many ${noun} are there ${random.pick(['by', 'per', 'for each', 'in each'])} ${dimension.text}`,
      `count ${noun} by ${dimension.text}`,
      `how many ${noun} do we have per ${dimension.text}`,
      `count of ${noun} per ${dimension.text}`,
      `${noun} per ${dimension.text}`,
      `${noun} by ${dimension.text}`,
    ])
  }
  if (r < 0.42 && !dimension.isTime) {
    const words = over(speech, parts)
    return random.pick([
      `for each ${dimension.text}, what is the ${words}`,
      `for each ${dimension.text} show the ${words}`,
      `show each ${dimension.text} and its ${words}`,
      `for every ${dimension.text}, give the ${words}`,
      `per ${dimension.text}: ${words}`,
    ])
  }
  const tail = filter.conditions.length > 0 && random.chance(0.3)
  if (tail) {
    const words = listed(
      random,
      measures.map((measure) => measure.text),
    )
    return `${random.pick(LEADS)}${words} ${random.pick(BY)} ${dimension.text} ${filterTail(speech, entity, filter)}`
  }
  return `${random.pick(LEADS)}${over(speech, parts)} ${random.pick(BY)} ${dimension.text}`
}

/** The filter after everything else: "for active orders", "where status is paid", "in 2023". */
export function filterTail(speech: Speech, entity: Entity, filter: Filter): string {
  const first = filter.conditions[0]
  if (
    filter.conditions.length === 1 &&
    first !== undefined &&
    /^(?:in|since|after|before|during|between|over the|last|this|from)\b/.test(first.after)
  )
    return first.after
  if (speech.random.chance(0.4)) return `where ${clauses(filter)}`
  return `${speech.random.pick(['for', 'only for', 'among', 'considering only'])} ${described(speech, speech.entity(entity, true), filter)}`
}

export function selected(parts: Breakdown): Piece[] {
  return [
    'select',
    ...parts.dimension.program,
    ...parts.measures.flatMap((measure) => measure.program),
    ...parts.filter.program,
    'group',
    ...parts.dimension.group,
  ]
}

export function fromOf(speech: Speech, parts: Breakdown): Piece[] | undefined {
  return fromPieces(speech.scene, [entityIndex(speech, parts.entity), parts.dimension.entity])
}
