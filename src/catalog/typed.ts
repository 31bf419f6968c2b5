import { identifier, readerSql } from './load.ts'
import { castSql, checkSql, DOUBTFUL, ENOUGH, likelyReadings, presentSql, type Reading } from './readings.ts'
import { addNote, type RawTable, type Session } from './session.ts'

/** A column with its final type and the SQL that makes it from what the reader gives. */
export interface TypedColumn {
  name: string
  type: string
  expression: string
  /** Unit that a reading took off the values: `%`, `$`. */
  unit?: string
}

/** Rows looked at to guess what a text column holds; the guess is then tried on all. */
const SAMPLE_ROWS = 1000

/**
 * Text columns re-typed as the numbers, dates and truth values they hold. `loaded` is a relation with the raw columns
 * (a sample when not `whole`); `keepText` names columns declared to be text.
 */
export async function typedColumns(
  raw: RawTable,
  loaded: { name: string; whole: boolean; file: string },
  keepText: Set<string>,
  session: Session,
): Promise<TypedColumn[]> {
  const texts = raw.columns.filter((column) => column.type === 'VARCHAR')
  const samples = await sampleValues(loaded.name, texts, session)
  const tries = texts.flatMap((column, index) =>
    likelyReadings(column.name, samples[index] ?? []).map((reading) => ({ column, reading })),
  )
  const counts = await countReadable(loaded.name, tries, session)
  return raw.columns.map((column) => {
    const own = tries
      .map((attempt, index) => ({ ...attempt, ...(counts[index] as Count) }))
      .filter((one) => one.column === column)
    const best = own.sort((a, b) => b.read - a.read)[0]
    const plain = { name: column.name, type: column.type, expression: column.expression }
    if (best === undefined || best.present === 0) return plain
    noteAmbiguous(own, column.name, loaded.file, session)
    return retyped(plain, best, { ...loaded, keep: keepText.has(column.name.toLowerCase()) }, session)
  })
}

interface Count {
  present: number
  read: number
}

async function sampleValues(relation: string, columns: RawTable['columns'], session: Session): Promise<string[][]> {
  if (columns.length === 0) return []
  const list = columns.map(({ name }) => `list(${identifier(name)}) FILTER (${identifier(name)} IS NOT NULL)`)
  const aliased = list.map((sql, index) => `${sql} AS s${index}`).join(', ')
  const [row = {}] = await session.reader.rows(
    `SELECT ${aliased} FROM (SELECT * FROM ${relation} LIMIT ${SAMPLE_ROWS})`,
  )
  return columns.map((_, index) => (row[`s${index}`] as string[] | null) ?? [])
}

async function countReadable(
  relation: string,
  tries: { column: RawTable['columns'][number]; reading: Reading }[],
  session: Session,
): Promise<Count[]> {
  const counts: Count[] = []
  for (let first = 0; first < tries.length; first += 50) {
    const part = tries.slice(first, first + 50)
    const sql = part.map(({ column, reading }, index) => {
      const name = identifier(column.name)
      const present = presentSql(name)
      return `count(*) FILTER (${present})::DOUBLE AS p${index}, count(*) FILTER (${present} AND ${checkSql(reading, name)})::DOUBLE AS r${index}`
    })
    const [row = {}] = await session.reader.rows(`SELECT ${sql.join(', ')} FROM ${relation}`)
    for (const index of part.keys()) counts.push({ present: Number(row[`p${index}`]), read: Number(row[`r${index}`]) })
  }
  return counts
}

function retyped(
  plain: TypedColumn,
  best: Count & { reading: Reading },
  context: { whole: boolean; keep: boolean; file: string },
  session: Session,
): TypedColumn {
  const { reading, present, read } = best
  const share = read / present
  const what = reading.type === 'DATE' || reading.type === 'TIMESTAMP' ? 'dates' : 'numbers'
  if (context.keep || share < ENOUGH) {
    const code = `${what}-as-text`
    if (reading.type !== 'BOOLEAN' && share >= DOUBTFUL && !context.keep) {
      addNote(session, {
        code,
        file: context.file,
        text: `Column ${plain.name} of ${context.file} holds ${what} but ${present - read} values are none: it stays text.`,
      })
    }
    return plain
  }
  if (read < present) {
    const text = `${present - read} values of column ${plain.name} of ${context.file} are no ${what} and count as empty.`
    addNote(session, { code: 'unreadable-values', file: context.file, text })
  }
  const exact = context.whole && read === present
  const cast = castSql(reading, plain.expression)
  const expression = exact ? cast : `CASE WHEN ${checkSql(reading, plain.expression)} THEN ${cast} END`
  return { ...plain, type: reading.type, expression, ...(reading.name === 'percent' ? { unit: '%' } : {}) }
}

/** 03/04/2021 in every row: both orders fit, the American one is taken and said. */
function noteAmbiguous(own: (Count & { reading: Reading })[], column: string, file: string, session: Session): void {
  const full = own.filter(
    ({ reading, present, read }) => read === present && /^(month\/day|day\/month)\/year$/.test(reading.name),
  )
  if (full.length < 2) return
  const text = `Dates in column ${column} of ${file} fit month/day and day/month: month/day was taken.`
  addNote(session, { code: 'ambiguous-dates', file, text })
}

/**
 * Types brought to what the values need: HUGEINT to BIGINT where it fits, timestamps that are all midnight to DATE, and
 * identifiers that a gap turned into decimals (12.0) back to whole numbers. For whole relations only.
 */
export async function narrowed(columns: TypedColumn[], relation: string, session: Session): Promise<TypedColumn[]> {
  const tests = columns.map((column) =>
    NARROWINGS.find(({ from, named }) => from.test(column.type) && named.test(column.name)),
  )
  const sql = tests.flatMap((test, index) => {
    const name = identifier(columns[index]?.name ?? '')
    return test === undefined ? [] : [`bool_and(${test.when.replaceAll('{}', name)}) AS t${index}`]
  })
  if (sql.length === 0) return columns
  const [row = {}] = await session.reader.rows(`SELECT ${sql.join(', ')} FROM ${relation}`)
  return columns.map((column, index) => {
    const test = tests[index]
    if (test === undefined || row[`t${index}`] !== true) return column
    return { ...column, type: test.to, expression: `CAST(${column.expression} AS ${test.to})` }
  })
}

const NARROWINGS = [
  { from: /^U?HUGEINT$/, named: /./s, when: '{} BETWEEN -9223372036854775807 AND 9223372036854775807', to: 'BIGINT' },
  { from: /^TIMESTAMP(_S|_MS|_NS)?$/, named: /./s, when: "{} = date_trunc('day', {})", to: 'DATE' },
  {
    from: /^DOUBLE$/,
    named: /(id|code|key|no|nr|num|year|yr)$/i,
    when: '{} = floor({}) AND abs({}) < 9e15',
    to: 'BIGINT',
  },
]

/** Loads a raw relation under its wanted names: all of it, or a random sample when it is large. */
export async function loadRaw(raw: RawTable, target: string, session: Session): Promise<{ whole: boolean }> {
  const { catalog_full_mb, catalog_sample_rows } = session.settings
  const whole = raw.source.bytes <= catalog_full_mb * 1024 * 1024
  const sample = whole ? '' : ` USING SAMPLE reservoir(${catalog_sample_rows} ROWS) REPEATABLE (1)`
  await session.reader.rows(`CREATE OR REPLACE TEMP TABLE ${target} AS SELECT * FROM (${rawSql(raw)})${sample}`)
  return { whole }
}

function rawSql(raw: RawTable): string {
  const columns = raw.columns.map(({ name, expression }) => `${expression} AS ${identifier(name)}`)
  const filter = raw.source.filter === undefined ? '' : ` WHERE ${raw.source.filter}`
  return `SELECT ${columns.join(', ')} FROM ${readerSql(raw.source)}${filter}`
}
