/** What is asked in two breaths: a question, then what to return and in which order. */
import { breakdown, fromOf, measuresOf } from '../breakdown.ts'
import { plainNumber } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  aggregateFor, aggregateOf, clauses, countOf, type Dimension, described, dimensionOf, entityIndex, entityWith, filterOf, type Measure,
  numberFields, sumFields,
} from '../phrases.ts' // biome-ignore format: a list
import { limitPieces } from '../ranking.ts'
import type { Entity } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed, plural } from '../words.ts'

const RETURN = ['Return', 'return', 'Show', 'Give', 'Give me', 'Include', 'List', 'Output', 'I want', 'Please return']

/** Two or three different measures of an entity. */
function severalMeasures(speech: Speech, entity: Entity, dimension: Dimension): Measure[] {
  const measures = measuresOf(speech, entity, speech.random.pick([2, 2, 3]))
  return measures.filter((measure) => measure.field !== dimension.field)
}

/** "What are the top 5 regions by total sales? Return the region, number of orders and total sales." */
function returned(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech, { filterShare: 0.35 })
  const from = parts && fromOf(speech, parts)
  if (parts === undefined || from === undefined || parts.dimension.isTime) return undefined
  const measures = severalMeasures(speech, parts.entity, parts.dimension)
  const ranked = random.pick(measures)
  if (measures.length < 2 || ranked === undefined) return undefined
  const { dimension } = parts
  const down = random.chance(0.8)
  const limit = limitPieces(speech, false)
  const filter =
    parts.filter.conditions.length > 0
      ? ` for ${described(speech, speech.entity(parts.entity, true), parts.filter)}`
      : ''
  const the = (text: string) => (random.chance(0.5) ? `the ${text}` : text)
  const list = listed(random, [dimension.text, ...measures.map(({ text }) => text)].map(the))
  const groups = random.pick([plural(dimension.text), dimension.text])
  const ask = random.pick([
    `what are the ${down ? 'top' : 'bottom'} ${limit.count} ${groups} by ${ranked.text}${filter}`,
    `which ${limit.count} ${groups} have the ${down ? 'highest' : 'lowest'} ${ranked.text}${filter}`,
    `${down ? 'top' : 'bottom'} ${limit.count} ${groups} by ${ranked.text}${filter}`,
    `find the ${limit.count} ${groups} with the ${down ? 'highest' : 'lowest'} ${ranked.text}${filter}`,
  ])
  return {
    text: `${ask}${random.pick(['? ', '. ', '; '])}${random.pick(RETURN)} ${list}`,
    program: [
      'select',
      ...dimension.program,
      ...measures.flatMap(({ program }) => program),
      ...parts.filter.program,
      'group',
      ...dimension.group,
      'order',
      ...ranked.program,
      down ? 'desc' : 'asc',
      'limit',
      ...limit.program,
      ...from,
    ],
  }
}

/** "For paid orders, what is the average amount and number of orders per region? Return the top 3 regions, lowest average first." */
function summed(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech, { filterShare: 0.7 })
  const from = parts && fromOf(speech, parts)
  if (parts === undefined || from === undefined || parts.dimension.isTime) return undefined
  const measures = severalMeasures(speech, parts.entity, parts.dimension)
  const [ranked] = measures
  if (measures.length < 2 || ranked === undefined) return undefined
  const { dimension, filter, entity } = parts
  const limit = random.chance(0.7) ? limitPieces(speech, false) : undefined
  const down = random.chance(0.6)
  const opening = filter.conditions.length > 0 ? `for ${described(speech, speech.entity(entity, true), filter)}, ` : ''
  const names = listed(
    random,
    measures.map(({ text }) => text),
  )
  const order = random.pick(
    down
      ? [`sorted by ${ranked.text} from highest to lowest`, `ordered by highest ${ranked.text} first`, `with the highest ${ranked.text} first`]
      : [`sorted by lowest ${ranked.text} first`, `ordered from lowest to highest ${ranked.text}`, `with the lowest ${ranked.text} first`],
  ) // biome-ignore format: a table
  const cut =
    limit === undefined
      ? `${random.pick(RETURN)} them `
      : `${random.pick(RETURN)} the top ${limit.count} ${plural(dimension.text)} `
  return {
    text: `${opening}what ${random.pick(['is', 'are'])} the ${names} ${random.pick(['per', 'by', 'for each'])} ${dimension.text}? ${cut}${order}`,
    program: [
      'select',
      ...dimension.program,
      ...measures.flatMap(({ program }) => program),
      ...filter.program,
      'group',
      ...dimension.group,
      'order',
      ...ranked.program,
      down ? 'desc' : 'asc',
      ...(limit === undefined ? [] : (['limit', ...limit.program] as Piece[])),
      ...from,
    ],
  }
}

/** "average cost for each operator with more than 100 strikes": groups kept by how many rows they have. */
function groupsOver(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech, { filterShare: 0.2 })
  const from = parts && fromOf(speech, parts)
  const measure = parts?.measures[0]
  if (parts === undefined || from === undefined || measure === undefined || parts.dimension.isTime) return undefined
  const { dimension, entity, filter } = parts
  const count = countOf(speech, entity)
  const limit = speech.value(plainNumber(random, random.pick([2, 3, 5, 10, 20, 50, 100, 200, 500, 1000])))
  const [words, sign] = random.pick([
    ['more than', '>'],
    ['over', '>'],
    ['at least', '>='],
    ['fewer than', '<'],
    ['less than', '<'],
    ['at most', '<='],
  ] as const)
  const noun = speech.entity(entity, true)
  const lists = measure.how === 'count' || random.chance(0.35)
  const kept = filter.conditions.length > 0 ? ` where ${clauses(filter)}` : ''
  const text = lists
    ? random.pick([
        `${plural(dimension.text)} with ${words} ${limit.text} ${noun}${kept}`,
        `which ${plural(dimension.text)} have ${words} ${limit.text} ${noun}${kept}`,
        `${plural(dimension.text)} that have ${words} ${limit.text} ${noun}${kept}`,
      ])
    : random.pick([
        `${measure.text} for each ${dimension.text} with ${words} ${limit.text} ${noun}${kept}`,
        `${measure.text} by ${dimension.text}, only ${plural(dimension.text)} with ${words} ${limit.text} ${noun}${kept}`,
        `for ${plural(dimension.text)} with ${words} ${limit.text} ${noun}, what is the ${measure.text}${kept}`,
        `${measure.text} per ${dimension.text} having ${words} ${limit.text} ${noun}${kept}`,
      ])
  return {
    text,
    program: [
      'select',
      ...dimension.program,
      ...(lists ? [] : measure.program),
      ...filter.program,
      'group',
      ...dimension.group,
      'having',
      ...count.program,
      sign,
      limit.piece,
      ...from,
    ],
  }
}

/** "Which lakes have the largest areas, ordered from largest to smallest?": names with what they are ranked by. */
function ranking(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => one.name !== undefined && numberFields(one).length > 0)
  const field = entity && random.pickOr(numberFields(entity))
  if (entity?.name === undefined || field === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [field])
  const noun = described(speech, speech.entity(entity, true), filter)
  const down = random.chance(0.75)
  const [most, least] = random.pick([['highest', 'lowest'], ['largest', 'smallest'], ['greatest', 'least'], ['biggest', 'smallest']] as const) // biome-ignore format: a table
  const [from, to] = down ? [most, least] : [least, most]
  const c = speech.field(field)
  const text = random.pick([
    `which ${noun} have the ${from} ${c}, ordered from ${from} to ${to}`,
    `what are the ${noun} with the ${from} ${c}, ordered from ${from} to ${to}`,
    `${noun} ranked by ${c} from ${from} to ${to}, with the ${c}`,
    `rank the ${noun} by ${c}, ${from} first, and show it`,
  ])
  const tables = fromPieces(speech.scene, [entityIndex(speech, entity)])
  return (
    tables && {
      text,
      program: [
        'select',
        { item: entity.name.item },
        { item: field.item },
        ...filter.program,
        'order',
        { item: field.item },
        down ? 'desc' : 'asc',
        ...tables,
      ],
    }
  )
}

const DID = [
  'caused',
  'brought',
  'generated',
  'made',
  'produced',
  'received',
  'got',
  'accounted for',
  'contributed',
  'saw',
  'spent',
]

/** "Which species caused the highest total cost?" */
function whoDid(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const field = entity && random.pickOr(sumFields(entity).length > 0 ? sumFields(entity) : numberFields(entity))
  const dimension = entity && dimensionOf(speech, entity, field ? [field] : [])
  if (entity === undefined || field === undefined || dimension === undefined) return undefined
  const from = fromPieces(speech.scene, [entityIndex(speech, entity), dimension.entity])
  const measure = random.chance(0.8)
    ? aggregateOf(speech, field, 'sum')
    : aggregateOf(speech, field, aggregateFor(random, field))
  const down = random.chance(0.8)
  const filter = filterOf(speech, entity, 0.25, [field, dimension.field])
  const kept = filter.conditions.length > 0 ? ` where ${clauses(filter)}` : ''
  const shows = random.chance(0.25)
  const text = `${random.pick(['which', 'which', 'what'])} ${dimension.text} ${random.pick(DID)} the ${random.pick(down ? ['most', 'highest', 'largest', 'greatest'] : ['least', 'lowest', 'smallest'])} ${random.chance(0.75) ? measure.text : speech.field(field)}${kept}${shows ? ' and how much' : ''}`
  return (
    from && {
      text,
      program: [
        'select',
        ...dimension.program,
        ...(shows ? measure.program : []),
        ...filter.program,
        'group',
        ...dimension.group,
        'order',
        ...measure.program,
        down ? 'desc' : 'asc',
        'limit',
        '#1',
        ...from,
      ],
    }
  )
}

export const REQUEST_FAMILIES: Family[] = [
  { name: 'returned', weight: 8, why: 'A ranking and then what to return.', say: returned },
  { name: 'summed', weight: 4, why: 'Several measures, and then their order and number.', say: summed },
  { name: 'groups over', weight: 6, why: 'Groups kept by their number of rows.', say: groupsOver },
  { name: 'ranking', weight: 4, why: 'A whole ranking, with what ranks.', say: ranking },
  { name: 'who did', weight: 4, why: 'Totals said with a verb.', say: whoDid },
]
