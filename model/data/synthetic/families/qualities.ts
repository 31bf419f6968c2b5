/** Numbers said without their name: as an adjective, or as nothing at all. */
import type { Family } from '../family.ts'
import { fromPieces } from '../from.ts'
import {
  clauses,
  dateFields,
  described,
  dimensionOf,
  entityIndex,
  entityWith,
  filterOf,
  numberFields,
} from '../phrases.ts'
import { limitPieces } from '../ranking.ts'
import type { Entity, Field } from '../scene.ts'
import type { Piece, Saying, Speech } from '../speech.ts'

/** "How many days had no precipitation?": nothing of a number is zero. */
function nothing(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).length > 0)
  const field = entity && random.pickOr(numberFields(entity))
  if (entity === undefined || field === undefined) return undefined
  const noun = speech.entity(entity, true)
  const c = speech.field(field)
  const some = random.chance(0.35)
  const tail = some
    ? random.pick([`had some ${c}`, `with any ${c}`, `had a ${c} above zero`, `with ${c} at all`])
    : random.pick([
        `had no ${c}`,
        `with no ${c}`,
        `have no ${c}`,
        `without any ${c}`,
        `with zero ${c}`,
        `had zero ${c}`,
      ])
  const counts = random.chance(0.65) || entity.name === undefined
  const dimension = counts && random.chance(0.3) ? dimensionOf(speech, entity, [field]) : undefined
  const tables = fromPieces(speech.scene, [entityIndex(speech, entity), ...(dimension ? [dimension.entity] : [])])
  const by = dimension === undefined ? '' : random.pick([` by ${dimension.text}`, ` per ${dimension.text}`])
  const select: Piece[] = counts
    ? [...(dimension?.program ?? []), 'count', '*']
    : [{ item: (entity.name as Field).item }]
  return (
    tables && {
      text: counts
        ? `${random.pick(['how many', 'number of', 'count of'])} ${noun} ${tail}${by}`
        : `${random.pick(['which', 'list all', 'show'])} ${noun} ${tail}`,
      program: [
        'select',
        ...select,
        'where',
        { item: field.item },
        some ? '>' : '=',
        '#0',
        ...(dimension === undefined ? [] : (['group', ...dimension.group] as Piece[])),
        ...tables,
      ],
    }
  )
}

/** "the 5 windiest days": an adjective made of the measure's own noun. */
const QUALITY =
  /^(?:.* )?(rain|wind|snow|cloud|sun|fog|dust|cost|risk|noise|health|wealth|price|fat|salt|sugar|juice|storm|frost)s?$/
const NOUN_QUALITY: Record<string, string> = { cost: 'costliest', price: 'priciest', noise: 'noisiest', juice: 'juiciest', precipitation: 'rainiest', rainfall: 'rainiest', sunshine: 'sunniest', sun: 'sunniest', fog: 'foggiest', fat: 'fattiest', snowfall: 'snowiest', temperature: 'hottest', speed: 'fastest', distance: 'longest', duration: 'longest', weight: 'heaviest', mass: 'heaviest', freight: 'heaviest', age: 'oldest', height: 'tallest', depth: 'deepest', population: 'most populous', revenue: 'most lucrative', profit: 'most profitable', rating: 'best rated', visits: 'most visited', views: 'most viewed', likes: 'most liked', downloads: 'most downloaded', power: 'most powerful', traffic: 'busiest' } // biome-ignore format: a table

function qualityOf(field: Field): string | undefined {
  const last = field.words.split(' ').at(-1) as string
  const known = NOUN_QUALITY[last]
  if (known !== undefined) return known
  const noun = QUALITY.exec(field.words)?.[1]
  return noun === undefined ? undefined : `${noun}iest`
}

function quality(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => numberFields(one).some((field) => qualityOf(field) !== undefined))
  const field = entity && random.pickOr(numberFields(entity).filter((one) => qualityOf(one) !== undefined))
  if (entity === undefined || field === undefined) return undefined
  const shown = entity.name ?? random.pickOr(entity.fields.filter(({ sense }) => sense.kind === 'date'))
  if (shown === undefined) return undefined
  const one = random.chance(0.45)
  const limit = limitPieces(speech, one)
  const filter = filterOf(speech, entity, 0.35, [field])
  const noun = described(speech, timed(speech, entity, shown, !one), filter)
  const count = limit.count === undefined ? '' : `${limit.count} `
  const adjective = qualityOf(field) as string
  const both = random.chance(0.3)
  const text = one
    ? random.pick([`what was the ${adjective} ${noun}`, `which was the ${adjective} ${noun}`, `the ${adjective} ${noun}`, `find the ${adjective} ${noun}`])
    : random.pick([`${adjective} ${count}${noun}`, `the ${count}${adjective} ${noun}`, `show the ${count}${adjective} ${noun}`, `what were the ${count}${adjective} ${noun}`]) // biome-ignore format: a table
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  return (
    from && {
      text: both ? `${text}, with the ${speech.field(field)}` : text,
      program: [
        'select',
        { item: shown.item },
        ...(both ? [{ item: field.item }] : []),
        ...filter.program,
        'order',
        { item: field.item },
        'desc',
        'limit',
        ...limit.program,
        ...from,
      ],
    }
  )
}

/** Rows that are told apart by their date alone are often called by it: "days". */
function timed(speech: Speech, entity: Entity, shown: Field, many: boolean): string {
  const day = shown.senseName === 'timestamp' ? speech.random.pick(['moment', 'time']) : 'day'
  if (shown === entity.name || !speech.random.chance(0.7)) return speech.entity(entity, many)
  return many ? `${day}s` : day
}

/** "days with wind above 9": the dates of rows that satisfy a condition, in a table whose rows have no name. */
function days(speech: Speech): Saying | undefined {
  const { random } = speech
  const entity = entityWith(speech, (one) => one.name === undefined && dateFields(one).length > 0)
  const date = entity && dateFields(entity)[0]
  if (entity === undefined || date === undefined || date.senseName === 'timestamp') return undefined
  const filter = filterOf(speech, entity, 1, [date])
  const from = fromPieces(speech.scene, [entityIndex(speech, entity)])
  if (filter.conditions.length === 0 || from === undefined) return undefined
  const noun = described(speech, 'days', filter)
  if (random.chance(0.4)) {
    const text = random.pick([
      `how many ${noun} were there`,
      `number of ${noun}`,
      `how many ${noun}`,
      `count the ${noun}`,
    ])
    return { text, program: ['select', 'count', '*', ...filter.program, ...from] }
  }
  const asked = [noun, noun, `which days ${clauses(filter)}`, `list the ${noun}`, `show all ${noun}`]
  return { text: random.pick(asked), program: ['select', { item: date.item }, ...filter.program, ...from] }
}

export const QUALITY_FAMILIES: Family[] = [
  { name: 'nothing', weight: 4, why: '"No rain" is zero, not missing.', say: nothing },
  { name: 'quality', weight: 4, why: '"Windiest" is the highest wind.', say: quality },
  { name: 'days', weight: 3, why: 'Rows called by their date.', say: days },
]
