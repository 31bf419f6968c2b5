import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Catalog, Column, Join, Table } from '../catalog.ts'
import { digest } from './fingerprint.ts'
import { identifier, literal, loadSql } from './load.ts'
import { measureTables } from './measure.ts'
import { profileColumns } from './profile.ts'
import { ReadError } from './reader.ts'
import { loadRows, RAW_ROWS } from './sample.ts'
import type { Session } from './session.ts'

/** What is left out of a catalog, in the catalog's own spelling. */
export interface Restriction {
  /** The same for askers who see the same. */
  key: string
  /** ISO date when a condition speaks of today. */
  day?: string
  /** By table: the condition its rows fulfil and the tables that condition reads. */
  rows: Map<string, { condition: string; reads: string[] }>
  /** By table: its hidden columns, or `*`. */
  hidden: Map<string, Set<string> | '*'>
}

/**
 * The catalog as somebody sees it who may not see everything. Tables whose rows are restricted become files of their own that hold
 * the visible rows and columns and nothing else, so that no query can meet a hidden value, and their statistics are
 * measured on those files. Names, types, roles and keys stay the dataset's; what people wrote about the whole (approved
 * questions, notes of reading) is left out. Rejects with a ReadError when a condition cannot be carried out.
 */
export async function restrictCatalog(base: Catalog, restriction: Restriction, session: Session): Promise<Catalog> {
  const tables: Table[] = []
  for (const table of base.tables) {
    const hidden = restriction.hidden.get(table.name) ?? new Set<string>()
    if (hidden === '*') continue
    const seen = withoutColumns(table, hidden)
    if (seen.columns.length === 0) continue
    tables.push(restriction.rows.has(table.name) ? await visibleRows(seen, base, restriction, session) : seen)
  }
  const { files: _files, ...facts } = base
  const { schema, data } = base.fingerprint
  return {
    ...facts,
    tables,
    joins: await visibleJoins(base.joins, tables, restriction, session),
    metrics: await visibleMetrics(base, tables, session),
    questions: [],
    view: restriction.key,
    notes: [],
    fingerprint: { schema: digest([schema, restriction.key]), data: digest([data, restriction.key, restriction.day]) },
  }
}

function withoutColumns(table: Table, hidden: Set<string>): Table {
  const kept = table.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !hidden.has(column.name))
  const { expressions, ...source } = table.source
  const left = expressions && kept.map(({ index }) => expressions[index] as string)
  return {
    ...table,
    columns: kept.map(({ column }) => column),
    primaryKey: table.primaryKey.some((name) => hidden.has(name)) ? [] : table.primaryKey,
    source: left === undefined ? source : { ...source, expressions: left },
  }
}

async function visibleRows(seen: Table, base: Catalog, restriction: Restriction, session: Session): Promise<Table> {
  const file = await writeVisible(seen, base, restriction, session)
  const { size } = await stat(file)
  const expressions = seen.columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${type})`)
  const table: Table = { ...seen, source: { format: 'parquet', files: [file], options: {}, bytes: size, expressions } }
  return measured(table, session)
}

/** Where the files of restricted tables lie. */
export function viewsFolder(stateDir: string): string {
  return join(resolve(stateDir), 'views')
}

/** The file of the rows seen: written once per content of the dataset, found again by name. */
async function writeVisible(seen: Table, base: Catalog, restriction: Restriction, session: Session): Promise<string> {
  const { condition, reads } = restriction.rows.get(seen.name) as { condition: string; reads: string[] }
  const folder = viewsFolder(session.stateDir)
  const name = digest([base.dataset, seen.name, restriction.key])
  const path = join(
    folder,
    `${name}-${digest([base.fingerprint, seen.columns.map((column) => column.name), restriction.day])}.parquet`,
  )
  if (await exists(path)) return path
  await mkdir(folder, { recursive: true })
  const tables = base.tables.filter((table) => table.name === seen.name || reads.includes(table.name))
  const named = tables.map((table) => `${identifier(table.name)} AS NOT MATERIALIZED (${loadSql(table)})`)
  const columns = seen.columns.map(storedColumn).join(', ')
  const select = `WITH ${named.join(', ')} SELECT ${columns} FROM ${identifier(seen.name)} WHERE (${condition}\n)`
  const draft = `${path}.${randomUUID()}`
  try {
    await session.reader.rows(`COPY (${select}) TO ${literal(draft)} (FORMAT parquet)`)
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  await sweepOlder(folder, name, path)
  return path
}

/** Types that Parquet does not hold as they are travel as text. */
function storedColumn({ name, type }: Column): string {
  const column = identifier(name)
  return /HUGEINT|BIGNUM|INTERVAL|^BIT|TIME WITH|TIMETZ/.test(type) ? `${column}::VARCHAR AS ${column}` : column
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

/** Versions of the data that somebody may still be reading. */
const READ_STILL_MS = 60 * 60_000

async function sweepOlder(folder: string, name: string, current: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const path = join(folder, file)
    if (!file.startsWith(name) || path === current) continue
    const found = await stat(path).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > READ_STILL_MS) await rm(path, { force: true })
  }
}

/** The table with statistics of its own rows alone. */
async function measured(table: Table, session: Session): Promise<Table> {
  const whole = table.source.bytes <= session.settings.catalog_full_mb * 1024 * 1024
  await loadRows(loadSql(table), table.source.bytes, session)
  const relation = { name: RAW_ROWS, ...(whole ? {} : { whole: `(${loadSql(table)})` }) }
  const { rows, profiles } = await profileColumns(relation, table.columns, session)
  await session.reader.rows(`DROP TABLE ${RAW_ROWS}`)
  const columns = table.columns.map((column, index): Column => {
    const { min: _min, max: _max, ...told } = column
    const { present: _present, meanLength: _length, ...statistics } = profiles[index] as (typeof profiles)[number]
    return { ...told, ...statistics }
  })
  return { ...table, rows, columns }
}

async function visibleJoins(
  joins: Join[],
  tables: Table[],
  restriction: Restriction,
  session: Session,
): Promise<Join[]> {
  const versions = new Map(tables.map((table) => [table.name, `${restriction.key} ${table.name}`]))
  const measure = measureTables(tables, versions, { before: {}, now: {} }, session)
  const seen: Join[] = []
  for (const join of joins) {
    if (![join.from, join.to].every((side) => hasColumns(tables, side))) continue
    const changed = [join.from, join.to].some((side) => restriction.rows.has(side.table))
    seen.push(changed ? { ...join, inclusion: Math.abs(await measure.inclusion(join)) } : join)
  }
  await measure.release()
  return seen
}

function hasColumns(tables: Table[], side: { table: string; columns: string[] }): boolean {
  const table = tables.find(({ name }) => name === side.table)
  return side.columns.every((name) => table?.columns.some((column) => column.name === name))
}

/** Metrics that bind over what is seen. */
async function visibleMetrics(base: Catalog, tables: Table[], session: Session): Promise<Catalog['metrics']> {
  const seen: Catalog['metrics'] = []
  for (const metric of base.metrics) {
    const table = tables.find(({ name }) => name === metric.table)
    const whole = base.tables.find(({ name }) => name === metric.table)
    if (table === undefined) continue
    if (table.columns.length === whole?.columns.length || (await binds(metric.expression, table, session)))
      seen.push(metric)
  }
  return seen
}

async function binds(expression: string, table: Table, session: Session): Promise<boolean> {
  try {
    await session.reader.rows(`SELECT (${expression}\n) FROM (${loadSql(table)}) AS ${identifier(table.name)} LIMIT 0`)
    return true
  } catch (error) {
    if (error instanceof ReadError) return false
    throw error
  }
}
