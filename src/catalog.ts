import { basename, resolve } from 'node:path'
import type { CatalogCache } from './catalog/cache.ts'
import { readDataset } from './catalog/read.ts'
import type { Reader } from './catalog/reader.ts'
import type { Settings } from './settings.ts'
import { openFolder, type Store, type StoredFile } from './store.ts'

/** What is known of a dataset: plain data, JSON-safe, made by `readCatalog` and read by every later step. */
export interface Catalog {
  /** The dataset's name: a folder or prefix name. */
  dataset: string
  title?: string
  description?: string
  tables: Table[]
  joins: Join[]
  metrics: Metric[]
  /** Questions a person approved or a datapackage suggests. */
  questions: string[]
  /** `schema` changes when names, types, keys or words change; `data` when any file's content changes (hex SHA-256, 16 digits). */
  fingerprint: { schema: string; data: string }
  /** The files `fingerprint.data` is made of. Doors strip them: paths are relative, but a dataset may have thousands. */
  files?: StoredFile[]
  /** Whose eyes it is for, where something is left out: `viewKey` of what is seen. Doors strip it. */
  view?: string
  /** What reading the files met and how it was resolved: skipped files, renamed columns, guessed encodings. */
  notes: CatalogNote[]
}

export interface Table {
  /** Unique in the dataset, case-insensitively; the name SQL uses. */
  name: string
  title?: string
  description?: string
  synonyms: string[]
  /** Exact count of rows. */
  rows: number
  columns: Column[]
  /** Names of the columns of the primary key, declared or inferred; empty when none is known. */
  primaryKey: string[]
  /** Local paths DuckDB reads, and how. Never leaves the process: doors strip it. */
  source: TableSource
}

export interface TableSource {
  format: 'csv' | 'json' | 'parquet'
  /** Absolute paths of the files that together are the table. */
  files: string[]
  /** Addresses of the same files in their bucket (`s3://bucket/key`), when they lie in one. */
  objects?: string[]
  /** Options for DuckDB's reader, as SQL literals: `{ delim: "';'" }`. */
  options: Record<string, string>
  /** Bytes of all files together. */
  bytes: number
  /** One SQL expression per column of the table, over the reader's columns; absent means the columns as they are read. */
  expressions?: string[]
  /** JSON only: the member of each document that holds the rows, as a quoted SQL path (`"features"`). */
  member?: string
  /** SQL condition over the reader's columns that keeps a row: leaves out the empty rows of unreadable JSON lines. */
  filter?: string
}

/** The coarse kind a model and a chart rule reason about. */
export type Kind = 'text' | 'number' | 'date' | 'bool' | 'other'

export type Role =
  | 'key'
  | 'foreign key'
  | 'measure'
  | 'rate'
  | 'category'
  | 'ordered'
  | 'time'
  | 'name'
  | 'text'
  | 'latitude'
  | 'longitude'
  | 'place'

export interface Column {
  /** Unique in its table, case-insensitively. */
  name: string
  /** DuckDB's type, as `DESCRIBE` prints it. */
  type: string
  kind: Kind
  role: Role
  title?: string
  description?: string
  synonyms: string[]
  /** Unit or currency when declared or told by the name ("weight_kg" → "kg"). */
  unit?: string
  /** Share of NULLs, 0 to 1. */
  nullShare: number
  /** Count of distinct non-NULL values (estimate above 100,000 rows). */
  distinct: number
  /** Smallest and largest value as text: numbers in JavaScript notation, dates in ISO 8601. Absent when the column is empty or not ordered. */
  min?: string
  max?: string
  /** The most frequent values as text with their counts, most frequent first (setting `catalog_frequent_values`). */
  frequent: { value: string; count: number }[]
  /** Distinct values of a text column, most frequent first (setting `catalog_values_per_column`); empty for other kinds. Doors strip it. */
  values: string[]
}

/** `from` refers to `to`: column pairs of equal length. */
export interface Join {
  from: { table: string; columns: string[] }
  to: { table: string; columns: string[] }
  source: 'declared' | 'inferred'
  /** Share of `from`'s non-NULL values that occur in `to`, 0 to 1; 1 when declared and not measured. */
  inclusion: number
}

/** "revenue" = an SQL expression over one table, from datapackage.json. */
export interface Metric {
  name: string
  synonyms: string[]
  table: string
  expression: string
  description?: string
}

export interface CatalogNote {
  /** Stable word for the kind of note: `empty-file`, `renamed-column`, `skipped-file`, `encoding` … */
  code: string
  file?: string
  text: string
}

/** One addressable thing of a catalog: table `t`, or column `c` of table `t` (indices into `catalog.tables` and its `columns`). */
export type Item = { kind: 'table'; table: number } | { kind: 'column'; table: number; column: number }

/** Every table and column in catalog order, each table directly before its columns: the numbering that links, programs and the model share. */
export function itemsOf(catalog: Catalog): Item[] {
  return catalog.tables.flatMap((table, t) => [
    { kind: 'table', table: t } as Item,
    ...table.columns.map((_, c): Item => ({ kind: 'column', table: t, column: c })),
  ])
}

/** Where a dataset's files lie: all under `folder` of a store, or just `files`. */
export interface DatasetSource {
  dataset: string
  store: Store
  folder: string
  /** The files to read when not all under `folder`; listed when absent. */
  files?: StoredFile[]
}

export interface ReadOptions {
  settings: Settings
  /** Where what was read is kept; without it every call reads all files. */
  cache?: CatalogCache
  /** A reader shared by several readings, one at a time; one is opened and closed by each when absent. */
  reader?: Reader
}

const DATA_FILE = /\.(csv|tsv|tab|psv|json|ndjson|jsonl|geojson|parquet|pq|parq)(\.(gz|gzip|zst|zstd))?$/i

/** The datasets of a store: each sub-folder that holds a data file, and the root itself when files or partitions (`year=2023/`) lie directly in it. */
export async function listDatasets(store: Store): Promise<DatasetSource[]> {
  const files = await store.list('')
  const folders = new Map<string, StoredFile[]>()
  for (const file of files) {
    const first = file.path.includes('/') ? file.path.slice(0, file.path.indexOf('/')) : ''
    const folder = first.includes('=') ? '' : first
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  return [...folders]
    .filter(([, inside]) => inside.some(({ path }) => DATA_FILE.test(path) && !path.endsWith('package.json')))
    .map(([folder, inside]) =>
      folder === '' ? { dataset: store.name, store, folder, files: inside } : { dataset: folder, store, folder },
    )
}

/**
 * The catalog of a dataset: tables, profiled columns, keys, joins. `source` is a local folder's path or one of
 * `listDatasets`. Refuses `dataset-unreadable` and `dataset-empty`; anything odd in a file becomes a note.
 */
export async function readCatalog(source: DatasetSource | string, options: ReadOptions): Promise<Catalog> {
  if (typeof source !== 'string') return readDataset(source, options)
  const path = resolve(source)
  return readDataset({ dataset: basename(path), store: openFolder(path), folder: '' }, options)
}
