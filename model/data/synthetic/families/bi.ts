/** What dashboards are asked: measures by dimensions, over time, ranked, filtered. */

import { breakdown, filterTail, fromOf, LEADS, measuresOf, over, sayBreakdown, selected } from '../breakdown.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {aggregateOf, countOf, type Dimension, described, dimensionOf, entityIndex, entityWith, 
  filterOf, type Measure, numberFields, sumFields, 
} from '../phrases.ts' // biome-ignore format: a list
import { limitPieces, ordering } from '../ranking.ts'
import type { Entity } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'

function grouped(measures: number, time = false) {
  return (speech: Speech): Saying | undefined => {
    const parts = breakdown(speech, { measures, time })
    const from = parts && fromOf(speech, parts)
    if (parts === undefined || from === undefined) return undefined
    const order = ordering(speech, parts.dimension, parts.measures)
    return {
      text: `${sayBreakdown(speech, parts)}${order.text}`,
      program: [...selected(parts), ...order.program, ...from],
    }
  }
}

/** "revenue by country 2023": no grammar. */
function keywords(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech, { filterShare: 0 })
  const from = parts && fromOf(speech, parts)
  const measure = parts?.measures[0]
  if (parts === undefined || from === undefined || measure === undefined) return undefined
  const filter = filterOf(speech, parts.entity, 0.5, [parts.dimension.field])
  const bare =
    measure.how === 'sum' && measure.field !== undefined && random.chance(0.6)
      ? speech.field(measure.field)
      : measure.text.replace(/^number of /, random.chance(0.4) ? '' : 'number of ')
  const tail = filter.conditions.map((condition) => condition.short).join(random.pick([' ', ' ', ', ', ' and ']))
  const text = random.pick([
    `${bare} by ${parts.dimension.text} ${tail}`,
    `${bare} per ${parts.dimension.text} ${tail}`,
    `${tail} ${bare} by ${parts.dimension.text}`,
    `${parts.dimension.text} ${bare} ${tail}`,
  ])
  const whole = { ...parts, filter: filter.word === 'and' ? filter : { ...filter, conditions: [] } }
  if (filter.word === 'or') return undefined
  return { text: text.trim(), program: [...selected(whole), ...from] }
}

/** "top 5 customers by revenue". */
function top(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech)
  const from = parts && fromOf(speech, parts)
  const measure = parts?.measures[0]
  if (parts === undefined || from === undefined || measure === undefined || parts.dimension.isTime) return undefined
  if (['min', 'max', 'stddev'].includes(measure.how)) return undefined
  const down = random.chance(0.75)
  const limit = limitPieces(speech, random.chance(0.35))
  const shows = random.chance(0.65)
  const filterText = parts.filter.conditions.length > 0 ? ` ${filterTail(speech, parts.entity, parts.filter)}` : ''
  const groups = limit.count === undefined ? parts.dimension.text : pluralOf(parts.dimension.text)
  const most = down
    ? random.pick(['highest', 'largest', 'greatest', 'biggest', 'most'])
    : random.pick(['lowest', 'smallest', 'least'])
  const what =
    measure.how === 'count'
      ? `${down ? random.pick(['most', 'largest number of', 'highest number of']) : random.pick(['fewest', 'least', 'lowest number of'])} ${speech.entity(parts.entity, true)}`
      : `${most === 'most' || most === 'least' ? (down ? 'highest' : 'lowest') : most} ${measure.text}`
  const n = limit.count
  const text =
    n === undefined
      ? random.pick([
          `which ${groups} has the ${what}`,
          `what ${groups} has the ${what}`,
          `${groups} with the ${what}`,
          `find the ${groups} with the ${what}`,
          `which ${groups} had the ${what}`,
        ])
      : random.pick([
          `${down ? 'top' : 'bottom'} ${n} ${groups} by ${measure.text}`,
          `${down ? 'top' : 'bottom'} ${n} ${groups} by ${measure.text}`,
          `which ${n} ${groups} have the ${what}`,
          `${n} ${groups} with the ${what}`,
          `show the ${n} ${groups} with the ${what}`,
          `what are the ${down ? 'top' : 'bottom'} ${n} ${groups} by ${measure.text}`,
          `list the ${down ? 'top' : 'bottom'} ${n} ${groups} in terms of ${measure.text}`,
        ])
  const extra =
    shows && random.chance(0.3)
      ? random.pick([' and show it', `, with the ${measure.text}`, ' and how much is it'])
      : ''
  const shown = extra !== '' || (n !== undefined && /^(?:top|bottom)/.test(text)) ? measure.program : []
  const program: Piece[] = [
    'select',
    ...parts.dimension.program,
    ...shown,
    ...parts.filter.program,
    'group',
    ...parts.dimension.group,
    'order',
    ...measure.program,
    down ? 'desc' : 'asc',
    'limit',
    ...limit.program,
    ...from,
  ]
  return { text: `${text}${filterText}${extra}`, program }
}

function pluralOf(text: string): string {
  return /y$/.test(text) ? text.replace(/([^aeiou])y$/, '$1ies') : /s$/.test(text) ? text : `${text}s`
}

/** One number: "total revenue in 2023", "average price and number of orders". */
function total(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  if (entity === undefined) return undefined
  const measures = measuresOf(speech, entity, random.pick([1, 1, 1, 2, 2, 3]))
  const filter = filterOf(speech, entity, 0.6)
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  if (from === undefined) return undefined
  const words = listed(
    random,
    measures.map((measure) => measure.text),
  )
  const counts = measures.length === 1 && measures[0]?.how === 'count'
  const noun = described(speech, speech.entity(entity, true), filter)
  const single = filter.conditions.length === 1 ? filterTail(speech, entity, filter) : undefined
  const text = counts
    ? random.pick([
        `how many ${noun} are there`,
        `how many ${noun}`,
        `how many ${noun} do we have`,
        `count the ${noun}`,
        `number of ${noun}`,
        `what is the number of ${noun}`,
        `what is the total number of ${noun}`,
        `count of ${noun}`,
        `how many ${noun} exist`,
      ])
    : single !== undefined && random.chance(0.5)
      ? `${random.pick(LEADS)}${words} ${single}`
      : `${random.pick(LEADS)}${words} ${random.pick(['of', 'for', 'across', 'among', 'of'])} ${random.pick(['', 'all ', 'the ', 'all the '])}${noun}`
  return { text, program: ['select', ...measures.flatMap((measure) => measure.program), ...filter.program, ...from] }
}

/** "share of revenue by region", "running total of sales by month", "month over month growth". */
function wrapped(speech: Speech): Saying | undefined {
  const { random } = speech
  const wrap = random.pick(['share', 'share', 'running', 'growth'] as const)
  const parts = breakdown(speech, { time: wrap !== 'share', filterShare: 0.25 })
  const from = parts && fromOf(speech, parts)
  if (parts === undefined || from === undefined) return undefined
  if (wrap !== 'share' && ['weekday', 'monthname', 'hour'].includes(String(parts.dimension.program[0])))
    return undefined
  const field = random.pickOr(sumFields(parts.entity))
  const measure =
    field === undefined || random.chance(0.3) ? countOf(speech, parts.entity) : aggregateOf(speech, field, 'sum')
  const text = `${wrapText(speech, wrap, measure, parts.dimension, field === undefined || measure.how === 'count' ? undefined : speech.field(field))}${parts.filter.conditions.length > 0 ? ` ${filterTail(speech, parts.entity, parts.filter)}` : ''}`
  const order: Piece[] = wrap === 'share' ? [] : ['order', ...parts.dimension.program, 'asc']
  return {
    text,
    program: [
      'select',
      ...parts.dimension.program,
      wrap,
      ...measure.program,
      ...parts.filter.program,
      'group',
      ...parts.dimension.group,
      ...order,
      ...from,
    ],
  }
}

function wrapText(
  speech: Speech,
  wrap: 'share' | 'running' | 'growth',
  measure: Measure,
  dimension: Dimension,
  bare: string | undefined,
): string {
  const { random } = speech
  const m = bare !== undefined && random.chance(0.6) ? bare : measure.text
  const noun = measure.how === 'count' ? speech.entity(speech.scene.entities[measure.entity] as Entity, true) : m
  if (wrap === 'share')
    return random.pick([
      `share of ${noun} by ${dimension.text}`,
      `what percentage of ${noun} comes from each ${dimension.text}`,
      `percentage of total ${noun} by ${dimension.text}`.replace('total total', 'total'),
      `what share of ${noun} does each ${dimension.text} have`,
      `percent of ${noun} per ${dimension.text}`,
      `${dimension.text} share of ${noun}`,
      `proportion of ${noun} for each ${dimension.text}`,
      `show each ${dimension.text} as a percentage of ${noun}`,
      `breakdown of ${noun} by ${dimension.text} in percent`,
    ])
  if (wrap === 'running')
    return random.pick([
      `running total of ${noun} by ${dimension.text}`,
      `cumulative ${m} by ${dimension.text}`,
      `cumulative ${m} per ${dimension.text}`,
      `show the running total of ${noun} over ${dimension.text}s`,
      `cumulative sum of ${noun} by ${dimension.text}`,
      `how does the cumulative ${m} grow by ${dimension.text}`,
    ])
  return random.pick([
    `growth of ${noun} by ${dimension.text}`,
    `${m} growth by ${dimension.text}`,
    `${dimension.text} over ${dimension.text} growth of ${noun}`,
    `${dimension.text} over ${dimension.text} change in ${m}`,
    `how did ${m} change from ${dimension.text} to ${dimension.text}`,
    `percentage change in ${m} by ${dimension.text}`,
    `growth rate of ${noun} per ${dimension.text}`,
  ])
}

/** Two dimensions: "revenue by month and region". */
function twoDimensions(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech, { measures: random.pick([1, 1, 1, 2]) })
  if (parts === undefined) return undefined
  const second = dimensionOf(speech, parts.entity, [parts.dimension.field, ...parts.filter.fields])
  if (
    second === undefined ||
    second.field === parts.dimension.field ||
    parts.measures.some((measure) => measure.field === second.field)
  )
    return undefined
  if (second.text === parts.dimension.text) return undefined
  const from = fromPieces(speech.scene, [entityIndex(speech, parts.entity), parts.dimension.entity, second.entity])
  if (from === undefined) return undefined
  const [first, last] =
    second.isTime && !parts.dimension.isTime && random.chance(0.6)
      ? [second, parts.dimension]
      : [parts.dimension, second]
  const both: Dimension = {
    ...first,
    text: `${first.text}${random.pick([' and ', ' and ', ', ', ' and '])}${last.text}`,
    program: [...first.program, ...last.program],
    group: [...first.group, ...last.group],
  }
  const whole = { ...parts, dimension: both }
  const text = `${random.pick(LEADS)}${over(speech, whole)} ${random.pick(['by', 'by', 'by', 'per', 'for each', 'grouped by', 'for each combination of'])} ${both.text}`
  return { text, program: [...selected(whole), ...from] }
}

/** "return the country, the number of orders and the total amount" */
function selectList(speech: Speech): Saying | undefined {
  const { random } = speech
  const parts = breakdown(speech, { measures: random.pick([1, 2, 2, 3]) })
  const from = parts && fromOf(speech, parts)
  if (parts === undefined || from === undefined || parts.dimension.isTime) return undefined
  const flipped = random.chance(0.25)
  const names = parts.measures.map((measure) => measure.text)
  const all = flipped ? [...names, parts.dimension.text] : [parts.dimension.text, ...names]
  const program: Piece[] = flipped
    ? [
        'select',
        ...parts.measures.flatMap((m) => m.program),
        ...parts.dimension.program,
        ...parts.filter.program,
        'group',
        ...parts.dimension.group,
      ]
    : selected(parts)
  const list = listed(
    random,
    all.map((text) => (random.chance(0.4) ? `the ${text}` : text)),
  )
  const tail = parts.filter.conditions.length > 0 ? ` ${filterTail(speech, parts.entity, parts.filter)}` : ''
  const order = ordering(speech, parts.dimension, parts.measures)
  return {
    text: `${random.pick(['return', 'show', 'list', 'give', 'give me', 'display', 'show me', 'report', 'get', 'what are'])} ${list}${random.pick(['', ` for each ${parts.dimension.text}`, `, grouped by ${parts.dimension.text}`])}${tail}${order.text}`,
    program: [...program, ...order.program, ...from],
  }
}

export const BI_FAMILIES: Family[] = [
  { name: 'measure by dimension', weight: 16, why: 'The dashboard question.', say: grouped(1) },
  { name: 'measure over time', weight: 7, why: 'Trends by month, quarter, year.', say: grouped(1, true) },
  {
    name: 'several measures by dimension',
    weight: 7,
    why: 'Several measures at once; the prototype gave one.',
    say: grouped(2),
  },
  { name: 'three measures', weight: 2, why: 'Summary tables.', say: grouped(3) },
  { name: 'keywords', weight: 9, why: 'People type without grammar.', say: keywords },
  { name: 'top by measure', weight: 10, why: 'Rankings of groups.', say: top },
  { name: 'total', weight: 12, why: 'One number over filtered rows.', say: total },
  { name: 'share, running, growth', weight: 5, why: 'Windows that dashboards need.', say: wrapped },
  { name: 'two dimensions', weight: 5, why: 'Series in a chart.', say: twoDimensions },
  { name: 'select list of measures', weight: 5, why: '"Return X, Y and Z".', say: selectList },
]
