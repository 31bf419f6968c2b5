import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { storeCache } from '../../src/catalog/cache.ts'
import { openCatalogs } from '../../src/catalog/catalogs.ts'
import { readSettings } from '../../src/settings.ts'
import { openFolder } from '../../src/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'asklake-catalogs-'))
after(() => rmSync(folder, { recursive: true }))

test('datasets asked for at once are read whole, and kept in a shared store', async () => {
  const settings = { ...readSettings({}), state_dir: folder }
  const cache = storeCache(openFolder(join(folder, 'shared')))
  const catalogs = await openCatalogs(openFolder('examples'), settings, () => performance.now(), cache)
  try {
    const names = await catalogs.names()
    const read = await Promise.all(names.map((name) => catalogs.get(name)))
    const unread = read.flatMap(({ notes }) => notes.filter(({ code }) => code === 'unreadable-file'))
    assert.deepEqual(unread, [])
    for (const [i, name] of names.entries()) {
      const kept = await cache.load(name)
      const tables = Object.values(kept?.groups ?? {}).flatMap((group) => group.tables)
      assert.equal(tables.length, read[i]?.tables.length, name)
    }
  } finally {
    await catalogs.close()
  }
})
