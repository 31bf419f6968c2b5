import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { stateFolder } from '../../src/catalog/read.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Settings } from '../../src/settings.ts'
import { openStore } from '../../src/store.ts'

/**
 * What links are signed with: setting `embed_secret`, else a secret made once and kept in `state_dir`, or where machines share a
 * store, there, so that each opens the links of the others; a setting shorter than 32 characters is refused as `bad-setting`.
 */
export function embedSecret(settings: Settings): () => Promise<string> {
  let known: Promise<string> | undefined
  return () => {
    known ??= findSecret(settings).catch((problem) => {
      known = undefined
      throw problem
    })
    return known
  }
}

async function findSecret(settings: Settings): Promise<string> {
  const { embed_secret, shared } = settings
  if (embed_secret.length >= 32) return embed_secret
  if (embed_secret !== '') throw new Refusal('bad-setting', 'embed_secret has fewer than 32 characters.')
  const fresh = randomBytes(32).toString('base64url')
  if (shared.startsWith('s3://')) return inBucket(settings, fresh)
  return inFolder(shared === '' ? stateFolder(settings) : resolve(shared), fresh)
}

const NAME = 'embed.key'

/** A link appears with all that is in the file: who comes second reads the whole secret of the first. */
async function inFolder(folder: string, fresh: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const draft = join(folder, `.${NAME}.${randomUUID()}`)
  await writeFile(draft, fresh, { mode: 0o600 })
  try {
    await link(draft, join(folder, NAME)).catch((problem: NodeJS.ErrnoException) => {
      if (problem.code !== 'EEXIST') throw problem
    })
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(join(folder, NAME), 'utf8')
}

async function inBucket(settings: Settings, fresh: string): Promise<string> {
  const store = await openStore(settings.shared, settings, stateFolder(settings))
  const known = await store.get(NAME)
  if (known === null) await store.put(NAME, new TextEncoder().encode(fresh), { absent: true })
  const kept = known ?? (await store.get(NAME))
  if (kept === null) throw new Refusal('store-unavailable', 'The secret that signs links could not be kept.')
  return new TextDecoder().decode(kept.body)
}
