import type { Column, Kind } from '../catalog.ts'
import type { Row } from './duckdb.ts'
import { KEY_WORDS } from './keys.ts'
import { identifier } from './load.ts'
import { nameWords } from './names.ts'
import type { Session } from './session.ts'

/** What a pass over a column tells, before its role is inferred. */
export type Profile = Pick<Column, 'nullShare' | 'distinct' | 'min' | 'max' | 'frequent' | 'values'> & {
  /** Count of non-NULL values. */
  present: number
  /** Mean length of text values in characters; 0 for other kinds. */
  meanLength: number
}

/** The coarse kind of a DuckDB type. */
export function kindOf(type: string): Kind {
  const plain = type.toUpperCase()
  if (/\[\d*\]$/.test(plain)) return 'other'
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL.*|BIGNUM)$/.test(plain)) return 'number'
  if (/^(DATE|TIMESTAMP.*)$/.test(plain)) return 'date'
  if (plain === 'BOOLEAN') return 'bool'
  return /^(VARCHAR|UUID|ENUM.*|CHAR.*|TEXT)$/.test(plain) ? 'text' : 'other'
}

/** Columns per query: a thousand in one would make DuckDB plan for seconds. */
const CHUNK = 100
/** Rows up to which distinct values are counted exactly. */
const EXACT_ROWS = 100_000

/** Rows and column profiles of a loaded relation; `whole` is a relation over all rows when `name` holds a sample. */
export async function profileColumns(
  relation: { name: string; whole?: string },
  columns: { name: string; type: string }[],
  session: Session,
): Promise<{ rows: number; profiles: Profile[] }> {
  const profiles: Profile[] = []
  const [size] = await session.reader.rows(`SELECT count(*)::DOUBLE AS n FROM ${relation.name}`)
  const exact = relation.whole === undefined && Number(size?.['n']) <= EXACT_ROWS
  let rows = Number(size?.['n'])
  for (let first = 0; first < columns.length; first += CHUNK) {
    const part = columns.slice(first, first + CHUNK)
    const aggregates = part.flatMap((column, index) => aggregatesOf(column, index, exact))
    const sql = `SELECT count(*)::DOUBLE AS n, ${aggregates.join(', ')} FROM ${relation.whole ?? relation.name}`
    const [row = {}] = await session.reader.rows(sql)
    rows = Number(row['n'])
    for (const [index, column] of part.entries()) {
      const frequent = await frequentValues(relation.name, column, session)
      profiles.push(profileOf(row, column, index, { found: frequent, exact }, session))
    }
  }
  if (!exact) await countLikelyKeys(relation.whole ?? relation.name, rows, { columns, profiles }, session)
  return { rows, profiles }
}

/** How far an estimate of distinct values may be from the count of rows for the column to be unique after all. */
const ESTIMATE_ERROR = 0.15
/** Columns counted exactly: each costs the memory of its values. */
const LIKELY_KEYS = 2

/** The estimate cannot tell a key from a column with a few repeats: columns called like keys are counted. */
async function countLikelyKeys(
  relation: string,
  rows: number,
  found: { columns: { name: string; type: string }[]; profiles: Profile[] },
  session: Session,
): Promise<void> {
  const likely = found.profiles
    .map((profile, index) => ({ profile, name: found.columns[index]?.name ?? '' }))
    .filter(({ profile, name }) => {
      const near = profile.distinct >= rows * (1 - ESTIMATE_ERROR) && profile.present === rows
      return near && KEY_WORDS.has(nameWords(name).at(-1) ?? '')
    })
    .slice(0, LIKELY_KEYS)
  if (likely.length === 0) return
  const counts = likely.map(({ name }, index) => `count(DISTINCT ${identifier(name)})::DOUBLE AS k${index}`)
  const [row] = await session.reader.rows(`SELECT ${counts.join(', ')} FROM ${relation}`)
  for (const [index, { profile }] of likely.entries()) profile.distinct = Number(row?.[`k${index}`])
}

function aggregatesOf({ name, type }: { name: string; type: string }, index: number, exact: boolean): string[] {
  const column = identifier(name)
  const kind = kindOf(type)
  const parts = [`count(${column})::DOUBLE AS c${index}`]
  if (kind === 'other') return parts
  if (!exact) parts.push(`approx_count_distinct(${column})::DOUBLE AS d${index}`)
  if (kind === 'text') parts.push(`avg(length(${column}))::DOUBLE AS l${index}`)
  if (kind === 'number' || kind === 'date') {
    const finite = /^(DOUBLE|FLOAT|REAL|DATE|TIMESTAMP.*)$/.test(type) ? ` FILTER (isfinite(${column}))` : ''
    parts.push(`min(${column})${finite}::VARCHAR AS a${index}`, `max(${column})${finite}::VARCHAR AS z${index}`)
  }
  return parts
}

async function frequentValues(
  relation: string,
  { name, type }: { name: string; type: string },
  session: Session,
): Promise<Row[]> {
  const kind = kindOf(type)
  if (kind === 'other') return []
  const { catalog_values_per_column, catalog_frequent_values, catalog_value_max_chars } = session.settings
  const column = identifier(name)
  const short = kind === 'text' ? `length(v) > ${catalog_value_max_chars}, ` : ''
  const limit = kind === 'text' ? Math.max(catalog_values_per_column, catalog_frequent_values) : catalog_frequent_values
  return session.reader.rows(
    `SELECT v::VARCHAR AS v, n, d FROM (
       SELECT ${column} AS v, count(*)::DOUBLE AS n, (count(*) OVER ())::DOUBLE AS d FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY ALL)
     ORDER BY ${short}n DESC, v LIMIT ${limit}`,
  )
}

function profileOf(
  row: Row,
  { type }: { type: string },
  index: number,
  counted: { found: Row[]; exact: boolean },
  session: Session,
): Profile {
  const { found, exact } = counted
  const most = session.settings.catalog_value_max_chars
  const kind = kindOf(type)
  const rows = Number(row['n'])
  const present = Number(row[`c${index}`])
  const short = kind === 'text' ? found.filter((entry) => String(entry['v']).length <= most) : found
  const values = short.map((entry) => ({ value: cellText(String(entry['v']), kind), count: Number(entry['n']) }))
  const min = row[`a${index}`]
  const max = row[`z${index}`]
  return {
    present,
    nullShare: rows === 0 ? 0 : (rows - present) / rows,
    distinct: Math.min(Number((exact ? found[0]?.['d'] : row[`d${index}`]) ?? 0), present),
    meanLength: Number(row[`l${index}`] ?? 0),
    ...(min === null || min === undefined ? {} : { min: cellText(String(min), kind) }),
    ...(max === null || max === undefined ? {} : { max: cellText(String(max), kind) }),
    frequent: values.slice(0, session.settings.catalog_frequent_values),
    values:
      kind === 'text' ? values.slice(0, session.settings.catalog_values_per_column).map(({ value }) => value) : [],
  }
}

/** DuckDB's text of a value in the catalog's notation: JavaScript numbers, ISO 8601. */
export function cellText(text: string, kind: Kind): string {
  if (kind === 'date') return text.replace(' ', 'T').replace(/\+00$/, 'Z')
  if (kind !== 'number') return text
  const number = Number(text)
  return Number.isSafeInteger(number) || (Number.isFinite(number) && /[.e]/.test(text)) ? String(number) : text
}
