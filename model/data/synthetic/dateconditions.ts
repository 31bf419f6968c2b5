/** Conditions on dates: days, months, quarters, years, and periods told from today. */
import type { Keyword } from '../../../src/draft/program.ts'
import type { Condition } from './conditions.ts'
import type { Random } from './random.ts'
import type { Entity, Field } from './scene.ts'
import type { Speech } from './speech.ts'

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] // biome-ignore format: a list

interface Said {
  text: string
  /** "in 2020", "on May 3", but "last month" and "yesterday" stand alone. */
  lead: '' | 'in' | 'on'
}

const UNITS = ['day', 'week', 'month', 'quarter', 'year']

/** A period told from today. */
function relativePeriod(random: Random): Said {
  const unit = random.pick(UNITS)
  const counts: Record<string, number[]> = {
    day: [7, 10, 14, 30, 60, 90],
    week: [2, 4, 6, 8],
    month: [2, 3, 6, 12, 18],
    quarter: [2, 4],
    year: [2, 3, 5, 10],
  }
  const count = random.pick(counts[unit] ?? [2])
  const forms: Said[] = [
    { text: `last ${count} ${unit}s`, lead: 'in' },
    { text: `past ${count} ${unit}s`, lead: 'in' },
    { text: `last ${count} ${unit}s`, lead: 'in' },
    ...(unit === 'day' ? [{ text: 'today', lead: '' } as const, { text: 'yesterday', lead: '' } as const] : []),
    ...(unit === 'day'
      ? []
      : [
          { text: `last ${unit}`, lead: '' } as const,
          { text: `this ${unit}`, lead: '' } as const,
          { text: `previous ${unit}`, lead: 'in' } as const,
          { text: `current ${unit}`, lead: 'in' } as const,
        ]),
    ...(unit === 'year' ? [{ text: 'year to date', lead: '' } as const] : []),
  ]
  return random.pick(forms)
}

/** A stored date as people say it, or the month, quarter or year it lies in. */
function saidDate(random: Random, stored: string, exact: boolean): Said {
  const [year = '', month = '01', day = '01'] = stored.slice(0, 10).split('-')
  const name = MONTHS[Number(month) - 1] ?? 'January'
  const d = String(Number(day))
  const days: string[] = [
    `${year}-${month}-${day}`,
    `${year}-${month}-${day}`,
    `${name} ${d}, ${year}`,
    `${d} ${name} ${year}`,
    `${name.slice(0, 3)} ${d}, ${year}`,
    `${name} ${ordinal(Number(day))}, ${year}`,
    `${Number(month)}/${d}/${year}`,
  ]
  if (exact) return { text: random.pick(days), lead: 'on' }
  const r = random.next()
  if (r < 0.5) return { text: year, lead: 'in' }
  if (r < 0.75)
    return {
      text: random.pick([`${name} ${year}`, `${name} ${year}`, `${name.slice(0, 3)} ${year}`, `${year}-${month}`]),
      lead: 'in',
    }
  if (r < 0.9) return { text: random.pick([`Q${quarter(month)} ${year}`, `${year} Q${quarter(month)}`]), lead: 'in' }
  return { text: random.pick(days), lead: 'on' }
}

function quarter(month: string): number {
  return Math.ceil(Number(month) / 3)
}

function ordinal(day: number): string {
  const ending =
    day % 10 === 1 && day !== 11
      ? 'st'
      : day % 10 === 2 && day !== 12
        ? 'nd'
        : day % 10 === 3 && day !== 13
          ? 'rd'
          : 'th'
  return `${day}${ending}`
}

/** The verb of a date column: "hire date" → "hired", "created at" → "created". */
function verbOf(words: string): string | undefined {
  const known: Record<string, string> = {
    'hire date': 'hired',
    'release date': 'released',
    'launch date': 'launched',
    'signup date': 'signed up',
    'join date': 'joined',
    'birth date': 'born',
    'start date': 'started',
    'end date': 'ended',
    'order date': 'ordered',
    'shipped date': 'shipped',
    'delivery date': 'delivered',
    'sale date': 'sold',
    'purchase date': 'purchased',
    'issue date': 'issued',
    'due date': 'due',
    'departure time': 'departing',
    'arrival time': 'arriving',
    'listing date': 'listed',
    'expiry date': 'expiring',
    'published date': 'published',
    'booking date': 'booked',
    'payment date': 'paid',
  }
  return known[words] ?? /^(\w+ed) (?:at|date)$/.exec(words)?.[1] ?? /^(\w+ed) at$/.exec(words)?.[1]
}

/** A bare "in 2020" means this date: the only one of its entity, or the one named after it. */
export function isMainDate(speech: Speech, field: Field): boolean {
  const entity = speech.scene.entities[field.entity] as Entity
  const dates = entity.fields.filter((other) => other.sense.kind === 'date' || other.senseName === 'year')
  return dates.length === 1 || field.words === `${entity.words} date` || field.words === 'date'
}

interface Side {
  op: Keyword
  weight: number
  /** Words before the period; '' takes the period's own. */
  words: string[]
}

const SIDES: Side[] = [
  { op: '=', weight: 45, words: [''] },
  { op: '>', weight: 14, words: ['after'] },
  { op: '>=', weight: 14, words: ['since', 'since', 'starting', 'on or after', 'from'] },
  { op: '<', weight: 16, words: ['before', 'before', 'prior to', 'earlier than'] },
  { op: '<=', weight: 5, words: ['until', 'through', 'on or before', 'up to'] },
]

/** A condition on a date column. */
export function dateCondition(speech: Speech, field: Field): Condition | undefined {
  const { random } = speech
  if (random.chance(0.2)) return betweenDates(speech, field)
  const side = random.weighted(SIDES, (row) => row.weight)
  const said =
    side.op === '=' && random.chance(0.35)
      ? relativePeriod(random)
      : saidDate(random, random.pick(field.values).value, side.op === '<=' || (side.op !== '=' && random.chance(0.4)))
  const value = speech.value(said.text)
  const lead = random.pick(side.words)
  const words =
    side.op !== '='
      ? lead
      : said.lead === 'in'
        ? random.pick(
            /^(?:last|past|prev|current)/.test(said.text)
              ? ['in the', 'in the', 'over the', 'during the', 'within the', '']
              : ['in', 'in', 'during', 'for', 'from'],
          )
        : said.lead
  const period = `${words === 'starting' ? 'starting from' : words} ${value.text}`.trim()
  return {
    field,
    program: [{ item: field.item }, side.op, value.piece],
    ...ways(speech, field, period, side.op === '=' ? value.text : period),
  }
}

function ways(
  speech: Speech,
  field: Field,
  period: string,
  short: string,
): Pick<Condition, 'after' | 'clause' | 'short'> {
  const { random } = speech
  const c = speech.field(field)
  const verb = verbOf(field.words)
  const link =
    /^(?:in|on|since|after|before|during|between|from|until|over|within|prior|starting|through|earlier|up|for)/.test(
      period,
    )
      ? ''
      : ''
  const named = [`with ${c} ${period}`, `whose ${c} is ${period}`, `where ${c} is ${period}`]
  const said = verb !== undefined ? [`${verb} ${period}`, `${verb} ${period}`, `that were ${verb} ${period}`] : []
  const isVerb = verb !== undefined && random.chance(0.6)
  const after =
    isMainDate(speech, field) && random.chance(0.65)
      ? period
      : isVerb
        ? random.pick(said.filter((text) => verb !== 'due' || !text.startsWith('that')))
        : random.pick(named)
  const clause = `${c} is ${link}${period}`
  return { after: activeVerb(after), clause, short: isMainDate(speech, field) ? short : `${c} ${period}` }
}

/** "that were started", but "that joined". */
function activeVerb(text: string): string {
  return text.replace(/^that were (joined|signed up|started|ended|departing|arriving|expiring) /, (_, verb: string) =>
    /ing$/.test(verb) ? `${verb} ` : `that ${verb} `,
  )
}

function betweenDates(speech: Speech, field: Field): Condition | undefined {
  const { random } = speech
  const [low, high] = random
    .sample(field.values, 2)
    .map(({ value }) => value)
    .sort()
  if (low === undefined || high === undefined || low.slice(0, 7) === high.slice(0, 7)) return undefined
  const style = random.next()
  const form = (stored: string) => {
    const [year = '', month = '01', day = '01'] = stored.slice(0, 10).split('-')
    const name = MONTHS[Number(month) - 1] ?? 'January'
    if (style < 0.3) return `${year}-${month}-${day}`
    if (style < 0.55) return `${name.slice(0, 3)} ${Number(day)}, ${year}`
    if (style < 0.65) return `${name} ${Number(day)}, ${year}`
    return style < 0.85 ? `${name} ${year}` : year
  }
  if (form(low) === form(high)) return undefined
  const from = speech.value(form(low))
  const to = speech.value(form(high))
  const period = random.pick([
    `between ${from.text} and ${to.text}`,
    `between ${from.text} and ${to.text}`,
    `from ${from.text} to ${to.text}`,
    `from ${from.text} until ${to.text}`,
  ])
  return {
    field,
    program: [{ item: field.item }, 'between', from.piece, to.piece],
    ...ways(speech, field, period, period),
  }
}
