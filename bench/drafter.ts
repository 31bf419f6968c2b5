/** Where the drafts of a measurement come from: the embedded model, or the gold queries said in the language (its ceiling). */

import { join, resolve } from 'node:path'
import { alignLiterals } from '../model/data/align.ts'
import { convertQuery } from '../model/data/convert.ts'
import { impliedJoins, lossOf } from '../model/data/pairs.ts'
import { namesOf } from '../model/data/scope.ts'
import { ROOT } from '../model/data/shared.ts'
import { openParser, straightened } from '../model/data/sql.ts'
import { type Catalog, readCatalog } from '../src/catalog.ts'
import { CompileError } from '../src/draft/compile/error.ts'
import { compile } from '../src/draft/compile.ts'
import type { Draft } from '../src/draft.ts'
import { link } from '../src/link.ts'
import { Refusal } from '../src/refusal.ts'
import type { Settings } from '../src/settings.ts'
import type { Case } from './cases.ts'

export interface Drafter {
  id: string
  /** Drafts of a case, best first; refuses with `no-draft`. */
  draft(one: Case, catalog: Catalog, beams: number): Promise<Draft[]>
  close(): Promise<void>
}

/** Reads each folder's catalog once. */
export function catalogReader(settings: Settings): (one: Case) => Promise<Catalog> {
  const known = new Map<string, Promise<Catalog>>()
  return ({ folder }) => {
    const catalog = known.get(folder) ?? readCatalog(folder, { settings })
    known.set(folder, catalog)
    return catalog
  }
}

/** Opens the drafter of that name: `model`, `gold`, or a folder of other weights. */
export async function openDrafter(name: string, settings: Settings): Promise<Drafter> {
  if (name === 'model') return modelDrafter(join(ROOT, 'model', 'weights'), settings)
  if (name === 'gold') return goldDrafter()
  return modelDrafter(resolve(name), settings)
}

async function modelDrafter(weights: string, settings: Settings): Promise<Drafter> {
  const { openEmbeddedModel } = await import('../src/draft/model.ts')
  const model = await openEmbeddedModel({ weights, settings })
  return {
    id: model.id,
    draft: ({ question }, catalog, beams) =>
      model.draft(question, catalog, link(question, catalog), { beams, today: today() }),
    close: () => model.close(),
  }
}

async function goldDrafter(): Promise<Drafter> {
  const { parse, close } = await openParser()
  const losses = new Map<string, number>()
  const lose = (reason: string) => {
    losses.set(reason, (losses.get(reason) ?? 0) + 1)
    throw new Refusal('no-draft', reason)
  }
  const draft = async ({ question, goldSql }: Case, catalog: Catalog): Promise<Draft[]> => {
    const names = namesOf(catalog)
    const links = link(question, catalog)
    try {
      const loose = convertQuery(await parse(straightened(goldSql, catalog)), names, impliedJoins(catalog, names))
      const program = alignLiterals(loose, { words: links.words, text: question, values: () => links.values })
      return [{ ...compile(program, catalog, links, { today: today() }), score: 0, program }]
    } catch (problem) {
      return lose(problem instanceof CompileError ? `compile: ${problem.message}` : lossOf(problem))
    }
  }
  const finish = async () => {
    for (const [reason, times] of [...losses].sort((a, b) => b[1] - a[1])) console.log(`lost ${times}: ${reason}`)
    close()
  }
  return { id: 'gold', draft, close: finish }
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
