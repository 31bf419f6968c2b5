/** Catalogs of the training databases, as serving would read them, with the natural-language names of Spider as titles. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Catalog, Column, Join, Kind } from '../../src/catalog.ts'
import { bareCatalog, bareColumn, bareTable, fillColumn } from './bare.ts'
import { profileFolder } from './profile.ts'
import { CACHE, HELD_OUT, OTHER_SETS, readShared, readSharedLines, sharedPath } from './shared.ts'

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

/** Catalogs of Spider's databases by name (training and development, never held out), with titles; kept in `.cache/catalogs/spider.json`. */
export async function spiderCatalogs(options: { fresh?: boolean } = {}): Promise<Map<string, Catalog>> {
  if (!options.fresh && existsSync(KEPT)) return byName(JSON.parse(readFileSync(KEPT, 'utf8')) as Catalog[])
  const catalogs: Catalog[] = []
  for (const schema of spiderSchemas()) {
    const folder = sharedPath('spider', 'data', schema.db_id)
    const catalog = existsSync(folder) ? await profileFolder(schema.db_id, folder) : catalogOfSchema(schema)
    catalogs.push(withTitles(catalog, schema))
  }
  keepCatalogs(catalogs)
  return byName(catalogs)
}

const KEPT = join(CACHE, 'catalogs', 'spider.json')

/** Writes the catalogs that `spiderCatalogs` reads next time. */
export function keepCatalogs(catalogs: Catalog[]): void {
  mkdirSync(dirname(KEPT), { recursive: true })
  writeFileSync(KEPT, JSON.stringify(catalogs))
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
