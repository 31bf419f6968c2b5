import type { Kind } from '../../catalog.ts'
import type { Keyword } from '../program.ts'

export type Clause = 'select' | 'where' | 'group' | 'having' | 'order' | 'limit' | 'per'

/** What the next token continues: named after what has just been written, or what has to follow. */
export type Place =
  | 'start'
  | 'selected'
  | 'expression'
  | 'wrapped'
  | 'aggregate'
  | 'distinct aggregate'
  | 'function'
  | 'operator'
  | 'term'
  | 'comparison'
  | 'negated'
  | 'value'
  | 'low'
  | 'high'
  | 'pattern'
  | 'membership'
  | 'null'
  | 'span'
  | 'condition'
  | 'ordered'
  | 'limit'
  | 'limited'
  | 'from'
  | 'tables'
  | 'left'
  | 'on left'
  | 'on right'
  | 'on'
  | 'end'
// biome-ignore format: a list

/** The expression being written. */
export interface Draft {
  wrapped: boolean
  aggregate: Keyword | null
  function: Keyword | null
  column: number | null
  kind: Kind
  /** The sign between two terms once it is written. */
  operator: Keyword | null
  conditioned: boolean
}

/** One SELECT being written. Never changed: each token makes a new one. */
export interface Frame {
  place: Place
  clause: Clause
  /** The query this one stands in, as it will go on after the closing bracket. */
  parent: Frame | null
  depth: number
  /** How many expressions SELECT has to have; -1 means `*`; null any number. */
  width: number | null
  /** Kinds of the other side of a set operation, by position. */
  kinds: readonly Kind[] | null
  /** Columns that the columns selected here, by position, are compared with. */
  beside: readonly number[]
  /** Columns that the query outside takes from this one; `measured` if it needs a number aggregated here. */
  owed: readonly number[]
  measured: boolean
  /** Columns mentioned anywhere in this SELECT, and their tables. */
  columns: readonly number[]
  used: readonly number[]
  /** Columns selected as they are, and the kinds of everything selected. */
  plain: readonly number[]
  selected: readonly Kind[]
  star: boolean
  /** Whether any aggregate was written, whether a number was aggregated in SELECT, any count, and an aggregate of `*` other than count. */
  aggregated: boolean
  hasMeasure: boolean
  countsRows: boolean
  measuresQuery: boolean
  /** Expressions or conditions of the present clause. */
  written: number
  draft: Draft
  /** The expression whose "when" is being written, and its clause. */
  when: { draft: Draft; clause: Clause; written: number } | null
  /** First word of a span being written, where it goes on, and the last word of BETWEEN's first value. */
  span: { first: number; next: Place } | null
  after: number
  tables: readonly number[]
  extra: number
  pairs: readonly (readonly [left: number, right: number])[]
  pairLeft: number
}

export const EMPTY_DRAFT: Draft = {
  wrapped: false,
  aggregate: null,
  function: null,
  column: null,
  kind: 'other',
  operator: null,
  conditioned: false,
}

/** A SELECT about to begin inside `parent`. */
export function newFrame(
  parent: Frame | null,
  wants: Partial<Pick<Frame, 'width' | 'kinds' | 'beside' | 'owed' | 'measured'>>,
): Frame {
  return {
    place: 'start', clause: 'select', parent, depth: parent ? parent.depth + 1 : 0,
    width: null, kinds: null, beside: [], owed: [], measured: false,
    columns: [], used: [], plain: [], selected: [], star: false,
    aggregated: false, hasMeasure: false, countsRows: false, measuresQuery: false,
    written: 0, draft: EMPTY_DRAFT, when: null, span: null, after: -1,
    tables: [], extra: 0, pairs: [], pairLeft: -1,
    ...wants,
  } // biome-ignore format: a table
}

/** The frame once the expression being written is whole. */
export function completed(frame: Frame): Frame {
  const { draft, clause } = frame
  const next = { ...frame, draft: EMPTY_DRAFT, written: frame.written + 1 }
  if (clause !== 'select') return next
  const plain = draft.aggregate === null && draft.function === null && draft.operator === null
  const measure = draft.aggregate !== null && draft.kind === 'number'
  return {
    ...next,
    selected: [...frame.selected, draft.kind],
    plain: plain && draft.column !== null ? [...frame.plain, draft.column] : frame.plain,
    star: frame.star || (plain && draft.column === null),
    hasMeasure: frame.hasMeasure || measure,
  }
}
