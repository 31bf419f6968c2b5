/** Questions that need a query inside. */
import { conditionOn, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { edgesBetween, fromEntity } from '../from.ts'
import {
  childrenOf,
  described,
  entityIndex,
  entityWith,
  filterFrom,
  filterOf,
  groupFields,
  numberFields,
  plainFields,
} from '../phrases.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { itemsOfFields, listedFields } from './rows.ts'

const LEADS = ['show ', 'list ', 'give me ', 'find ', 'return ', 'what are ', 'which are ', 'display ', 'get ', '']

export function names(speech: Speech, fields: Field[]): string {
  return listed(
    speech.random,
    fields.map((field) => speech.field(field, speech.random.chance(0.6))),
  )
}

/** "products more expensive than the average": a number against an aggregate of its column. */
function thanAverage(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const number = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || number === undefined) return undefined
  const up = random.chance(0.65)
  const how = random.weighted(['avg', 'median', 'max', 'min'], (name) => (name === 'avg' ? 12 : 1))
  const inner = random.chance(0.2) ? conditionOn(speech, entity, [number]) : undefined
  const counts = random.chance(0.2)
  const fields = listedFields(speech, entity, random.pick([1, 1, 2, 2]))
  const c = speech.field(number)
  const mean =
    { avg: random.pick(['average', 'average', 'mean']), median: 'median', max: 'maximum', min: 'minimum' }[how] ?? how
  const of = inner === undefined ? '' : ` of ${described(speech, speech.entity(entity, true), filterFrom([inner]))}`
  const tests = up
    ? [
        `with ${c} above the ${mean}${of}`,
        `whose ${c} is above the ${mean}${of}`,
        `with a ${c} higher than the ${mean} ${c}${of}`,
        `whose ${c} is greater than the ${mean}${of}`,
        `with above ${mean} ${c}`,
        `that have more ${c} than the ${mean}${of}`,
      ]
    : [
        `with ${c} below the ${mean}${of}`,
        `whose ${c} is below the ${mean}${of}`,
        `with a ${c} lower than the ${mean} ${c}${of}`,
        `whose ${c} is less than the ${mean}${of}`,
        `with below ${mean} ${c}`,
      ]
  const said = up ? number.sense.above : number.sense.below
  const usable = of === '' ? tests : tests.filter((test) => test.endsWith(of))
  const test =
    said !== undefined && random.chance(0.35)
      ? `${random.pick(said.filter((words) => words.endsWith('than')))} the ${mean}${of}`
      : random.pick(usable)
  if (test.startsWith('undefined')) return undefined
  const noun = `${speech.entity(entity, true)} ${test}`
  const isName = fields.length === 1 && fields[0] === entity.name
  const text = counts
    ? random.pick([`how many ${noun} are there`, `how many ${noun}`, `count the ${noun}`])
    : isName && random.chance(0.5)
      ? `${random.pick(['which ', 'list ', 'show ', 'find '])}${noun}`
      : `${random.pick(LEADS)}the ${names(speech, fields)} of ${random.pick(['', 'all ', 'the '])}${noun}`
  const query: Piece[] = [
    '(',
    'select',
    how as 'avg',
    { item: number.item },
    ...filterFrom(inner === undefined ? [] : [inner]).program,
    ...fromEntity(entity),
    ')',
  ]
  return {
    text,
    program: [
      'select',
      ...(counts ? (['count', '*'] as Piece[]) : itemsOfFields(fields)),
      'where',
      { item: number.item },
      up ? '>' : '<',
      ...query,
      ...fromEntity(entity),
    ],
  }
}

/** "all products that have the highest price": every row with the extreme value. */
function withExtreme(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const number = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || number === undefined) return undefined
  const up = random.chance(0.6)
  const fields = listedFields(speech, entity, random.pick([1, 1, 2])).filter((field) => field !== number)
  if (fields.length === 0) return undefined
  const c = speech.field(number)
  const most = up ? random.pick(['highest', 'maximum', 'largest']) : random.pick(['lowest', 'minimum', 'smallest'])
  const who = relative(entity)
  const noun = random.pick([
    `all ${speech.entity(entity, true)} that have the ${most} ${c}`,
    `all the ${speech.entity(entity, true)} with the ${most} ${c}`,
    `every ${speech.entity(entity)} ${who} has the ${most} ${c}`,
    `${speech.entity(entity, true)} whose ${c} equals the ${most} ${c}`,
    `${speech.entity(entity, true)} tied for the ${most} ${c}`,
  ])
  const query: Piece[] = ['(', 'select', up ? 'max' : 'min', { item: number.item }, ...fromEntity(entity), ')']
  return {
    text: `${random.pick(LEADS)}the ${names(speech, fields)} of ${noun}`,
    program: ['select', ...itemsOfFields(fields), 'where', { item: number.item }, '=', ...query, ...fromEntity(entity)],
  }
}

export interface Related {
  parent: Entity
  child: Entity
  /** The child's column that refers to the parent, and the parent's key. */
  link: { from: Field; to: Field }
}

export function related(speech: Speech): Related | undefined {
  const parent = entityWith(speech, (one) => childrenOf(speech, one).length > 0)
  if (parent === undefined) return undefined
  const at = speech.random.pick(childrenOf(speech, parent))
  const link = edgesBetween(speech.scene, entityIndex(speech, parent), at)[0]
  return link === undefined ? undefined : { parent, child: speech.scene.entities[at] as Entity, link }
}

const HAVE_VERBS = ['have', 'had', 'placed', 'made', 'received', 'got']

/** "customers without orders", "who have never ordered", "employees who have no training in 2023". */
function without(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = related(speech)
  if (pair === undefined) return undefined
  const { parent, child, link } = pair
  const isNot = random.chance(0.8)
  const inner = filterOf(speech, child, 0.35)
  const outer = filterOf(speech, parent, 0.2)
  const rows = described(speech, speech.entity(child, true), inner)
  const row = described(speech, speech.entity(child), inner)
  const who = relative(parent)
  const test = isNot
    ? random.pick([
        `without ${rows}`,
        `without any ${rows}`,
        `with no ${rows}`,
        `${who} have no ${rows}`,
        `${who} do not have any ${rows}`,
        `${who} have not had any ${rows}`,
        `${who} never had ${rows}`,
        `${who} don't have ${rows}`,
        `that have not a single ${row}`,
        `${who} have never ${random.pick(HAVE_VERBS).replace(/^(?:have|got)$/, 'had')} any ${rows}`,
        `not having any ${rows}`,
        `that do not appear in ${rows}`,
        `that are not in ${rows}`,
      ])
    : random.pick([
        `with at least one ${row}`,
        `${who} have at least one ${row}`,
        `${who} have ${rows}`,
        `that appear in ${rows}`,
        `with some ${rows}`,
        `${who} ever had ${rows}`,
      ])
  const noun = `${described(speech, speech.entity(parent, true), outer)} ${test}`
  const counts = random.chance(0.25)
  const fields = listedFields(speech, parent, random.pick([1, 1, 1, 2, 3]))
  const isName = fields.length === 1 && fields[0] === parent.name
  const text = counts
    ? random.pick([`how many ${noun} are there`, `how many ${noun}`, `count the ${noun}`, `number of ${noun}`])
    : isName && random.chance(0.6)
      ? `${random.pick(['which ', 'list ', 'show ', 'find ', 'list all ', 'what are the ', ''])}${noun}`
      : `${random.pick(LEADS)}the ${names(speech, fields)} of ${random.pick(['', 'all ', 'the '])}${noun}`
  const query: Piece[] = ['(', 'select', { item: link.from.item }, ...inner.program, ...fromEntity(child), ')']
  const test2: Piece[] = [
    ...(outer.program.length > 0 ? ([...outer.program, 'and'] as Piece[]) : (['where'] as Piece[])),
    { item: link.to.item },
    ...(isNot ? (['not'] as Piece[]) : []),
    'in',
    ...query,
  ]
  return {
    text,
    program: [
      'select',
      ...(counts ? (['count', '*'] as Piece[]) : itemsOfFields(fields)),
      ...test2,
      ...fromEntity(parent),
    ],
  }
}

/** Two columns against each other: "orders delivered after their due date", "products that cost more than their price". */
function columnAgainstColumn(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => comparablePair(one) !== undefined)
  const pair = entity && comparablePair(entity)
  if (entity === undefined || pair === undefined) return undefined
  const [a, b] = random.shuffle(pair) as [Field, Field]
  const isDate = a.sense.kind === 'date'
  const ways: readonly (readonly ['>' | '<' | '=', string])[] = isDate
    ? [
        ['>', 'after'],
        ['>', 'later than'],
        ['<', 'before'],
        ['<', 'earlier than'],
      ]
    : [
        ['>', 'greater than'],
        ['>', 'higher than'],
        ['<', 'lower than'],
        ['<', 'less than'],
        ['=', 'equal to'],
      ]
  const [op, words] = random.pick(ways)
  const noun = `${speech.entity(entity, true)} ${random.pick(['whose', 'where the', 'where'])} ${speech.field(a)} is ${words} ${random.pick(['the ', 'their ', ''])}${speech.field(b)}`
  const counts = random.chance(0.35)
  const fields = listedFields(speech, entity, random.pick([1, 1, 2]))
  const text = counts
    ? random.pick([`how many ${noun}`, `count the ${noun}`, `number of ${noun}`])
    : `${random.pick(LEADS)}the ${names(speech, fields)} of ${noun}`
  return {
    text,
    program: [
      'select',
      ...(counts ? (['count', '*'] as Piece[]) : itemsOfFields(fields)),
      'where',
      { item: a.item },
      op,
      { item: b.item },
      ...fromEntity(entity),
    ],
  }
}

function comparablePair(entity: Entity): [Field, Field] | undefined {
  const fields = plainFields(entity)
  for (const sense of ['date', 'timestamp', 'money', 'quantity', 'count', 'small', 'big money', 'hours']) {
    const [a, b] = fields.filter((field) => field.senseName === sense && !/open|close|high|low/.test(field.words))
    if (a !== undefined && b !== undefined) return [a, b]
  }
  return undefined
}

/** The number that beats every one of a group: "employees paid more than anyone in sales" */
function thanAll(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0 && groupFields(one).length > 0)
  const number = entity && random.pickOr(numberFields(entity))
  const group =
    entity && random.pickOr(groupFields(entity).filter((field) => field.sense.kind === 'text' && field !== number))
  if (entity === undefined || number === undefined || group === undefined || group.values.length === 0) return undefined
  const value = speech.value(random.pick(group.values).value)
  const up = random.chance(0.6)
  const all = random.chance(0.6)
  const c = speech.field(number)
  const g = speech.field(group)
  const fields = listedFields(speech, entity, random.pick([1, 1, 2]))
  const rows = `${speech.entity(entity)} ${random.pick([`with ${g} ${value.text}`, `whose ${g} is ${value.text}`])}`
  const test = `with ${c} ${up ? random.pick(['higher than', 'greater than', 'above']) : random.pick(['lower than', 'less than', 'below'])} ${all ? random.pick(['that of all', 'every', 'all', 'any']).replace('that of all', 'that of every') : random.pick(['some', 'at least one'])} ${rows}`
  const how = up === all ? 'max' : 'min'
  const query: Piece[] = [
    '(',
    'select',
    how,
    { item: number.item },
    'where',
    { item: group.item },
    '=',
    value.piece,
    ...fromEntity(entity),
    ')',
  ]
  if (test.includes(' any ')) return undefined
  return {
    text: `${random.pick(LEADS)}the ${names(speech, fields)} of ${speech.entity(entity, true)} ${test}`.replace(
      / all (\w+)/,
      ' every $1',
    ),
    program: [
      'select',
      ...itemsOfFields(fields),
      'where',
      { item: number.item },
      up ? '>' : '<',
      ...query,
      ...fromEntity(entity),
    ],
  }
}

export const NESTED_FAMILIES: Family[] = [
  { name: 'than average', weight: 4, why: 'A scalar query inside.', say: thanAverage },
  { name: 'with extreme', weight: 3, why: 'All rows with the largest value.', say: withExtreme },
  { name: 'without', weight: 8, why: '"Who have not" is NOT IN.', say: without },
  { name: 'column against column', weight: 3, why: 'Late deliveries, losses.', say: columnAgainstColumn },
  { name: 'than all', weight: 1, why: 'Above every one of a group.', say: thanAll },
]
