/** Questions that compare a row with one named row, or follow one of several references between the same tables. */
import { relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromEntity } from '../from.ts'
import { described, entityWith, filterOf, groupFields, labelField, numberFields } from '../phrases.ts'
import type { Edge, Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { names } from './nested.ts'
import { itemsOfFields, listedFields } from './rows.ts'

const LEADS = ['show ', 'list ', 'give me ', 'find ', 'return ', 'what are ', 'display ', 'get ', 'what is ', '']

interface Row {
  /** "the employee named Clara", "employee 163". */
  text: string
  /** `( select column where … from entity )` of that row. */
  query(column: Field): Piece[]
}

/** One row, known by its name or its key. */
function namedRow(speech: Speech, entity: Entity): Row | undefined {
  const { random } = speech
  const field = random.chance(0.25) && entity.key !== undefined ? entity.key : entity.name
  const stored = field === undefined ? undefined : random.pickOr(field.values)?.value
  if (field === undefined || stored === undefined) return undefined
  const { text: v, piece } = speech.value(stored)
  const one = speech.entity(entity)
  const c = speech.field(field)
  const text = field.isKey
    ? random.pick([`${one} ${v}`, `the ${one} with ${c} ${v}`, `the ${one} whose ${c} is ${v}`, `${one} number ${v}`])
    : random.pick([v, v, `"${v}"`, `${v}`, `the ${one} ${v}`, `the ${one} named ${v}`, `the ${one} with ${c} ${v}`, `${v} (${c})`]) // biome-ignore format: a list
  const query = (column: Field): Piece[] => [
    '(',
    'select',
    { item: column.item },
    'where',
    { item: field.item },
    '=',
    piece,
    ...fromEntity(entity),
    ')',
  ]
  return { text, query }
}

/** "the names of employees …" or "how many employees …". */
function asked(speech: Speech, entity: Entity, test: string, where: Piece[]): Saying {
  const { random } = speech
  const rows = speech.entity(entity, true)
  const counts = random.chance(0.2)
  const fields = listedFields(speech, entity, random.pick([1, 1, 2, 2, 3]))
  const text = counts
    ? random.pick([`how many ${rows} ${test}`, `count the ${rows} ${test}`, `number of ${rows} ${test}`])
    : random.pick([
        `${random.pick(LEADS)}the ${names(speech, fields)} of ${random.pick(['', 'all ', 'the ', 'those '])}${rows} ${test}`,
        `${random.pick(LEADS)}the ${names(speech, fields)} for ${rows} ${test}`,
        `${random.pick(['display ', 'list ', 'show '])}the ${names(speech, fields)} for those ${rows} ${test}`,
      ])
  const select: Piece[] = counts ? ['count', '*'] : itemsOfFields(fields)
  return { text, program: ['select', ...select, 'where', ...where, ...fromEntity(entity)] }
}

/** "employees in the same department as Clara". */
function sameAs(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => groupFields(one).length > 0 || one.fields.some((field) => field.refers))
  if (entity === undefined) return undefined
  const field = random.pickOr([...groupFields(entity), ...entity.fields.filter((one) => one.refers)])
  const row = namedRow(speech, entity)
  if (field === undefined || field === entity.name || row === undefined) return undefined
  const c = field.refers ? field.words.replace(/ id$/, '') : speech.field(field)
  const test = random.pick([
    `with the same ${c} as ${row.text}`,
    `${relative(entity)} have the same ${c} as ${row.text}`,
    `in the same ${c} as ${row.text}`,
    `sharing the ${c} of ${row.text}`,
    `whose ${c} is that of ${row.text}`,
    `of the same ${c} as ${row.text}`,
  ])
  return asked(speech, entity, test, [{ item: field.item }, '=', ...row.query(field)])
}

/** "employees earning more than Clara". */
function beatsOne(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const field = entity && random.pickOr(numberFields(entity))
  const row = entity && namedRow(speech, entity)
  if (entity === undefined || field === undefined || row === undefined) return undefined
  const up = random.chance(0.65)
  const c = speech.field(field)
  const said = up ? field.sense.above : field.sense.below
  const comparative = said?.filter((words) => words.endsWith('than'))
  const test =
    comparative !== undefined && comparative.length > 0 && random.chance(0.4)
      ? `${random.pick(comparative)} ${row.text}`
      : random.pick(
          up
            ? [`with more ${c} than ${row.text}`, `with a higher ${c} than ${row.text}`, `with ${c} greater than that of ${row.text}`, `having a larger ${c} than ${row.text}`, `whose ${c} is higher than ${row.text}'s`]
            : [`with less ${c} than ${row.text}`, `with a lower ${c} than ${row.text}`, `with ${c} below that of ${row.text}`, `having a smaller ${c} than ${row.text}`, `whose ${c} is lower than ${row.text}'s`], // biome-ignore format: two lists
        )
  return asked(speech, entity, test, [{ item: field.item }, up ? '>' : '<', ...row.query(field)])
}

/** Edges of an entity to itself: manager, parent. */
function selfEdge(speech: Speech): { entity: Entity; edge: Edge } | undefined {
  const edge = speech.random.pickOr(speech.scene.edges.filter(({ from, to }) => from.entity === to.entity))
  const entity = edge && speech.scene.entities[edge.from.entity]
  return edge === undefined || entity === undefined ? undefined : { entity, edge }
}

/** "employees who report to Payam", "employees without a manager", "employees who are managers". */
function ofSelf(speech: Speech): Saying | undefined {
  const { random } = speech
  const found = selfEdge(speech)
  if (found === undefined) return undefined
  const { entity, edge } = found
  const role = edge.from.words.replace(/ id$/, '')
  const who = relative(entity)
  const from: Piece = { item: edge.from.item }
  const kind = random.pick(['of', 'of', 'of', 'none', 'are', 'are not'] as const)
  if (kind === 'none') {
    const test = random.pick([`without a ${role}`, `${who} have no ${role}`, `with no ${role}`, `${who} do not have a ${role}`]) // biome-ignore format: a list
    return asked(speech, entity, test, [from, 'is', 'null'])
  }
  if (kind !== 'of') {
    const test =
      kind === 'are'
        ? random.pick([`${who} are ${role}s`, `${who} are the ${role} of others`, `${who} are a ${role}`, `acting as ${role}`]) // biome-ignore format: a list
        : random.pick([`${who} are not ${role}s`, `${who} are nobody's ${role}`, `${who} are the ${role} of no one`])
    const query: Piece[] = ['(', 'select', from, ...fromEntity(entity), ')']
    return asked(speech, entity, test, [
      { item: edge.to.item },
      ...(kind === 'are' ? [] : (['not'] as Piece[])),
      'in',
      ...query,
    ])
  }
  const row = namedRow(speech, entity)
  if (row === undefined) return undefined
  const manages = /manager|supervisor|boss|reports to/.test(role)
  const test = random.pick([
    `whose ${role} is ${row.text}`,
    `with ${row.text} as ${role}`,
    `${who} have ${row.text} as their ${role}`,
    ...(manages ? [`${who} report to ${row.text}`, `managed by ${row.text}`, `working under ${row.text}`, `supervised by ${row.text}`] : [`under ${row.text}`, `belonging to ${row.text}`]), // biome-ignore format: a list
  ])
  return asked(speech, entity, test, [from, '=', ...row.query(edge.to)])
}

/** How people say which of two references is meant. */
const ROLE_VERBS: [RegExp, string[]][] = [
  [/^(?:departure|origin|source|from|start)\b/, ['departing from', 'leaving from', 'that depart from', 'originating in', 'starting at', 'that start in', 'leaving', 'from']],
  [/^(?:arrival|destination|target|to|end)\b/, ['arriving at', 'going to', 'that arrive in', 'bound for', 'ending at', 'that end at', 'landing in', 'to']],
  [/^home\b/, ['hosted by', 'played at home by', 'where the home side is']],
  [/^away\b/, ['played away by', 'where the visitors are', 'visited by']],
  [/^(?:sender|seller|payer|billing)\b/, ['sent by', 'from', 'that were sent by']],
  [/^(?:receiver|buyer|payee|shipping)\b/, ['received by', 'to', 'sent to', 'that went to']],
] // biome-ignore format: a table

/** Several references from one entity to another: the role each plays is the first words of its name. */
function roleEdges(speech: Speech): [Edge, ...Edge[]] | undefined {
  const { random, scene } = speech
  const groups = new Map<string, Edge[]>()
  for (const edge of scene.edges) {
    const key = `${edge.from.entity} ${edge.to.entity}`
    if (edge.from.entity !== edge.to.entity) groups.set(key, [...(groups.get(key) ?? []), edge])
  }
  const [first, ...rest] = random.shuffle(random.pickOr([...groups.values()].filter((edges) => edges.length > 1)) ?? [])
  return first === undefined ? undefined : [first, ...rest]
}

function joined(child: Entity, parent: Entity, edge: Edge): Piece[] {
  return ['from', { item: child.item }, { item: parent.item }, 'on', { item: edge.from.item }, { item: edge.to.item }]
}

/** "flights that end at JFK", "number of flights per destination airport". */
function byRole(speech: Speech): Saying | undefined {
  const { random, scene } = speech
  const edge = roleEdges(speech)?.[0]
  const child = edge && scene.entities[edge.from.entity]
  const parent = edge && scene.entities[edge.to.entity]
  const label = parent && labelField(random, parent)
  if (edge === undefined || child === undefined || parent === undefined || label === undefined) return undefined
  const role = edge.from.words.replace(/ id$/, '')
  const from = joined(child, parent, edge)
  if (random.chance(0.4)) {
    const filter = filterOf(speech, child, 0.2)
    const rows = described(speech, speech.entity(child, true), filter)
    const text = random.pick([`number of ${rows} per ${role}`, `how many ${rows} are there for each ${role}`, `count ${rows} by ${role} ${speech.field(label)}`, `${random.pick(LEADS)}each ${role} with its number of ${rows}`]) // biome-ignore format: a list
    const item: Piece = { item: label.item }
    return { text, program: ['select', item, 'count', '*', ...filter.program, 'group', item, ...from] }
  }
  const field = random.pickOr([label, ...groupFields(parent)].filter((one) => one.values.length > 0))
  if (field === undefined || field.sense.kind !== 'text') return undefined
  const value = speech.value(random.pick(field.values).value)
  const verbs = ROLE_VERBS.find(([pattern]) => pattern.test(role))?.[1] ?? []
  const bare = verbs.length > 0 && (field === label || field.sense.places) && random.chance(0.7)
  const test = bare
    ? `${random.pick(verbs)} ${value.text}`
    : random.pick([`whose ${role} ${field === label ? '' : `${speech.field(field)} `}is ${value.text}`, `with ${role} ${value.text}`, `where the ${role} is ${value.text}`]) // biome-ignore format: a list
  const rows = speech.entity(child, true)
  const fields = listedFields(speech, child, random.pick([1, 1, 2]))
  const counts = random.chance(0.45)
  return {
    text: counts
      ? random.pick([`how many ${rows} ${test}`, `number of ${rows} ${test}`, `count the ${rows} ${test}`])
      : `${random.pick(LEADS)}the ${names(speech, fields)} of ${rows} ${test}`,
    program: [
      'select',
      ...(counts ? (['count', '*'] as Piece[]) : itemsOfFields(fields)),
      'where',
      { item: field.item },
      '=',
      value.piece,
      ...from,
    ],
  }
}

/** "flights from Paris to Rome": each end by a query of its own. */
function fromTo(speech: Speech): Saying | undefined {
  const { random, scene } = speech
  const [a, b] = roleEdges(speech) ?? []
  const child = a && scene.entities[a.from.entity]
  const parent = a && scene.entities[a.to.entity]
  if (a === undefined || b === undefined || child === undefined || parent === undefined) return undefined
  const field = random.pickOr(
    [labelField(random, parent), ...groupFields(parent)].filter((one) => one !== undefined && one.values.length > 1),
  )
  if (field === undefined || field.sense.kind !== 'text') return undefined
  const [first, second] = random.sample(field.values, 2)
  if (first === undefined || second === undefined) return undefined
  const values = [speech.value(first.value), speech.value(second.value)] as const
  const said = [a, b].map((edge, at) => {
    const role = edge.from.words.replace(/ id$/, '')
    const verbs = ROLE_VERBS.find(([pattern]) => pattern.test(role))?.[1]
    const value = values[at as 0 | 1].text
    return verbs !== undefined && random.chance(0.7) ? `${random.pick(verbs)} ${value}` : `with ${role} ${value}`
  })
  const query = (edge: Edge, piece: Piece): Piece[] => [
    { item: edge.from.item },
    'in',
    '(',
    'select',
    { item: edge.to.item },
    'where',
    { item: field.item },
    '=',
    piece,
    ...fromEntity(parent),
    ')',
  ]
  return asked(speech, child, said.join(random.pick([' ', ' and '])), [
    ...query(a, values[0].piece),
    'and',
    ...query(b, values[1].piece),
  ])
}

export const REFERENCE_FAMILIES: Family[] = [
  { name: 'same as', weight: 2.5, why: 'A row like a named one.', say: sameAs },
  { name: 'beats one', weight: 2.5, why: 'A row against a named one.', say: beatsOne },
  { name: 'of self', weight: 2.5, why: 'Managers, parents: a table that refers to itself.', say: ofSelf },
  { name: 'by role', weight: 4, why: 'Which of two references is meant.', say: byRole },
  { name: 'from to', weight: 2, why: 'Both references at once.', say: fromTo },
]
