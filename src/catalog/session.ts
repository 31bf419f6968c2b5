import type { CatalogNote } from '../catalog.ts'
import type { Settings } from '../settings.ts'
import type { StoredFile } from '../store.ts'
import type { Reader } from './reader.ts'

/** What reading one dataset needs of the outside. */
export interface Session {
  reader: Reader
  settings: Settings
  /** Local paths of files, for this very version of each. */
  fetch(files: StoredFile[]): Promise<string[]>
  /** The `s3://bucket/key` of a file's path, where files lie in a bucket. */
  address?: ((path: string) => string) | undefined
  /** Folder for re-encoded copies. */
  stateDir: string
  notes: CatalogNote[]
  /** Whether a file that changes while it is read ends the reading (a first try) or becomes a note. */
  strict: boolean
}

/** A relation as the reader gives it, before columns are renamed and cast. */
export interface RawTable {
  source: {
    format: 'csv' | 'json' | 'parquet'
    files: string[]
    options: Record<string, string>
    bytes: number
    objects?: string[]
    member?: string
    filter?: string
  }
  /** `name` is the wanted name, `expression` the SQL over the reader's columns, `type` what DuckDB says. */
  columns: { name: string; expression: string; type: string }[]
  /** Whether its rows, with these very columns, are in RAW_ROWS already. */
  loaded?: boolean
}

/** Adds a note once. */
export function addNote(session: Session, note: CatalogNote): void {
  const same = session.notes.some((known) => known.code === note.code && known.text === note.text)
  if (!same) session.notes.push(note)
}
