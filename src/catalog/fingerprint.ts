import { createHash } from 'node:crypto'
import type { Catalog } from '../catalog.ts'
import type { StoredFile } from '../store.ts'

/** First 16 hex digits of the SHA-256 of a value's JSON. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}

/** Changes when names, types, keys, joins or words change; values and counts do not matter. */
export function schemaFingerprint(catalog: Omit<Catalog, 'fingerprint' | 'notes'>): string {
  const tables = catalog.tables.map(({ name, title, description, synonyms, primaryKey, columns }) => ({
    name,
    title,
    description,
    synonyms,
    primaryKey,
    columns: columns.map((column) => [
      column.name,
      column.type,
      column.role,
      column.title,
      column.description,
      column.synonyms,
      column.unit,
    ]),
  }))
  const joins = catalog.joins.map(({ from, to }) => [from, to])
  return digest([catalog.dataset, catalog.title, catalog.description, tables, joins, catalog.metrics])
}

/** Changes when any file's path, size or version changes. */
export function dataFingerprint(files: StoredFile[]): string {
  return digest(files.map(({ path, bytes, version }) => [path, bytes, version]))
}
