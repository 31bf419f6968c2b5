/** Rows with what they refer to, and conditions on another table. */
import { type Condition, conditionOn, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  aggregateFor, aggregateOf, childrenOf, countOf, described, entityIndex, entityWith, type Filter, filterFrom, filterOf,numberFields, parentsOf, 
} from '../phrases.ts' // biome-ignore format: a list
import type { Entity, Field } from '../scene.ts'
import type { Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { itemsOfFields, listedFields } from './rows.ts'

const LEADS = [
  'show ',
  'show me ',
  'list ',
  'list all ',
  'give me ',
  'find ',
  'return ',
  'what are ',
  'what are ',
  'display ',
  'get ',
  'tell me ',
  'retrieve ',
  'provide ',
  'can you list ',
  '',
]

interface Pair {
  child: Entity
  parent: Entity
}

/** An entity and one that it refers to, directly unless `far`. */
export function childAndParent(speech: Speech, far: boolean): Pair | undefined {
  const child = entityWith(speech, (one) => parentsOf(speech, one).length > 0)
  if (child === undefined) return undefined
  const near = parentsOf(speech, child).filter(
    (at) => far || childrenOf(speech, speech.scene.entities[at] as Entity).includes(entityIndex(speech, child)),
  )
  const at = speech.random.pickOr(near)
  return at === undefined ? undefined : { child, parent: speech.scene.entities[at] as Entity }
}

/** A column of a joined entity, with whose it is: "customer name", "name of the customer". */
function owned(speech: Speech, field: Field, many: boolean): string {
  const entity = speech.scene.entities[field.entity] as Entity
  const name = speech.field(field, many)
  if (name.includes(entity.words)) return name
  const owner = speech.entity(entity)
  return speech.random.pick([`${owner} ${name}`, `${owner} ${name}`, `${owner}'s ${name}`, `${name} of the ${owner}`])
}

/** How rows belong to a row of another entity: "of customers", "made by customers", "whose customer is". */
function belongs(speech: Speech, parent: Entity, filter: Filter): string {
  const { random } = speech
  const many = described(speech, speech.entity(parent, true), filter)
  return random.pick(
    [
      `of ${many}`,
      `of ${many}`,
      `for ${many}`,
      `from ${many}`,
      `belonging to ${many}`,
      `with ${many}`,
      `that belong to ${many}`,
      `by ${many}`,
      `linked to ${many}`,
    ].slice(0, relative(parent) === 'who' ? 9 : 7),
  )
}

function listWithParent(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = childAndParent(speech, true)
  if (pair === undefined) return undefined
  const { child, parent } = pair
  const own = listedFields(speech, child, random.pick([1, 1, 2, 2, 3]))
  const others = listedFields(speech, parent, random.pick([1, 1, 1, 2])).filter((field) => !field.isKey)
  const filter = filterOf(speech, random.chance(0.75) ? child : parent, 0.55)
  const from = fromPieces(speech.scene, [entityIndex(speech, child), entityIndex(speech, parent)])
  if (from === undefined || others.length === 0) return undefined
  const isParentFilter = filter.entities[0] === entityIndex(speech, parent)
  const noun = isParentFilter
    ? `${speech.entity(child, true)} ${belongs(speech, parent, filter)}`
    : described(speech, speech.entity(child, true), filter)
  const ownNames = own.map((field) => speech.field(field, random.chance(0.5)))
  const otherNames = others.map((field) => owned(speech, field, false))
  const fields = [...own, ...others]
  const both = listed(random, [...ownNames, ...otherNames])
  const text = random.pick([
    `${random.pick(LEADS)}the ${both} of ${random.pick(['all ', 'the ', 'each of the ', ''])}${noun}`,
    `${random.pick(LEADS)}${noun} with their ${both}`,
    `for each of the ${noun}, show the ${both}`,
    `${random.pick(LEADS)}the ${listed(random, ownNames)} of ${noun} and the ${listed(random, otherNames)}`,
    `${random.pick(LEADS)}the ${listed(random, ownNames)} of ${noun} along with the ${listed(random, otherNames)}`,
    `${random.pick(LEADS)}the ${listed(random, ownNames)} of ${noun} together with ${random.pick(['their ', 'its ', 'the '])}${listed(random, otherNames)}`,
  ])
  return { text, program: ['select', ...itemsOfFields(fields), ...filter.program, ...from] }
}

/** Columns of one entity where a joined one satisfies a condition. */
function listOfFiltered(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = childAndParent(speech, true)
  if (pair === undefined) return undefined
  const up = random.chance(0.65)
  const [main, other] = up ? [pair.child, pair.parent] : [pair.parent, pair.child]
  const condition = conditionOn(speech, other)
  if (condition === undefined) return undefined
  const own = random.chance(0.25) ? filterOf(speech, main, 1).conditions[0] : undefined
  const filter = filterFrom([condition])
  const fields = listedFields(speech, main, random.pick([1, 1, 1, 2, 2, 3]))
  const from = fromPieces(speech.scene, [entityIndex(speech, main), entityIndex(speech, other)])
  if (from === undefined) return undefined
  const names = listed(
    random,
    fields.map((field) => speech.field(field, random.chance(0.6))),
  )
  const mine = described(speech, speech.entity(main, true), filterFrom(own === undefined ? [] : [own]))
  const who = relative(main)
  const link = up
    ? belongs(speech, other, filter)
    : random.pick([
        `with ${described(speech, speech.entity(other, true), filter)}`,
        `${who} have ${described(speech, speech.entity(other, true), filter)}`,
        `${who} have a ${described(speech, speech.entity(other), filter)}`,
        `having ${described(speech, speech.entity(other, true), filter)}`,
        `with at least one ${described(speech, speech.entity(other), filter)}`,
      ])
  const counts = up && random.chance(0.25)
  const whole = filterFrom([...(own === undefined ? [] : [own]), condition])
  if (whole.conditions.length < (own === undefined ? 1 : 2)) return undefined
  if (counts) {
    const text = random.pick([
      `how many ${mine} ${link} are there`,
      `number of ${mine} ${link}`,
      `count the ${mine} ${link}`,
      `how many ${mine} ${link}`,
    ])
    return { text, program: ['select', 'count', '*', ...whole.program, ...from] }
  }
  const distinct = !up || random.chance(0.05)
  const isName = fields.length === 1 && fields[0] === main.name && random.chance(0.5)
  const text = isName
    ? `${random.pick(['which', 'list the', 'show', 'find', 'what are the', 'list all', ''])} ${mine} ${link}`.trim()
    : `${random.pick(LEADS)}the ${names} of ${mine} ${link}`
  return {
    text,
    program: [
      'select',
      ...(distinct ? (['distinct'] as const) : []),
      ...itemsOfFields(fields),
      ...whole.program,
      ...from,
    ],
  }
}

/** An aggregate over rows whose joined entity satisfies a condition. */
function totalOfFiltered(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = childAndParent(speech, true)
  const number = pair && random.pickOr(numberFields(pair.child))
  if (pair === undefined || number === undefined) return undefined
  const condition = conditionOn(speech, pair.parent)
  if (condition === undefined) return undefined
  const measures = [
    aggregateOf(speech, number, aggregateFor(random, number)),
    ...(random.chance(0.2) ? [countOf(speech, pair.child)] : []),
  ]
  const own = random.chance(0.25) ? conditionOn(speech, pair.child, [number]) : undefined
  const from = fromPieces(speech.scene, [entityIndex(speech, pair.child), entityIndex(speech, pair.parent)])
  if (from === undefined) return undefined
  const whole = filterFrom([...(own === undefined ? [] : [own]), condition])
  if (whole.conditions.length < (own === undefined ? 1 : 2)) return undefined
  const words = listed(
    random,
    measures.map((measure) => measure.text),
  )
  const mine = described(speech, speech.entity(pair.child, true), filterFrom(own === undefined ? [] : [own]))
  const text = `${random.pick(['what is the ', 'what is the ', 'show the ', 'find the ', '', 'calculate the ', 'give me the ', 'what was the '])}${words} of ${random.pick(['', 'all ', 'the '])}${mine} ${belongs(speech, pair.parent, filterFrom([condition]))}`
  return { text, program: ['select', ...measures.flatMap((measure) => measure.program), ...whole.program, ...from] }
}

/** Related values across three tables: "products bought by customers from France". */
function across(speech: Speech): Saying | undefined {
  const { random, scene } = speech
  const middle = entityWith(
    speech,
    (one) => scene.edges.filter((edge) => edge.from.entity === entityIndex(speech, one)).length >= 2,
  )
  if (middle === undefined) return undefined
  const ends = random.sample(
    scene.edges.filter((edge) => edge.from.entity === entityIndex(speech, middle)).map((edge) => edge.to.entity),
    2,
  )
  const [a, b] = ends
  if (a === undefined || b === undefined || a === b) return undefined
  const first = scene.entities[a] as Entity
  const second = scene.entities[b] as Entity
  const condition: Condition | undefined = conditionOn(speech, second)
  const from = fromPieces(scene, [a, b])
  if (condition === undefined || from === undefined) return undefined
  const filter = filterFrom([condition])
  const theirs = described(speech, speech.entity(second, true), filter)
  const r = random.next()
  if (r < 0.3) {
    const text = random.pick([
      `how many different ${speech.entity(first, true)} have ${speech.entity(middle, true)} with ${theirs}`,
      `how many distinct ${speech.entity(first, true)} are linked to ${theirs}`,
      `number of ${speech.entity(first, true)} with ${theirs}`,
    ])
    if (first.key === undefined) return undefined
    return { text, program: ['select', 'count', 'distinct', { item: first.key.item }, ...filter.program, ...from] }
  }
  const fields = listedFields(speech, first, random.pick([1, 1, 2]))
  const names = listed(
    random,
    fields.map((field) => speech.field(field, random.chance(0.6))),
  )
  const text = random.pick([
    `${random.pick(LEADS)}the ${names} of ${speech.entity(first, true)} ${random.pick(['with', 'of', 'for', 'linked to', 'related to', 'that have', 'associated with'])} ${theirs}`,
    `which ${speech.entity(first, true)} ${random.pick(['have', 'are linked to', 'go with'])} ${theirs}? give the ${names}`,
  ])
  return { text, program: ['select', 'distinct', ...itemsOfFields(fields), ...filter.program, ...from] }
}

export const JOIN_FAMILIES: Family[] = [
  { name: 'list with parent', weight: 9, why: 'Rows with columns of what they refer to.', say: listWithParent },
  { name: 'joined filter', weight: 10, why: 'Conditions on another table.', say: listOfFiltered },
  { name: 'joined total', weight: 5, why: 'Aggregates with a condition on another table.', say: totalOfFiltered },
  { name: 'across', weight: 4, why: 'Bridge tables that nobody names.', say: across },
]
