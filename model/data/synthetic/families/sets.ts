/** Two queries side by side: both, either, one but not the other. */
import { conditionFor, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromEntity, fromPieces } from '../from.ts'
import {
  described,
  entityIndex,
  entityWith,
  type Filter,
  filterFrom,
  filterOf,
  groupFields,
  plainFields,
} from '../phrases.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { related } from './nested.ts'

const LEADS = ['show ', 'list ', 'give me ', 'find ', 'return ', 'what are ', 'which are ', 'display ', 'get ', '']

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
    ...fromEntity(entity),
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
    ...fromEntity(entity),
  ]
  return { text, program: [...query(first, filters[0] as Filter), 'union', ...query(second, filters[1] as Filter)] }
}

export const SET_FAMILIES: Family[] = [
  { name: 'both related', weight: 3, why: 'INTERSECT and EXCEPT over joins.', say: bothRelated },
  { name: 'both groups', weight: 3, why: 'Set operations on one table.', say: bothGroups },
  { name: 'stacked', weight: 0.7, why: 'UNION of two tables.', say: stacked },
]
