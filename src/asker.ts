import { createHash } from 'node:crypto'
import { Refusal } from './refusal.ts'

/** What a key may be used for. */
export const RIGHTS = {
  read: { why: 'Ask questions, look at catalogs and kept answers.' },
  feedback: { why: 'Say whether an answer was right, which makes or withdraws verified plans.' },
  sql: { why: 'Run SQL of their own through the check.' },
  share: { why: 'Make signed links to a dataset, which others open without a key.' },
  metrics: { why: 'Read /metrics.' },
} as const satisfies Record<string, { why: string }>

export type Right = keyof typeof RIGHTS

/** What of one dataset an asker sees: nothing is left out that is not named here. */
export interface View {
  /** By table: an SQL condition over the table's columns that every row seen fulfils. */
  rows: Record<string, string>
  /** By table: columns left out, or `*` for the whole table. */
  hidden: Record<string, string[] | '*'>
}

/** Who asks, as every door hands it on: plain data. */
export interface Asker {
  /** Shown in logs; a key's name. */
  name: string
  rights: readonly Right[]
  /** Names of the datasets that exist for this asker; `*` means every one. */
  datasets: readonly string[] | '*'
  /** By dataset; a dataset that is not listed is seen whole. */
  views: Record<string, View>
  /** Limits of this asker's own; the settings' when absent. */
  rate_per_minute?: number
  concurrent?: number
}

/** Who asks where no keys are set: everything is theirs. */
export const EVERYONE: Asker = {
  name: 'everyone',
  rights: ['read', 'feedback', 'sql', 'share', 'metrics'],
  datasets: '*',
  views: {},
}

/** Who asks before a door has found out who it is: nothing exists for them. */
export const NOBODY: Asker = { name: 'nobody', rights: [], datasets: [], views: {} }

/** Whether a dataset exists for an asker. */
export function seesDataset(asker: Asker, dataset: string): boolean {
  return asker.datasets === '*' || asker.datasets.includes(dataset)
}

/** What of a dataset an asker sees; undefined means all of it. */
export function viewOf(asker: Asker, dataset: string): View | undefined {
  const view = Object.hasOwn(asker.views, dataset) ? asker.views[dataset] : undefined
  const empty = view === undefined || Object.keys(view.rows).length + Object.keys(view.hidden).length === 0
  return empty ? undefined : view
}

/** 16 hex digits that are the same for askers who see the same of a dataset; empty when they see all of it. What is kept between questions is kept under it. */
export function viewKey(view: View | undefined): string {
  if (view === undefined) return ''
  const sorted = (part: Record<string, unknown>) => Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const hidden = sorted(view.hidden).map(([table, columns]) => [
    table,
    Array.isArray(columns) ? columns.toSorted() : columns,
  ])
  return createHash('sha256')
    .update(JSON.stringify([sorted(view.rows), hidden]))
    .digest('hex')
    .slice(0, 16)
}

/** The name under which things that quote data are kept for those who see this of a dataset: its own name for those who see all of it. */
export function placeOf(dataset: string, view: string | undefined): string {
  return view === undefined || view === '' ? dataset : `${dataset}\0${view}`
}

/** Refuses with `not-permitted` what an asker has no right to. */
export function requireRight(asker: Asker, right: Right): void {
  if (asker.rights.includes(right)) return
  throw new Refusal('not-permitted', `The key "${asker.name}" has no right "${right}".`)
}
