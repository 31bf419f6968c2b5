import type { SpawnOptions } from 'node:child_process'
import { chownSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Who a process runs as when we are root: nobody owns a file, so whatever such a process is made to do, it writes none. */
const NOBODY = 65534

/** What a process we start may have. */
export interface Confinement {
  /** Kernel limit on its data segment. */
  memory_mb: number
  /** Whether it gives up root. Ignored where we are not root. */
  nobody: boolean
}

/** Data segment and core files are limited by the shell before Node starts; a system that knows no such limit goes without. */
const LIMITED = 'ulimit -d "$1" 2>/dev/null; ulimit -c 0; shift; exec "$@"'

/** Program, arguments and options for `spawn` that start Node with `args` under the confinement: an empty environment, no more memory than given, no root. */
export function confined(args: string[], { memory_mb, nobody }: Confinement) {
  const command = [process.execPath, ...args]
  const account = nobody && isRoot() ? { uid: NOBODY, gid: NOBODY } : {}
  const options: SpawnOptions = { ...account, env: emptyEnvironment() }
  return { program: '/bin/sh', args: ['-c', LIMITED, 'sh', String(memory_mb * 1024), ...command], options }
}

/** Nothing of ours: no key or token may be read from it. Some systems find Node's own libraries only by this one. */
function emptyEnvironment(): Record<string, string> {
  const libraries = process.env['LD_LIBRARY_PATH']
  return libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }
}

/** Hands a folder to the account a confined process runs as. */
export function giveToNobody(folder: string): void {
  if (isRoot()) chownSync(folder, NOBODY, NOBODY)
}

/** Whether a file or folder belongs to us or to a confined process of ours. */
export function isOwn(path: string): boolean {
  const owner = statSync(path, { throwIfNoEntry: false })?.uid
  return owner !== undefined && (owner === process.getuid?.() || (isRoot() && owner === NOBODY))
}

/** Whether everybody may read a file: its own permission, and that of all folders above it. Always true where we are not root. */
export function isReadableByAll(path: string): boolean {
  if (!isRoot()) return true
  if (!permits(path, READ)) return false
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (!permits(folder, ENTER)) return false
    if (folder === dirname(folder)) return true
  }
}

const READ = 0o004
const ENTER = 0o001

function permits(path: string, bit: number): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & bit) !== 0
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
