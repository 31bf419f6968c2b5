/** Catalogs of the training databases, as serving would read them, with the natural-language names of Spider as titles. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Catalog, type Column, type Join, type Kind, readCatalog } from '../../src/catalog.ts'
import { readSettings, type Settings } from '../../src/settings.ts'
import { bareCatalog, bareColumn, bareTable, fillColumn } from './bare.ts'
import { CACHE, HELD_OUT, OTHER_SETS, readShared, readSharedLines, sharedPath, withoutDataPackage } from './shared.ts'

/** One database of Spider's tables.json: position 0 of the column lists is "*". */
export interface SpiderSchema {
  db_id: string
  table_names: string[]
  table_names_original: string[]
  column_names: [number, string][]
  column_names_original: [number, string][]
  column_types: string[]
  primary_keys: number[]
  foreign_keys: [number, number][]
}

/** Spider's schemas that may be trained or developed on: those of `model/held-out.json` are left out. */
export function spiderSchemas(): SpiderSchema[] {
  const all = JSON.parse(readShared('spider', 'tables.json.gz')) as SpiderSchema[]
  return all.filter((schema) => !HELD_OUT.has(schema.db_id) && !OTHER_SETS.has(schema.db_id))
}

/** Where keys and joins come from: the datapackage beside the files, or what can be inferred without it. */
export type Keys = 'declared' | 'inferred'

/**
 * Catalogs of Spider's databases by name (training and development, never held out), with titles; both kinds of keys number
 * the same items. Kept in `.cache/catalogs/`.
 */
export async function spiderCatalogs(options: { fresh?: boolean; keys?: Keys } = {}): Promise<Map<string, Catalog>> {
  const keys = options.keys ?? 'declared'
  if (!options.fresh && existsSync(keptPath(keys)))
    return byName(JSON.parse(readFileSync(keptPath(keys), 'utf8')) as Catalog[])
  const settings = readSettings({})
  const catalogs: Catalog[] = []
  for (const schema of spiderSchemas()) {
    const folder = sharedPath('spider', 'data', schema.db_id)
    const declared = existsSync(folder) ? await readCatalog(folder, { settings }) : catalogOfSchema(schema)
    const catalog =
      keys === 'declared' ? declared : withInferredKeys(declared, await readBare(schema.db_id, folder, settings))
    catalogs.push(withTitles(catalog, schema))
  }
  keepCatalogs(keys, catalogs)
  return byName(catalogs)
}

/** The catalog of the same files without their datapackage; null when there are no files. */
async function readBare(name: string, folder: string, settings: Settings): Promise<Catalog | null> {
  return existsSync(folder) ? readCatalog(withoutDataPackage(name, folder), { settings }) : null
}

/** The declared catalog's tables and columns in their order, with the keys, joins and roles that were inferred without a datapackage. */
function withInferredKeys(declared: Catalog, bare: Catalog | null): Catalog {
  if (bare === null)
    return { ...declared, joins: [], tables: declared.tables.map((table) => ({ ...table, primaryKey: [] })) }
  const tables = declared.tables.map((table) => {
    const other = bare.tables.find(({ name }) => name.toLowerCase() === table.name.toLowerCase())
    const roles = new Map(other?.columns.map(({ name, role }) => [name.toLowerCase(), role]))
    const columns = table.columns.map((column) => ({
      ...column,
      role: roles.get(column.name.toLowerCase()) ?? column.role,
    }))
    return { ...table, primaryKey: other?.primaryKey ?? [], columns }
  })
  return { ...declared, tables, joins: bare.joins }
}

function keptPath(keys: Keys): string {
  return join(CACHE, 'catalogs', keys === 'declared' ? 'spider.json' : 'spider-inferred.json')
}

/** Writes the catalogs that `spiderCatalogs` reads next time. */
export function keepCatalogs(keys: Keys, catalogs: Catalog[]): void {
  mkdirSync(dirname(keptPath(keys)), { recursive: true })
  writeFileSync(`${keptPath(keys)}.part`, JSON.stringify(catalogs))
  renameSync(`${keptPath(keys)}.part`, keptPath(keys))
}

function byName(catalogs: Catalog[]): Map<string, Catalog> {
  return new Map(catalogs.map((catalog) => [catalog.dataset, catalog]))
}

/** The catalog with the names people gave the tables and columns of a Spider database as titles. */
export function withTitles(catalog: Catalog, schema: SpiderSchema): Catalog {
  const titles = new Map<string, string>()
  schema.table_names_original.forEach((name, t) => {
    titles.set(name.toLowerCase(), schema.table_names[t] ?? name)
  })
  schema.column_names_original.forEach(([t, name], c) => {
    const table = schema.table_names_original[t]
    if (table !== undefined) titles.set(`${table}\n${name}`.toLowerCase(), schema.column_names[c]?.[1] ?? name)
  })
  const titled = <T extends { name: string }>(thing: T, key: string): T => {
    const title = titles.get(key.toLowerCase())
    return title === undefined ? thing : { ...thing, title }
  }
  const tables = catalog.tables.map((table) => ({
    ...titled(table, table.name),
    columns: table.columns.map((column) => titled(column, `${table.name}\n${column.name}`)),
  }))
  return { ...catalog, tables }
}

/** The catalog without any title: what serving sees of a folder with raw identifiers only. */
export function withoutTitles(catalog: Catalog): Catalog {
  const bare = <T extends { title?: string }>({ title: _, ...rest }: T) => rest
  const tables = catalog.tables.map((table) => ({ ...bare(table), columns: table.columns.map(bare) }))
  return { ...bare(catalog), tables }
}

const SPIDER_KINDS: Record<string, Kind> = { text: 'text', number: 'number', time: 'date', boolean: 'bool' }
function catalogOfSchema(schema: SpiderSchema): Catalog {
  const names = schema.column_names_original
  const keys = new Set(schema.primary_keys)
  const tables = schema.table_names_original.map((name, t) => {
    const own = names.flatMap(([owner], c) => (owner === t ? [c] : []))
    const columns = own.map((c) =>
      bareColumn(names[c]?.[1] ?? '', SPIDER_KINDS[schema.column_types[c] ?? ''] ?? 'other', keys.has(c)),
    )
    return bareTable(
      name,
      columns,
      own.filter((c) => keys.has(c)).map((c) => names[c]?.[1] ?? ''),
    )
  })
  const end = (c: number) => {
    const [t, column] = names[c] ?? [0, '']
    return { table: schema.table_names_original[t] ?? '', columns: [column] }
  }
  const joins = schema.foreign_keys.map(
    ([from, to]): Join => ({ from: end(from), to: end(to), source: 'declared', inclusion: 1 }),
  )
  return bareCatalog(schema.db_id, tables, joins)
}

interface WebTable {
  id: string
  columns: { name: string; type: string; values: (string | null)[] }[]
}

/** Catalogs of WikiTableQuestions' tables: one table `table` each, with up to 40 cells a column. */
export function webTableCatalogs(): Catalog[] {
  return readSharedLines<WebTable>('wtq', 'tables.jsonl.gz').map((table) => {
    const columns = table.columns.map(({ name, type, values }): Column => {
      const kind: Kind = type === 'number' ? 'number' : type === 'date' ? 'date' : 'text'
      return fillColumn(
        bareColumn(name, kind),
        values.filter((value): value is string => value !== null),
      )
    })
    return bareCatalog(`wtq_${table.id}`, [
      { ...bareTable('table', columns), rows: table.columns[0]?.values.length ?? 0 },
    ])
  })
}
