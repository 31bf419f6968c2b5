import type { Kind, Role } from '../catalog.ts'
import { SHORT_ID } from './keys.ts'
import { nameWords } from './names.ts'
import type { Profile } from './profile.ts'

/** What a role is inferred from, before keys are known. */
export interface Evidence {
  words: Set<string>
  last: string
  kind: Kind
  type: string
  rows: number
  profile: Profile
}

interface RoleRule {
  role: Role
  name: string
  when: (evidence: Evidence) => boolean
  why: string
}

const PLACES = words(
  'country countries nation city town state province region county district municipality continent location place territory borough suburb village zip zipcode postcode postal',
)
const RATES = words(
  'percent percentage pct % rate ratio share perc discount margin score rating gpa grade average avg mean median index price temperature temp age height weight speed probability per density efficiency latency mpg',
)
const ORDERED = words(
  'level rank ranking stars stage round position priority severity tier quarter month week weekday hour day class grade order sequence seq step',
)
const CODES = words(
  'id ids code number no num nr zip zipcode postcode phone fax mobile isbn ssn extension ext key uid uuid guid sku fips iata icao',
)
const PROSE = words(
  'description desc comment comments note notes remark remarks text body review summary abstract message content biography bio details url link email mail website address phone fax street',
)
const AMOUNTS = words('count number num quantity qty total amount sum price cost')
const SCALES = ['low medium high', 'small large', 'jan feb mar', 'january february march', 'mon tue wed', 'monday tuesday wednesday', 's m l', 'poor good excellent', 'never always', 'q1 q2 q3'].map(words) // biome-ignore format: a list

function words(text: string): Set<string> {
  return new Set(text.split(' '))
}

const number = (evidence: Evidence) => evidence.kind === 'number'
const text = (evidence: Evidence) => evidence.kind === 'text'
const whole = ({ type }: Evidence) => /INT/.test(type)
const any = (evidence: Evidence, set: Set<string>) => [...evidence.words].some((word) => set.has(word))
const within = ({ profile }: Evidence, low: number, high: number) =>
  profile.min !== undefined && Number(profile.min) >= low && Number(profile.max) <= high

/** First rule that holds gives the role; keys found later overrule it. */
export const ROLE_RULES: RoleRule[] = [
  { role: 'latitude', name: 'latitude', when: (e) => number(e) && (e.words.has('lat') || e.words.has('latitude')) && within(e, -90, 90), why: 'Named so and within ±90 degrees.' },
  { role: 'longitude', name: 'longitude', when: (e) => number(e) && ['lon', 'lng', 'long', 'longitude'].some((word) => e.words.has(word)) && within(e, -180, 180), why: 'Named so and within ±180 degrees.' },
  { role: 'time', name: 'date', when: (e) => e.kind === 'date', why: 'Dates and timestamps are time.' },
  { role: 'time', name: 'year', when: (e) => number(e) && (e.words.has('year') || e.words.has('yr')) && within(e, 1000, 2200), why: 'A number named year with values that are years.' },
  { role: 'category', name: 'truth', when: (e) => e.kind === 'bool', why: 'Two groups.' },
  { role: 'category', name: 'number code', when: (e) => number(e) && whole(e) && (CODES.has(e.last) || SHORT_ID.test(e.last)), why: 'Numbers that name things are not added up.' },
  { role: 'category', name: 'flag', when: (e) => number(e) && whole(e) && e.profile.distinct <= 2 && within(e, 0, 1) && e.rows > 2, why: '0 and 1 are no and yes.' },
  { role: 'ordered', name: 'number scale', when: (e) => number(e) && whole(e) && any(e, ORDERED) && e.profile.distinct <= 60 && !e.words.has('total'), why: 'Few whole numbers on a named scale.' },
  { role: 'rate', name: 'rate', when: (e) => number(e) && any(e, RATES) && !e.words.has('total'), why: 'Averages of it mean something, its sum does not.' },
  { role: 'ordered', name: 'few whole numbers', when: (e) => number(e) && whole(e) && e.profile.distinct <= 6 && e.rows > 50 * e.profile.distinct && !any(e, AMOUNTS), why: 'A handful of numbers over and over are codes or steps.' },
  { role: 'measure', name: 'number', when: number, why: 'Any other number can be summed.' },
  { role: 'place', name: 'place', when: (e) => text(e) && any(e, PLACES), why: 'Named after a kind of place.' },
  { role: 'text', name: 'prose', when: (e) => text(e) && (any(e, PROSE) || e.profile.meanLength > 60), why: 'Long or free text is read, not grouped.' },
  { role: 'ordered', name: 'text scale', when: (e) => text(e) && isScale(e.profile), why: 'Its values are a known scale.' },
  { role: 'name', name: 'name', when: (e) => text(e) && (e.last === 'name' || e.last === 'title' || e.words.has('fullname')), why: 'Named name or title.' },
  { role: 'category', name: 'few values', when: (e) => text(e) && e.profile.distinct <= Math.max(12, e.profile.present / 2), why: 'Values recur: they form groups.' },
  { role: 'name', name: 'own values', when: text, why: 'Nearly every row has its own short text.' },
  { role: 'category', name: 'other', when: () => true, why: 'Lists and objects are only shown.' },
] // biome-ignore format: a table

function isScale({ values }: Profile): boolean {
  if (values.length < 2 || values.length > 31) return false
  const own = new Set(values.map((value) => value.trim().toLowerCase()))
  return SCALES.some((scale) => [...scale].every((word) => own.has(word)))
}

/** The role a column plays, by the first rule of ROLE_RULES that holds. */
export function roleOf(column: { name: string; type: string; kind: Kind }, rows: number, profile: Profile): Role {
  const { name, type, kind } = column
  const list = nameWords(name)
  const evidence = { words: new Set(list), last: list.at(-1) ?? '', kind, type, rows, profile }
  return ROLE_RULES.find((rule) => rule.when(evidence))?.role ?? 'category'
}
