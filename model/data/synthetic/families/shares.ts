/** Shares and counts of the rows that satisfy a condition, beside all of them. */
import { type Condition, conditionFor, conditionOn } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {described, dimensionOf, entityIndex, filterFrom, filterOf,plainFields, sumFields, 
} from '../phrases.ts' // biome-ignore format: a list
import type { Entity } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'

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
          ...(isVerb ? [`how many ${all} ${are}, in percent`] : []),
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

export const SHARE_FAMILIES: Family[] = [
  { name: 'share of rows', weight: 5, why: 'Percentages with a condition.', say: shareOfRows },
  { name: 'conditional counts', weight: 3, why: 'CASE in other words.', say: conditionalCounts },
]
