import { basename, dirname, resolve } from 'node:path'
import { Document, parseDocument } from 'yaml'
import { Refusal } from '../../src/refusal.ts'
import type { Settings } from '../../src/settings.ts'
import { openStore, type Store } from '../../src/store.ts'
import { type KeyEntry, readEntries } from './keys.ts'

/** A YAML (or JSON) file of keys in a folder or a bucket. */
export interface KeyFile {
  /** The entries as they are now; a file that is not there holds none. */
  read(): Promise<KeyEntry[]>
  /** Changes the document and writes it whole, comments kept; begins anew when somebody else wrote meanwhile. */
  change(act: (document: Document) => void): Promise<void>
}

/** Opens the key file that setting `keys` names. */
export async function openKeyFile(settings: Settings, stateDir: string): Promise<KeyFile> {
  const { folder, name } = placeOf(settings.keys)
  const store = await openStore(folder, settings, stateDir)
  return {
    read: async () => entriesOf(await readDocument(store, name)),
    change: (act) => changeFile(store, name, act),
  }
}

function placeOf(path: string): { folder: string; name: string } {
  const at = path.startsWith('s3://') ? path : resolve(path)
  return { folder: dirname(at), name: basename(at) }
}

interface Read {
  document: Document
  version: string | null
}

async function readDocument(store: Store, name: string): Promise<Read> {
  const found = await store.get(name)
  if (found === null) return { document: new Document({ keys: [] }), version: null }
  const document = parseDocument(new TextDecoder().decode(found.body))
  const [problem] = document.errors
  if (problem !== undefined) throw new Error(`The key file does not parse: ${problem.code} at ${problem.pos.join('–')}`)
  return { document, version: found.version }
}

function entriesOf({ document }: Read): KeyEntry[] {
  return readEntries(document.toJS({ maxAliasCount: 100 }))
}

const TRIES = 5

async function changeFile(store: Store, name: string, act: (document: Document) => void): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const read = await readDocument(store, name)
    entriesOf(read)
    act(read.document)
    entriesOf(read)
    const condition = read.version === null ? { absent: true as const } : { version: read.version }
    const written = await store.put(name, new TextEncoder().encode(read.document.toString()), condition)
    if (written !== null) return
  }
  throw new Refusal('busy', 'Others kept changing the key file meanwhile.')
}
