/** What text in a column may stand for. `test` judges one value, `check` is the same in SQL, `cast` turns `{}` into the type. */
export interface Reading {
  name: string
  type: string
  test: RegExp
  cast: string
  /** Words the column's name must hold, for readings that a number alone does not prove. */
  named?: RegExp
  why: string
}

/** Cells that people write for "no value"; they become NULL in columns of numbers, dates and truth values only. */
export const NULL_WORDS = ['', 'na', 'n/a', '#n/a', 'null', 'none', 'nan', 'nil', '-', '--', '.', '?', 'unknown', '\\n'] // biome-ignore format: a list

const plainNumber = "replace(replace(replace(replace(replace(trim({}), ',', ''), '$', ''), '€', ''), '£', ''), ' ', '')"
const strptime = (format: string) => `try_strptime(trim({}), '${format}')`
const asDate = (format: string) => `CAST(${strptime(format)} AS DATE)`
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)'
const MONTH_LONG = '(?:january|february|march|april|may|june|july|august|september|october|november|december)'

/** In order of preference: the first whose share of readable values is highest wins. */
export const READINGS: Reading[] = [
  { name: 'truth', type: 'BOOLEAN', test: /^(true|false)$/i, cast: 'TRY_CAST({} AS BOOLEAN)', why: 'Only the words themselves: 0/1, yes/no and t/f are also codes.' },
  { name: 'compact date', type: 'DATE', test: /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, cast: asDate('%Y%m%d'), named: /date|day|datum|日期/i, why: '20230115 is a number unless the column says it is a date.' },
  { name: 'integer', type: 'BIGINT', test: /^\s*[+-]?(0|[1-9]\d{0,17})\s*$/, cast: 'TRY_CAST({} AS BIGINT)', why: 'A leading zero marks a code (zip 01234), more than 18 digits do not fit.' },
  { name: 'decimal', type: 'DOUBLE', test: /^\s*[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*$/, cast: 'TRY_CAST({} AS DOUBLE)', why: 'Point decimals and exponents.' },
  { name: 'grouped number', type: 'DOUBLE', test: /^\s*-?[$€£]?\s?-?(\d{1,3}(,\d{3})+|0|[1-9]\d*)(\.\d+)?\s?[€£]?\s*$/, cast: `TRY_CAST(${plainNumber} AS DOUBLE)`, why: '1,234.50 and $12 are numbers to their reader.' },
  { name: 'comma decimal', type: 'DOUBLE', test: /^\s*-?(\d{1,3}(\.\d{3})+|0|[1-9]\d*)(,\d+)?\s?€?\s*$/, cast: "TRY_CAST(replace(replace(replace(replace(trim({}), '.', ''), ',', '.'), '€', ''), ' ', '') AS DOUBLE)", why: '1.234,50 in much of Europe.' },
  { name: 'percent', type: 'DOUBLE', test: /^\s*[+-]?\d+(\.\d+)?\s?%\s*$/, cast: "TRY_CAST(replace(trim({}), '%', '') AS DOUBLE)", why: '12.5% is 12.5 with the unit %.' },
  { name: 'date', type: 'DATE', test: /^\d{4}[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])$/, cast: 'TRY_CAST({} AS DATE)', why: 'ISO 8601, also with slashes.' },
  { name: 'timestamp', type: 'TIMESTAMP', test: /^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?Z?)?$/, cast: 'TRY_CAST({} AS TIMESTAMP)', why: 'ISO 8601 with a time of day; a date alone is midnight.' },
  { name: 'timestamp with zone', type: 'TIMESTAMP', test: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)$/, cast: "TRY_CAST({} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'", why: 'Offsets are brought to UTC so that order holds.' },
  { name: 'month/day/year', type: 'DATE', test: /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/(19|20)\d\d$/, cast: asDate('%m/%d/%Y'), why: 'American order; tried before day/month, and said in a note when both fit.' },
  { name: 'day/month/year', type: 'DATE', test: /^(0?[1-9]|[12]\d|3[01])\/(0?[1-9]|1[0-2])\/(19|20)\d\d$/, cast: asDate('%d/%m/%Y'), why: 'Taken when some day is above 12.' },
  { name: 'month/day/year time', type: 'TIMESTAMP', test: /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/(19|20)\d\d \d{1,2}:\d{2}$/, cast: strptime('%m/%d/%Y %H:%M'), why: 'What spreadsheets write.' },
  { name: 'month/day/year time with seconds', type: 'TIMESTAMP', test: /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/(19|20)\d\d \d{1,2}:\d{2}:\d{2}$/, cast: strptime('%m/%d/%Y %H:%M:%S'), why: 'What spreadsheets write.' },
  { name: 'month/day/short year', type: 'DATE', test: /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/\d\d$/, cast: asDate('%m/%d/%y'), why: 'Two-digit years: 69–99 are 19xx, as in POSIX.' },
  { name: 'day.month.year', type: 'DATE', test: /^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(19|20)\d\d$/, cast: asDate('%d.%m.%Y'), why: 'Points always mean day first.' },
  { name: 'day-month-year', type: 'DATE', test: /^(0?[1-9]|[12]\d|3[01])-(0?[1-9]|1[0-2])-(19|20)\d\d$/, cast: asDate('%d-%m-%Y'), why: 'Dashes with the year last mean day first.' },
  { name: 'day-name-year', type: 'DATE', test: new RegExp(`^\\d{1,2}[- ]${MONTH}[- ](19|20)\\d\\d$`, 'i'), cast: "CAST(try_strptime(replace(trim({}), ' ', '-'), '%d-%b-%Y') AS DATE)", why: '01-Jan-2020, 1 Jan 2020.' },
  { name: 'name day year', type: 'DATE', test: new RegExp(`^${MONTH} \\d{1,2},? (19|20)\\d\\d$`, 'i'), cast: "CAST(try_strptime(replace(trim({}), ',', ''), '%b %d %Y') AS DATE)", why: 'Jan 1 2000, Jan 1, 2000.' },
  { name: 'long name day year', type: 'DATE', test: new RegExp(`^${MONTH_LONG} \\d{1,2},? (19|20)\\d\\d$`, 'i'), cast: "CAST(try_strptime(replace(trim({}), ',', ''), '%B %d %Y') AS DATE)", why: 'January 1, 2000.' },
  { name: 'year-month', type: 'DATE', test: /^(19|20)\d\d[-/](0[1-9]|1[0-2])$/, cast: "CAST(try_strptime(replace(trim({}), '/', '-'), '%Y-%m') AS DATE)", why: 'A month is its first day.' },
  { name: 'name year', type: 'DATE', test: new RegExp(`^${MONTH} (19|20)\\d\\d$`, 'i'), cast: asDate('%b %Y'), why: 'Jan 2020.' },
] // biome-ignore format: a table

/** Share of a column's values a reading must read for the column to take its type; what it cannot read becomes NULL with a note. */
export const ENOUGH = 0.999
/** Share from which a column is worth a note that it holds numbers or dates as text. */
export const DOUBTFUL = 0.9

/** The readings that read most of the sample, best first; empty when it is plain text. */
export function likelyReadings(name: string, sample: string[]): Reading[] {
  const values = sample.filter((value) => !isNullWord(value))
  if (values.length === 0) return []
  return READINGS.filter((reading) => reading.named === undefined || reading.named.test(name))
    .map((reading) => ({ reading, share: values.filter((value) => reading.test.test(value)).length / values.length }))
    .filter(({ share }) => share >= DOUBTFUL)
    .sort((a, b) => b.share - a.share)
    .map(({ reading }) => reading)
}

export function isNullWord(value: string): boolean {
  return NULL_WORDS.includes(value.trim().toLowerCase())
}

/** SQL that is true for a value that is there and no null word. */
export function presentSql(column: string): string {
  const words = NULL_WORDS.map((word) => `'${word}'`).join(', ')
  return `(${column} IS NOT NULL AND lower(trim(${column})) NOT IN (${words}))`
}

/** SQL that is true when the reading reads the value. */
export function checkSql(reading: Reading, column: string): string {
  const flags = reading.test.flags.includes('i') ? ", 'i'" : ''
  const pattern = reading.test.source.replaceAll("'", "''").replaceAll('\\/', '/')
  return `(regexp_matches(${column}, '${pattern}'${flags}) AND ${castSql(reading, column)} IS NOT NULL)`
}

export function castSql(reading: Reading, column: string): string {
  return reading.cast.replaceAll('{}', column)
}
