import type { Catalog } from '../catalog.ts'
import type { Links } from '../link.ts'
import type { EncodedQuestion, EncodedSchema } from './encode.ts'
import type { Finished } from './search.ts'

/** What the worker is started with. */
export interface WorkerStart {
  weights: string
  threads: number
}

/** One question. `schema` is left out when the worker has been sent it before under the same key. */
export interface DraftRequest {
  id: number
  key: string
  schema?: { encoded: EncodedSchema; catalog: Catalog }
  question: EncodedQuestion
  links: Pick<Links, 'question' | 'words'>
  /** ISO date that relative periods are seen from. */
  today: string
  beams: number
  steps: number
  /** One shared number; anything but 0 stops the search. */
  stop: Int32Array
}

/** `forgotten`: the worker no longer has the schema of that key. */
export type DraftReply =
  | { id: number; finished: Finished[] }
  | { id: number; forgotten: true }
  | { id: number; error: string }
