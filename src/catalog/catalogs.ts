import { join } from 'node:path'
import { type Catalog, type DatasetSource, listDatasets, readCatalog } from '../catalog.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'
import { openReach } from '../store/reach.ts'
import type { Store } from '../store.ts'
import { type CatalogCache, folderCache } from './cache.ts'
import { stateFolder } from './read.ts'
import { openReader } from './reader.ts'
import { type Restriction, restrictCatalog } from './restrict.ts'
import type { Session } from './session.ts'

/** The catalogs of a store: read once, kept, and read anew when a file came, changed or went. */
export interface Catalogs {
  /** Names of the datasets, in alphabetical order. */
  names(): Promise<string[]>
  /** The dataset's catalog as its files are now, at most `catalog_check_ms` late; refuses `dataset-unknown` and what `readCatalog` refuses. */
  get(dataset: string): Promise<Catalog>
  /** A catalog of this store without what is hidden; see `restrictCatalog`. */
  restrict(base: Catalog, restriction: Restriction): Promise<Catalog>
  close(): Promise<void>
}

interface Held {
  /** Paths and versions of the files the catalog was read from. */
  versions: string
  checked: number
  catalog: Promise<Catalog>
}

/** Opens the catalogs of a store. `now` gives milliseconds from any origin; what was read is kept in `cache`, below `state_dir` when absent. */
export async function openCatalogs(
  store: Store,
  settings: Settings,
  now: () => number,
  cache: CatalogCache = folderCache(join(stateFolder(settings), 'catalogs')),
): Promise<Catalogs> {
  const limits = { memory_mb: settings.catalog_memory_mb, timeout_ms: settings.catalog_table_timeout_ms }
  const reader = await openReader(limits, openReach(settings))
  const inTurn = oneByOne()
  const session: Session = {
    reader,
    settings,
    fetch: (files) => store.fetch(files),
    stateDir: stateFolder(settings),
    notes: [],
    strict: true,
  }
  const held = new Map<string, Held>()
  let listed: { at: number; sources: Promise<DatasetSource[]> } | undefined

  const sources = (): Promise<DatasetSource[]> => {
    if (listed === undefined || now() - listed.at > settings.catalog_check_ms) {
      const found = listDatasets(store)
      found.catch(() => {
        listed = undefined
      })
      listed = { at: now(), sources: found }
    }
    return listed.sources
  }
  const hold = (dataset: string, versions: string, catalog: Promise<Catalog>): Promise<Catalog> => {
    held.set(dataset, { versions, checked: now(), catalog })
    catalog.catch(() => held.delete(dataset))
    return catalog
  }
  const get = async (dataset: string): Promise<Catalog> => {
    const known = held.get(dataset)
    if (known !== undefined && now() - known.checked <= settings.catalog_check_ms) return known.catalog
    const source = (await sources()).find((one) => one.dataset === dataset)
    if (source === undefined) throw new Refusal('dataset-unknown', `There is no dataset "${dataset.slice(0, 80)}".`)
    const files = await store.list(source.folder)
    const versions = JSON.stringify(files.map(({ path, version }) => [path, version]))
    const current = held.get(dataset)
    if (current?.versions === versions) return hold(dataset, versions, current.catalog)
    return hold(
      dataset,
      versions,
      inTurn(() => readCatalog(source, { settings, cache, reader })),
    )
  }
  return {
    names: async () => (await sources()).map(({ dataset }) => dataset).sort(),
    get,
    restrict: (base, restriction) => inTurn(() => restrictCatalog(base, restriction, session)),
    close: () => reader.close(),
  }
}

/** One act after the other: readings share a reader, and with it the names of its temporary tables. */
function oneByOne(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const next = last.then(act, act)
    last = next.catch(() => {})
    return next
  }
}
