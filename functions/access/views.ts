import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { stateFolder } from '../../src/catalog/read.ts'
import { viewsFolder } from '../../src/catalog/restrict.ts'
import type { Catalog } from '../../src/catalog.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'

/** Works out every view that some key has, so that the first question does not wait; throws one Error that names the keys whose row policies or hidden columns do not fit their datasets. */
export async function checkViews(deployment: Deployment): Promise<void> {
  const problems = (await views(deployment)).flatMap(({ name, dataset, seen }) =>
    seen instanceof Refusal ? [`${name}, ${dataset}: ${seen.message}`] : [],
  )
  if (problems.length > 0) throw new Error(`Keys that cannot be held to what they may see:\n${problems.join('\n')}`)
}

/** What each key sees of each dataset it sees in part, or why it sees nothing. */
async function views({ keyring, effects }: Deployment) {
  const all: { name: string; dataset: string; seen: Catalog | Refusal }[] = []
  for (const { name, views } of (await keyring?.all()) ?? []) {
    for (const [dataset, view] of Object.entries(views)) {
      const seen = await effects.catalogs.get(dataset, view).catch((problem: unknown) => {
        if (problem instanceof Refusal) return problem
        throw problem
      })
      all.push({ name, dataset, seen })
    }
  }
  return all
}

/** Files of a view that no server has used for this long go: servers may share a state folder and know other keys. */
const UNUSED_MS = 24 * 3600_000

/** Removes the files of rows that no key sees any more, and says of those that are seen that they are used. */
export async function tidyViews(deployment: Deployment, now = Date.now()): Promise<void> {
  const folder = viewsFolder(stateFolder(deployment.effects.settings))
  const seen = (await views(deployment)).flatMap(({ seen }) => (seen instanceof Refusal ? [] : seen.tables))
  const used = new Set(seen.flatMap(({ source }) => source.files))
  for (const name of await namesIn(folder)) {
    const path = join(folder, name)
    if (used.has(path)) await utimes(path, now / 1000, now / 1000)
    else if (now - ((await stat(path).catch(() => null))?.mtimeMs ?? now) > UNUSED_MS) await rm(path, { force: true })
  }
}

/** A folder that is not there holds nothing. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOENT') return []
    throw problem
  })
}
