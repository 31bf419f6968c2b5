import type { Catalog } from './catalog.ts'
import type { Program } from './draft/program.ts'
import type { Links } from './link.ts'

/** A query a model proposes; nobody has checked it. `score` is a log-probability, higher is better. */
export interface Draft {
  sql: string
  score: number
  /** Present when the embedded model made it. */
  program?: Program
  linked: { words: string; value: string; column: string; how: string }[]
}

/** Turns a question into drafts, best first; an empty list means it has none. */
export interface Model {
  /** Name and content hash: part of every plan's key. */
  readonly id: string
  draft(
    question: string,
    catalog: Catalog,
    links: Links,
    options: { beams: number; today: string; signal?: AbortSignal },
  ): Promise<Draft[]>
  close(): Promise<void>
}
