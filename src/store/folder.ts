import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Refusal } from '../refusal.ts'
import type { PutCondition, Store, StoredFile, StoredObject } from '../store.ts'
import { insidePath, isHidden } from './path.ts'

/** A store over a local folder; a version is size and time of change for listed files, a hash of content for `get` and `put`. */
export function folderStore(root: string): Store {
  const top = resolve(root)
  const local = (path: string) => join(top, insidePath(path))
  return {
    name: basename(top),
    list: async (folder) => listFolder(top, insidePath(folder)),
    fetch: async (files) => Promise.all(files.map((file) => checkedPath(local(file.path), file))),
    get: async (path) => readObject(local(path)),
    put: async (path, body, condition) => writeObject(local(path), body, condition),
    remove: async (path) => rm(local(path), { force: true }),
  }
}

async function listFolder(top: string, folder: string): Promise<StoredFile[]> {
  const real = await realpath(top).catch(() => {
    throw new Refusal('dataset-unreadable', 'The data folder does not exist or cannot be read.')
  })
  const found: StoredFile[] = []
  await walk({ folder: join(real, folder), root: real, within: join(real, folder) }, found)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface Place {
  folder: string
  /** What paths are relative to. */
  root: string
  /** What was asked to be listed: a dataset, whose links must not lead into another one. */
  within: string
}

/** Links are followed only while they stay below the listed folder, and never into a folder (a loop would not end). */
async function walk(place: Place, found: StoredFile[]): Promise<void> {
  for (const entry of await readFolder(place.folder)) {
    const path = join(place.folder, entry.name)
    const inside = relative(place.root, path).split(sep).join('/')
    if (isHidden(inside)) continue
    if (entry.isDirectory()) await walk({ ...place, folder: path }, found)
    else if (entry.isFile() || (entry.isSymbolicLink() && (await staysInside(path, place.within)))) {
      const facts = await stat(path).catch(() => null)
      if (facts?.isFile()) found.push({ path: inside, bytes: facts.size, version: versionOf(facts) })
    }
  }
}

async function readFolder(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new Refusal('dataset-unreadable', `The folder ${basename(folder)} cannot be read (${error.code}).`)
  })
}

async function staysInside(path: string, top: string): Promise<boolean> {
  const target = await realpath(path).catch(() => '')
  return target.startsWith(top + sep)
}

function versionOf(facts: { size: number; mtimeMs: number }): string {
  return `${facts.size}-${Math.round(facts.mtimeMs * 1000)}`
}

async function checkedPath(path: string, file: StoredFile): Promise<string> {
  const facts = await stat(path).catch(() => null)
  if (facts !== null && versionOf(facts) === file.version) return path
  throw new Refusal('file-changed', `${file.path} was ${facts === null ? 'removed' : 'changed'} while it was read.`)
}

async function readObject(path: string): Promise<StoredObject | null> {
  try {
    const body = await readFile(path)
    return { body, version: contentVersion(body) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function contentVersion(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32)
}

/** A hard link fails when its target exists: the one atomic "create if absent" of a file system. */
async function writeObject(path: string, body: Uint8Array, condition?: PutCondition): Promise<string | null> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(draft, body)
    if (condition === undefined) await rename(draft, path)
    else if ('absent' in condition ? !(await linked(draft, path)) : !(await replaced(draft, path, condition.version)))
      return null
    return contentVersion(body)
  } catch (problem) {
    throw unwritable(problem)
  } finally {
    await rm(draft, { force: true }).catch(() => {}) // On a disk that became read-only it stays; its name is hidden.
  }
}

/** Puts the draft in the place of this very version. Looking and replacing are two steps: only one writer at a time, of any process, may take them. */
async function replaced(draft: string, path: string, version: string): Promise<boolean> {
  const lock = join(dirname(path), `.${basename(path)}.lock`)
  while (!(await linked(draft, lock))) {
    const facts = await stat(lock).catch(() => null)
    if (facts !== null && Date.now() - facts.ctimeMs > LOCK_DEAD_MS) await rm(lock, { force: true })
    else await setTimeout(2)
  }
  try {
    if ((await readObject(path))?.version !== version) return false
    await rename(draft, path)
    return true
  } finally {
    await rm(lock, { force: true })
  }
}

/** Two steps take a millisecond; who has held the lock for this long has died with it. */
const LOCK_DEAD_MS = 5000

/** What a disk that is full, over its quota or read-only says; ENOENT where not even the folder can be made. */
const UNWRITABLE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT'])

/** An error of writing as a refusal when it is the disk's; any other as it is. */
export function unwritable(problem: unknown): unknown {
  const { code = '' } = problem as NodeJS.ErrnoException
  if (problem instanceof Refusal || !UNWRITABLE.has(code)) return problem
  return new Refusal('store-unavailable', `It could not be kept: the disk cannot be written (${code}).`, {
    hint: 'Free space below state_dir, or make it writable.',
  })
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
