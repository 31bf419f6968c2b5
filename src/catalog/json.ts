import type { Head } from './head.ts'
import { identifier, literal, readerSql } from './load.ts'
import { columnNames } from './names.ts'
import { ReadError } from './reader.ts'
import { addNote, type RawTable, type Session } from './session.ts'

export interface LocalFile {
  /** Path in the store, for notes. */
  file: string
  path: string
  bytes: number
  head: Head
}

type Source = RawTable['source']

/** Above this DuckDB infers types from a sample of rows instead of all. */
const FULL_INFERENCE_BYTES = 64 * 1024 * 1024
/** DuckDB's own limit of one JSON object, whose double it allocates. */
const OBJECT_BYTES = 16_777_216
/** A file that is one object around its rows may be this large; text packs to a tenth or so. */
const OBJECT_BYTES_MAX = 134_217_728

/** JSON files (array, one object per line, or one object around the rows) as one relation, nested objects flattened. */
export async function readJson(files: LocalFile[], session: Session): Promise<RawTable> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const options: Record<string, string> = {
    union_by_name: 'true',
    sample_size: bytes <= FULL_INFERENCE_BYTES ? '-1' : '200000',
  }
  const size = objectBytes(files)
  if (size > OBJECT_BYTES) options['maximum_object_size'] = String(size)
  const packing = files[0]?.head.packing
  if (packing !== 'none' && packing !== undefined) options['compression'] = `'${packing}'`
  const base: Source = { format: 'json', files: files.map((file) => file.path), options, bytes }
  const { source, types } = await describedSource(base, files, session)
  const fixed = await fixedSource(source, types)
  const rows = await memberOrRows(fixed, types, files, session)
  const columns = await flatten(rows.source, rows.types, session)
  const names = columnNames(columns.map((column) => column.name))
  return { source: rows.source, columns: columns.map((column, index) => ({ ...column, name: names[index] as string })) }
}

/** Bytes of the largest single object: the whole file where the rows lie inside of one. */
function objectBytes(files: LocalFile[]): number {
  const single = files.filter(
    ({ head }) => /^\s*\{/.test(head.text ?? '') && !/^\s*\{[^\n]*\}\s*\n\s*\{/.test(head.text ?? ''),
  )
  const sizes = single.map(({ bytes, head }) => (head.packing === 'none' ? bytes : bytes * 12))
  return Math.min(Math.max(0, ...sizes) + 1024, OBJECT_BYTES_MAX)
}

type Types = { name: string; type: string }[]

async function describedSource(base: Source, files: LocalFile[], session: Session) {
  try {
    return { source: base, types: await describe(readerSql(base), session) }
  } catch (error) {
    if (!files.every((file) => /^\s*\{[^\n]*\}\s*\n\s*\{/.test(file.head.text ?? ''))) throw error
    const options = { ...base.options, format: "'newline_delimited'", ignore_errors: 'true' }
    const types = await describe(readerSql({ ...base, options }), session)
    const filter = `NOT (${types.map(({ name }) => `${identifier(name)} IS NULL`).join(' AND ')})`
    const source = { ...base, options, filter }
    await noteBadLines(source, files, session)
    return { source, types }
  }
}

async function noteBadLines(source: Source, files: LocalFile[], session: Session): Promise<void> {
  const sql = `SELECT (count(*) FILTER (NOT ${source.filter}))::DOUBLE AS n FROM ${readerSql(source)}`
  const [row] = await session.reader.rows(sql)
  const file = files[0]?.file ?? ''
  const text = `${Number(row?.['n'])} lines of ${file} are no JSON objects and were left out.`
  addNote(session, { code: 'rejected-lines', file, text })
}

/** The types as met now are fixed, so that a later load reads the same. */
async function fixedSource(source: Source, types: Types): Promise<Source> {
  const { sample_size: _, union_by_name: __, ...options } = source.options
  const columns = types.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(', ')
  return { ...source, options: { ...options, columns: `{${columns}}` } }
}

export async function describe(relation: string, session: Session): Promise<Types> {
  const rows = await session.reader.rows(`DESCRIBE SELECT * FROM ${relation}`)
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}

/** One document that holds a list of objects is those objects: `{"data": […]}`, GeoJSON's features. */
async function memberOrRows(source: Source, types: Types, files: LocalFile[], session: Session) {
  const [row] = await session.reader.rows(`SELECT count(*)::DOUBLE AS n FROM ${readerSql(source)}`)
  const lists = types.filter(({ type }) => /^STRUCT\(.*\)\[\]$/s.test(type))
  const file = files[0]?.file ?? ''
  const onlyLists = types.length === 1 && /\[\]$/.test(types[0]?.type ?? '')
  if (types.length === 1 && types[0]?.name === 'json' && !/^STRUCT/.test(types[0].type)) {
    if (onlyLists || types[0].type === 'JSON' || types[0].type.startsWith('MAP'))
      throw new ReadError('it holds no rows of named values')
    return { source, types }
  }
  if (Number(row?.['n']) !== files.length || lists.length === 0) {
    if (
      Number(row?.['n']) === 1 &&
      types.some(({ type }) => /STRUCT|MAP|\[\]$/.test(type)) &&
      types.every(({ type }) => /STRUCT|MAP|\[\]$/.test(type))
    ) {
      throw new ReadError('it holds no rows of named values')
    }
    return { source, types }
  }
  const longest = lists.length === 1 ? lists[0] : await longestList(source, lists, session)
  const member = identifier((longest as { name: string }).name)
  const inner = { ...source, member }
  addNote(session, { code: 'json-member', file, text: `The rows of ${file} were taken from its member ${member}.` })
  return { source: inner, types: await describe(readerSql(inner), session) }
}

async function longestList(source: Source, lists: Types, session: Session) {
  const sizes = lists.map(({ name }, index) => `max(len(${identifier(name)}))::DOUBLE AS n${index}`)
  const [row] = await session.reader.rows(`SELECT ${sizes.join(', ')} FROM ${readerSql(source)}`)
  return lists.map((list, index) => ({ ...list, size: Number(row?.[`n${index}`]) })).sort((a, b) => b.size - a.size)[0]
}

/** Depth to which nested objects become columns (`address.city` → `address_city`). */
const FLATTEN_DEPTH = 3

async function flatten(source: Source, types: Types, session: Session): Promise<RawTable['columns']> {
  const flat: RawTable['columns'] = []
  const open = async (path: string[], type: string) => {
    const expression = path.map(identifier).join('.')
    if (path.length <= FLATTEN_DEPTH && /^STRUCT\(.*\)$/s.test(type)) {
      const inner = await session.reader.rows(`DESCRIBE SELECT unnest(${expression}) FROM ${readerSql(source)}`)
      for (const row of inner) await open([...path, String(row['column_name'])], String(row['column_type']))
      return
    }
    const named = path[0] === 'properties' && path.length > 1 ? path.slice(1) : path
    const name = named.join('_')
    if (type === 'JSON') flat.push({ name, expression: `(${expression} ->> '$')`, type: 'VARCHAR' })
    else flat.push({ name, expression, type })
  }
  for (const { name, type } of types) await open([name], type)
  return flat
}
