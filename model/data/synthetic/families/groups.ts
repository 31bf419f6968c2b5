/** Questions about the groups themselves: their average, their number. */
import type { Family } from '../family.ts'
import { fromEntity } from '../from.ts'
import { described, entityWith, filterOf, groupFields, numberFields } from '../phrases.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { related } from './nested.ts'

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
      ...fromEntity(child),
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
      ...fromEntity(child),
      ')',
    ],
  }
}

export const GROUP_FAMILIES: Family[] = [
  { name: 'average of groups', weight: 4, why: 'A query in FROM.', say: averageOfGroups },
  { name: 'count of groups', weight: 2.5, why: 'How many have more than so many.', say: countOfGroups },
]
