import { identifier, readerSql } from './load.ts'
import { castSql, checkSql, DOUBTFUL, ENOUGH, likelyReadings, presentSql, type Reading } from './readings.ts'
import { loadRows } from './sample.ts'
import { addNote, type RawTable, type Session } from './session.ts'

/** A column with its final type and the SQL that makes it from what the reader gives. */
export interface TypedColumn {
  name: string
  type: string
  expression: string
  /** Unit that a reading took off the values: `%`, `$`. */
  unit?: string
}

/** Cells looked at to guess what text columns hold, and rows at most; the guess is then tried on all rows. */
const SAMPLE_CELLS = 200_000
const SAMPLE_ROWS = 1000

type Tried = Count & { reading: Reading }

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
  const texts = raw.columns.filter(({ name, type }) => type === 'VARCHAR' && !keepText.has(name.toLowerCase()))
  const samples = await sampleValues(loaded.name, texts, session)
  const readings = texts.map((column, index) => likelyReadings(column.name, samples[index] ?? []))
  const best = await bestReadings(loaded, texts, readings, session)
  return raw.columns.map((column) => {
    const plain = { name: column.name, type: column.type, expression: column.expression }
    const found = best.get(column.name)
    return found === undefined || found.present === 0 ? plain : retyped(plain, found, loaded, session)
  })
}

interface Count {
  present: number
  read: number
}

/** Each column's readings are tried in turn, the next one only where the last did not read enough. */
async function bestReadings(
  loaded: { name: string; file: string },
  columns: RawTable['columns'],
  readings: Reading[][],
  session: Session,
): Promise<Map<string, Tried>> {
  const best = new Map<string, Tried>()
  const open = () => columns.map((column, index) => ({ column, reading: readings[index]?.shift() }))
  for (let tries = open(); ; tries = open()) {
    const wanted = tries.flatMap(({ column, reading }) => {
      const known = best.get(column.name)
      const done = known !== undefined && known.read >= known.present * ENOUGH
      return reading === undefined || (done && !isOtherOrder(known.reading, reading)) ? [] : [{ column, reading }]
    })
    if (wanted.length === 0 && readings.every((list) => list.length === 0)) return best
    const counts = await countReadable(loaded.name, wanted, session)
    for (const [index, { column, reading }] of wanted.entries()) {
      const tried = { reading, ...(counts[index] as Count) }
      const known = best.get(column.name)
      if (known !== undefined && isOtherOrder(known.reading, reading))
        noteAmbiguous(known, tried, column.name, loaded.file, session)
      if (known === undefined || tried.read > known.read) best.set(column.name, tried)
    }
  }
}

async function sampleValues(relation: string, columns: RawTable['columns'], session: Session): Promise<string[][]> {
  if (columns.length === 0) return []
  const limit = Math.min(SAMPLE_ROWS, Math.ceil(SAMPLE_CELLS / columns.length))
  const list = columns.map(({ name }, index) => `${identifier(name)} AS s${index}`)
  const rows = await session.reader.rows(`SELECT ${list.join(', ')} FROM ${relation} LIMIT ${limit}`)
  const samples = columns.map(
    (_, index) => rows.map((row) => row[`s${index}`]).filter((value) => value !== null) as string[],
  )
  for (const [index, sample] of samples.entries()) {
    if (sample.length === 0 && rows.length === limit)
      sample.push(...(await laterValues(relation, columns[index]?.name ?? '', session)))
  }
  return samples
}

/** Values of a column that is empty in the first rows. */
async function laterValues(relation: string, name: string, session: Session): Promise<string[]> {
  const column = identifier(name)
  const rows = await session.reader.rows(`SELECT ${column} AS v FROM ${relation} WHERE ${column} IS NOT NULL LIMIT 100`)
  return rows.map((row) => String(row['v']))
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
  best: Tried,
  context: { whole: boolean; file: string },
  session: Session,
): TypedColumn {
  const { reading, present, read } = best
  const what = reading.type === 'DATE' || reading.type === 'TIMESTAMP' ? 'dates' : 'numbers'
  const { file } = context
  if (read < present * ENOUGH) {
    const text = `Column ${plain.name} of ${file} holds ${what} but ${present - read} values are none: it stays text.`
    if (reading.type !== 'BOOLEAN' && read >= present * DOUBTFUL)
      addNote(session, { code: `${what}-as-text`, file, text })
    return plain
  }
  if (read < present) {
    const text = `${present - read} values of column ${plain.name} of ${file} are no ${what} and count as empty.`
    addNote(session, { code: 'unreadable-values', file, text })
  }
  const exact = context.whole && read === present
  const cast = castSql(reading, plain.expression)
  const expression = exact ? cast : `CASE WHEN ${checkSql(reading, plain.expression)} THEN ${cast} END`
  return { ...plain, type: reading.type, expression, ...(reading.name === 'percent' ? { unit: '%' } : {}) }
}

/** 03/04/2021: month/day and day/month are both tried. */
function isOtherOrder(known: Reading, reading: Reading): boolean {
  return known.name === 'month/day/year' && reading.name === 'day/month/year'
}

function noteAmbiguous(known: Tried, tried: Tried, column: string, file: string, session: Session): void {
  if (known.read < known.present || tried.read < tried.present || known.present === 0) return
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

/** Loads a raw relation under its wanted names into RAW_ROWS, unless finding out how to read it has done so. */
export async function loadRaw(raw: RawTable, session: Session): Promise<void> {
  if (raw.loaded !== true) await loadRows(rawSql(raw), raw.source.bytes, session)
}

function rawSql(raw: RawTable): string {
  const columns = raw.columns.map(({ name, expression }) => `${expression} AS ${identifier(name)}`)
  const filter = raw.source.filter === undefined ? '' : ` WHERE ${raw.source.filter}`
  return `SELECT ${columns.join(', ')} FROM ${readerSql(raw.source)}${filter}`
}
