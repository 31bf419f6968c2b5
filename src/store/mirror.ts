import { createHash, randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Refusal } from '../refusal.ts'
import type { ObjectFacts, Objects } from './objects.ts'

export interface MirrorLimits {
  /** Bytes kept on disk; the least recently used go first, those just fetched never. */
  max_bytes: number
  /** Ranged reads under way at once. */
  parallel: number
  /** Bytes of one ranged read. */
  part_bytes: number
}

export interface Mirror {
  /** Local paths of objects, each exactly the version listed. Refuses `file-changed`. */
  fetch(objects: ObjectFacts[]): Promise<string[]>
}

/** Objects copied to a local folder, one sub-folder per key and ETag, so that a path never changes its content. */
export function openMirror(objects: Objects, folder: string, limits: MirrorLimits): Mirror {
  const under = new Map<string, Promise<string>>()
  const gate = semaphore(limits.parallel)
  const one = (facts: ObjectFacts) => {
    const home = join(folder, placeOf(facts))
    const running =
      under.get(home) ?? mirrored(facts, home, { objects, limits, gate }).finally(() => under.delete(home))
    under.set(home, running)
    return running
  }
  return {
    fetch: async (wanted) => {
      const paths = await Promise.all(wanted.map(one))
      await evict(folder, limits.max_bytes, new Set(wanted.map(placeOf)))
      return paths
    },
  }
}

function placeOf({ key, etag }: ObjectFacts): string {
  return createHash('sha256').update(`${key}\n${etag}`).digest('hex').slice(0, 24)
}

/** A copy never changes; whoever reads it cannot write it. */
const READ_ONLY = 0o444

interface Means {
  objects: Objects
  limits: MirrorLimits
  gate: <T>(act: () => Promise<T>) => Promise<T>
}

async function mirrored(facts: ObjectFacts, home: string, means: Means): Promise<string> {
  const path = join(home, basename(facts.key))
  const known = await stat(path).catch(() => null)
  const now = new Date()
  if (known?.size === facts.bytes) {
    await utimes(home, now, now)
    return path
  }
  await mkdir(home, { recursive: true })
  const fresh = join(home, `.${randomUUID()}`)
  try {
    await download(facts, fresh, means)
    await chmod(fresh, READ_ONLY)
    await rename(fresh, path)
  } finally {
    await rm(fresh, { force: true })
  }
  return path
}

/** Every part is asked with `If-Match`, so that no file is ever pieced together of two versions. */
async function download(facts: ObjectFacts, path: string, { objects, limits, gate }: Means): Promise<void> {
  const file = await open(path, 'w')
  try {
    const starts = Array.from(
      { length: Math.ceil(facts.bytes / limits.part_bytes) },
      (_, index) => index * limits.part_bytes,
    )
    await Promise.all(
      starts.map((from) =>
        gate(async () => {
          const to = Math.min(from + limits.part_bytes, facts.bytes) - 1
          const part = await objects.read(facts.key, { range: { from, to }, etag: facts.etag })
          if (part === null || part === 'changed' || part.body.length !== to - from + 1)
            throw changed(facts, part === null)
          await file.write(part.body, 0, part.body.length, from)
        }),
      ),
    )
  } finally {
    await file.close()
  }
}

function changed({ key }: ObjectFacts, gone: boolean): Refusal {
  return new Refusal('file-changed', `${basename(key)} was ${gone ? 'removed' : 'changed'} while it was read.`)
}

async function evict(folder: string, most: number, keep: Set<string>): Promise<void> {
  const homes = await Promise.all((await readdir(folder).catch(() => [])).map((name) => weigh(folder, name)))
  let total = homes.reduce((sum, home) => sum + home.bytes, 0)
  for (const home of homes.sort((a, b) => a.used - b.used)) {
    if (total <= most) return
    if (keep.has(home.name)) continue
    await rm(join(folder, home.name), { recursive: true, force: true })
    total -= home.bytes
  }
}

async function weigh(folder: string, name: string) {
  const home = join(folder, name)
  const used = (await stat(home).catch(() => null))?.mtimeMs ?? 0
  const files = await readdir(home).catch(() => [])
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(home, file)).catch(() => null))?.size ?? 0),
  )
  return { name, used, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

/** At most `limit` of the given acts run at once; others wait in order. */
function semaphore(limit: number): Means['gate'] {
  let free = Math.max(1, limit)
  const waiting: (() => void)[] = []
  return async (act) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await act()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
