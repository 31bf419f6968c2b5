import { type Answer, type Asking, answer, answerAgain, type Effects } from './answer.ts'
import { resultKey } from './choose/result.ts'
import type { Cell } from './database.ts'
import type { Asked, Made } from './kept.ts'
import { type Question, readQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import type { StoredFile } from './store.ts'

/** What is known of a kept answer: itself, how it was made, the files it was made over. */
export interface Past {
  answer: Answer
  made: Made | undefined
  files: StoredFile[] | undefined
}

/** A kept answer, asked again, and what changed since. */
export interface Replay {
  of: string
  /** When the kept answer was made (ISO 8601), if that is known. */
  asked_at: string | null
  /** The same SQL over the data as it is now; when that no longer runs, the question's answer of today, or null when there is none. */
  answer: Answer | null
  changed: Changes
  /** The changes as sentences; empty when nothing changed. */
  summary: string[]
}

export interface Changes {
  /** `files` is null when it was not written down which there were. */
  data: { changed: boolean; files: FileChange[] | null }
  rows: { changed: boolean; before: number; after: number | null; added: Cell[][]; removed: Cell[][] }
  /** Whether the question would be answered by other SQL today; `refused` says why the kept SQL no longer runs. */
  plan: { changed: boolean; sql: string; refused: string | null }
  model: { changed: boolean; before: string; now: string }
}

export interface FileChange {
  path: string
  change: 'added' | 'removed' | 'changed'
}

/** Rows named of those that came or went. */
const EXAMPLES = 5

/** Runs a kept answer's SQL again and asks its question anew, and tells them apart from what was. */
export async function replay(past: Past, effects: Effects, asking: Asking = {}): Promise<Replay> {
  const { answer: kept, made } = past
  const question = questionOf(kept, made?.asked ?? {}, effects)
  const { files, fingerprint } = await effects.catalogs.get(kept.dataset)
  const again = await tried(() => answerAgain(kept, question, effects, asking))
  const fresh = isPersons(kept) ? again : await tried(() => answer(question, effects, asking))
  const shown = again.answer ?? fresh.answer
  const changed: Changes = {
    data: { changed: fingerprint.data !== kept.plan.catalog, files: fileChanges(past.files, files) },
    rows: rowChanges(kept, shown),
    plan: {
      changed: again.answer === null || (fresh.answer !== null && fresh.answer.sql !== kept.sql),
      sql: fresh.answer?.sql ?? kept.sql,
      refused: again.refusal,
    },
    model: {
      changed: !isPersons(kept) && effects.model.id !== kept.plan.model,
      before: kept.plan.model,
      now: effects.model.id,
    },
  }
  return { of: kept.id, asked_at: made?.at ?? null, answer: shown, changed, summary: sentences(changed) }
}

/** A person's SQL is no draft: no model would be asked for it. */
function isPersons(kept: Answer): boolean {
  return kept.plan.model === 'person'
}

/** The kept answer's question as it was asked. */
export function questionOf(kept: Answer, asked: Asked, effects: Pick<Effects, 'settings'>): Question {
  const limit = asked.limit ?? Math.max(effects.settings.rows_max, kept.row_count)
  return readQuestion(
    { ...asked, question: kept.question, dataset: kept.dataset, limit },
    [kept.dataset],
    effects.settings,
  )
}

async function tried(work: () => Promise<Answer>): Promise<{ answer: Answer | null; refusal: string | null }> {
  try {
    return { answer: await work(), refusal: null }
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.code === 'cancelled') throw thrown
    return { answer: null, refusal: thrown.message }
  }
}

/** Files that came, went or changed their version, by path; null when either list is unknown. */
export function fileChanges(before: StoredFile[] | undefined, now: StoredFile[] | undefined): FileChange[] | null {
  if (before === undefined || now === undefined) return null
  const was = new Map(before.map(({ path, version }) => [path, version]))
  const is = new Map(now.map(({ path, version }) => [path, version]))
  const removed = [...was.keys()].filter((path) => !is.has(path)).map((path) => ({ path, change: 'removed' as const }))
  const others = [...is].flatMap(([path, version]): FileChange[] => {
    if (!was.has(path)) return [{ path, change: 'added' }]
    return was.get(path) === version ? [] : [{ path, change: 'changed' }]
  })
  return [...removed, ...others].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Rows that came and went, as bags: order does not count, a row that stands twice counts twice. */
function rowChanges(kept: Answer, now: Answer | null): Changes['rows'] {
  const before = kept.rows.length
  if (now === null) return { changed: true, before, after: null, added: [], removed: [] }
  const added = missingIn(kept.rows, now.rows)
  const removed = missingIn(now.rows, kept.rows)
  const changed = added.length + removed.length > 0
  return {
    changed,
    before,
    after: now.rows.length,
    added: added.slice(0, EXAMPLES),
    removed: removed.slice(0, EXAMPLES),
  }
}

/** The rows of `rows` that `bag` has too few of. */
function missingIn(bag: Cell[][], rows: Cell[][]): Cell[][] {
  const key = (row: Cell[]) => resultKey({ columns: [], rows: [row], truncated: false })
  const counts = new Map<string, number>()
  for (const row of bag) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1)
  return rows.filter((row) => {
    const left = counts.get(key(row)) ?? 0
    counts.set(key(row), left - 1)
    return left <= 0
  })
}

function sentences({ data, rows, plan, model }: Changes): string[] {
  const named = (data.files ?? []).slice(0, EXAMPLES).map(({ path, change }) => `${path} (${change})`)
  const more = (data.files?.length ?? 0) - named.length
  const which = named.length === 0 ? '' : `: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const rules: [boolean, string][] = [
    [data.changed, `The data has changed since${which}.`],
    [rows.changed && rows.after !== null, `The rows are others than before (${rows.before} then, ${rows.after} now).`],
    [data.changed && !rows.changed, 'The answer is the same all the same.'],
    [plan.refused !== null, `The SQL of then no longer runs: ${plan.refused}`],
    [plan.changed && plan.refused === null, 'Asked today, the question would be answered by other SQL.'],
    [model.changed, `The model is another: ${model.before} then, ${model.now} now.`],
  ]
  return rules.filter(([holds]) => holds).map(([, text]) => text)
}
