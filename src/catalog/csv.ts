import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { StoredFile } from '../store.ts'
import { type Dialect, detectDialect } from './dialect.ts'
import { type Head, unpacker } from './head.ts'
import { identifier, literal, readerSql } from './load.ts'
import { columnNames } from './names.ts'
import { ReadError } from './reader.ts'
import { loadRows, RAW_ROWS } from './sample.ts'
import { addNote, type RawTable, type Session } from './session.ts'

/** A delimited file with its layout: what parts of one table must agree on. */
export interface CsvPart {
  file: string
  path: string
  bytes: number
  version: string
  head: Head
  dialect: Dialect
}

/** A part's layout; null when it holds no record. */
export async function csvPart(file: StoredFile, path: string, head: Head, session: Session) {
  const text = head.text ?? (await textByDuckdb(path, session))
  const dialect = detectDialect(text, head.whole)
  return dialect === null ? null : { file: file.path, path, bytes: file.bytes, version: file.version, head, dialect }
}

/** The first lines of a file packed in a way only DuckDB opens. */
async function textByDuckdb(path: string, session: Session): Promise<string> {
  const options = "auto_detect = false, delim = '\x01', quote = '', escape = '', header = false, compression = 'zstd'"
  const sql = `SELECT line FROM read_csv([${literal(path)}], ${options}, columns = {'line': 'VARCHAR'}, null_padding = true) LIMIT 1000`
  return (await session.reader.rows(sql)).map((row) => `${row['line'] ?? ''}\n`).join('')
}

/** Whether parts have one header and so are one table. */
export function sameHeader(parts: CsvPart[]): boolean {
  const layout = ({ dialect }: CsvPart) =>
    JSON.stringify([dialect.names.map((name) => name.trim().toLowerCase()), dialect.header, dialect.width])
  return new Set(parts.map(layout)).size === 1
}

/** The delimited parts as one relation of text columns; notes what it had to repair. */
export async function readCsv(parts: CsvPart[], partitions: string[], session: Session): Promise<RawTable> {
  const [first] = parts as [CsvPart, ...CsvPart[]]
  const names = columnNames(first.dialect.names)
  noteLayout(first, names, session)
  const source = {
    format: 'csv' as const,
    files: await Promise.all(parts.map((part) => utf8Path(part, session))),
    options: csvOptions(first, names, partitions),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  }
  const options = await workingOptions(source, first, session)
  const columns = [...names, ...partitions].map((name) => ({ name, expression: identifier(name), type: 'VARCHAR' }))
  return { source: { ...source, options }, columns, loaded: true }
}

function csvOptions({ dialect, head }: CsvPart, names: string[], partitions: string[]): Record<string, string> {
  const types = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')
  const options: Record<string, string> = {
    auto_detect: 'false',
    delim: literal(dialect.delimiter),
    quote: literal(dialect.quote),
    escape: literal(dialect.quote),
    header: String(dialect.header),
    columns: `{${types}}`,
  }
  if (dialect.skip > 0) options['skip'] = String(dialect.skip)
  if (dialect.mixedLines) options['strict_mode'] = 'false'
  if (head.packing === 'gzip' && head.encoding === 'utf-8') options['compression'] = "'gzip'"
  if (head.packing === 'zstd' && head.encoding === 'utf-8') options['compression'] = "'zstd'"
  if (partitions.length > 0) Object.assign(options, { hive_partitioning: 'true', hive_types_autocast: 'false' })
  return options
}

function noteLayout(part: CsvPart, names: string[], session: Session): void {
  const { file, dialect, head } = part
  if (!dialect.header) {
    addNote(session, {
      code: 'no-header',
      file,
      text: `${file} has no header line: its columns are called ${names[0]} …`,
    })
  }
  if (dialect.skip > 0) {
    addNote(session, {
      code: 'skipped-lines',
      file,
      text: `${dialect.skip} lines above the table in ${file} were skipped.`,
    })
  }
  if (head.encoding !== 'utf-8') {
    addNote(session, { code: 'encoding', file, text: `${file} was read as ${head.encoding}.` })
  }
  dialect.names.forEach((raw, index) => {
    const name = names[index] as string
    if (dialect.header && raw.trim() !== name) {
      const was = raw.trim() === '' ? `Column ${index + 1} of ${file} has no name` : `Column “${raw.trim()}” of ${file}`
      addNote(session, { code: 'renamed-column', file, text: `${was}: it is called ${name} here.` })
    }
  })
}

/** The file itself when it is UTF-8, else a re-encoded copy: DuckDB reads neither UTF-16 BE nor Windows-1252. */
async function utf8Path(part: CsvPart, session: Session): Promise<string> {
  const { head, path } = part
  const unpack = unpacker(head.packing)
  if (head.encoding === 'utf-8' || unpack === null) return path
  const folder = join(session.stateDir, 'utf-8')
  const key = createHash('sha256').update(`${path}|${part.version}|${head.encoding}`).digest('hex').slice(0, 16)
  const stem = basename(path).replace(/\.(gz|gzip|zst|zstd)$/i, '')
  const target = join(folder, `${key}-${stem}`)
  const fresh = `${target}.${process.pid}`
  await mkdir(folder, { recursive: true })
  const decoder = new TextDecoder(head.encoding)
  const decode = new Transform({
    transform: (chunk, _, done) => done(null, decoder.decode(chunk, { stream: true })),
    flush: (done) => done(null, decoder.decode()),
  })
  await pipeline(createReadStream(path), unpack, decode, createWriteStream(fresh, { mode: 0o444 }))
  await rename(fresh, target)
  await access(target)
  return target
}

/** DuckDB would take a buffer of sixteen times the line; two are enough and fit in a query process. */
const LONG_LINES = { max_line_size: '16777216', buffer_size: '33554432' }

/** Ways to read, from strict to lenient: the first that reads every line, or else the one that loses fewest. */
const ATTEMPTS: { name: string; add: Record<string, string>; lossy: boolean; why: string }[] = [
  { name: 'as it is', add: {}, lossy: false, why: 'Most files are well-formed.' },
  { name: 'long lines', add: { ...LONG_LINES }, lossy: false, why: 'A cell of several MB.' },
  {
    name: 'short lines padded',
    add: { null_padding: 'true', parallel: 'false' },
    lossy: false,
    why: 'Trailing empty cells are often left out; with quoted line breaks DuckDB pads in one thread only.',
  },
  {
    name: 'bad lines dropped',
    add: { null_padding: 'true', parallel: 'false', ignore_errors: 'true', ...LONG_LINES },
    lossy: true,
    why: 'A few broken lines must not cost the file.',
  },
  {
    name: 'quotes as text, bad lines dropped',
    add: { null_padding: 'true', parallel: 'false', ignore_errors: 'true', quote: "''", escape: "''" },
    lossy: true,
    why: 'Inch signs and stray quotes would swallow lines.',
  },
]

async function workingOptions(
  source: RawTable['source'],
  part: CsvPart,
  session: Session,
): Promise<Record<string, string>> {
  let best: { options: Record<string, string>; rejected: number } | null = null
  let failure: unknown
  for (const attempt of ATTEMPTS) {
    const options = { ...source.options, ...attempt.add }
    try {
      const { rows, rejected } = await tryLoad({ ...source, options }, attempt.lossy, session)
      if (attempt.add['null_padding'] && rejected === 0) notePadded(part, session)
      if (!attempt.lossy || rejected <= rows / 100) return accepted(options, rejected, part, session)
      if (best === null || rejected < best.rejected) best = { options, rejected }
    } catch (error) {
      if (error instanceof ReadError && error.slow) throw error
      failure = error
    }
  }
  if (best === null) throw failure
  await tryLoad({ ...source, options: best.options }, true, session)
  return accepted(best.options, best.rejected, part, session)
}

function accepted(options: Record<string, string>, rejected: number, { file }: CsvPart, session: Session) {
  if (rejected > 0) {
    addNote(session, {
      code: 'rejected-lines',
      file,
      text: `${rejected} lines of ${file} could not be read and were left out.`,
    })
  }
  return options
}

function notePadded({ file }: CsvPart, session: Session): void {
  addNote(session, {
    code: 'short-lines',
    file,
    text: `Some lines of ${file} have fewer cells than the header: the rest is empty.`,
  })
}

/** Loads the rows, which meets every bad line; counts the lines left out where that is allowed. */
async function tryLoad(source: RawTable['source'], lossy: boolean, session: Session) {
  const rejects = lossy ? { store_rejects: 'true', rejects_limit: '0' } : {}
  if (lossy) await session.reader.rows('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans')
  const reader = readerSql({ ...source, options: { ...source.options, ...rejects } })
  await loadRows(`SELECT * FROM ${reader}`, source.bytes, session)
  const [row] = await session.reader.rows(`SELECT count(*)::DOUBLE AS n FROM ${RAW_ROWS}`)
  if (!lossy) return { rows: Number(row?.['n']), rejected: 0 }
  const [lost] = await session.reader.rows('SELECT count(DISTINCT (file_id, line))::DOUBLE AS n FROM reject_errors')
  return { rows: Number(row?.['n']), rejected: Number(lost?.['n']) }
}
