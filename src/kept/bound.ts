import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes the oldest files of a folder until at most `max_bytes` are left; gives the bytes that are. A missing folder holds none. */
export async function boundFolder(folder: string, max_bytes: number): Promise<number> {
  const files = await filesOf(folder)
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { path, bytes } of files.sort((a, b) => a.changed - b.changed)) {
    if (left <= max_bytes) break
    await rm(path, { force: true })
    left -= bytes
  }
  return left
}

async function filesOf(folder: string): Promise<{ path: string; bytes: number; changed: number }[]> {
  const names = await readdir(folder).catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOENT') return []
    throw problem
  })
  const paths = names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name))
  const facts = await Promise.all(paths.map(async (path) => ({ path, facts: await stat(path).catch(() => null) })))
  return facts.flatMap(({ path, facts }) =>
    facts?.isFile() ? [{ path, bytes: facts.size, changed: facts.mtimeMs }] : [],
  )
}
