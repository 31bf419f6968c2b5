import type { Catalog } from '../catalog.ts'
import type { Draft, Model } from '../draft.ts'
import type { Links } from '../link.ts'
import { recentMap } from '../recent.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'
import { CompileError, compile } from './compile.ts'
import { withCountedTable } from './counted.ts'
import { type EncodedSchema, encodeQuestion, encodeSchema } from './encode.ts'
import { withMainDates } from './maindate.ts'
import { readModelCard } from './network.ts'
import { withOwnColumns, withoutIdleTables } from './prune.ts'
import { withRowName } from './rowname.ts'
import type { Finished } from './search.ts'
import { shownItems } from './shown.ts'
import { openDrafter } from './thread.ts'
import { withWholeValues } from './wholevalues.ts'

export interface ModelOptions {
  /** Folder of the weights: model/weights of the package. */
  weights: string
  settings: Pick<Settings, 'draft_max_steps' | 'draft_schema_tokens' | 'draft_threads'>
}

/** Encoded schemas kept beside the worker's keys and values. */
const SCHEMAS = 64

interface Shown {
  key: string
  encoded: EncodedSchema
}

/**
 * The embedded model: our own weights in a worker thread. Drafts are compiled programs, best first; programs that mean
 * nothing are left out. Refuses with `model-unavailable` when the weights cannot be loaded, or when the worker died twice.
 */
export async function openEmbeddedModel({ weights, settings }: ModelOptions): Promise<Model> {
  const { id } = readCard(weights)
  const drafter = openDrafter({ weights, threads: settings.draft_threads })
  // Loading goes on beside whatever comes first: a recalled plan needs no model, and a draft waits for it by itself.
  drafter.ready().catch(() => {})
  const encoded = recentMap<EncodedSchema>(SCHEMAS)
  const show = (catalog: Catalog, links: Links): Shown => {
    const items = shownItems(catalog, links, settings.draft_schema_tokens)
    const key = `${catalog.dataset} ${catalog.fingerprint.schema} ${items.join(' ')}`
    const made = encoded.get(key) ?? encodeSchema(catalog, { items })
    encoded.set(key, made)
    return { key, encoded: made }
  }
  return {
    id,
    draft: async (_question, catalog, links, { beams, today, signal }) => {
      if (links.words.length === 0) return []
      const shown = show(catalog, links)
      const question = encodeQuestion(links, shown.encoded)
      const words = { question: links.question, words: links.words }
      const search = { beams, steps: settings.draft_max_steps, today }
      const ask = { ...shown, ...search, catalog: bare(catalog), question, links: words }
      const finished = await drafter.draft(ask, signal)
      return finished.flatMap((one) => compiled(one, catalog, links, today))
    },
    close: () => drafter.close(),
  }
}

function readCard(weights: string) {
  try {
    return readModelCard(weights)
  } catch (problem) {
    throw new Refusal('model-unavailable', `The weights in ${weights} cannot be read: ${problem}`)
  }
}

/** What is mended in every draft, in this order: columns first, then the tables that nothing is left of or that are missing. */
const REWRITES = [withMainDates, withWholeValues, withRowName, withOwnColumns, withoutIdleTables, withCountedTable]

/** SQL that differs when today is this day holds dates counted from today. */
const ANOTHER_DAY = '2001-05-17'

function compiled({ program: drafted, score }: Finished, catalog: Catalog, links: Links, today: string): Draft[] {
  const program = REWRITES.reduce((written, rewrite) => rewrite(written, catalog, links), drafted)
  try {
    const made = compile(program, catalog, links, { today })
    const relative = made.sql !== compile(program, catalog, links, { today: ANOTHER_DAY }).sql
    return [{ ...made, score, program, ...(relative ? { relative } : {}) }]
  } catch (problem) {
    if (problem instanceof CompileError) return []
    throw problem
  }
}

/** Values of a column the grammar looks at to tell dates and numbers written as text. */
const GRAMMAR_VALUES = 30

/** A catalog with the values the grammar looks at: what is worth sending to the thread. */
function bare(catalog: Catalog): Catalog {
  const tables = catalog.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, values: column.values.slice(0, GRAMMAR_VALUES) })),
  }))
  return { ...catalog, tables }
}
