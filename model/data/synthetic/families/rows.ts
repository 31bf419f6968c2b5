/** Questions about the rows of one table: lists, superlatives, orders, distinct values. */
import { relative } from '../conditions.ts'
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  described,
  entityIndex,
  entityWith,
  type Filter,
  filterOf,
  labelField,
  numberFields,
  plainFields,
  textFields,
} from '../phrases.ts'
import { limitPieces } from '../ranking.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'

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
  'what are ',
  'display ',
  'get ',
  'tell me ',
  'i want to see ',
  'retrieve ',
  'report ',
  'provide ',
  'can you list ',
  'please show ',
  '',
]

/** Columns a person would list: the name first, then others. */
export function listedFields(speech: Speech, entity: Entity, count: number): Field[] {
  const { random } = speech
  const label = labelField(random, entity)
  const rest = random.shuffle(plainFields(entity).filter((field) => field !== label))
  const fields = label !== undefined && random.chance(0.7) ? [label, ...rest] : rest
  const key = entity.key !== undefined && random.chance(0.08) ? [entity.key] : []
  const chosen = [...key, ...fields].slice(0, count)
  return chosen.length > 0 ? chosen : entity.fields.slice(0, 1)
}

/** Select pieces of these fields. */
export function itemsOfFields(fields: Field[]): Piece[] {
  return fields.map((field): Piece => ({ item: field.item }))
}

function the(speech: Speech, words: string): string {
  return speech.random.chance(0.75) ? `the ${words}` : words
}

function namesOfFields(speech: Speech, fields: Field[], many: boolean): string {
  return listed(
    speech.random,
    fields.map((field) => speech.field(field, many && speech.random.chance(0.7))),
  )
}

function list(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const fields = listedFields(speech, entity, random.pick([1, 1, 1, 2, 2, 2, 3, 3, 4, 5]))
  const filter = filterOf(speech, entity, 0.7)
  const distinct = fields.length === 1 && random.chance(0.2)
  const names = `${distinct ? random.pick(['different ', 'distinct ', 'unique ']) : ''}${namesOfFields(speech, fields, true)}`
  const noun = described(speech, speech.entity(entity, true), filter)
  const r = random.next()
  const isOnlyName = fields.length === 1 && fields[0] === entity.name && !distinct
  let text = `${random.pick(LEADS)}${the(speech, names)} ${random.pick(['of', 'of', 'of', 'for'])} ${random.pick(['', 'all ', 'the ', 'all the ', 'each of the '])}${noun}`
  if (isOnlyName && r < 0.45)
    text = random.pick([
      `which ${noun}`,
      `list all ${noun}`,
      `list ${noun}`,
      `show ${noun}`,
      `${noun}`,
      `what ${noun} are there`,
      `find all ${noun}`,
      `show all the ${noun}`,
    ])
  else if (r < 0.1)
    text = `${random.pick(['for', 'for all', 'for the'])} ${noun}, ${random.pick(['show', 'list', 'return', 'give', 'what are'])} ${the(speech, names)}`
  else if (r < 0.16) text = `what ${names} do ${noun} have`
  else if (r < 0.22) text = `${random.pick(['show', 'list', 'find', 'get'])} ${noun} with their ${names}`
  else if (r < 0.28) text = `${noun}: ${names}`
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  return (
    from && {
      text,
      program: [
        'select',
        ...(distinct ? (['distinct'] as const) : []),
        ...itemsOfFields(fields),
        ...filter.program,
        ...from,
      ],
    }
  )
}

function everything(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const filter = filterOf(speech, entity, 0.7)
  const noun = described(speech, speech.entity(entity, true), filter)
  const text = random.pick([
    `show all ${noun}`,
    `list everything about ${noun}`,
    `show all information about ${noun}`,
    `give me all details of ${noun}`,
    `what are all the details of ${noun}`,
    `show me everything on ${noun}`,
    `all ${noun}`,
    `find all the information on ${noun}`,
    `show the full records of ${noun}`,
    `list all columns for ${noun}`,
    ...(entity.name === undefined ? [noun, noun, `which ${noun} are there`, `list ${noun}`, `find ${noun}`] : []),
  ])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  return from && { text, program: ['select', '*', ...filter.program, ...from] }
}

function distinctValues(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => textFields(one).length > 0)
  if (entity === undefined) return undefined
  const field = random.pick(textFields(entity))
  const filter = filterOf(speech, entity, 0.3, [field])
  const names = speech.field(field, true)
  const noun = described(speech, speech.entity(entity, true), filter)
  const counts = random.chance(0.45)
  const different = random.pick(['different', 'distinct', 'unique'])
  const text = counts
    ? random.pick([
        `how many ${different} ${names} do ${noun} have`,
        `how many ${different} ${names} are there among ${noun}`,
        `number of ${different} ${names} of ${noun}`,
        `count the ${different} ${names} of ${noun}`,
        `how many ${different} ${names} of ${noun} are there`,
      ])
    : random.pick([
        `what are the ${different} ${names} of ${noun}`,
        `list the ${different} ${names} of ${noun}`,
        `which ${names} do ${noun} have`,
        `show all ${different} ${names} of ${noun}`,
        `what ${names} are there for ${noun}`,
        `${different} ${names} of ${noun}`,
      ])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  const select: Piece[] = counts
    ? ['select', 'count', 'distinct', { item: field.item }]
    : ['select', 'distinct', { item: field.item }]
  return from && { text, program: [...select, ...filter.program, ...from] }
}

/** A column by which things have more and less, its words for both ends, if any ("oldest"). */
export function rankField(
  speech: Speech,
  entity: Entity,
): { field: Field; most?: string[]; least?: string[] } | undefined {
  const { random } = speech
  const fields = [
    ...numberFields(entity),
    ...plainFields(entity).filter((field) => field.sense.kind === 'date' || field.senseName === 'year'),
  ]
  const field = random.pickOr(fields)
  if (field === undefined) return undefined
  const same = fields.filter((other) => other.sense.most?.[0] === field.sense.most?.[0])
  if (field.sense.most === undefined || field.sense.least === undefined || same.length > 1) return { field }
  const isBirth = /birth|born/.test(field.words)
  if (isBirth) return { field, most: ['youngest'], least: ['oldest'] }
  if (/death|end|expir|due|fixed|resolved|closed/.test(field.words)) return { field }
  return { field, most: field.sense.most, least: field.sense.least }
}

/** "the 3 cheapest products", "product with the highest price". */
export function superlative(
  speech: Speech,
  entity: Entity,
  filter: Filter,
  one: boolean,
): { text: string; order: Piece[]; limit: Piece[]; field: Field } | undefined {
  const { random } = speech
  const ranked = rankField(speech, entity)
  if (ranked === undefined || filter.fields.includes(ranked.field)) return undefined
  const { field } = ranked
  const down = random.chance(0.65)
  const limit = limitPieces(speech, one)
  const adjectives = down ? ranked.most : ranked.least
  const noun = described(speech, speech.entity(entity, !one), filter)
  const n = limit.count === undefined ? '' : `${limit.count} `
  const isDate = field.sense.kind === 'date' || field.senseName === 'year'
  const most = isDate
    ? down
      ? ['latest', 'most recent']
      : ['earliest', 'oldest']
    : down
      ? ['highest', 'largest', 'greatest', 'biggest', 'maximum', 'most']
      : ['lowest', 'smallest', 'minimum', 'least']
  const usable = most.filter((word) => !['most', 'least'].includes(word) || field.sense.counted === true)
  const c = speech.field(field)
  const who = relative(entity)
  const text =
    adjectives !== undefined && random.chance(0.55)
      ? `${n}${random.pick(adjectives)} ${noun}`
      : random.pick([
          `${n}${noun} with the ${random.pick(usable)} ${c}`,
          `${n}${noun} with the ${random.pick(usable)} ${c}`,
          `${n}${noun} ${who} ${one ? 'has' : 'have'} the ${random.pick(usable)} ${c}`,
          ...(one || isDate
            ? []
            : [
                `${down ? 'top' : 'bottom'} ${n}${noun} by ${c}`,
                `${down ? 'top' : 'bottom'} ${n}${noun} by ${c}`,
                `${down ? 'top' : 'bottom'} ${n}${noun} in terms of ${c}`,
              ]),
        ])
  return {
    text,
    order: ['order', { item: field.item }, down ? 'desc' : 'asc'],
    limit: ['limit', ...limit.program],
    field,
  }
}

function extreme(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const one = random.chance(0.5)
  const filter = filterOf(speech, entity, 0.3)
  const ranked = superlative(speech, entity, filter, one)
  if (ranked === undefined) return undefined
  const fields = listedFields(speech, entity, random.pick([1, 1, 1, 2, 2, 3])).filter(
    (field) => field !== ranked.field || random.chance(0.3),
  )
  if (fields.length === 0) return undefined
  const names = namesOfFields(speech, fields, !one)
  const isName = fields.length === 1 && fields[0] === entity.name
  const text =
    isName && random.chance(0.6)
      ? random.pick(
          [
            `which ${speech.entity(entity)} is the ${ranked.text}`,
            `what is the ${ranked.text}`,
            `the ${ranked.text}`,
            `find the ${ranked.text}`,
            `show the ${ranked.text}`,
            `who is the ${ranked.text}`,
            ranked.text,
          ].filter((form) =>
            one ? !form.startsWith('who') || relative(entity) === 'who' : !/^(?:which|what is|who)/.test(form),
          ),
        )
      : random.pick([
          `${random.pick(LEADS)}the ${names} of the ${ranked.text}`,
          `what ${one ? 'is' : 'are'} the ${names} of the ${ranked.text}`,
          `${ranked.text} with ${names}`,
          `show the ${ranked.text} and ${random.pick(['its', 'their', 'the'])} ${names}`,
        ])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  const adds =
    /^(?:show the .* and (?:its|their|the))/.test(text) &&
    entity.name !== undefined &&
    !fields.includes(entity.name) &&
    !isName
  const shown = adds && entity.name !== undefined ? [entity.name, ...fields] : fields
  return (
    from && {
      text,
      program: ['select', ...itemsOfFields(shown), ...filter.program, ...ranked.order, ...ranked.limit, ...from],
    }
  )
}

function ordered(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = random.pick(speech.scene.entities)
  const fields = listedFields(speech, entity, random.pick([1, 2, 2, 3, 4]))
  const by = random.sample(plainFields(entity), random.chance(0.15) ? 2 : 1)
  if (by[0] === undefined) return undefined
  const filter = filterOf(speech, entity, 0.35, by)
  const down = random.chance(0.5)
  const noun = described(speech, speech.entity(entity, true), filter)
  const names = namesOfFields(speech, fields, true)
  const first = orderWords(speech, by[0], down)
  const second = by[1]
  const tail =
    second === undefined
      ? ''
      : random.pick([
          ` and then ${speech.field(second)}`,
          `, then by ${speech.field(second)}`,
          ` and ${speech.field(second)}`,
        ])
  const limit = random.chance(0.12) ? limitPieces(speech, false) : undefined
  const cut =
    limit === undefined
      ? ''
      : random.pick([`, only the first ${limit.count}`, `, limit ${limit.count}`, `, show ${limit.count} rows`])
  const text = `${random.pick(LEADS)}${the(speech, names)} of ${random.pick(['', 'all ', 'the '])}${noun}${random.pick([' ', ', '])}${first}${tail}${cut}`
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  const order: Piece[] = [
    'order',
    { item: by[0].item },
    ...(second === undefined ? [] : ([{ item: second.item }] as Piece[])),
    down ? 'desc' : 'asc',
  ]
  return (
    from && {
      text,
      program: [
        'select',
        ...itemsOfFields(fields),
        ...filter.program,
        ...order,
        ...(limit === undefined ? [] : (['limit', ...limit.program] as Piece[])),
        ...from,
      ],
    }
  )
}

function orderWords(speech: Speech, field: Field, down: boolean): string {
  const c = speech.field(field)
  const isDate = field.sense.kind === 'date'
  const isText = field.sense.kind === 'text'
  return down
    ? speech.random.pick([
        `sorted by ${c} in descending order`,
        `ordered by ${c} descending`,
        `in descending order of ${c}`,
        `order by ${c} desc`,
        `sorted descending by ${c}`,
        ...(isDate
          ? ['newest first', `most recent ${c} first`, `from newest to oldest ${c}`].slice(1)
          : isText
            ? [`in reverse alphabetical order of ${c}`]
            : [
                `from highest to lowest ${c}`,
                `sorted by ${c} from high to low`,
                `ranked by ${c} from highest to lowest`,
                `in decreasing order of ${c}`,
              ]),
      ])
    : speech.random.pick([
        `sorted by ${c}`,
        `ordered by ${c}`,
        `in ascending order of ${c}`,
        `sorted by ${c} ascending`,
        `order by ${c}`,
        `by ${c}`,
        ...(isDate
          ? [`in chronological order of ${c}`, `from oldest to newest ${c}`]
          : isText
            ? [`in alphabetical order of ${c}`, `sorted alphabetically by ${c}`]
            : [`from lowest to highest ${c}`, `sorted by ${c} from low to high`, `in increasing order of ${c}`]),
      ])
}

export const ROW_FAMILIES: Family[] = [
  { name: 'list', weight: 16, why: 'Columns of filtered rows.', say: list },
  { name: 'everything', weight: 3, why: 'All columns.', say: everything },
  { name: 'distinct values', weight: 6, why: 'Which and how many different.', say: distinctValues },
  { name: 'superlative', weight: 11, why: 'Order and limit said as an adjective.', say: extreme },
  { name: 'ordered list', weight: 6, why: 'Lists in an order.', say: ordered },
]
