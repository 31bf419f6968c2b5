import type { Family } from '../family.ts'
import { fromEntity, fromPieces } from '../from.ts'
import {described, dimensionOf, entityIndex, entityWith, filterOf,
  groupFields, numberFields, parentsOf, 
} from '../phrases.ts' // biome-ignore format: a list
import { limitPieces } from '../ranking.ts'
import type { Piece, Saying, Speech } from '../speech.ts'
import { listed } from '../words.ts'
import { itemsOfFields, listedFields } from './rows.ts'

/** "histogram of age", "distribution of prices". */
function histogram(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const number = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || number === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [number])
  const c = speech.field(number)
  const rows = described(speech, speech.entity(entity, true), filter)
  const of =
    filter.conditions.length > 0 || random.chance(0.5)
      ? random.pick([` of ${rows}`, ` for ${rows}`, ` among ${rows}`])
      : ''
  const text = random.pick([
    `histogram of ${c}${of}`,
    `show a histogram of ${c}${of}`,
    `draw a histogram of the ${c}${of}`,
    `distribution of ${c}${of}`,
    `what is the distribution of ${c}${of}`,
    `how is ${c} distributed${of.replace(/^ of/, ' among')}`,
    `show the distribution of ${c}${of}`,
    `plot the distribution of ${c}${of}`,
    `number of ${rows} by ${c} range`,
    `how many ${rows} fall in each ${c} bucket`,
    `${c} distribution${of}`,
    `bin ${rows} by ${c}`,
  ])
  const bin: Piece[] = ['bin', { item: number.item }]
  return {
    text,
    program: ['select', ...bin, 'count', '*', ...filter.program, 'group', ...bin, ...fromEntity(entity)],
  }
}

/** "distribution of status", "breakdown of customers by segment": counts of a category's values. */
function distribution(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => groupFields(one).length > 0)
  const group = entity && random.pickOr(groupFields(entity))
  if (entity === undefined || group === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [group])
  const c = speech.field(group)
  const rows = described(speech, speech.entity(entity, true), filter)
  const common = random.chance(0.4)
  const item: Piece = { item: group.item }
  if (!common) {
    const text = random.pick([
      `distribution of ${rows} by ${c}`,
      `breakdown of ${rows} by ${c}`,
      `how are ${rows} distributed across ${c}`,
      `distribution of ${c} among ${rows}`,
      `split of ${rows} by ${c}`,
      `frequency of each ${c} among ${rows}`,
      `how often does each ${c} occur among ${rows}`,
      `pie chart of ${rows} by ${c}`,
      `count ${rows} grouped by ${c}`,
      `${rows} count by ${c}`,
    ])
    return {
      text,
      program: ['select', item, 'count', '*', ...filter.program, 'group', item, ...fromEntity(entity)],
    }
  }
  const down = random.chance(0.8)
  const limit = limitPieces(speech, random.chance(0.6))
  const words = down
    ? random.pick(['most common', 'most frequent', 'most popular'])
    : random.pick(['least common', 'rarest', 'least frequent'])
  const text =
    limit.count === undefined
      ? random.pick([
          `what is the ${words} ${c} of ${rows}`,
          `${words} ${c} among ${rows}`,
          `which ${c} is the ${words} among ${rows}`,
          `find the ${words} ${c} of ${rows}`,
        ])
      : random.pick([
          `what are the ${limit.count} ${words} ${speech.field(group, true)} of ${rows}`,
          `${limit.count} ${words} ${speech.field(group, true)} among ${rows}`,
        ])
  return {
    text,
    program: [
      'select',
      item,
      ...filter.program,
      'group',
      item,
      'order',
      'count',
      '*',
      down ? 'desc' : 'asc',
      'limit',
      ...limit.program,
      ...fromEntity(entity),
    ],
  }
}

/** "top 3 products per category by price". */
function topOfEach(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(
    speech,
    (one) => numberFields(one).length > 0 && (groupFields(one).length > 0 || parentsOf(speech, one).length > 0),
  )
  const number = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || number === undefined) return undefined
  const dimension = dimensionOf(speech, entity, [number])
  if (dimension === undefined || dimension.isTime) return undefined
  const fields = listedFields(speech, entity, random.pick([1, 1, 2])).filter(
    (field) => field !== number && field !== dimension.field,
  )
  if (fields.length === 0) return undefined
  const filter = filterOf(speech, entity, 0.2, [number, dimension.field])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity), dimension.entity])
  if (from === undefined) return undefined
  const one = random.chance(0.4)
  const down = random.chance(0.75)
  const limit = limitPieces(speech, one)
  const c = speech.field(number)
  const rows = described(speech, speech.entity(entity, !one), filter)
  const n = limit.count === undefined ? '' : `${limit.count} `
  const most = down ? random.pick(['highest', 'largest']) : random.pick(['lowest', 'smallest'])
  const each = random.pick(['per', 'for each', 'in each', 'within each', 'of each'])
  const isName = fields.length === 1 && fields[0] === entity.name
  const what = isName
    ? ''
    : ` with ${listed(
        random,
        fields.map((field) => speech.field(field)),
      )}`
  const text = one
    ? random.pick([
        `the ${rows} with the ${most} ${c} ${each} ${dimension.text}${what}`,
        `which ${rows} has the ${most} ${c} ${each} ${dimension.text}${
          isName
            ? ''
            : `? show ${listed(
                random,
                fields.map((field) => speech.field(field)),
              )}`
        }`,
        `${dimension.text} and its ${rows} with the ${most} ${c}${what}`,
      ])
    : random.pick([
        `${down ? 'top' : 'bottom'} ${n}${rows} by ${c} ${each} ${dimension.text}${what}`,
        `${down ? 'top' : 'bottom'} ${n}${rows} ${each} ${dimension.text} by ${c}${what}`,
        `the ${n}${rows} with the ${most} ${c} ${each} ${dimension.text}${what}`,
        `show the ${n}${rows} with the ${most} ${c} ${each} ${dimension.text}${what}`,
      ])
  return {
    text,
    program: [
      'select',
      ...dimension.program,
      ...itemsOfFields(fields),
      { item: number.item },
      ...filter.program,
      'order',
      { item: number.item },
      down ? 'desc' : 'asc',
      'limit',
      ...limit.program,
      'per',
      ...dimension.group,
      ...from,
    ],
  }
}

/** "scatter plot of age against salary": raw pairs of measures. */
function relationship(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 1)
  if (entity === undefined) return undefined
  const [a, b] = random.sample(numberFields(entity), 2)
  if (a === undefined || b === undefined) return undefined
  const filter = filterOf(speech, entity, 0.25, [a, b])
  const color = random.chance(0.2) ? random.pickOr(groupFields(entity)) : undefined
  const rows = described(speech, speech.entity(entity, true), filter)
  const [x, y] = [speech.field(a), speech.field(b)]
  const of =
    filter.conditions.length > 0 || random.chance(0.5)
      ? random.pick([` of ${rows}`, ` for ${rows}`, ` for all ${rows}`, ` across ${rows}`])
      : ''
  const text = random.pick([
    `relationship between ${x} and ${y}${of}`,
    `how does ${x} relate to ${y}${of.replace(/^ of/, ' for')}`,
    `scatter plot of ${x} and ${y}${of}`,
    `${x} vs ${y}${of}`,
    `${x} versus ${y}${of}`,
    `plot ${x} against ${y}${of}`,
    `correlation between ${x} and ${y}${of}`,
    `show ${x} and ${y}${of}`,
    `is there a relation between ${x} and ${y}${of}`,
    `compare ${x} and ${y}${of}`,
  ])
  const by =
    color === undefined
      ? ''
      : random.pick([
          `, colored by ${speech.field(color)}`,
          ` by ${speech.field(color)}`,
          ` and ${speech.field(color)}`,
        ])
  return {
    text: text + by,
    program: [
      'select',
      ...itemsOfFields([a, b, ...(color === undefined ? [] : [color])]),
      ...filter.program,
      ...fromEntity(entity),
    ],
  }
}

export const DISTRIBUTION_FAMILIES: Family[] = [
  { name: 'histogram', weight: 3, why: 'Buckets of a number.', say: histogram },
  { name: 'distribution', weight: 6, why: 'Counts of a category, most common values.', say: distribution },
  { name: 'top of each', weight: 3, why: 'Top N per group.', say: topOfEach },
  { name: 'relationship', weight: 3, why: 'Scatter plots.', say: relationship },
]
