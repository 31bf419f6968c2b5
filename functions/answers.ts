import { join } from 'node:path'
import type { Answer, Effects } from '../src/answer.ts'
import { boundFolder } from '../src/kept/bound.ts'
import { type Asked, type KeptAnswers, type Made, storeAnswers } from '../src/kept.ts'
import type { Settings } from '../src/settings.ts'
import { openFolder, type StoredFile } from '../src/store.ts'

/** Kept answers as doors use them: by id, with how each was made. */
export interface Answers {
  get(id: string): Promise<Answer | undefined>
  /** `asked` is what was asked beside the words; without it a replay uses the defaults. */
  put(answer: Answer, asked?: Asked): Promise<void>
  made(id: string): Promise<Made | undefined>
  files(fingerprint: string): Promise<StoredFile[] | undefined>
}

/** Writes down with each answer the catalog and the files it was made over, unless they have changed meanwhile. */
export function keepAnswers(kept: KeptAnswers, effects: Effects): Answers {
  return {
    get: kept.get,
    made: kept.made,
    files: kept.files,
    put: async (answer, asked = {}) => {
      const { fingerprint, files } = await effects.catalogs.get(answer.dataset)
      const same = fingerprint.data === answer.plan.catalog
      if (same && files !== undefined) await kept.putFiles(fingerprint.data, files)
      const at = effects.clock.now().toISOString()
      await kept.put(answer, { at, asked, schema: fingerprint.schema, data: answer.plan.catalog })
    },
  }
}

/** How many answers are put between two looks at the size of the folder. */
const PUTS_BETWEEN = 20

/** Answers below `state_dir`, the oldest removed when they grow beyond `answers_disk_mb`. */
export function folderAnswers(stateDir: string, settings: Settings, warn: (problem: unknown) => void): KeptAnswers {
  const root = join(stateDir, 'kept')
  const kept = storeAnswers(openFolder(root), settings.answers_max, warn)
  let puts = 0
  return {
    ...kept,
    put: async (answer, made) => {
      await kept.put(answer, made)
      if (puts++ % PUTS_BETWEEN !== 0) return
      boundFolder(join(root, 'answers'), settings.answers_disk_mb * 1024 * 1024).catch(warn)
    },
  }
}
