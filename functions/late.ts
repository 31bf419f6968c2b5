import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Model } from '../src/draft.ts'
import type { Settings } from '../src/settings.ts'
import { packageRoot } from './root.ts'

/** The embedded model; its weights are read in the background from now on. */
export async function openWeights(settings: Settings): Promise<Model> {
  const { openEmbeddedModel } = await import('../src/draft/model.ts')
  return openEmbeddedModel({ weights: folder(), settings })
}

/** The embedded model, whose weights and libraries are read at the first draft: half a second of processor time that a recalled plan does without. */
export async function lateModel(settings: Settings): Promise<Model> {
  const { id } = JSON.parse(await readFile(join(folder(), 'model.json'), 'utf8')) as { id: string }
  let opened: Promise<Model> | undefined
  const open = () => {
    opened ??= openWeights(settings)
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  return {
    id,
    draft: async (...asked) => (await open()).draft(...asked),
    close: async () => (await opened)?.close(),
  }
}

function folder(): string {
  return join(packageRoot(), 'model', 'weights')
}
