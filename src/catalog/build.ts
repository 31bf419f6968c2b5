import type { Column, Table } from '../catalog.ts'
import type { FileGroup } from './files.ts'
import { identifier, loadSql } from './load.ts'
import { type Resource, textFields } from './package.ts'
import { kindOf, type Profile, profileColumns } from './profile.ts'
import { ReadError } from './reader.ts'
import { roleOf } from './roles.ts'
import { isWhole, RAW_ROWS } from './sample.ts'
import { addNote, type RawTable, type Session } from './session.ts'
import { readGroup } from './tables.ts'
import { loadRaw, narrowed, type TypedColumn, typedColumns } from './typed.ts'
import { unitOfName } from './units.ts'

/** Tables of a group of files, profiled, without keys: usually one. Files that cannot be read become notes. */
export async function buildTables(group: FileGroup, entry: Resource | undefined, session: Session): Promise<Table[]> {
  const tables: Table[] = []
  for await (const read of readGroup(group, session)) {
    const file = read.group.files[0]?.path ?? ''
    try {
      tables.push(await buildTable(read.group.name, cutColumns(read.raw, file, session), { file, entry }, session))
    } catch (error) {
      if (!(error instanceof ReadError)) throw error
      addNote(session, { code: 'unreadable-file', file, text: `${file} could not be read: ${error.message}.` })
    }
  }
  return tables
}

function cutColumns(raw: RawTable, file: string, session: Session): RawTable {
  const most = session.settings.catalog_columns_max
  if (raw.columns.length <= most) return raw
  const text = `${file} has ${raw.columns.length} columns: the first ${most} are kept.`
  addNote(session, { code: 'many-columns', file, text })
  return { ...raw, columns: raw.columns.slice(0, most), loaded: false }
}

const TYPED = 'typed_rows'

async function buildTable(
  name: string,
  raw: RawTable,
  context: { file: string; entry: Resource | undefined },
  session: Session,
): Promise<Table> {
  await loadRaw(raw, session)
  const whole = isWhole(raw.source.bytes, session)
  const loaded = { name: RAW_ROWS, whole, file: context.file }
  const wide = await typedColumns(raw, loaded, textFields(context.entry), session)
  await loadTyped(raw, wide, session)
  const typed = whole ? await narrowed(wide, TYPED, session) : wide
  if (typed.some((column, index) => column !== wide[index])) await loadTyped(raw, typed, session)
  const source = { ...raw.source, expressions: typed.map(({ expression }) => expression) }
  const shell = { columns: typed as unknown as Column[], source }
  const relation = { name: TYPED, ...(whole ? {} : { whole: `(${loadSql(shell)})` }) }
  const { rows, profiles } = await profileColumns(relation, typed, session)
  await session.reader.rows(`DROP TABLE ${RAW_ROWS}; DROP TABLE ${TYPED}`)
  const columns = typed.map((column, index) => columnOf(column, rows, profiles[index] as Profile))
  return { name, synonyms: [], rows, columns, primaryKey: [], source }
}

async function loadTyped(raw: RawTable, typed: TypedColumn[], session: Session): Promise<void> {
  await session.reader.rows(
    `CREATE OR REPLACE TEMP TABLE ${TYPED} AS SELECT ${projection(raw, typed)} FROM ${RAW_ROWS}`,
  )
}

/** The typed columns over the loaded raw ones: the reader's expressions are already applied there. */
function projection(raw: RawTable, typed: TypedColumn[]): string {
  return typed
    .map(({ name, expression }, index) => {
      const before = raw.columns[index]?.expression ?? ''
      const over = expression === before ? identifier(name) : expression.replaceAll(before, identifier(name))
      return `${over} AS ${identifier(name)}`
    })
    .join(', ')
}

function columnOf({ name, type, unit }: TypedColumn, rows: number, profile: Profile): Column {
  const kind = kindOf(type)
  const { nullShare, distinct, min, max, frequent, values } = profile
  const told = unit ?? (kind === 'number' ? unitOfName(name) : undefined)
  return {
    name,
    type,
    kind,
    role: roleOf({ name, type, kind }, rows, profile),
    synonyms: [],
    ...(told === undefined ? {} : { unit: told }),
    nullShare,
    distinct,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    frequent,
    values,
  }
}
