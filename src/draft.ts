import type { Catalog } from './catalog.ts'
import type { Program } from './draft/program.ts'
import type { Links } from './link.ts'

/** A stored value that words of the question were read as. */
export interface Linked {
  words: string
  value: string
  column: string
  how: string
}

/** A query a model proposes; nobody has checked it. `score` is a log-probability, higher is better. */
export interface Draft {
  sql: string
  score: number
  /** Present when the embedded model made it. */
  program?: Program
  linked: Linked[]
  /** True when the SQL holds dates counted from today ("last 30 days"). */
  relative?: boolean
  /** Id of the model that made it, where several are asked as one. */
  model?: string
  /** True when a better model could not be asked: good for this answer, not to be kept. */
  makeshift?: boolean
}

/** Turns a question into drafts, best first; an empty list means it has none. */
export interface Model {
  /** Name and content hash: part of every plan's key. */
  readonly id: string
  draft(
    question: string,
    catalog: Catalog,
    links: Links,
    options: { beams: number; today: string; signal?: AbortSignal; traceparent?: string },
  ): Promise<Draft[]>
  close(): Promise<void>
}
