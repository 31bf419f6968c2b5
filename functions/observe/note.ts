import type { Answer, Effects } from '../../src/answer.ts'

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

type Carried = Parameters<NonNullable<Effects['carried']>>[0]

/** Notes what was run. Paths are cut to their last three parts: enough to find the file, and nobody's home folder. */
export function noteCarried(note: Note, { plan, catalog, tables, rows }: Carried, drafted: boolean): void {
  const read = catalog.tables.filter(({ name }) => tables.includes(name)).flatMap(({ source }) => source.files)
  const files = read.slice(0, FILES_MOST).map((path) => path.split(/[\\/]/).slice(-3).join('/'))
  const { dataset, question, sql, key } = plan
  const from = planFrom(plan.provenance.model, plan.verified, drafted)
  Object.assign(note, { dataset, plan: key, from, tables, files, data: catalog.fingerprint.data, rows, question, sql })
}

/** Notes an answer that was kept or fetched. */
export function noteAnswer(note: Note, answer: Answer): void {
  const { id, dataset, plan, row_count, question, sql } = answer
  Object.assign(note, { answer: id, dataset, plan: plan.key, data: plan.catalog, rows: row_count, question, sql })
}

function planFrom(model: string, verified: string | undefined, drafted: boolean): NonNullable<Note['from']> {
  if (verified !== undefined) return 'verified'
  if (model === 'person') return 'person'
  return drafted ? 'drafted' : 'recalled'
}
