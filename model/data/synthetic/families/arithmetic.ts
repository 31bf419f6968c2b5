import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {dateFields, described, dimensionOf, entityIndex, entityWith, filterOf,plainFields, sumFields, 
} from '../phrases.ts' // biome-ignore format: a list
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'

const LEADS = [
  '',
  'show ',
  'show me ',
  'what is the ',
  'give me the ',
  'calculate the ',
  'find the ',
  'show the ',
  'plot the ',
]

/** "ratio of clicks to impressions", "revenue per employee", "total sales minus cost by region". */
function ratio(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => sumFields(one).length > 1)
  if (entity === undefined) return undefined
  const [a, b] = random.sample(sumFields(entity), 2)
  if (a === undefined || b === undefined) return undefined
  const x = speech.field(a)
  const y = speech.field(b)
  const dimension = random.chance(0.7) ? dimensionOf(speech, entity, [a, b]) : undefined
  const filter = filterOf(speech, entity, 0.25, [a, b])
  const from = fromPieces(speech.scene, [
    entityIndex(speech, entity),
    ...(dimension === undefined ? [] : [dimension.entity]),
  ])
  if (from === undefined) return undefined
  const op = random.weighted(['/', '-', '+'] as const, (sign) => ({ '/': 6, '-': 3, '+': 1 })[sign])
  const text = {
    '/': random.pick([
      `ratio of ${x} to ${y}`,
      `ratio of total ${x} to total ${y}`,
      `${x} to ${y} ratio`,
      `${x} per ${y}`,
      `total ${x} divided by total ${y}`,
      `${x} / ${y}`,
      `${x} relative to ${y}`,
    ]),
    '-': random.pick([
      `difference between total ${x} and total ${y}`,
      `total ${x} minus total ${y}`,
      `${x} minus ${y}`,
      `${x} less ${y}`,
      `total ${x} - total ${y}`,
    ]),
    '+': random.pick([
      `total ${x} plus total ${y}`,
      `sum of ${x} and ${y} together`,
      `combined total of ${x} plus ${y}`,
    ]),
  }[op]
  const of =
    filter.conditions.length > 0
      ? ` for ${described(speech, speech.entity(entity, true), filter)}`
      : random.pick(['', '', ` of ${speech.entity(entity, true)}`])
  const by =
    dimension === undefined
      ? ''
      : random.pick([` by ${dimension.text}`, ` for each ${dimension.text}`, ` per ${dimension.text}`])
  const lead =
    dimension === undefined
      ? random.pick(['what is the ', 'what is the overall ', 'calculate the ', '', 'find the '])
      : random.pick(LEADS)
  const measure: Piece[] = ['sum', { item: a.item }, op, 'sum', { item: b.item }]
  const program: Piece[] = [
    'select',
    ...(dimension?.program ?? []),
    ...measure,
    ...filter.program,
    ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])),
    ...from,
  ]
  return { text: `${lead}${text}${of}${by}`.replace(/total total/g, 'total'), program }
}

/** A price and a quantity of one entity. */
function priceAndQuantity(entity: Entity): [Field, Field] | undefined {
  const price = plainFields(entity).find(
    (field) => field.senseName === 'price' || /(?:price|cost|rate|fee)$/.test(field.words),
  )
  const quantity = plainFields(entity).find(
    (field) =>
      /(?:quantity|shares|hours|units|seats|nights|copies|items|tickets)/.test(field.words) &&
      field.sense.kind === 'number' &&
      field !== price,
  )
  return price === undefined || quantity === undefined ? undefined : [price, quantity]
}

/** "revenue as price times quantity": an aggregate of a product or difference of two columns. */
function product(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => priceAndQuantity(one) !== undefined)
  const pair = entity && priceAndQuantity(entity)
  if (entity === undefined || pair === undefined) return undefined
  const [price, quantity] = random.shuffle(pair) as [Field, Field]
  const dimension = random.chance(0.6) ? dimensionOf(speech, entity, pair) : undefined
  const filter = filterOf(speech, entity, 0.3, pair)
  const from = fromPieces(speech.scene, [
    entityIndex(speech, entity),
    ...(dimension === undefined ? [] : [dimension.entity]),
  ])
  if (from === undefined) return undefined
  const how = random.weighted(['sum', 'avg'] as const, (name) => (name === 'sum' ? 4 : 1))
  const x = speech.field(price)
  const y = speech.field(quantity)
  const times = random.pick([`${x} times ${y}`, `${x} * ${y}`, `${x} x ${y}`, `${x} multiplied by ${y}`])
  const total = random.pick(
    how === 'sum'
      ? [`total ${times}`, `total value (${times})`, `sum of ${times}`, `total of ${times}`]
      : [`average ${times}`, `average value (${times})`],
  )
  const of =
    filter.conditions.length > 0
      ? ` for ${described(speech, speech.entity(entity, true), filter)}`
      : random.pick(['', ` of ${speech.entity(entity, true)}`])
  const by =
    dimension === undefined
      ? ''
      : random.pick([` by ${dimension.text}`, ` for each ${dimension.text}`, ` per ${dimension.text}`])
  return {
    text: `${random.pick(LEADS)}${total}${of}${by}`,
    program: [
      'select',
      ...(dimension?.program ?? []),
      how,
      { item: price.item },
      'mul',
      { item: quantity.item },
      ...filter.program,
      ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])),
      ...from,
    ],
  }
}

const EARLY =
  /(?:start|order|created|opened|hire|issue|prescribed|admission|reported|listing|check in|scheduled|departure|raised|booking|purchase|invoice|introduced|run)/
const LATE =
  /(?:end|deliver|closed|resolved|termination|discharge|fixed|settled|sold|check out|arrival|due|expiry|expected|paid|return|shipped|deadline|cancelled)/

/** "average days between order and delivery", "how long does it take to resolve a ticket". */
function duration(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => datePair(one) !== undefined)
  const pair = entity && datePair(entity)
  if (entity === undefined || pair === undefined) return undefined
  const [start, end] = pair
  const how = random.weighted(['avg', 'max', 'min', 'median'] as const, (name) => (name === 'avg' ? 6 : 1))
  const dimension = random.chance(0.5) ? dimensionOf(speech, entity, pair) : undefined
  const filter = filterOf(speech, entity, 0.25, pair)
  const from = fromPieces(speech.scene, [
    entityIndex(speech, entity),
    ...(dimension === undefined ? [] : [dimension.entity]),
  ])
  if (from === undefined) return undefined
  const mean = {
    avg: random.pick(['average', 'mean']),
    max: random.pick(['longest', 'maximum']),
    min: random.pick(['shortest', 'minimum']),
    median: 'median',
  }[how]
  const [a, b] = [speech.field(start), speech.field(end)]
  const of =
    filter.conditions.length > 0 || random.chance(0.4)
      ? ` ${random.pick(['of', 'for'])} ${described(speech, speech.entity(entity, true), filter)}`
      : ''
  const by =
    dimension === undefined
      ? ''
      : random.pick([` by ${dimension.text}`, ` for each ${dimension.text}`, ` per ${dimension.text}`])
  const text = random.pick([
    `${mean} number of days between ${a} and ${b}`,
    `${mean} time between ${a} and ${b}`,
    `${mean} days from ${a} to ${b}`,
    `${mean} time from ${a} to ${b}`,
    `${mean} difference in days between ${a} and ${b}`,
  ])
  return {
    text: `${random.pick(LEADS)}${text}${of}${by}`,
    program: [
      'select',
      ...(dimension?.program ?? []),
      how,
      { item: end.item },
      '-',
      { item: start.item },
      ...filter.program,
      ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])),
      ...from,
    ],
  }
}

function datePair(entity: Entity): [Field, Field] | undefined {
  const dates = dateFields(entity)
  const start = dates.find((field) => EARLY.test(field.words) && !LATE.test(field.words))
  const end = dates.find((field) => LATE.test(field.words) && field !== start)
  return start === undefined || end === undefined ? undefined : [start, end]
}

export const ARITHMETIC_FAMILIES: Family[] = [
  { name: 'ratio', weight: 4, why: 'Ratios and differences of two totals.', say: ratio },
  { name: 'product', weight: 2, why: 'Price times quantity.', say: product },
  { name: 'duration', weight: 3, why: 'Days between two dates.', say: duration },
]
