import { Refusal } from '../refusal.ts'
import { isRemote } from '../store/reach.ts'
import type { StoredFile } from '../store.ts'
import { type CsvPart, csvPart, readCsv, sameHeader } from './csv.ts'
import { type FileGroup, partsOf, splitGroup } from './files.ts'
import { type Head, readHead } from './head.ts'
import { describe, type LocalFile, readJson } from './json.ts'
import { identifier, readerSql } from './load.ts'
import { columnNames, nameWords } from './names.ts'
import { ReadError } from './reader.ts'
import { addNote, type RawTable, type Session } from './session.ts'

/** A group's files with their content judged, or what the group fell apart into. */
export interface RawGroup {
  group: FileGroup
  raw: RawTable
}

type Judged = LocalFile & { stored: StoredFile }

/** An object read where it lies is Parquet; if not, DuckDB says so. */
const FAR: Head = { packing: 'none', content: 'parquet', encoding: 'utf-8', text: '', whole: false }

/**
 * Relations of a group, one after the other: one, several when its parts differ, none when nothing in it can be read
 * (each with a note). RAW_ROWS belongs to the relation given last.
 */
export async function* readGroup(group: FileGroup, session: Session): AsyncGenerator<RawGroup> {
  const raw = await readRaw(group, session)
  if (raw === 'split') yield* readSplit(group, session)
  else if (raw !== null) yield { group, raw: withYears(withPartitions(raw, group), group) }
}

async function readRaw(group: FileGroup, session: Session): Promise<RawTable | 'split' | null> {
  try {
    const files = await judgedFiles(group, session)
    if (files.length === 0) return null
    return new Set(files.map(({ head }) => head.content)).size > 1 ? 'split' : await readKind(group, files, session)
  } catch (error) {
    const file = group.files[0]?.path ?? ''
    if (error instanceof ReadError) {
      addNote(session, { code: 'unreadable-file', file, text: `${file} could not be read: ${error.message}.` })
      return null
    }
    if (error instanceof Refusal && error.code === 'file-changed' && !session.strict) {
      addNote(session, { code: 'file-changed', file, text: error.message })
      return null
    }
    throw error
  }
}

async function* readSplit(group: FileGroup, session: Session): AsyncGenerator<RawGroup> {
  if (group.files.length === 1) return
  const text = `The parts of ${group.name} differ in their columns: each file is a table of its own.`
  addNote(session, { code: 'parts-differ', file: group.files[0]?.path ?? '', text })
  for (const part of splitGroup(group)) yield* readGroup(part, session)
}

async function judgedFiles(group: FileGroup, session: Session): Promise<Judged[]> {
  const paths = await session.fetch(group.files)
  const judged: Judged[] = []
  for (const [index, stored] of group.files.entries()) {
    const path = paths[index] as string
    const head = isRemote(path) ? FAR : await readHead(path)
    if (head.content === 'empty') {
      addNote(session, { code: 'empty-file', file: stored.path, text: `${stored.path} is empty and was left out.` })
    } else if (head.content === 'binary') {
      const text = `${stored.path} is neither text nor Parquet and was left out.`
      addNote(session, { code: 'skipped-file', file: stored.path, text })
    } else judged.push({ file: stored.path, path, bytes: stored.bytes, head, stored })
  }
  return judged
}

async function readKind(group: FileGroup, files: Judged[], session: Session): Promise<RawTable | 'split' | null> {
  const content = files[0]?.head.content
  const kind =
    content === 'text'
      ? group.promised === 'json' && isJsonPacked(files)
        ? 'json'
        : 'csv'
      : (content as 'json' | 'parquet')
  if (group.promised !== 'unknown' && group.promised !== kind) {
    const file = files[0]?.file ?? ''
    addNote(session, {
      code: 'wrong-extension',
      file,
      text: `${file} holds ${kind.toUpperCase()}, not what its name says.`,
    })
  }
  if (kind === 'parquet') return readParquet(group, files, session)
  if (kind === 'json') return readJson(files, session)
  return readText(group, files, session)
}

/** Text behind a packing this Node cannot open is what its name says. */
function isJsonPacked(files: Judged[]): boolean {
  return files.every(({ head }) => head.text === null)
}

async function readText(group: FileGroup, files: Judged[], session: Session): Promise<RawTable | 'split' | null> {
  const parts: CsvPart[] = []
  for (const file of files) {
    const part = await csvPart(file.stored, file.path, file.head, session)
    if (part !== null) parts.push(part)
  }
  if (parts.length === 0) return null
  if (!sameHeader(parts)) return 'split'
  if (group.promised === 'unknown' && !parts.every(isTable)) return null
  return readCsv(parts, group.partitions, session)
}

/** Text of no promised format is a table when its lines have the same several fields; prose has commas too. */
function isTable({ dialect }: CsvPart): boolean {
  return dialect.width > 1 && dialect.share >= 0.9
}

async function readParquet(group: FileGroup, files: Judged[], session: Session): Promise<RawTable | 'split'> {
  const options: Record<string, string> = {}
  if (group.partitions.length > 0) Object.assign(options, { hive_partitioning: 'true', union_by_name: 'true' })
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const { address } = session
  const objects = address ? { objects: files.map(({ stored }) => address(stored.path)) } : {}
  const source = { format: 'parquet' as const, files: files.map(({ path }) => path), ...objects, options, bytes }
  if (group.partitions.length === 0 && files.length > 1 && !(await sameColumns(source, session))) return 'split'
  const types = await describe(readerSql(source), session)
  const names = columnNames(types.map(({ name }) => name))
  const columns = types.map(({ name, type }, index) => ({
    name: names[index] as string,
    expression: identifier(name),
    type,
  }))
  return { source, columns }
}

async function sameColumns(source: RawTable['source'], session: Session): Promise<boolean> {
  const layouts = new Set<string>()
  for (const path of source.files) {
    const types = await describe(readerSql({ ...source, files: [path] }), session)
    layouts.add(JSON.stringify(types.map(({ name }) => name.toLowerCase())))
  }
  return layouts.size === 1
}

/** Partition values that are all digits (`month=01`) are numbers. */
function withPartitions(raw: RawTable, { files, partitions }: FileGroup): RawTable {
  const numeric = new Set(
    partitions.filter((key) => files.every(({ path }) => new RegExp(`(^|/)${escaped(key)}=\\d{1,18}/`).test(path))),
  )
  const columns = raw.columns.map((column) => {
    if (!numeric.has(column.name)) return column
    return { ...column, expression: `CAST(${column.expression} AS BIGINT)`, type: 'BIGINT' }
  })
  return { ...raw, columns, loaded: raw.loaded === true && numeric.size === 0 }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Yearly parts without a year or date of their own get the year of their file's name as a column. */
function withYears(raw: RawTable, group: FileGroup): RawTable {
  if (group.years === undefined || raw.source.format === 'json') return raw
  if (
    raw.columns.some(
      ({ name, type }) =>
        /^(DATE|TIMESTAMP)/.test(type) || nameWords(name).some((word) => /^(year|date|time|month|day)$/.test(word)),
    )
  )
    return raw
  const years = group.files.map((file, index) => `WHEN ${endsWithSql(file)} THEN ${group.years?.[index]}`)
  const options = { ...raw.source.options, filename: "'asklake_file'" }
  const column = { name: 'year', expression: `CAST(CASE ${years.join(' ')} END AS BIGINT)`, type: 'BIGINT' }
  return { source: { ...raw.source, options }, columns: [...raw.columns, column] }
}

function endsWithSql(file: StoredFile): string {
  return `contains(parse_filename(asklake_file), '${partsOf(file.path).stem.replaceAll("'", "''")}.')`
}
