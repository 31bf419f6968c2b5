import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stateFolder } from '../../src/catalog/read.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Settings } from '../../src/settings.ts'

/**
 * What links are signed with: setting `embed_secret`, else a secret made once and kept in `state_dir`. Where several machines share
 * a store each would make its own, so there it refuses `embed-closed`; a setting shorter than 32 characters is refused as `bad-setting`.
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
  if (settings.embed_secret.length >= 32) return settings.embed_secret
  if (settings.embed_secret !== '') throw new Refusal('bad-setting', 'embed_secret has fewer than 32 characters.')
  if (settings.shared !== '') throw new Refusal('embed-closed', 'Links cannot be signed here.')
  const path = join(stateFolder(settings), 'embed.key')
  const fresh = randomBytes(32).toString('base64url')
  await writeFile(path, fresh, { mode: 0o600, flag: 'wx' }).catch((problem: NodeJS.ErrnoException) => {
    if (problem.code !== 'EEXIST') throw problem
  })
  return readFile(path, 'utf8')
}
