/** Where the training data lies and how its files are read; the data itself is not part of the repository. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The project's root folder. */
export const ROOT = resolve(import.meta.dirname, '..', '..')

/** Folder of everything computed from the data; git ignores it. */
export const CACHE = join(ROOT, '.cache')

/** Absolute path of a file of the shared data (`ASKLAKE_SHARED`, default `../shared`); throws when the folder is not there. */
export function sharedPath(...parts: string[]): string {
  const folder = resolve(ROOT, process.env.ASKLAKE_SHARED ?? '../shared', 'data')
  if (!existsSync(folder))
    throw new Error(`No training data at ${folder}: set ASKLAKE_SHARED to the folder that holds data/`)
  return join(folder, ...parts)
}

/** Text of a file of the shared data, unpacked when its name ends in .gz or .bz2. */
export function readShared(...parts: string[]): string {
  const path = sharedPath(...parts)
  if (path.endsWith('.bz2')) return execFileSync('bzip2', ['-dc', path], { maxBuffer: 2 ** 30 }).toString('utf8')
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** Objects of a JSON Lines file of the shared data. */
export function readSharedLines<T>(...parts: string[]): T[] {
  return readShared(...parts)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

interface Split {
  databases: string[]
  otherSets?: string[]
}

function readSplit(name: string): Split {
  return JSON.parse(readFileSync(join(ROOT, 'model', name), 'utf8')) as Split
}

/** The 20 databases on which accuracy is measured; nothing of them is trained or tuned on. */
export const HELD_OUT: ReadonlySet<string> = new Set(readSplit('held-out.json').databases)

/** Databases of Spider's extras that other evaluation sets hold out. */
export const OTHER_SETS: ReadonlySet<string> = new Set(readSplit('held-out.json').otherSets)

/** The ten databases left out of training whose errors may be read while developing. */
export const DEVELOPMENT: ReadonlySet<string> = new Set(readSplit('dev-databases.json').databases)

const bare = new Set<string>()

/** Path of a folder of the same files, without the description that declares the keys. */
export function withoutDataPackage(dataset: string, folder: string): string {
  const copy = join(CACHE, 'no-keys', dataset)
  if (bare.has(copy)) return copy
  bare.add(copy)
  if (existsSync(copy)) rmSync(copy, { recursive: true })
  mkdirSync(copy, { recursive: true })
  for (const name of readdirSync(folder))
    if (name !== 'datapackage.json') copyFileSync(join(folder, name), join(copy, name))
  return copy
}
