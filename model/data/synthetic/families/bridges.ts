/** Questions that reach a named row through a table between: "customers who never ordered Chai", "patients on both A and B". */
import { conditionOn, relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { edgesBetween, fromEntity, fromPieces } from '../from.ts'
import { described, entityIndex, entityWith, filterFrom, groupFields } from '../phrases.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { names } from './nested.ts'
import { itemsOfFields, listedFields } from './rows.ts'

const LEADS = ['show ', 'list ', 'give me ', 'find ', 'return ', 'what are ', 'display ', 'get ', 'tell me ', '']
const VERBS = [
  'use',
  'have',
  'take',
  'order',
  'buy',
  'get',
  'choose',
  'visit',
  'see',
  'work with',
  'belong to',
  'go for',
]
const PAST = ['used', 'had', 'taken', 'ordered', 'bought', 'got', 'chosen', 'visited', 'seen', 'worked with', 'been in']

/** Near and far side of a table that refers to both. */
interface Bridge {
  near: Entity
  between: Entity
  far: Entity
  /** The near side's key, and the column that refers to it. */
  key: Field
  reference: Field
}

/** A bridge to things that people know by a name; undefined where the table between refers twice to either side. */
function bridgeOf(speech: Speech): Bridge | undefined {
  const { random, scene } = speech
  const sidesOf = (one: Entity) =>
    scene.edges.filter(({ from, to }) => one.fields.includes(from) && to.entity !== from.entity)
  const between = entityWith(speech, (one) => new Set(sidesOf(one).map(({ to }) => to.entity)).size > 1)
  const [edge, other] = between === undefined ? [] : random.shuffle(sidesOf(between))
  if (between === undefined || edge === undefined || other === undefined) return undefined
  const [near, far] = [scene.entities[edge.to.entity], scene.entities[other.to.entity]]
  if (near === undefined || far?.name === undefined || near === far || far.name.values.length < 2) return undefined
  const at = entityIndex(speech, between)
  const isClear = [edge, other].every(({ to }) => edgesBetween(scene, at, to.entity).length === 1)
  return isClear ? { near, between, far, key: edge.to, reference: edge.from } : undefined
}

/** The rows between that lead to one named row: `where name = value from between, far`. */
function leadingTo(
  speech: Speech,
  { between, far }: Bridge,
  stored: string,
): { text: string; program: Piece[] } | undefined {
  const { random } = speech
  const from = fromPieces(speech.scene, [entityIndex(speech, between), entityIndex(speech, far)])
  if (from === undefined || far.name === undefined) return undefined
  const { text: v, piece } = speech.value(stored)
  const one = speech.entity(far)
  const text = random.pick([
    v,
    v,
    `"${v}"`,
    `the ${one} ${v}`,
    `${one} ${v}`,
    `${v} as ${one}`,
    `the ${one} named ${v}`,
  ])
  return { text, program: ['where', { item: far.name.item }, '=', piece, ...from] }
}

/** "which customers never ordered Chai", "how many patients do not take Procrastin-X". */
function notThrough(speech: Speech): Saying | undefined {
  const { random } = speech
  const bridge = bridgeOf(speech)
  const goal = bridge && leadingTo(speech, bridge, random.pick(bridge.far.name?.values ?? []).value)
  if (bridge === undefined || goal === undefined) return undefined
  const who = relative(bridge.near)
  const link = speech.entity(bridge.between, random.chance(0.5))
  const test = random.pick([
    `${who} do not ${random.pick(VERBS)} ${goal.text}`,
    `${who} are not ${random.pick(['using', 'taking', 'in', 'with', 'on'])} ${goal.text}`,
    `${who} have not ${random.pick(PAST)} ${goal.text}`,
    `${who} have never ${random.pick(PAST)} ${goal.text}`,
    `${who} never ${random.pick(['had', 'used', 'got', 'ordered', 'took'])} ${goal.text}`,
    `without ${goal.text}`,
    `not linked to ${goal.text}`,
    `${who} have no ${link} ${random.pick(['of', 'for', 'with', 'in'])} ${goal.text}`,
  ])
  const query: Piece[] = ['(', 'select', { item: bridge.reference.item }, ...goal.program, ')']
  return aboutRows(speech, bridge.near, test, [{ item: bridge.key.item }, 'not', 'in', ...query])
}

/** "members of both Chess and Tennis", "customers who ordered Chai but not Chang". */
function bothThrough(speech: Speech): Saying | undefined {
  const { random } = speech
  const bridge = bridgeOf(speech)
  const [a, b] = random.sample(bridge?.far.name?.values ?? [], 2)
  if (bridge?.near.name === undefined || a === undefined || b === undefined) return undefined
  const goals = [leadingTo(speech, bridge, a.value), leadingTo(speech, bridge, b.value)]
  const from = fromPieces(
    speech.scene,
    [bridge.near, bridge.between, bridge.far].map((one) => entityIndex(speech, one)),
  )
  const [first, second] = goals
  if (first === undefined || second === undefined || from === undefined) return undefined
  const set = random.pick(['intersect', 'intersect', 'except'] as const)
  const who = relative(bridge.near)
  const rows = speech.entity(bridge.near, true)
  const [verb, past] = [random.pick(VERBS), random.pick(PAST)]
  const test =
    set === 'intersect'
      ? random.pick([
          `${who} ${verb} both ${first.text} and ${second.text}`,
          `${who} have ${past} both ${first.text} and ${second.text}`,
          `with both ${first.text} and ${second.text}`,
          `${who} ${verb} ${first.text} and also ${second.text}`,
        ])
      : random.pick([
          `${who} ${verb} ${first.text} but not ${second.text}`,
          `${who} have ${past} ${first.text} but never ${second.text}`,
          `with ${first.text} but without ${second.text}`,
        ])
  const label = bridge.near.name
  const query = ({ program }: { program: Piece[] }): Piece[] => [
    'select',
    { item: label.item },
    ...program.slice(0, program.indexOf('from')),
    ...from,
  ]
  const text = random.pick([
    `${random.pick(LEADS)}the ${speech.field(label, true)} of ${rows} ${test}`,
    `${random.pick(['which ', 'list ', 'find '])}${rows} ${test.replace(/^(?:who|that) /, '')}`,
  ])
  return { text, program: [...query(first), set, ...query(second)] }
}

/** "employees in a department with any employee named Clara": rows that share a group with rows that meet a condition. */
function amongLike(speech: Speech): Saying | undefined {
  const { random } = speech
  const groups = (one: Entity) => [...groupFields(one), ...one.fields.filter((field) => field.refers)]
  const entity = entityWith(speech, (one) => groups(one).length > 0)
  const group = entity && random.pickOr(groups(entity))
  const condition = entity && group && conditionOn(speech, entity, [group])
  if (entity === undefined || group === undefined || condition === undefined || group === entity.name) return undefined
  const isNot = random.chance(0.25)
  const g = group.refers ? group.words.replace(/ (?:id|code|no|number)$/, '') : speech.field(group)
  const like = described(speech, speech.entity(entity), filterFrom([condition]))
  const likes = described(speech, speech.entity(entity, true), filterFrom([condition]))
  const test = isNot
    ? random.pick([`in a ${g} without any ${like}`, `whose ${g} has no ${like}`, `not in the ${g} of any ${like}`])
    : random.pick([
        `in a ${g} with any ${like}`,
        `in the same ${g} as any ${like}`,
        `whose ${g} has at least one ${like}`,
        `of any ${g} with ${likes}`,
        `from a ${g} where there are ${likes}`,
      ])
  const query: Piece[] = [
    '(',
    'select',
    { item: group.item },
    'where',
    ...condition.program,
    ...fromEntity(entity),
    ')',
  ]
  const where: Piece[] = [{ item: group.item }, ...(isNot ? (['not'] as Piece[]) : []), 'in', ...query]
  return aboutRows(speech, entity, test, where)
}

/** "how many customers …" or "the names of customers …". */
function aboutRows(speech: Speech, entity: Entity, test: string, where: Piece[]): Saying {
  const { random } = speech
  const rows = speech.entity(entity, true)
  if (random.chance(0.3)) {
    const text = random.pick([`how many ${rows} ${test}`, `count the ${rows} ${test}`, `number of ${rows} ${test}`])
    const said = text.replace(/^(how many .*?) (?:who|that) (?=do not|are not|have |never )/, '$1 ')
    return { text: said, program: ['select', 'count', '*', 'where', ...where, ...fromEntity(entity)] }
  }
  const fields = listedFields(speech, entity, random.pick([1, 1, 2, 2, 3]))
  const isName = fields.length === 1 && fields[0] === entity.name
  const text =
    isName && random.chance(0.5)
      ? `${random.pick(['which ', 'list ', 'show ', 'find ', 'list all '])}${rows} ${test}`
      : `${random.pick(LEADS)}the ${names(speech, fields)} of ${random.pick(['', 'all ', 'the '])}${rows} ${test}`
  return { text, program: ['select', ...itemsOfFields(fields), 'where', ...where, ...fromEntity(entity)] }
}

export const BRIDGE_FAMILIES: Family[] = [
  { name: 'not through', weight: 8, why: 'NOT IN over a table between and a name beyond it.', say: notThrough },
  { name: 'both through', weight: 6, why: 'INTERSECT and EXCEPT over three tables.', say: bothThrough },
  { name: 'among like', weight: 1.2, why: 'A group chosen by what is in it.', say: amongLike },
]
