/** Questions over several tables: rows with what they refer to, counts of what refers to them. */
import { type Condition, conditionOn, plainNumber, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  aggregateFor, aggregateOf, childrenOf, countOf, described, entityIndex, entityWith, type Filter, filterFrom, filterOf,
  groupFields, type Measure, numberFields, parentsOf, plainFields, sumFields,
} from '../phrases.ts' // biome-ignore format: a list
import { limitPieces } from '../ranking.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { itemsOfFields, listedFields, superlative } from './rows.ts'

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
function childAndParent(speech: Speech, far: boolean): Pair | undefined {
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

/** The parent's group key and what is shown of it. */
function shownParent(speech: Speech, parent: Entity): { fields: Field[]; group: Piece[] } | undefined {
  const { random } = speech
  const label = parent.name ?? random.pickOr(plainFields(parent))
  if (label === undefined) return undefined
  const more = random.chance(0.25)
    ? random.sample(
        plainFields(parent).filter((field) => field !== label),
        1,
      )
    : []
  const withKey = parent.key !== undefined && random.chance(0.12) ? [parent.key] : []
  const fields = [...withKey, label, ...more]
  return { fields, group: parent.key === undefined ? itemsOfFields(fields) : [{ item: parent.key.item }] }
}

/** "number of orders per customer", "total amount for each customer", with those without any now and then. */
function perParent(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = childAndParent(speech, true)
  const shown = pair && shownParent(speech, pair.parent)
  if (pair === undefined || shown === undefined) return undefined
  const { child, parent } = pair
  const number = random.pickOr(sumFields(child))
  const filter = filterOf(speech, child, 0.3)
  const measure =
    number === undefined || random.chance(0.55)
      ? countOf(speech, child, filter)
      : aggregateOf(speech, number, aggregateFor(random, number))
  const keepsAll =
    measure.how === 'count' && filter.conditions.length === 0 && child.key !== undefined && random.chance(0.15)
  const c = entityIndex(speech, child)
  const p = entityIndex(speech, parent)
  const from = keepsAll ? fromPieces(speech.scene, [p, c], [c]) : fromPieces(speech.scene, [c, p])
  if (from === undefined) return undefined
  const program =
    keepsAll && child.key !== undefined ? (['count', { item: child.key.item }] as Piece[]) : measure.program
  const owner = speech.entity(parent)
  const names = listed(
    random,
    shown.fields.map((field) => speech.field(field)),
  )
  const m =
    measure.how === 'count' || filter.conditions.length === 0
      ? measure.text
      : `${measure.text} of ${described(speech, speech.entity(child, true), filter)}`
  const all = keepsAll
    ? random.pick([
        `, including ${speech.entity(parent, true)} without any`,
        `, including those with none`,
        ` (also those with zero)`,
      ])
    : ''
  const text = random.pick([
    `for each ${owner}, show the ${names} and the ${m}`,
    `show the ${names} of each ${owner} and the ${m}`,
    `what is the ${m} for each ${owner}? show the ${names} as well`,
    `list the ${names} of every ${owner} together with the ${m}`,
    `${m} per ${owner} with ${names}`,
    `return each ${owner}'s ${names} and ${m}`,
    `give the ${names} of ${speech.entity(parent, true)} with their ${m}`,
    ...(shown.fields.length === 1
      ? [
          `${m} per ${owner}`,
          `${m} for each ${owner}`,
          `${m} by ${owner}`,
          `what is the ${m} of each ${owner}`,
          `how does the ${m} differ by ${owner}`,
          ...(measure.how === 'count'
            ? [
                `how many ${described(speech, speech.entity(child, true), filter)} does each ${owner} have`,
                `how many ${described(speech, speech.entity(child, true), filter)} per ${owner}`,
              ]
            : []),
        ]
      : []),
  ])
  return {
    text: text + all,
    program: [
      'select',
      ...itemsOfFields(shown.fields),
      ...program,
      ...filter.program,
      'group',
      ...shown.group,
      ...from,
    ],
  }
}

const MORE = (speech: Speech, noun: string) =>
  speech.random.pick([
    `the most ${noun}`,
    `the most ${noun}`,
    `the largest number of ${noun}`,
    `the highest number of ${noun}`,
    `the greatest number of ${noun}`,
  ])
const FEWER = (speech: Speech, noun: string) =>
  speech.random.pick([
    `the fewest ${noun}`,
    `the least ${noun}`,
    `the smallest number of ${noun}`,
    `the lowest number of ${noun}`,
  ])

/** "which customer has the most orders", "top 5 customers by total amount". */
function most(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = childAndParent(speech, true)
  const shown = pair && shownParent(speech, pair.parent)
  if (pair === undefined || shown === undefined) return undefined
  const { child, parent } = pair
  const number = random.pickOr(sumFields(child))
  const filter = filterOf(speech, child, 0.25)
  const measure =
    number === undefined || random.chance(0.6)
      ? countOf(speech, child)
      : aggregateOf(speech, number, random.pick(['sum', 'sum', 'avg']))
  const from = fromPieces(speech.scene, [entityIndex(speech, child), entityIndex(speech, parent)])
  if (from === undefined) return undefined
  const down = random.chance(0.75)
  const one = random.chance(0.55)
  const limit = limitPieces(speech, one)
  const rows = described(speech, speech.entity(child, true), filter)
  const what =
    measure.how === 'count'
      ? down
        ? MORE(speech, rows)
        : FEWER(speech, rows)
      : `the ${down ? random.pick(['highest', 'largest', 'greatest']) : random.pick(['lowest', 'smallest'])} ${measure.text}${filter.conditions.length > 0 ? ` of ${rows}` : ''}`
  const names = listed(
    random,
    shown.fields.map((field) => speech.field(field, !one && random.chance(0.6))),
  )
  const owner = speech.entity(parent, !one)
  const n = limit.count === undefined ? '' : `${limit.count} `
  const has = one ? 'has' : 'have'
  const isName = shown.fields.length === 1 && shown.fields[0] === parent.name
  const showsMeasure = random.chance(0.2)
  const by =
    measure.how === 'count'
      ? `number of ${rows}`
      : `${measure.text}${filter.conditions.length > 0 ? ` of ${rows}` : ''}`
  const text =
    isName && random.chance(0.65)
      ? random.pick([
          `which ${n}${owner} ${has} ${what}`,
          `which ${n}${owner} ${has} ${what}`,
          `${n}${owner} with ${what}`,
          `find the ${n}${owner} with ${what}`,
          ...(one
            ? [
                `what ${owner} has ${what}`,
                ...(relative(parent) === 'who' ? [`who has ${what}`, `which ${owner} had ${what}`] : []),
              ]
            : [
                `${down ? 'top' : 'bottom'} ${n}${owner} by ${by}`,
                `show the ${down ? 'top' : 'bottom'} ${n}${owner} by ${by}`,
              ]),
        ])
      : random.pick([
          `what ${one ? 'is' : 'are'} the ${names} of the ${n}${owner} with ${what}`,
          `show the ${names} of the ${n}${owner} ${relative(parent)} ${has} ${what}`,
          `find the ${names} for the ${n}${owner} with ${what}`,
          `give the ${names} of the ${n}${owner} having ${what}`,
        ])
  const extra = showsMeasure
    ? random.pick([
        ` and ${measure.how === 'count' ? 'how many' : 'how much'}`,
        `, and show ${measure.how === 'count' ? 'the count' : 'the value'}`,
        ` along with that number`,
      ])
    : ''
  return {
    text: text + extra,
    program: [
      'select',
      ...itemsOfFields(shown.fields),
      ...(showsMeasure ? measure.program : []),
      ...filter.program,
      'group',
      ...shown.group,
      'order',
      ...measure.program,
      down ? 'desc' : 'asc',
      'limit',
      ...limit.program,
      ...from,
    ],
  }
}

const HAVING: { op: Piece; words: string[] }[] = [
  { op: '>', words: ['more than', 'more than', 'over'] },
  { op: '>=', words: ['at least', 'at least', 'no fewer than'] },
  { op: '<', words: ['fewer than', 'less than'] },
  { op: '<=', words: ['at most', 'no more than'] },
  { op: '=', words: ['exactly'] },
]

/** "customers with at least 3 orders", "countries whose average age is above 30". */
function having(speech: Speech): Saying | undefined {
  const { random } = speech
  const joined = random.chance(0.6)
  const pair = joined ? childAndParent(speech, true) : undefined
  const child = pair?.child ?? entityWith(speech, (one) => groupFields(one).length > 0)
  if (child === undefined) return undefined
  const own = pair === undefined ? random.pickOr(groupFields(child)) : undefined
  const shown =
    pair === undefined ? own && { fields: [own], group: itemsOfFields([own]) } : shownParent(speech, pair.parent)
  if (shown === undefined) return undefined
  const filter = filterOf(speech, child, 0.2, own === undefined ? [] : [own])
  const number = random.pickOr(numberFields(child).filter((field) => field !== own))
  const counts = number === undefined || random.chance(0.6)
  const measure: Measure = counts ? countOf(speech, child) : aggregateOf(speech, number, aggregateFor(random, number))
  const bound = random.weighted(HAVING, (row) => (row.op === '=' ? 1 : 2))
  const value = speech.value(
    plainNumber(
      random,
      counts ? random.int(1, 10) : Math.max(1, Math.round(Number(random.pickOr(number?.values ?? [])?.value ?? 10))),
    ),
  )
  const rows = described(speech, speech.entity(child, true), filter)
  const than = random.pick(bound.words)
  const from = fromPieces(speech.scene, [
    entityIndex(speech, child),
    ...(pair === undefined ? [] : [entityIndex(speech, pair.parent)]),
  ])
  if (from === undefined) return undefined
  const names = listed(
    random,
    shown.fields.map((field) => speech.field(field, random.chance(0.6))),
  )
  const owners = pair === undefined ? speech.field(own as Field, true) : speech.entity(pair.parent, true)
  const test = counts
    ? `${than} ${value.text} ${rows}`
    : `${random.pick(['a ', ''])}${measure.text}${filter.conditions.length > 0 ? ` of ${rows}` : ''} ${random.pick(['of ', ''])}${than === 'exactly' ? 'equal to' : than} ${value.text}`
  const isName = pair === undefined || (shown.fields.length === 1 && shown.fields[0] === pair.parent.name)
  const showsMeasure = random.chance(0.15)
  const text =
    isName && random.chance(0.7)
      ? random.pick([
          `which ${owners} have ${test}`,
          `which ${owners} have ${test}`,
          `${owners} with ${test}`,
          `list the ${owners} with ${test}`,
          `find ${owners} that have ${test}`,
          `what ${owners} have ${test}`,
          `show the ${owners} having ${test}`,
        ])
      : random.pick([
          `show the ${names} of ${owners} with ${test}`,
          `what are the ${names} of the ${owners} that have ${test}`,
          `list the ${names} of all ${owners} having ${test}`,
          `find the ${names} for ${owners} with ${test}`,
        ])
  const extra = showsMeasure
    ? random.pick([`, and show the ${measure.text}`, ` with the ${measure.text}`, ` along with the ${measure.text}`])
    : ''
  return {
    text: text + extra,
    program: [
      'select',
      ...itemsOfFields(shown.fields),
      ...(showsMeasure ? measure.program : []),
      ...filter.program,
      'group',
      ...shown.group,
      'having',
      ...measure.program,
      bound.op,
      value.piece,
      ...from,
    ],
  }
}

/** "name of the customer with the most expensive order": a superlative of a joined entity. */
function joinedSuperlative(speech: Speech): Saying | undefined {
  const { random } = speech
  const pair = childAndParent(speech, true)
  if (pair === undefined) return undefined
  const up = random.chance(0.5)
  const [main, other] = up ? [pair.child, pair.parent] : [pair.parent, pair.child]
  const ranked = superlative(speech, other, filterFrom([]), true)
  const from = fromPieces(speech.scene, [entityIndex(speech, main), entityIndex(speech, other)])
  if (ranked === undefined || from === undefined) return undefined
  const fields = listedFields(speech, main, random.pick([1, 1, 2]))
  if (up) {
    // Several rows belong to the one parent: they are found by its extreme value, not by a limit.
    const names = listed(
      random,
      fields.map((field) => speech.field(field, true)),
    )
    const down = ranked.order[2] === 'desc'
    const text = `${random.pick(LEADS)}the ${names} of ${random.pick(['', 'all '])}${speech.entity(main, true)} ${random.pick(['of', 'belonging to', 'for', 'from'])} the ${ranked.text}`
    const inner: Piece[] = [
      '(',
      'select',
      down ? 'max' : 'min',
      { item: ranked.field.item },
      'from',
      { item: other.item },
      ')',
    ]
    return {
      text,
      program: ['select', ...itemsOfFields(fields), 'where', { item: ranked.field.item }, '=', ...inner, ...from],
    }
  }
  const names = listed(
    random,
    fields.map((field) => speech.field(field)),
  )
  const text = random.pick([
    `what is the ${names} of the ${speech.entity(main)} with the ${ranked.text}`,
    `${random.pick(LEADS)}the ${names} of the ${speech.entity(main)} ${relative(main)} has the ${ranked.text}`,
    `which ${speech.entity(main)} has the ${ranked.text}? show the ${names}`,
  ])
  return { text, program: ['select', ...itemsOfFields(fields), ...ranked.order, ...ranked.limit, ...from] }
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
  { name: 'per parent', weight: 9, why: 'Counts and sums of related rows.', say: perParent },
  { name: 'most related', weight: 8, why: 'The entity with most related rows.', say: most },
  { name: 'having', weight: 9, why: 'Groups with at least so many.', say: having },
  { name: 'joined superlative', weight: 5, why: 'A superlative of another table.', say: joinedSuperlative },
  { name: 'across', weight: 4, why: 'Bridge tables that nobody names.', say: across },
]
