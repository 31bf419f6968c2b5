import type { Answer, Effects } from './answer.ts'
import { requireRight } from './asker.ts'
import type { Catalog } from './catalog.ts'
import { check } from './check.ts'
import type { Cell } from './database.ts'
import { execute } from './execute.ts'
import { Refusal } from './refusal.ts'
import { readTree } from './tree/read.ts'
import type { Language } from './wording.ts'
import { type Part, partsOf } from './working/parts.ts'

export type { Part } from './working/parts.ts'

/** A part with what it gives over the data as it is now. */
export interface Worked extends Part {
  /** Count of its rows; null where it cannot be run by itself. */
  rows: number | null
  columns: { name: string; type: string }[]
  /** Its first rows, at most five. */
  sample: Cell[][]
}

const SAMPLE = 5

/** How an answer's SQL comes about: each of its parts (at most setting `working_parts_max`) run through the same check and limits as an answer. */
export async function showWorking(
  kept: Pick<Answer, 'sql' | 'dataset'>,
  language: Language,
  effects: Effects,
  signal?: AbortSignal,
): Promise<Worked[]> {
  if (effects.asker) requireRight(effects.asker, 'read')
  const catalog = await effects.catalogs.get(kept.dataset)
  const { tree } = await check(kept.sql, catalog, effects.database, effects.settings)
  const parts = partsOf(readTree(tree), catalog, language)
  const shown = [...parts.slice(0, -1).slice(0, effects.settings.working_parts_max - 1), ...parts.slice(-1)]
  const worked: Worked[] = []
  for (const part of shown) worked.push(await work(part, catalog, effects, signal))
  return worked
}

async function work(part: Part, catalog: Catalog, effects: Effects, signal?: AbortSignal): Promise<Worked> {
  try {
    const sample = await run(part.sql, SAMPLE, catalog, effects, signal)
    const counted = sample.truncated
      ? await run(`SELECT count(*) FROM (${part.sql})`, 1, catalog, effects, signal)
      : undefined
    const rows = counted === undefined ? sample.rows.length : Number(counted.rows[0]?.[0])
    return { ...part, rows, columns: sample.columns, sample: sample.rows }
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || !ALONE.has(thrown.code)) throw thrown
    return { ...part, rows: null, columns: [], sample: [] }
  }
}

/** A sub-query that speaks of the row around it does not bind by itself; a join without its filter may be too much to count. */
const ALONE = new Set(['sql-unbindable', 'query-failed', 'query-timeout', 'query-memory'])

async function run(sql: string, rows: number, catalog: Catalog, effects: Effects, signal?: AbortSignal) {
  const { settings, database } = effects
  const checked = await check(sql, catalog, database, settings)
  const limits = { rows, bytes: settings.answer_max_mb * 1024 * 1024, timeout_ms: settings.query_timeout_ms }
  return execute(checked, catalog, limits, database, signal)
}
