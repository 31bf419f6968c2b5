import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CatalogNote, Table } from '../catalog.ts'
import type { Store } from '../store.ts'

/** What was read of one group of files: kept as long as no file of it changes. */
export interface KeptGroup {
  tables: { table: Table; notes: CatalogNote[] }[]
  notes: CatalogNote[]
}

/** What is kept of a dataset between readings. */
export interface Kept {
  /** Changes when the program reads files differently: older contents are dropped. */
  format: number
  groups: Record<string, KeptGroup>
  /** Inclusions and distinct counts, by digest of the versions and columns they were measured on. */
  measured: Record<string, number>
}

export interface CatalogCache {
  load(dataset: string): Promise<Kept | null>
  save(dataset: string, kept: Kept): Promise<void>
}

/** Raise when reading, profiling, roles or key rules change. */
export const CACHE_FORMAT = 5

/** A cache as one JSON file per dataset in a folder; a missing or damaged file is no cache. */
export function folderCache(folder: string): CatalogCache {
  const pathOf = (dataset: string) => join(folder, fileOf(dataset))
  return {
    load: async (dataset) => {
      const text = await readFile(pathOf(dataset), 'utf8').catch(() => null)
      return text === null ? null : parseKept(text)
    },
    save: async (dataset, kept) => {
      const path = pathOf(dataset)
      const fresh = `${path}.${randomUUID()}`
      await mkdir(dirname(path), { recursive: true })
      await writeFile(fresh, JSON.stringify(kept))
      await rename(fresh, path)
    },
  }
}

/** A cache that costs no catalog: what cannot be loaded or saved is told to `warn`. */
export function toldCache(cache: CatalogCache, warn: (problem: unknown) => void): CatalogCache {
  return {
    load: (dataset) =>
      cache.load(dataset).catch((problem) => {
        warn(problem)
        return null
      }),
    save: (dataset, kept) => cache.save(dataset, kept).catch(warn),
  }
}

/** A cache as one JSON object per dataset below `catalogs/` of a store: what one machine has read, the others need not. */
export function storeCache(store: Store): CatalogCache {
  const pathOf = (dataset: string) => `catalogs/${fileOf(dataset)}`
  return {
    load: async (dataset) => {
      const found = await store.get(pathOf(dataset))
      return found === null ? null : parseKept(new TextDecoder().decode(found.body))
    },
    save: async (dataset, kept) =>
      void (await store.put(pathOf(dataset), new TextEncoder().encode(JSON.stringify(kept)))),
  }
}

function fileOf(dataset: string): string {
  return `${createHash('sha256').update(dataset).digest('hex').slice(0, 16)}.json`
}

function parseKept(text: string): Kept | null {
  try {
    const kept = JSON.parse(text) as Kept
    return kept.format === CACHE_FORMAT ? kept : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
