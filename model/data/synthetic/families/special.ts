/** Shares, ratios, conditional counts, products, differences of dates, histograms, top N of each group, plots of two measures. */
import { type Condition, conditionFor, conditionOn, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  aggregateFor, aggregateOf, countOf, dateFields, described, dimensionOf, entityIndex, entityWith, filterFrom, filterOf,
  groupFields, numberFields, parentsOf, plainFields, sumFields, textFields, timeDimension,
} from '../phrases.ts' // biome-ignore format: a list
import { limitPieces } from '../ranking.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { itemsOfFields, listedFields } from './rows.ts'

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

function fromOne(speech: Speech, entity: Entity): Piece[] {
  return fromPieces(speech.scene, [entityIndex(speech, entity)]) ?? []
}

/** A condition on a category, flag, or any column, that splits rows into those and the others. */
function splitting(speech: Speech, entity: Entity): Condition | undefined {
  const { random } = speech
  const flags = plainFields(entity).filter(
    (field) => field.senseName === 'flag' || (field.sense.role === 'category' && field.values.length > 0),
  )
  const field = random.chance(0.75) ? random.pickOr(flags) : undefined
  const condition = field === undefined ? conditionOn(speech, entity) : conditionFor(speech, field)
  return condition?.program.includes('or') ? undefined : condition
}

/** "what percentage of orders were cancelled", "share of active users by country". */
function shareOfRows(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const condition = splitting(speech, entity)
  if (condition === undefined) return undefined
  const only = filterFrom([condition])
  const rows = speech.entity(entity, true)
  const those = described(speech, rows, only)
  const filter = filterOf(speech, entity, 0.2, [condition.field])
  const all = described(speech, rows, filter)
  const are = condition.after.replace(/^(?:who|that) (?:are|were) /, 'are ')
  const isVerb = are.startsWith('are ')
  const number = random.chance(0.2) ? random.pickOr(sumFields(entity)) : undefined
  const dimension = random.chance(0.4) ? dimensionOf(speech, entity, [condition.field]) : undefined
  const from = fromPieces(speech.scene, [
    entityIndex(speech, entity),
    ...(dimension === undefined ? [] : [dimension.entity]),
  ])
  if (from === undefined) return undefined
  const c = number === undefined ? undefined : speech.field(number)
  const share = random.pick(['percentage', 'percentage', 'share', 'percent', 'proportion', 'fraction'])
  const text =
    c === undefined
      ? random.pick([
          `what ${share} of ${all} ${isVerb ? are : `are ${those}`}`,
          `what ${share} of ${all} ${isVerb ? are : `are ${those}`}`,
          `${share} of ${all} ${condition.after}`,
          `${share} of ${those}${filter.conditions.length > 0 ? ` among ${all}` : ''}`,
          `${random.pick(LEADS)}${share} of ${all} ${condition.after}`,
          `how many ${all} ${isVerb ? are : `are ${those}`}, in percent`,
        ])
      : random.pick([
          `what ${share} of the total ${c} comes from ${those}`.replace('total total', 'total'),
          `${share} of ${c} from ${those}`,
          `what ${share} of ${c} is from ${those}`,
        ])
  if (c !== undefined && filter.conditions.length > 0) return undefined
  const by =
    dimension === undefined
      ? ''
      : random.pick([
          ` by ${dimension.text}`,
          ` for each ${dimension.text}`,
          ` per ${dimension.text}`,
          ` in each ${dimension.text}`,
        ])
  const measure: Piece[] = number === undefined ? ['count', '*'] : ['sum', { item: number.item }]
  const select: Piece[] = [
    'select',
    ...(dimension?.program ?? []),
    'share',
    ...measure,
    'when',
    ...condition.program,
    ...filter.program,
  ]
  return {
    text: text + by,
    program: [...select, ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])), ...from],
  }
}

/** "number of orders and how many of them were cancelled, by month". */
function conditionalCounts(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const conditions = [splitting(speech, entity), random.chance(0.5) ? splitting(speech, entity) : undefined].filter(
    (one) => one !== undefined,
  )
  const [first, second] = conditions
  if (
    first === undefined ||
    (second !== undefined &&
      second.field === first.field &&
      JSON.stringify(second.program) === JSON.stringify(first.program))
  )
    return undefined
  const dimension = dimensionOf(
    speech,
    entity,
    conditions.map((condition) => condition.field),
  )
  if (dimension === undefined) return undefined
  const from = fromPieces(speech.scene, [entityIndex(speech, entity), dimension.entity])
  if (from === undefined) return undefined
  const number = random.chance(0.3) ? random.pickOr(sumFields(entity)) : undefined
  const c = number === undefined ? undefined : speech.field(number)
  const rows = speech.entity(entity, true)
  const measure: Piece[] = number === undefined ? ['count', '*'] : ['sum', { item: number.item }]
  const those = conditions.map((condition) => described(speech, rows, filterFrom([condition])))
  const withAll = second === undefined
  const said = those.map((text) =>
    c === undefined
      ? `number of ${text}`
      : `${random.pick(['total ', ''])}${c} of ${text}`.replace('total total', 'total'),
  )
  const all = withAll
    ? [c === undefined ? `number of ${rows}` : `total ${c}`.replace('total total', 'total'), ...said]
    : said
  const text = random.pick([
    `${random.pick(LEADS)}${listed(random, all)} ${random.pick(['by', 'per', 'for each', 'in each'])} ${dimension.text}`,
    `for each ${dimension.text}, ${listed(random, all)}`,
    `${random.pick(['show', 'compare', 'return'])} ${dimension.text}, ${all.join(', ')}`,
    ...(withAll && c === undefined
      ? [
          `how many ${rows} per ${dimension.text} and how many of them ${first.after.replace(/^(?:who|that) /, '').replace(/^(?!are |were |have )/, 'are ')}`,
        ]
      : []),
  ])
  const program: Piece[] = [
    'select',
    ...dimension.program,
    ...(withAll ? measure : []),
    ...conditions.flatMap((condition): Piece[] => [...measure, 'when', ...condition.program]),
    'group',
    ...dimension.group,
    ...from,
  ]
  return { text, program }
}

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

/** "histogram of age", "distribution of prices". */
function histogram(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const number = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || number === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [number])
  const c = speech.field(number)
  const rows = described(speech, speech.entity(entity, true), filter)
  const of =
    filter.conditions.length > 0 || random.chance(0.5)
      ? random.pick([` of ${rows}`, ` for ${rows}`, ` among ${rows}`])
      : ''
  const text = random.pick([
    `histogram of ${c}${of}`,
    `show a histogram of ${c}${of}`,
    `draw a histogram of the ${c}${of}`,
    `distribution of ${c}${of}`,
    `what is the distribution of ${c}${of}`,
    `how is ${c} distributed${of.replace(/^ of/, ' among')}`,
    `show the distribution of ${c}${of}`,
    `plot the distribution of ${c}${of}`,
    `number of ${rows} by ${c} range`,
    `how many ${rows} fall in each ${c} bucket`,
    `${c} distribution${of}`,
    `bin ${rows} by ${c}`,
  ])
  const bin: Piece[] = ['bin', { item: number.item }]
  return {
    text,
    program: ['select', ...bin, 'count', '*', ...filter.program, 'group', ...bin, ...fromOne(speech, entity)],
  }
}

/** "distribution of status", "breakdown of customers by segment": counts of a category's values. */
function distribution(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => groupFields(one).length > 0)
  const group = entity && random.pickOr(groupFields(entity))
  if (entity === undefined || group === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [group])
  const c = speech.field(group)
  const rows = described(speech, speech.entity(entity, true), filter)
  const common = random.chance(0.4)
  const item: Piece = { item: group.item }
  if (!common) {
    const text = random.pick([
      `distribution of ${rows} by ${c}`,
      `breakdown of ${rows} by ${c}`,
      `how are ${rows} distributed across ${c}`,
      `distribution of ${c} among ${rows}`,
      `split of ${rows} by ${c}`,
      `frequency of each ${c} among ${rows}`,
      `how often does each ${c} occur among ${rows}`,
      `pie chart of ${rows} by ${c}`,
      `count ${rows} grouped by ${c}`,
      `${rows} count by ${c}`,
    ])
    return {
      text,
      program: ['select', item, 'count', '*', ...filter.program, 'group', item, ...fromOne(speech, entity)],
    }
  }
  const down = random.chance(0.8)
  const limit = limitPieces(speech, random.chance(0.6))
  const words = down
    ? random.pick(['most common', 'most frequent', 'most popular'])
    : random.pick(['least common', 'rarest', 'least frequent'])
  const text =
    limit.count === undefined
      ? random.pick([
          `what is the ${words} ${c} of ${rows}`,
          `${words} ${c} among ${rows}`,
          `which ${c} is the ${words} among ${rows}`,
          `find the ${words} ${c} of ${rows}`,
        ])
      : random.pick([
          `what are the ${limit.count} ${words} ${speech.field(group, true)} of ${rows}`,
          `${limit.count} ${words} ${speech.field(group, true)} among ${rows}`,
        ])
  return {
    text,
    program: [
      'select',
      item,
      ...filter.program,
      'group',
      item,
      'order',
      'count',
      '*',
      down ? 'desc' : 'asc',
      'limit',
      ...limit.program,
      ...fromOne(speech, entity),
    ],
  }
}

/** "top 3 products per category by price". */
function topOfEach(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(
    speech,
    (one) => numberFields(one).length > 0 && (groupFields(one).length > 0 || parentsOf(speech, one).length > 0),
  )
  const number = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || number === undefined) return undefined
  const dimension = dimensionOf(speech, entity, [number])
  if (dimension === undefined || dimension.isTime) return undefined
  const fields = listedFields(speech, entity, random.pick([1, 1, 2])).filter(
    (field) => field !== number && field !== dimension.field,
  )
  if (fields.length === 0) return undefined
  const filter = filterOf(speech, entity, 0.2, [number, dimension.field])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity), dimension.entity])
  if (from === undefined) return undefined
  const one = random.chance(0.4)
  const down = random.chance(0.75)
  const limit = limitPieces(speech, one)
  const c = speech.field(number)
  const rows = described(speech, speech.entity(entity, !one), filter)
  const n = limit.count === undefined ? '' : `${limit.count} `
  const most = down ? random.pick(['highest', 'largest']) : random.pick(['lowest', 'smallest'])
  const each = random.pick(['per', 'for each', 'in each', 'within each', 'of each'])
  const isName = fields.length === 1 && fields[0] === entity.name
  const what = isName
    ? ''
    : ` with ${listed(
        random,
        fields.map((field) => speech.field(field)),
      )}`
  const text = one
    ? random.pick([
        `the ${rows} with the ${most} ${c} ${each} ${dimension.text}${what}`,
        `which ${rows} has the ${most} ${c} ${each} ${dimension.text}${
          isName
            ? ''
            : `? show ${listed(
                random,
                fields.map((field) => speech.field(field)),
              )}`
        }`,
        `${dimension.text} and its ${rows} with the ${most} ${c}${what}`,
      ])
    : random.pick([
        `${down ? 'top' : 'bottom'} ${n}${rows} by ${c} ${each} ${dimension.text}${what}`,
        `${down ? 'top' : 'bottom'} ${n}${rows} ${each} ${dimension.text} by ${c}${what}`,
        `the ${n}${rows} with the ${most} ${c} ${each} ${dimension.text}${what}`,
        `show the ${n}${rows} with the ${most} ${c} ${each} ${dimension.text}${what}`,
      ])
  return {
    text,
    program: [
      'select',
      ...dimension.program,
      ...itemsOfFields(fields),
      { item: number.item },
      ...filter.program,
      'order',
      { item: number.item },
      down ? 'desc' : 'asc',
      'limit',
      ...limit.program,
      'per',
      ...dimension.group,
      ...from,
    ],
  }
}

/** "scatter plot of age against salary": raw pairs of measures. */
function relationship(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 1)
  if (entity === undefined) return undefined
  const [a, b] = random.sample(numberFields(entity), 2)
  if (a === undefined || b === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [a, b])
  const color = random.chance(0.2) ? random.pickOr(groupFields(entity)) : undefined
  const rows = described(speech, speech.entity(entity, true), filter)
  const [x, y] = [speech.field(a), speech.field(b)]
  const of =
    filter.conditions.length > 0 || random.chance(0.5)
      ? random.pick([` of ${rows}`, ` for ${rows}`, ` for all ${rows}`, ` across ${rows}`])
      : ''
  const text = random.pick([
    `relationship between ${x} and ${y}${of}`,
    `how does ${x} relate to ${y}${of.replace(/^ of/, ' for')}`,
    `scatter plot of ${x} and ${y}${of}`,
    `${x} vs ${y}${of}`,
    `${x} versus ${y}${of}`,
    `plot ${x} against ${y}${of}`,
    `correlation between ${x} and ${y}${of}`,
    `show ${x} and ${y}${of}`,
    `is there a relation between ${x} and ${y}${of}`,
    `compare ${x} and ${y}${of}`,
  ])
  const by =
    color === undefined
      ? ''
      : random.pick([
          `, colored by ${speech.field(color)}`,
          ` by ${speech.field(color)}`,
          ` and ${speech.field(color)}`,
        ])
  return {
    text: text + by,
    program: [
      'select',
      ...itemsOfFields([a, b, ...(color === undefined ? [] : [color])]),
      ...filter.program,
      ...fromOne(speech, entity),
    ],
  }
}

/** "oldest and youngest age of each team", "range of prices": minimum with maximum. */
function ends(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const field = random.pickOr([...numberFields(entity), ...dateFields(entity)])
  if (field === undefined) return undefined
  const isDate = field.sense.kind === 'date'
  const c = speech.field(field)
  const filter = filterOf(speech, entity, 0.3, [field])
  const dimension = random.chance(0.4) ? dimensionOf(speech, entity, [field]) : undefined
  const from = fromPieces(speech.scene, [
    entityIndex(speech, entity),
    ...(dimension === undefined ? [] : [dimension.entity]),
  ])
  if (from === undefined) return undefined
  const rows = described(speech, speech.entity(entity, true), filter)
  const r = random.next()
  const single = isDate && r < 0.6
  const down = random.chance(0.5)
  const pair = isDate
    ? random.pick(['earliest and latest', 'first and last', 'oldest and most recent'])
    : random.pick(['minimum and maximum', 'lowest and highest', 'smallest and largest', 'min and max'])
  const words = single
    ? down
      ? random.pick(['latest', 'most recent', 'last'])
      : random.pick(['earliest', 'first', 'oldest'])
    : pair
  const measure: Piece[] = single
    ? [down ? 'max' : 'min', { item: field.item }]
    : ['min', { item: field.item }, 'max', { item: field.item }]
  const by =
    dimension === undefined
      ? ''
      : random.pick([` for each ${dimension.text}`, ` by ${dimension.text}`, ` per ${dimension.text}`])
  const text = `${random.pick(['what is the ', 'what are the ', 'show the ', 'find the ', '', 'give the '])}${words} ${c} ${random.pick(['of', 'among', 'for'])} ${random.pick(['', 'all '])}${rows}${by}`
  return {
    text,
    program: [
      'select',
      ...(dimension?.program ?? []),
      ...measure,
      ...filter.program,
      ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])),
      ...from,
    ],
  }
}

/** "how many new customers per month", "sales last year by month": time series in the words of business. */
function trend(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => dateFields(one).length > 0)
  if (entity === undefined) return undefined
  const date = random.pick(dateFields(entity))
  const dimension = timeDimension(speech, date)
  const number = random.pickOr(sumFields(entity))
  const measure =
    number === undefined || random.chance(0.4)
      ? countOf(speech, entity)
      : aggregateOf(speech, number, aggregateFor(random, number))
  const rows = speech.entity(entity, true)
  const bare =
    measure.field === undefined
      ? rows
      : measure.how === 'sum' && random.chance(0.5)
        ? speech.field(measure.field)
        : measure.text
  const condition = random.chance(0.35) ? conditionOn(speech, entity, [date]) : undefined
  const period = random.chance(0.3) ? conditionFor(speech, date) : undefined
  const filter = filterFrom([condition, period].filter((one) => one !== undefined))
  if (filter.conditions.length < [condition, period].filter((one) => one !== undefined).length) return undefined
  const tail = filter.conditions
    .map((one) => (one === period ? one.after : `for ${described(speech, rows, filterFrom([one]))}`))
    .join(' ')
  const unit = dimension.text
  const over = random.pick([
    `trend of ${bare} by ${unit}`,
    `${bare} over time by ${unit}`,
    `how did ${bare} develop by ${unit}`,
    `${bare} trend per ${unit}`,
    `show the ${unit} trend of ${bare}`,
    `how many ${rows} per ${unit}`,
    `${bare} each ${unit}`,
    `evolution of ${bare} by ${unit}`,
    `line chart of ${bare} by ${unit}`,
    `how has ${bare} changed per ${unit}`,
  ])
  const isCounted = over.startsWith('how many')
  const program: Piece[] = [
    'select',
    ...dimension.program,
    ...(isCounted ? (['count', '*'] as Piece[]) : measure.program),
    ...filter.program,
    'group',
    ...dimension.group,
    ...fromOne(speech, entity),
  ]
  return { text: `${over} ${tail}`, program }
}

/** Text of one column looked up by another's value: "what is the capital of France", "email of Anna Smith". */
function lookup(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => one.name !== undefined && one.name.values.length > 0)
  const name = entity?.name
  if (entity === undefined || name === undefined) return undefined
  const fields = random.sample(
    plainFields(entity).filter((field) => field !== name),
    random.pick([1, 1, 1, 2]),
  )
  if (fields.length === 0) return undefined
  const value = speech.value(random.pick(name.values).value)
  const names = listed(
    random,
    fields.map((field) => speech.field(field)),
  )
  const thing = speech.entity(entity)
  const text = random.pick([
    `what is the ${names} of ${value.text}`,
    `what is the ${names} of ${value.text}`,
    `${names} of ${value.text}`,
    `${value.text} ${names}`,
    `what is ${value.text}'s ${names}`,
    `find the ${names} of the ${thing} named ${value.text}`,
    `what ${names} does ${value.text} have`,
    `show the ${names} for ${thing} ${value.text}`,
    `give me the ${names} of the ${thing} ${value.text}`,
    `which ${names} does the ${thing} ${value.text} have`,
  ])
  return {
    text,
    program: [
      'select',
      ...itemsOfFields(fields),
      'where',
      { item: name.item },
      '=',
      value.piece,
      ...fromOne(speech, entity),
    ],
  }
}

/** People by both names: "first and last name of employees". */
function fullNames(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(
    speech,
    (one) =>
      textFields(one).some((field) => field.senseName === 'firstname') &&
      textFields(one).some((field) => field.senseName === 'lastname'),
  )
  if (entity === undefined) return undefined
  const first = textFields(entity).find((field) => field.senseName === 'firstname') as Field
  const last = textFields(entity).find((field) => field.senseName === 'lastname') as Field
  const filter = filterOf(speech, entity, 0.75, [first, last])
  const rows = described(speech, speech.entity(entity, true), filter)
  const text = random.pick([
    `first and last names of ${rows}`,
    `what are the first and last names of ${rows}`,
    `full names of ${rows}`,
    `list the first name and last name of all ${rows}`,
    `give the full name of each of the ${rows}`,
    `${relative(entity) === 'who' ? 'who are the' : 'which'} ${rows}? show first and last name`,
  ])
  return { text, program: ['select', ...itemsOfFields([first, last]), ...filter.program, ...fromOne(speech, entity)] }
}

export const SPECIAL_FAMILIES: Family[] = [
  { name: 'share of rows', weight: 5, why: 'Percentages with a condition.', say: shareOfRows },
  { name: 'conditional counts', weight: 3, why: 'CASE in other words.', say: conditionalCounts },
  { name: 'ratio', weight: 4, why: 'Ratios and differences of two totals.', say: ratio },
  { name: 'product', weight: 2, why: 'Price times quantity.', say: product },
  { name: 'duration', weight: 3, why: 'Days between two dates.', say: duration },
  { name: 'histogram', weight: 3, why: 'Buckets of a number.', say: histogram },
  { name: 'distribution', weight: 6, why: 'Counts of a category, most common values.', say: distribution },
  { name: 'top of each', weight: 3, why: 'Top N per group.', say: topOfEach },
  { name: 'relationship', weight: 3, why: 'Scatter plots.', say: relationship },
  { name: 'ends', weight: 4, why: 'Minimum with maximum, first and last dates.', say: ends },
  { name: 'trend', weight: 4, why: 'Time series in the words of business.', say: trend },
  { name: 'lookup', weight: 4, why: 'One thing told of another.', say: lookup },
  { name: 'full names', weight: 1, why: 'First and last names together.', say: fullNames },
]
