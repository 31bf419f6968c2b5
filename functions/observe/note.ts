import type { Answer } from '../../src/answer.ts'
import type { Catalog } from '../../src/catalog.ts'

/** What a request turned out to be about: filled while it is answered, read by log, audit and trace when it has been. */
export interface Note {
  /** Refusal code; `internal` for a bug. */
  code?: string
  dataset?: string
  answer?: string
  plan?: string
  /** Where the plan came from. */
  from?: 'recalled' | 'verified' | 'drafted' | 'person'
  tables?: string[]
  files?: string[]
  data?: string
  rows?: number
  question?: string
  sql?: string
}

/** Files named in one line; a partitioned table may have thousands. */
const FILES_MOST = 20

/** Notes which tables and files a statement reads. Paths are cut to their last three parts: enough to find the file, and nobody's home folder. */
export function noteRead(note: Note, catalog: Catalog, tables: string[]): void {
  const files = catalog.tables.filter(({ name }) => tables.includes(name)).flatMap(({ source }) => source.files)
  note.tables = tables
  note.files = files.slice(0, FILES_MOST).map((path) => path.split(/[\\/]/).slice(-3).join('/'))
}

/** Notes an answer that was made or fetched. */
export function noteAnswer(note: Note, answer: Answer): void {
  const { id, dataset, plan, row_count, question, sql } = answer
  Object.assign(note, { answer: id, dataset, plan: plan.key, data: plan.catalog, rows: row_count, question, sql })
}

/** Where an answer's plan came from. */
export function planFrom({ plan }: Answer): NonNullable<Note['from']> {
  if (plan.verified !== undefined) return 'verified'
  if (plan.model === 'person') return 'person'
  return plan.cached ? 'recalled' : 'drafted'
}
