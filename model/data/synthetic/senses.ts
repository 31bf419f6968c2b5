/** What kinds of columns there are: the values they hold and the words people use of them. */
import type { Kind, Role } from '../../../src/catalog.ts'
import { pool } from './pools.ts'
import type { Random } from './random.ts'

/** Pairs of words for much and little of a column. */
export interface Sense {
  kind: Kind
  type: string
  role: Role
  /** Some distinct values as text, as stored. */
  values: (random: Random) => string[]
  /** Adjectives before the thing itself: "oldest employee", "cheapest product". */
  most?: string[]
  least?: string[]
  /** What follows "who are"/"that are" before a number: "older than". */
  above?: string[]
  below?: string[]
  /** A sum over rows means something. */
  additive?: boolean
  /** Counted things: "more than 5 clicks" is said, not "clicks above 5". */
  counted?: boolean
  /** The word before a value: "in Paris", "from Germany". */
  places?: string[]
}

const numbers =
  (low: number, high: number, decimals = 0) =>
  (random: Random) =>
    distinct(8, () => (low + random.next() ** 2 * (high - low)).toFixed(decimals))

const scaled = (least: number, most: number, decimals: number) => (random: Random) => {
  const top = 10 ** (least + random.next() * (most - least))
  const round = random.chance(0.5) ? 0 : decimals
  return distinct(8, () => (random.next() * top + 1).toFixed(round))
}

function distinct(count: number, make: () => string): string[] {
  return [...new Set(Array.from({ length: count }, make))]
}

const two = (n: number) => String(n).padStart(2, '0')

function dates(random: Random): string[] {
  const last = random.pick([2012, 2019, 2022, 2023, 2024, 2024, 2025])
  return distinct(
    8,
    () => `${random.int(last - random.int(1, 6), last)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`,
  )
}

const times = (random: Random) =>
  dates(random).map((date) => `${date} ${two(random.int(0, 23))}:${two(random.int(0, 59))}:00`)

const poolOf =
  (name: string, most = 10) =>
  (random: Random) =>
    random.sample(pool(name), random.int(Math.min(4, pool(name).length), most)).map(({ value }) => value)

const pairOf = (head: string, tail: string) => (random: Random) =>
  distinct(random.int(5, 9), () => `${random.pick(pool(head)).value} ${random.pick(pool(tail)).value}`)

const code = (random: Random) => {
  const head = random.pick(['A', 'SKU-', 'INV-', 'X', 'TX', 'B-', 'R', 'ZZ-', ''])
  return distinct(7, () => `${head}${random.int(100, 99999)}`)
}

const emails = (random: Random) =>
  distinct(
    6,
    () => `${random.pick(pool('firstname')).value.toLowerCase()}@${random.pick(pool('email provider')).value}`,
  )

const number: Omit<Sense, 'values'> = { kind: 'number', type: 'DOUBLE', role: 'measure' }
const whole: Omit<Sense, 'values'> = { kind: 'number', type: 'BIGINT', role: 'measure' }
const text: Omit<Sense, 'values'> = { kind: 'text', type: 'VARCHAR', role: 'text' }
const category: Omit<Sense, 'values'> = { kind: 'text', type: 'VARCHAR', role: 'category' }
const place: Omit<Sense, 'values'> = {
  kind: 'text',
  type: 'VARCHAR',
  role: 'place',
  places: ['in', 'from', 'in', 'located in', 'based in'],
}
const money = { most: ['most expensive', 'priciest', 'costliest'], least: ['cheapest', 'least expensive'] }

/** Every sense by name. A name in braces is a category with that pool's values. */
export const SENSES: Record<string, Sense> = {
  id: { kind: 'number', type: 'BIGINT', role: 'key', values: () => ['1', '2', '3', '4', '5', '6', '7', '8'] },
  money: { ...number, values: scaled(1.5, 5, 2), additive: true },
  price: {
    ...number,
    ...money,
    values: scaled(1, 3.5, 2),
    above: ['more expensive than', 'priced above'],
    below: ['cheaper than', 'priced below'],
  },
  'big money': { ...number, values: scaled(5, 9, 0), additive: true },
  salary: {
    ...number,
    most: ['highest paid', 'best paid'],
    least: ['lowest paid', 'worst paid'],
    values: numbers(18000, 180000),
    additive: true,
  },
  rate: { ...number, role: 'rate', values: numbers(0, 1, 2) },
  percent: { ...number, role: 'rate', values: numbers(0, 100, 1) },
  quantity: { ...whole, values: scaled(1, 4, 0), additive: true, counted: true },
  count: { ...whole, values: scaled(2, 6, 0), additive: true, counted: true },
  'big count': { ...number, values: scaled(4, 7, 0), additive: true },
  small: { ...whole, values: numbers(0, 12), additive: true, counted: true },
  age: {
    ...whole,
    values: numbers(18, 85),
    most: ['oldest'],
    least: ['youngest'],
    above: ['older than', 'over', 'above'],
    below: ['younger than', 'under', 'below'],
  },
  year: {
    ...whole,
    role: 'time',
    values: numbers(1900, 2024),
    most: ['newest', 'most recent', 'latest'],
    least: ['oldest', 'earliest'],
  },
  rating: {
    ...number,
    values: numbers(1, 10, 1),
    most: ['best rated', 'highest rated', 'top rated'],
    least: ['worst rated', 'lowest rated'],
  },
  stars: {
    ...whole,
    values: numbers(1, 5),
    most: ['best rated', 'highest rated'],
    least: ['worst rated', 'lowest rated'],
  },
  score: { ...number, values: numbers(0, 100, 1) },
  gpa: { ...number, values: numbers(1, 4, 2) },
  duration: {
    ...number,
    values: scaled(1.5, 3.5, 0),
    additive: true,
    most: ['longest'],
    least: ['shortest'],
    above: ['longer than'],
    below: ['shorter than'],
  },
  hours: {
    ...number,
    values: numbers(1, 60, 1),
    additive: true,
    counted: true,
    most: ['longest'],
    least: ['shortest'],
  },
  days: { ...whole, values: numbers(1, 60), additive: true, counted: true },
  months: { ...whole, values: numbers(1, 72), counted: true },
  years: { ...whole, values: numbers(0, 40), counted: true, most: ['most experienced'], least: ['least experienced'] },
  weight: {
    ...number,
    values: scaled(1, 3, 1),
    additive: true,
    most: ['heaviest'],
    least: ['lightest'],
    above: ['heavier than'],
    below: ['lighter than'],
  },
  height: {
    ...number,
    values: scaled(2, 3.7, 0),
    most: ['tallest', 'highest'],
    least: ['shortest', 'lowest'],
    above: ['taller than', 'higher than'],
    below: ['shorter than', 'lower than'],
  },
  distance: {
    ...number,
    values: scaled(2, 4.5, 0),
    additive: true,
    most: ['longest'],
    least: ['shortest'],
    above: ['longer than'],
    below: ['shorter than'],
  },
  area: {
    ...number,
    values: scaled(2.5, 6, 0),
    additive: true,
    most: ['largest', 'biggest'],
    least: ['smallest'],
    above: ['larger than', 'bigger than'],
    below: ['smaller than'],
  },
  capacity: { ...number, values: scaled(2, 5, 0), additive: true, most: ['largest', 'biggest'], least: ['smallest'] },
  'size gb': { ...number, values: numbers(1, 1000), most: ['largest'], least: ['smallest'] },
  temperature: {
    ...number,
    values: numbers(-20, 42, 1),
    most: ['hottest', 'warmest'],
    least: ['coldest'],
    above: ['hotter than', 'warmer than'],
    below: ['colder than'],
  },
  precipitation: { ...number, values: numbers(0, 80, 1), additive: true, most: ['wettest'], least: ['driest'] },
  speed: {
    ...number,
    values: scaled(1.5, 3, 0),
    most: ['fastest'],
    least: ['slowest'],
    above: ['faster than'],
    below: ['slower than'],
  },
  measure: { ...number, values: scaled(1, 4, 2) },
  population: {
    ...whole,
    values: scaled(4, 8.5, 0),
    additive: true,
    most: ['most populous', 'most populated', 'largest'],
    least: ['least populous', 'least populated'],
  },
  magnitude: { ...number, values: numbers(2, 9, 1), most: ['strongest'], least: ['weakest'] },
  pages: { ...whole, values: numbers(40, 1200), additive: true, counted: true, most: ['longest'], least: ['shortest'] },
  latitude: { ...number, role: 'latitude', values: numbers(-60, 70, 4) },
  longitude: { ...number, role: 'longitude', values: numbers(-170, 170, 4) },
  'status code': { ...whole, role: 'category', values: () => ['200', '201', '400', '401', '404', '500', '503'] },
  date: {
    kind: 'date',
    type: 'DATE',
    role: 'time',
    values: dates,
    most: ['latest', 'most recent', 'newest', 'last'],
    least: ['earliest', 'oldest', 'first'],
  },
  timestamp: {
    kind: 'date',
    type: 'TIMESTAMP',
    role: 'time',
    values: times,
    most: ['latest', 'most recent', 'newest', 'last'],
    least: ['earliest', 'oldest', 'first'],
  },
  firstname: { ...text, role: 'name', values: poolOf('firstname') },
  lastname: { ...text, role: 'name', values: poolOf('lastname') },
  person: { ...text, role: 'name', values: pairOf('firstname', 'lastname') },
  company: { ...text, role: 'name', values: pairOf('company head', 'company tail') },
  'place name': { ...text, role: 'name', values: pairOf('place head', 'place tail') },
  product: { ...text, role: 'name', values: poolOf('product') },
  title: { ...text, role: 'name', values: poolOf('title') },
  course: { ...text, role: 'name', values: poolOf('course') },
  drug: { ...text, role: 'name', values: poolOf('drug') },
  dish: { ...text, role: 'name', values: poolOf('dish') },
  crop: { ...text, role: 'name', values: poolOf('crop') },
  geo: { ...text, role: 'name', values: poolOf('geo') },
  team: { ...text, role: 'name', values: poolOf('team') },
  'team name': { ...category, values: poolOf('team name') },
  topic: { ...category, values: poolOf('topic') },
  username: {
    ...text,
    role: 'name',
    values: (random) => distinct(6, () => `${random.pick(pool('firstname')).value.toLowerCase()}${random.int(1, 99)}`),
  },
  email: { ...text, values: emails },
  phone: { ...text, values: (random) => distinct(5, () => `${random.int(200, 999)}-${random.int(1000, 9999)}`) },
  address: {
    ...text,
    values: (random) => distinct(5, () => `${random.int(1, 999)} ${random.pick(pool('place head')).value} Street`),
  },
  url: { ...text, values: (random) => distinct(5, () => `/${random.pick(pool('page')).value}/${random.int(1, 99)}`) },
  code: { ...text, values: code },
  iata: { ...text, values: () => ['JFK', 'LHR', 'CDG', 'FRA', 'NRT', 'LAX', 'ORD', 'AMS'] },
  version: { ...category, values: () => ['1.0', '1.2', '2.0', '2.1.3', '3.0'] },
  ticker: { ...text, values: poolOf('ticker') },
  note: { ...text, values: poolOf('note', 6) },
  city: { ...place, values: poolOf('city', 12) },
  country: { ...place, values: poolOf('country', 12) },
  'country code': { ...place, values: poolOf('country code', 8) },
  state: { ...place, values: (random) => poolOf(random.chance(0.4) ? 'state code' : 'state')(random) },
  gender: {
    ...category,
    values: (random) => pool(random.chance(0.6) ? 'gender code' : 'gender').map(({ value }) => value),
  },
  flag: { kind: 'bool', type: 'BOOLEAN', role: 'category', values: () => ['true', 'false'] },
  other: { ...text, values: pairOf('place head', 'product') },
}

const categories = new Map<string, Sense>()

/** The sense of that name, `{pool}` for a category; throws for an unknown name. */
export function senseOf(name: string): Sense {
  const known = SENSES[name] ?? categories.get(name)
  if (known !== undefined) return known
  if (!name.startsWith('{')) throw new Error(`no sense "${name}"`)
  const poolName = name.slice(1, -1)
  pool(poolName)
  const isPlace = poolName === 'region' || poolName === 'continent' || poolName === 'district'
  const sense: Sense = { ...(isPlace ? place : category), values: poolOf(poolName) }
  categories.set(name, sense)
  return sense
}

/** Senses told by the last words of a column's name, first match counts; for tables that come without senses. */
const BY_NAME: { words: RegExp; kinds: Kind[]; sense: string }[] = [
  { words: /\b(age)$/, kinds: ['number'], sense: 'age' },
  { words: /\b(years of experience|experience)$/, kinds: ['number'], sense: 'years' },
  { words: /\b(year|opened|founded|founded in|built)$/, kinds: ['number'], sense: 'year' },
  { words: /\b(price|cost|fee|fare)$/, kinds: ['number'], sense: 'price' },
  { words: /\b(salary|wage|income|pay)$/, kinds: ['number'], sense: 'salary' },
  {
    words: /\b(amount|revenue|sales|profit|budget|balance|money|gross|total|payment|payments|earnings|value|spend)$/,
    kinds: ['number'],
    sense: 'money',
  },
  { words: /\b(rating|stars)$/, kinds: ['number'], sense: 'rating' },
  { words: /\b(score|gpa|grade|points per game)$/, kinds: ['number'], sense: 'score' },
  { words: /\b(rate|percent|percentage|ratio|discount|share|pct)$/, kinds: ['number'], sense: 'percent' },
  { words: /\b(population|inhabitants)$/, kinds: ['number'], sense: 'population' },
  { words: /\b(weight)$/, kinds: ['number'], sense: 'weight' },
  { words: /\b(height|elevation|altitude)$/, kinds: ['number'], sense: 'height' },
  { words: /\b(length|distance|mileage)$/, kinds: ['number'], sense: 'distance' },
  { words: /\b(area|square feet|acres)$/, kinds: ['number'], sense: 'area' },
  { words: /\b(capacity)$/, kinds: ['number'], sense: 'capacity' },
  { words: /\b(duration|minutes|seconds|time)$/, kinds: ['number'], sense: 'duration' },
  { words: /\b(speed|mph|horsepower)$/, kinds: ['number'], sense: 'speed' },
  { words: /\b(temperature)$/, kinds: ['number'], sense: 'temperature' },
  { words: /\b(latitude|lat)$/, kinds: ['number'], sense: 'latitude' },
  { words: /\b(longitude|long|lng)$/, kinds: ['number'], sense: 'longitude' },
  {
    words:
      /\b(quantity|units|count|attendance|enrollment|employees|members|wins|losses|goals|points|gold|silver|bronze|votes|number of \w+|\w+ count|visitors|views|laps|games|matches|killed|injured|injuries)$/,
    kinds: ['number'],
    sense: 'quantity',
  },
  { words: /\b(pages)$/, kinds: ['number'], sense: 'pages' },
  { words: /\b(first name|fname|firstname)$/, kinds: ['text'], sense: 'firstname' },
  { words: /\b(last name|lname|lastname|surname)$/, kinds: ['text'], sense: 'lastname' },
  { words: /\b(city|town|hometown)$/, kinds: ['text'], sense: 'city' },
  { words: /\b(country|nation)$/, kinds: ['text'], sense: 'country' },
  { words: /\b(state|province|county)$/, kinds: ['text'], sense: 'state' },
  { words: /\b(region|continent|location|district|area)$/, kinds: ['text'], sense: '{region}' },
  { words: /\b(nationality)$/, kinds: ['text'], sense: '{nationality}' },
  { words: /\b(gender|sex)$/, kinds: ['text'], sense: 'gender' },
  { words: /\b(name|title)$/, kinds: ['text'], sense: 'person' },
  {
    words: /\b(type|category|status|kind|genre|class|level|position|rank|major|department)$/,
    kinds: ['text'],
    sense: '{category}',
  },
  { words: /./, kinds: ['date'], sense: 'date' },
  { words: /./, kinds: ['bool'], sense: 'flag' },
  { words: /./, kinds: ['number'], sense: 'measure' },
  { words: /./, kinds: ['text', 'other'], sense: 'other' },
]

/** The sense a column has by its name and kind alone. */
export function senseByName(words: string, kind: Kind): string {
  const rule = BY_NAME.find((row) => row.kinds.includes(kind) && row.words.test(words))
  return rule?.sense ?? 'other'
}
