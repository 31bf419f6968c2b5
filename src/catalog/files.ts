import type { CatalogNote } from '../catalog.ts'
import type { StoredFile } from '../store.ts'
import { tableName } from './names.ts'

/** Files that may be one table, before their content is known. */
export interface FileGroup {
  /** Name of the table that the files form together. */
  name: string
  files: StoredFile[]
  /** Partition keys of `key=value` folders, outermost first. */
  partitions: string[]
  /** Format the file name promises; content decides. */
  promised: 'csv' | 'json' | 'parquet' | 'unknown'
  /** Year in each file's name when the parts differ by nothing else, in file order. */
  years?: number[]
}

const FORMATS: Record<string, FileGroup['promised']> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  psv: 'csv',
  json: 'json',
  ndjson: 'json',
  jsonl: 'json',
  geojson: 'json',
  parquet: 'parquet',
  pq: 'parquet',
  parq: 'parquet',
  txt: 'unknown',
  dat: 'unknown',
  data: 'unknown',
}

/** Formats people keep tables in that are not read: worth a note, unlike a README. */
const UNREAD = new Set(['xls', 'xlsx', 'ods', 'zip', '7z', 'tar', 'tgz', 'bz2', 'xz', 'db', 'sqlite', 'duckdb', 'orc', 'avro', 'feather', 'arrow', 'xml', 'sav', 'dta', 'mdb']) // biome-ignore format: a table

/** Documentation that lies beside data. */
const BESIDE =
  /^(datapackage\.json|package(-lock)?\.json|tsconfig\.json|(readme|license|licence|sources|notice|changelog)\b.*)$/i

/** A trailing number, date or part word of a stem: `sales_2021`, `sales-2021-03`, `part-00000`, `sales (2)`. */
const PART = /^(.*?)[-_. ]*(?:\b|_)?(?:part|chunk|shard)?[-_. (]*(\d[\d\-_.]*)\)?$/i

/** Groups of files that look like one table each, and notes on files that are none. */
export function groupFiles(files: StoredFile[], dataset: string): { groups: FileGroup[]; notes: CatalogNote[] } {
  const notes: CatalogNote[] = []
  const groups = new Map<string, FileGroup & { base: string }>()
  for (const file of files) {
    const parts = partsOf(file.path)
    if (BESIDE.test(parts.file)) continue
    const promised = FORMATS[parts.extension]
    if (promised === undefined) {
      if (UNREAD.has(parts.extension)) notes.push(unread(file))
      continue
    }
    const hive = parts.folders.findIndex((folder) => folder.includes('='))
    const group = hive >= 0 ? hiveGroup(parts, hive, dataset) : partGroup(parts, dataset)
    const key = `${group.key}|${promised}|${parts.extension}`
    const known = groups.get(key)
    if (known) known.files.push(file)
    else groups.set(key, { name: group.name, base: parts.stem, files: [file], partitions: group.partitions, promised })
  }
  return { groups: [...groups.values()].map((group) => finished(group)), notes }
}

function unread(file: StoredFile): CatalogNote {
  return { code: 'skipped-file', file: file.path, text: `${file.path} was left out: save it as CSV, JSON or Parquet.` }
}

interface PathParts {
  folders: string[]
  file: string
  stem: string
  extension: string
}

/** `a/b/Sales.CSV.gz` → folders a, b; stem Sales; extension csv. */
export function partsOf(path: string): PathParts {
  const folders = path.split('/')
  const file = folders.pop() ?? ''
  const bare = file.replace(/\.(gz|gzip|zst|zstd)$/i, '')
  const dot = bare.lastIndexOf('.')
  if (dot <= 0) return { folders, file, stem: bare, extension: '' }
  return { folders, file, stem: bare.slice(0, dot), extension: bare.slice(dot + 1).toLowerCase() }
}

function hiveGroup(parts: PathParts, first: number, dataset: string) {
  const above = parts.folders.slice(0, first)
  const partitions = parts.folders.slice(first).map((folder) => folder.split('=')[0] ?? '')
  return { key: `hive:${above.join('/')}`, name: tableName(above.at(-1) ?? dataset), partitions }
}

function partGroup(parts: PathParts, dataset: string) {
  const match = PART.exec(parts.stem)
  const folder = parts.folders.join('/')
  if (match === null) return { key: `file:${folder}/${parts.stem}`, name: tableName(parts.stem), partitions: [] }
  const base = (match[1] ?? '').replace(/[-_. (]+$/, '')
  return { key: `part:${folder}/${base}`, name: tableName(base || (parts.folders.at(-1) ?? dataset)), partitions: [] }
}

/** A single file keeps its whole stem as a name: `sales_2021.csv` alone is table `sales_2021`. */
function finished({ base, ...group }: FileGroup & { base: string }): FileGroup {
  if (group.partitions.length > 0) return group
  if (group.files.length === 1) return { ...group, name: tableName(base) }
  const years = group.files.map((file) =>
    Number(/(?<!\d)((?:19|20)\d\d)$/.exec(partsOf(file.path).stem)?.[1] ?? Number.NaN),
  )
  return years.every((year) => !Number.isNaN(year)) ? { ...group, years } : group
}

/** The same files as tables of their own, named by their stems. */
export function splitGroup(group: FileGroup): FileGroup[] {
  const { years: _, ...rest } = group
  return group.files.map((file) => ({ ...rest, files: [file], name: tableName(partsOf(file.path).stem) }))
}
