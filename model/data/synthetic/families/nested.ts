/** Questions that need a query inside, or two side by side. */
import { conditionFor, conditionOn, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { edgesBetween, fromPieces } from '../from.ts'
import {
  childrenOf,
  described,
  entityIndex,
  entityWith,
  type Filter,
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

function names(speech: Speech, fields: Field[]): string {
  return listed(
    speech.random,
    fields.map((field) => speech.field(field, speech.random.chance(0.6))),
  )
}

function fromOne(speech: Speech, entity: Entity): Piece[] {
  return fromPieces(speech.scene, [entityIndex(speech, entity)]) ?? []
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
    ...fromOne(speech, entity),
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
      ...fromOne(speech, entity),
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
  const query: Piece[] = ['(', 'select', up ? 'max' : 'min', { item: number.item }, ...fromOne(speech, entity), ')']
  return {
    text: `${random.pick(LEADS)}the ${names(speech, fields)} of ${noun}`,
    program: [
      'select',
      ...itemsOfFields(fields),
      'where',
      { item: number.item },
      '=',
      ...query,
      ...fromOne(speech, entity),
    ],
  }
}

interface Related {
  parent: Entity
  child: Entity
  /** The child's column that refers to the parent, and the parent's key. */
  link: { from: Field; to: Field }
}

function related(speech: Speech): Related | undefined {
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
  const query: Piece[] = ['(', 'select', { item: link.from.item }, ...inner.program, ...fromOne(speech, child), ')']
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
      ...fromOne(speech, parent),
    ],
  }
}

/** Two different values of one column, as conditions on it. */
function twoValues(
  speech: Speech,
  field: Field,
): { a: { text: string; piece: Piece }; b: { text: string; piece: Piece } } | undefined {
  const [first, second] = speech.random.sample(field.values, 2)
  if (first === undefined || second === undefined) return undefined
  return { a: speech.value(first.value), b: speech.value(second.value) }
}

/** "customers who have both shipped and cancelled orders": intersect and except over related rows. */
function bothRelated(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = related(speech)
  if (pair === undefined) return undefined
  const { parent, child } = pair
  const field = random.pickOr(groupFields(child).filter((one) => one.values.length > 1 && one.sense.kind === 'text'))
  const label = parent.name
  const two = field && twoValues(speech, field)
  const from = fromPieces(speech.scene, [entityIndex(speech, parent), entityIndex(speech, child)])
  if (field === undefined || label === undefined || two === undefined || from === undefined) return undefined
  const set = random.pick(['intersect', 'intersect', 'except'] as const)
  const rows = speech.entity(child, true)
  const c = speech.field(field)
  const who = relative(parent)
  const owners = speech.entity(parent, true)
  const { a, b } = two
  const test =
    set === 'intersect'
      ? random.pick([
          `${who} have both ${a.text} and ${b.text} ${rows}`,
          `with both ${rows} of ${c} ${a.text} and ${rows} of ${c} ${b.text}`,
          `${who} have ${rows} with ${c} ${a.text} and ${rows} with ${c} ${b.text}`,
          `${who} have ${a.text} ${rows} and also ${b.text} ${rows}`,
        ])
      : random.pick([
          `${who} have ${a.text} ${rows} but no ${b.text} ${rows}`,
          `with ${a.text} ${rows} but not ${b.text} ${rows}`,
          `${who} have ${rows} with ${c} ${a.text} but none with ${c} ${b.text}`,
        ])
  const name = speech.field(label, true)
  const text = random.pick(
    [
      `which ${owners} ${test.replace(/^(?:who|that) /, '')}`,
      `${random.pick(LEADS)}the ${name} of ${owners} ${test}`,
      `${random.pick(LEADS)}${owners} ${test}`,
    ].slice(/^(?:who|that)/.test(test) ? 0 : 1),
  )
  const query = (value: Piece): Piece[] => [
    'select',
    { item: label.item },
    'where',
    { item: field.item },
    '=',
    value,
    ...from,
  ]
  return { text, program: [...query(a.piece), set, ...query(b.piece)] }
}

/** Values shared by two groups of one table: "cities with both male and female employees". */
function bothGroups(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => plainFields(one).filter((field) => field.sense.kind === 'text').length > 1)
  const group = entity && random.pickOr(groupFields(entity).filter((one) => one.sense.kind === 'text'))
  const field =
    entity &&
    random.pickOr(
      plainFields(entity).filter((one) => one !== group && one.sense.role !== 'text' && one.values.length > 1),
    )
  if (entity === undefined || group === undefined || field === undefined || field.sense.kind === 'date')
    return undefined
  const first = conditionFor(speech, field)
  const second = conditionFor(speech, field)
  if (
    first === undefined ||
    second === undefined ||
    JSON.stringify(first.program.slice(0, 2)) === JSON.stringify(second.program.slice(0, 2))
  )
    return undefined
  if ([first, second].some((condition) => condition.program.includes('or') || condition.program.includes('null')))
    return undefined
  const set = random.pick(['intersect', 'intersect', 'except', 'union'] as const)
  const rows = (condition: typeof first) => described(speech, speech.entity(entity, true), filterFrom([condition]))
  const c = speech.field(group, true)
  const text = {
    intersect: random.pick([
      `which ${c} have both ${rows(first)} and ${rows(second)}`,
      `show the ${c} shared by ${rows(first)} and ${rows(second)}`,
      `${c} of both ${rows(first)} and ${rows(second)}`,
      `what ${c} do ${rows(first)} and ${rows(second)} have in common`,
    ]),
    except: random.pick([
      `which ${c} have ${rows(first)} but no ${rows(second)}`,
      `${c} of ${rows(first)} but not of ${rows(second)}`,
      `find the ${c} that have ${rows(first)} but do not have ${rows(second)}`,
    ]),
    union: random.pick([
      `which ${c} have ${rows(first)} or ${rows(second)}`,
      `list the ${c} of ${rows(first)} as well as of ${rows(second)}`,
    ]),
  }[set]
  const query = (condition: typeof first): Piece[] => [
    'select',
    { item: group.item },
    'where',
    ...condition.program,
    ...fromOne(speech, entity),
  ]
  return { text, program: [...query(first), set, ...query(second)] }
}

/** Names of two entities together: "names of customers and suppliers". */
function stacked(speech: Speech): Saying | undefined {
  const { random, scene } = speech
  const [first, second] = random.sample(
    scene.entities.filter((one) => one.name !== undefined),
    2,
  )
  if (first?.name === undefined || second?.name === undefined) return undefined
  const filters: Filter[] = [filterOf(speech, first, 0.3), filterOf(speech, second, 0.3)]
  const a = described(speech, speech.entity(first, true), filters[0] as Filter)
  const b = described(speech, speech.entity(second, true), filters[1] as Filter)
  const text = random.pick([
    `list the names of all ${a} and all ${b} together`,
    `combine the names of ${a} and the names of ${b}`,
    `all names of ${a} or ${b} in one list`,
    `show every name of ${a} plus every name of ${b}`,
  ])
  const query = (entity: Entity, filter: Filter): Piece[] => [
    'select',
    { item: (entity.name as Field).item },
    ...filter.program,
    ...fromOne(speech, entity),
  ]
  return { text, program: [...query(first, filters[0] as Filter), 'union', ...query(second, filters[1] as Filter)] }
}

/** "average number of orders per customer": an aggregate of groups' aggregates. */
function averageOfGroups(speech: Speech): Saying | undefined {
  const { random } = speech
  const child = entityWith(speech, (one) => one.fields.some((field) => field.refers) || groupFields(one).length > 0)
  if (child === undefined) return undefined
  const key = random.pickOr(child.fields.filter((field) => field.refers))
  const group = key !== undefined && random.chance(0.65) ? key : random.pickOr(groupFields(child))
  if (group === undefined) return undefined
  const filter = filterOf(speech, child, 0.25, [group])
  const how = random.weighted(['avg', 'max', 'min', 'median'], (name) => (name === 'avg' ? 8 : 1))
  const number = random.pickOr(numberFields(child).filter((field) => field.sense.additive === true))
  const isSum = number !== undefined && random.chance(0.3)
  const owner = group.refers ? group.words.replace(/ id$/, '') : speech.field(group)
  const rows = described(speech, speech.entity(child, true), filter)
  const mean = { avg: 'average', max: 'maximum', min: 'minimum', median: 'median' }[how] ?? how
  const what =
    isSum && number !== undefined
      ? `total ${speech.field(number).replace(/^total /, '')}${filter.conditions.length > 0 ? ` of ${rows}` : ''}`
      : `number of ${rows}`
  const text = random.pick(
    [
      `what is the ${mean} ${what} per ${owner}`,
      `${mean} ${what} per ${owner}`,
      `${mean} ${what} for each ${owner}`.replace('for each', 'per'),
      `on average, what is the ${what} per ${owner}`,
      `how many ${rows} does a ${owner} have on average`,
    ].slice(0, how === 'avg' ? (isSum ? 4 : 5) : 3),
  )
  const measure: Piece[] = isSum && number !== undefined ? ['sum', { item: number.item }] : ['count', '*']
  return {
    text,
    program: [
      'select',
      how as 'avg',
      '*',
      'from',
      '(',
      'select',
      ...measure,
      ...filter.program,
      'group',
      { item: group.item },
      ...fromOne(speech, child),
      ')',
    ],
  }
}

/** How many groups satisfy a bound: "how many customers have more than 3 orders". */
function countOfGroups(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = related(speech)
  if (pair === undefined) return undefined
  const { parent, child, link } = pair
  const value = speech.value(String(random.int(1, 9)))
  const [op, words] = random.pick([
    ['>', 'more than'],
    ['>=', 'at least'],
    ['<', 'fewer than'],
    ['=', 'exactly'],
  ] as const)
  const filter = filterOf(speech, child, 0.2)
  const rows = described(speech, speech.entity(child, true), filter)
  const text = random.pick([
    `how many ${speech.entity(parent, true)} have ${words} ${value.text} ${rows}`,
    `number of ${speech.entity(parent, true)} with ${words} ${value.text} ${rows}`,
    `count the ${speech.entity(parent, true)} that have ${words} ${value.text} ${rows}`,
  ])
  return {
    text,
    program: [
      'select',
      'count',
      '*',
      'from',
      '(',
      'select',
      { item: link.from.item },
      ...filter.program,
      'group',
      { item: link.from.item },
      'having',
      'count',
      '*',
      op,
      value.piece,
      ...fromOne(speech, child),
      ')',
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
      ...fromOne(speech, entity),
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
    ...fromOne(speech, entity),
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
      ...fromOne(speech, entity),
    ],
  }
}

export const NESTED_FAMILIES: Family[] = [
  { name: 'than average', weight: 4, why: 'A scalar query inside.', say: thanAverage },
  { name: 'with extreme', weight: 3, why: 'All rows with the largest value.', say: withExtreme },
  { name: 'without', weight: 8, why: '"Who have not" is NOT IN.', say: without },
  { name: 'both related', weight: 3, why: 'INTERSECT and EXCEPT over joins.', say: bothRelated },
  { name: 'both groups', weight: 3, why: 'Set operations on one table.', say: bothGroups },
  { name: 'stacked', weight: 0.7, why: 'UNION of two tables.', say: stacked },
  { name: 'average of groups', weight: 4, why: 'A query in FROM.', say: averageOfGroups },
  { name: 'count of groups', weight: 2.5, why: 'How many have more than so many.', say: countOfGroups },
  { name: 'column against column', weight: 3, why: 'Late deliveries, losses.', say: columnAgainstColumn },
  { name: 'than all', weight: 1, why: 'Above every one of a group.', say: thanAll },
]
