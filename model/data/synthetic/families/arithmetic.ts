import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {dateFields, described, dimensionOf, entityIndex, entityWith, filterOf, groupFields, plainFields, sumFields, 
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

/** "ratio of orders to customers by year": rows counted over different things they refer to. */
function ratioOfCounts(speech: Speech): Saying | undefined {
  const { random, scene } = speech
  const entity = entityWith(speech, (one) => one.key !== undefined && one.fields.some(({ refers }) => refers))
  const key = entity?.key
  const reference = entity && random.pickOr(entity.fields.filter(({ refers }) => refers))
  const edge = scene.edges.find(({ from }) => from.item === reference?.item)
  if (entity === undefined || key === undefined || reference === undefined || edge === undefined) return undefined
  if (edge.to.entity === entityIndex(speech, entity)) return undefined
  const other = scene.entities[edge.to.entity] as Entity
  const [many, one] = [speech.entity(entity, true), speech.entity(other, true)]
  const flipped = random.chance(0.2)
  const [a, b] = flipped ? [one, many] : [many, one]
  const dimension = random.chance(0.65) ? dimensionOf(speech, entity, [reference]) : undefined
  if (dimension?.entity === edge.to.entity) return undefined
  const from = fromPieces(scene, [entityIndex(speech, entity), ...(dimension ? [dimension.entity] : [])])
  if (from === undefined) return undefined
  const upper: Piece[] = ['count', 'distinct', { item: key.item }]
  const lower: Piece[] = ['count', 'distinct', { item: reference.item }]
  const words = random.pick([
    `ratio of ${a} to ${b}`,
    `ratio of the number of ${a} to the number of ${b}`,
    `ratio of the total number of ${a} to the total number of ${b}`,
    `${a} to ${b} ratio`,
    `number of ${a} divided by number of ${b}`,
    ...(flipped ? [] : [`average number of ${a} per ${speech.entity(other)}`, `${a} per ${speech.entity(other)}`]),
  ])
  const by =
    dimension === undefined
      ? ''
      : random.pick([
          ` by ${dimension.text}`,
          ` for each ${dimension.text}`,
          ` per ${dimension.text}`,
          ` within each ${dimension.text}`,
        ])
  const lead = random.pick(['what is the ', 'calculate the ', 'show the ', '', 'find the ', 'how does the '])
  const text =
    lead === 'how does the ' && dimension
      ? `how does the ${words} ${random.pick(['differ', 'vary', 'change'])} by ${dimension.text}`
      : `${lead === 'how does the ' ? '' : lead}${words}${by}`
  const pair = flipped ? [lower, upper] : [upper, lower]
  return {
    text,
    program: [
      'select',
      ...(dimension?.program ?? []),
      ...(pair[0] as Piece[]),
      '/',
      ...(pair[1] as Piece[]),
      ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])),
      ...from,
    ],
  }
}

/** "ratio of total sales in France to total sales in Spain". */
function ratioOfValues(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => groupFields(one).some(({ values }) => values.length > 1))
  const field = entity && random.pickOr(groupFields(entity).filter(({ values }) => values.length > 1))
  if (entity === undefined || field === undefined) return undefined
  const number = random.pickOr(sumFields(entity).filter((one) => one !== field))
  const counts = number === undefined || random.chance(0.3)
  const how = counts ? 'count' : random.pick(['sum', 'sum', 'sum', 'avg', 'max'] as const)
  const measured: Piece[] = counts ? ['count', '*'] : [how as 'sum', { item: (number as Field).item }]
  const [first, second] = random.sample(field.values, 2).map(({ said, value }) => speech.value(said ?? value))
  if (first === undefined || second === undefined) return undefined
  const name = counts ? speech.entity(entity, true) : speech.field(number as Field)
  const what = counts
    ? random.pick([name, `the number of ${name}`])
    : {
        sum: random.pick([`the ${name}`, `the total ${name}`]),
        avg: `the average ${name}`,
        max: `the highest ${name}`,
        count: name,
      }[how]
  const link = random.pick(['of', 'for', 'in'])
  const text = random.pick([
    `what is the ratio of ${what} ${link} ${first.text} to ${what} ${link} ${second.text}`,
    `ratio of ${what} ${link} ${first.text} to ${second.text}`,
    `${what} ${link} ${first.text} divided by ${what} ${link} ${second.text}`,
    `how many times larger is ${what} ${link} ${first.text} than ${link} ${second.text}`,
  ])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  const when = (piece: Piece): Piece[] => [...measured, 'when', { item: field.item }, '=', piece]
  return from && { text, program: ['select', ...when(first.piece), '/', ...when(second.piece), ...from] }
}

export const ARITHMETIC_FAMILIES: Family[] = [
  { name: 'ratio of counts', weight: 5, why: 'Counted things over other counted things.', say: ratioOfCounts },
  { name: 'ratio of values', weight: 3, why: 'One value against another.', say: ratioOfValues },
  { name: 'ratio', weight: 4, why: 'Ratios and differences of two totals.', say: ratio },
  { name: 'product', weight: 2, why: 'Price times quantity.', say: product },
  { name: 'duration', weight: 3, why: 'Days between two dates.', say: duration },
]
