import { access, readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Catalog, CatalogNote, DatasetSource, Join, ReadOptions, Table } from '../catalog.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'
import { isRemote, openReach } from '../store/reach.ts'
import type { StoredFile } from '../store.ts'
import { buildTables } from './build.ts'
import { CACHE_FORMAT, type Kept, type KeptGroup } from './cache.ts'
import { type FileGroup, groupFiles } from './files.ts'
import { dataFingerprint, digest, schemaFingerprint } from './fingerprint.ts'
import { compositeKeys, inferJoins } from './joins.ts'
import { inferPrimaryKey } from './keys.ts'
import { measureTables } from './measure.ts'
import { uniqueName } from './names.ts'
import {
  declaredJoins,
  declaresKeys,
  enrichTable,
  type Package,
  packageWords,
  parsePackage,
  type Resource,
  resourceName,
} from './package.ts'
import { openReader, type Reader } from './reader.ts'
import { addNote, type Session } from './session.ts'

const PACKAGE = 'datapackage.json'

/** Folder of the product's own state: setting `state_dir`, else `.asklake` in the home folder, else a temporary one. */
export function stateFolder(settings: Settings): string {
  if (settings.state_dir !== '') return settings.state_dir
  return process.env['AWS_LAMBDA_FUNCTION_NAME'] ? join(tmpdir(), 'asklake') : join(homedir(), '.asklake')
}

/** Reads a dataset's catalog; see `readCatalog`. */
export async function readDataset(
  source: DatasetSource,
  { settings, cache, reader: shared }: ReadOptions,
): Promise<Catalog> {
  const limits = { memory_mb: settings.catalog_memory_mb, timeout_ms: settings.catalog_table_timeout_ms }
  const reader = shared ?? (await openReader(limits, openReach(settings)))
  const kept = (await cache?.load(source.dataset)) ?? { format: CACHE_FORMAT, groups: {}, measured: {} }
  const before = JSON.stringify(kept)
  try {
    const catalog = await readTwice(source, kept, { reader, settings })
    if (cache !== undefined && JSON.stringify(kept) !== before) await cache.save(source.dataset, kept)
    return catalog
  } finally {
    if (shared === undefined) await reader.close()
  }
}

/** A file that changes between listing and reading starts the reading anew, once; after that it is left out with a note. */
async function readTwice(
  source: DatasetSource,
  kept: Kept,
  means: { reader: Reader; settings: Settings },
): Promise<Catalog> {
  const session = (strict: boolean): Session => ({
    ...means,
    fetch: (wanted) => source.store.fetch(wanted),
    address: source.store.address,
    stateDir: stateFolder(means.settings),
    notes: [],
    strict,
  })
  try {
    return await assemble(source, await filesOf(source), kept, session(true))
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'file-changed') throw error
    return assemble(source, await filesOf(source), kept, session(false))
  }
}

/** A dataset of chosen files keeps to their paths, at their present versions. */
async function filesOf({ store, folder, files }: DatasetSource): Promise<StoredFile[]> {
  const listed = await store.list(folder)
  const chosen = new Set(files?.map(({ path }) => path))
  return files === undefined ? listed : listed.filter(({ path }) => chosen.has(path))
}

async function assemble(source: DatasetSource, files: StoredFile[], kept: Kept, session: Session): Promise<Catalog> {
  const inside = source.folder === '' ? 0 : source.folder.length + 1
  const pack = await readPackage(
    files.find(({ path }) => path.slice(inside) === PACKAGE),
    session,
  )
  const { groups, entries } = namedGroups(source, files, pack, session)
  const read = await readGroups(groups, entries, kept, session)
  if (read.length === 0) throw new Refusal('dataset-empty', emptyReason(source.dataset, session.notes))
  const declared = new Map<string, Resource>()
  const tables = read.map(({ table, entry }) => {
    if (entry === undefined) return table
    declared.set(table.name, entry)
    return enrichTable(table, entry, session.notes)
  })
  const versions = new Map(read.map(({ table, version }) => [table.name, version]))
  const joins = await findKeys({ tables, versions }, declared, kept, session)
  const words = packageWords(pack, declared, tables, session.notes)
  const { title, description } = pack ?? {}
  const titles = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) }
  const facts = { dataset: source.dataset, ...titles, tables, joins, ...words }
  return {
    ...facts,
    fingerprint: { schema: schemaFingerprint(facts), data: dataFingerprint(files) },
    files: files.map((file) => ({ ...file, path: file.path.slice(inside) })),
    notes: session.notes,
  }
}

function emptyReason(dataset: string, notes: CatalogNote[]): string {
  const why = notes
    .slice(0, 3)
    .map(({ text }) => text)
    .join(' ')
  return `There is no table in ${dataset}. ${why}`.trim()
}

async function readPackage(file: StoredFile | undefined, session: Session): Promise<Package | null> {
  if (file === undefined) return null
  const [path = ''] = await session.fetch([file])
  const { pack, notes } = parsePackage(await readFile(path, 'utf8'), PACKAGE)
  session.notes.push(...notes)
  return pack
}

/** Groups of files with final names: those that the package lists, then the rest, each beside its resource. */
function namedGroups(source: DatasetSource, files: StoredFile[], pack: Package | null, session: Session) {
  const prefix = source.folder === '' ? '' : `${source.folder}/`
  const byPath = new Map(files.map((file) => [file.path, file]))
  const groups: FileGroup[] = []
  const entries = new Map<FileGroup, Resource>()
  const listed = new Set<StoredFile>()
  for (const entry of pack?.resources ?? []) {
    const own = (entry.path ?? []).map((path) => byPath.get(prefix + path)).filter((file) => file !== undefined)
    const [group] = groupFiles(own, source.dataset).groups
    if (group === undefined) continue
    for (const file of own) listed.add(file)
    const whole = { ...group, files: own, name: resourceName(entry) ?? group.name }
    groups.push(whole)
    entries.set(whole, entry)
  }
  const rest = groupFiles(
    files.filter((file) => !listed.has(file)),
    source.dataset,
  )
  session.notes.push(...rest.notes)
  groups.push(...rest.groups)
  return { groups: cutGroups(groups, session), entries }
}

function cutGroups(groups: FileGroup[], session: Session): FileGroup[] {
  const most = session.settings.catalog_tables_max
  if (groups.length > most)
    addNote(session, { code: 'many-tables', text: `Of ${groups.length} tables the first ${most} are kept.` })
  return groups.slice(0, most)
}

async function readGroups(groups: FileGroup[], entries: Map<FileGroup, Resource>, kept: Kept, session: Session) {
  const fresh: Record<string, KeptGroup> = {}
  const taken = new Set<string>()
  const read: { table: Table; entry: Resource | undefined; version: string }[] = []
  for (const group of groups) {
    const entry = entries.get(group)
    const key = digest([group.name, group.files, entry?.schema?.fields?.map(({ name, type }) => [name, type])])
    const known = (await stillLocal(kept.groups[key], group, session)) ?? (await readAnew(group, entry, session))
    fresh[key] = known
    for (const note of known.notes) addNote(session, note)
    for (const { table } of known.tables) {
      const columns = table.columns.map((column) => ({ ...column }))
      const own = { ...table, columns, name: uniqueName(table.name, taken) }
      read.push({ table: own, entry, version: `${key} ${table.name}` })
    }
  }
  kept.groups = fresh
  return read
}

/** What was kept, once its local files are there again: a mirror drops files, a new machine has none. */
async function stillLocal(
  known: KeptGroup | undefined,
  group: FileGroup,
  session: Session,
): Promise<KeptGroup | undefined> {
  if (known === undefined) return undefined
  const paths = known.tables.flatMap(({ table }) => table.source.files)
  const present = async (path: string) => {
    if (isRemote(path)) return session.settings.httpfs !== ''
    return access(path).then(
      () => true,
      () => false,
    )
  }
  const missing = async () => (await Promise.all(paths.map(present))).includes(false)
  if (!(await missing())) return known
  await session.fetch(group.files)
  return (await missing()) ? undefined : known
}

async function readAnew(group: FileGroup, entry: Resource | undefined, session: Session): Promise<KeptGroup> {
  const own: Session = { ...session, notes: [] }
  const tables = await buildTables(group, entry, own)
  return { tables: tables.map((table) => ({ table, notes: [] })), notes: own.notes }
}

/** Primary keys, roles of keys and joins: declared ones first, the others inferred. Tables are completed in place. */
async function findKeys(
  read: { tables: Table[]; versions: Map<string, string> },
  declared: Map<string, Resource>,
  kept: Kept,
  session: Session,
): Promise<Join[]> {
  const { tables, versions } = read
  const fixed = new Set([...declared].filter(([, entry]) => declaresKeys(entry)).map(([name]) => name))
  const open = tables.filter(({ name, primaryKey }) => !fixed.has(name) && primaryKey.length === 0)
  for (const table of open) table.primaryKey = inferPrimaryKey(table)
  const now: Record<string, number> = {}
  const measure = measureTables(tables, versions, { before: kept.measured, now }, session)
  const joins = declaredJoins(declared, tables, session.notes)
  for (const join of joins) join.inclusion = Math.abs(await measure.inclusion(join))
  joins.push(...(await inferJoins(tables, joins, measure)))
  const composite = await compositeKeys(tables, fixed, joins, measure)
  for (const table of tables) table.primaryKey = composite[table.name] ?? table.primaryKey
  kept.measured = now
  await measure.release()
  markKeys(tables, joins)
  return joins
}

function markKeys(tables: Table[], joins: Join[]): void {
  for (const table of tables) {
    for (const column of table.columns) {
      const refers = joins.some(({ from }) => from.table === table.name && from.columns.includes(column.name))
      const key = table.primaryKey.length === 1 && table.primaryKey[0] === column.name
      if (key) column.role = 'key'
      else if (refers) column.role = 'foreign key'
    }
  }
}
