/** What refers to a row: counts, sums, most and at least so many. */
import { plainNumber, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  aggregateFor, aggregateOf, countOf, described, entityIndex, entityWith, filterFrom, filterOf,
  groupFields, type Measure, numberFields, plainFields, sumFields,
} from '../phrases.ts' // biome-ignore format: a list
import { limitPieces } from '../ranking.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { childAndParent } from './joins.ts'
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

export const RELATED_FAMILIES: Family[] = [
  { name: 'per parent', weight: 9, why: 'Counts and sums of related rows.', say: perParent },
  { name: 'most related', weight: 8, why: 'The entity with most related rows.', say: most },
  { name: 'having', weight: 9, why: 'Groups with at least so many.', say: having },
  { name: 'joined superlative', weight: 5, why: 'A superlative of another table.', say: joinedSuperlative },
]
