/** Ends of a range, trends in the words of business, one thing told of another. */
import { conditionFor, conditionOn, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromEntity, fromPieces } from '../from.ts'
import {
  aggregateFor, aggregateOf, countOf, dateFields, described, dimensionOf, entityIndex, entityWith, filterFrom, filterOf,numberFields, plainFields, sumFields, textFields, timeDimension,
} from '../phrases.ts' // biome-ignore format: a list
import type { Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { itemsOfFields } from './rows.ts'

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
    ...fromEntity(entity),
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
      ...fromEntity(entity),
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
  return { text, program: ['select', ...itemsOfFields([first, last]), ...filter.program, ...fromEntity(entity)] }
}

export const LOOKUP_FAMILIES: Family[] = [
  { name: 'ends', weight: 4, why: 'Minimum with maximum, first and last dates.', say: ends },
  { name: 'trend', weight: 4, why: 'Time series in the words of business.', say: trend },
  { name: 'lookup', weight: 4, why: 'One thing told of another.', say: lookup },
  { name: 'full names', weight: 1, why: 'First and last names together.', say: fullNames },
]
