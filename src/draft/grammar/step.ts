import type { Keyword, Token } from '../program.ts'
import type { Prepared } from './columns.ts'
import { type Clause, completed, EMPTY_DRAFT, type Frame, newFrame, type Place } from './frame.ts'
import { isExtra } from './from.ts'
import { afterWhen } from './places.ts'

/** The frame after a token; null after `<eos>`. */
export function step(frame: Frame, token: Token, prepared: Prepared): Frame | null {
  if ('word' in token) return stepWord(frame, token.word)
  if ('item' in token) return stepItem(leftWhen(frame), token.item, prepared)
  return stepKeyword(frame, token.keyword, prepared)
}

/** Any token but "and" and "or" after a condition of "when" goes on with the expression around it. */
function leftWhen(frame: Frame): Frame {
  return frame.place === 'condition' && frame.when ? afterWhen(frame) : frame
}

const NEXT_OF_VALUE: Partial<Record<Place, Place>> = {
  value: 'condition',
  low: 'high',
  high: 'condition',
  pattern: 'condition',
  limit: 'limited',
}

function stepWord(frame: Frame, word: number): Frame {
  if (frame.place === 'span') return { ...frame, place: frame.span?.next ?? 'condition', span: null, after: word }
  return { ...frame, place: 'span', span: { first: word, next: NEXT_OF_VALUE[frame.place] ?? 'condition' } }
}

function stepItem(frame: Frame, item: number, prepared: Prepared): Frame {
  const table = prepared.items[item]?.table ?? -1
  switch (frame.place) {
    case 'from':
    case 'tables':
    case 'left':
      return {
        ...frame,
        place: 'tables',
        tables: [...frame.tables, table],
        extra: frame.extra + (isExtra(frame, table, prepared.graph) ? 1 : 0),
      }
    case 'on left':
      return { ...frame, place: 'on right', pairLeft: item }
    case 'on right':
      return { ...frame, place: 'on', pairs: [...frame.pairs, [frame.pairLeft, item]] }
    case 'value':
    case 'low':
    case 'high':
      return { ...mention(frame, item, table), place: NEXT_OF_VALUE[frame.place] ?? 'condition', after: -1 }
    default:
      return stepColumn(mention(frame, item, table), item, prepared)
  }
}

/** A column that an expression is made of. */
function stepColumn(frame: Frame, item: number, prepared: Prepared): Frame {
  const started = frame.place === 'term' ? completed(frame) : frame
  const { draft } = started
  const kind = prepared.columnOf(item)?.kind ?? 'other'
  if (draft.operator !== null) return { ...started, place: 'term', draft: { ...draft, kind: 'number' } }
  return {
    ...started,
    place: 'term',
    draft: { ...draft, column: item, kind: kindAfter(draft.aggregate, draft.function, kind) },
  }
}

function kindAfter(
  aggregate: Keyword | null,
  name: Keyword | null,
  kind: Frame['draft']['kind'],
): Frame['draft']['kind'] {
  if (name !== null)
    return name === 'year' || name === 'bin'
      ? 'number'
      : name === 'weekday' || name === 'monthname'
        ? 'text'
        : kind === 'number'
          ? 'number'
          : 'date'
  if (aggregate === null || aggregate === 'min' || aggregate === 'max') return kind
  return aggregate !== 'count' && kind === 'date' ? 'date' : 'number'
}

function mention(frame: Frame, item: number, table: number): Frame {
  const columns = frame.columns.includes(item) ? frame.columns : [...frame.columns, item]
  const used = frame.used.includes(table) ? frame.used : [...frame.used, table]
  return { ...frame, columns, used }
}

const WRAPS: ReadonlySet<string> = new Set(['share', 'running', 'growth'])
const AGGREGATES: ReadonlySet<string> = new Set(['count', 'sum', 'avg', 'min', 'max', 'median', 'stddev'])
const FUNCTIONS: ReadonlySet<string> = new Set(['year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday', 'monthname', 'bin']) // biome-ignore format: a list
const SIGNS: ReadonlySet<string> = new Set(['-', '+', '/', 'mul'])
const COMPARISONS: ReadonlySet<string> = new Set(['=', '>', '<', '>=', '<=', '!='])
const SETS: ReadonlySet<string> = new Set(['union', 'intersect', 'except'])
const CLAUSES: ReadonlySet<string> = new Set(['where', 'group', 'having', 'order', 'limit', 'per'])

function stepKeyword(written: Frame, keyword: Keyword, prepared: Prepared): Frame | null {
  const frame =
    written.place === 'condition' && written.when && keyword !== 'and' && keyword !== 'or'
      ? afterWhen(written)
      : written
  if (WRAPS.has(keyword) || AGGREGATES.has(keyword) || FUNCTIONS.has(keyword)) return startTerm(frame, keyword)
  if (SIGNS.has(keyword))
    return { ...frame, place: 'operator', draft: { ...frame.draft, operator: keyword, conditioned: false } }
  if (COMPARISONS.has(keyword)) return { ...frame, place: 'value' }
  if (keyword.startsWith('#')) return { ...frame, place: NEXT_OF_VALUE[frame.place] ?? 'condition', after: -1 }
  if (CLAUSES.has(keyword)) return startClause(frame, keyword as Clause)
  if (SETS.has(keyword)) return otherSide(frame)
  return (STEPS[keyword] ?? (() => frame))(frame, prepared)
}

function startTerm(frame: Frame, keyword: Keyword): Frame {
  const started = frame.place === 'term' ? completed(frame) : frame
  const { draft } = started
  const second = draft.operator !== null
  if (WRAPS.has(keyword)) return { ...started, place: 'wrapped', draft: { ...EMPTY_DRAFT, wrapped: true } }
  if (FUNCTIONS.has(keyword)) return { ...started, place: 'function', draft: { ...draft, function: keyword } }
  return {
    ...started,
    place: 'aggregate',
    aggregated: true,
    countsRows: started.countsRows || keyword === 'count',
    draft: { ...draft, aggregate: keyword, ...(second ? {} : { kind: 'number' }) },
  }
}

function startClause(frame: Frame, clause: Clause): Frame {
  const started = frame.place === 'term' ? completed(frame) : frame
  return { ...started, clause, place: clause === 'limit' ? 'limit' : 'expression', written: 0, draft: EMPTY_DRAFT }
}

/** The other side of a set operation stands where this side stands. */
function otherSide(frame: Frame): Frame {
  const inFrom = frame.parent?.place === 'end'
  return newFrame(frame.parent, {
    width: frame.star ? -1 : frame.selected.length,
    kinds: inFrom ? frame.selected : null,
    beside: frame.plain.length === frame.selected.length ? frame.plain : [],
  })
}

/** `*` as a term: rows counted, a measure of the query in FROM, or every column. */
function star(frame: Frame): Frame {
  const { draft } = frame
  const counts = draft.aggregate === 'count'
  const next = { ...frame, place: 'term' as const }
  if (draft.aggregate === null) return { ...next, star: true }
  return { ...next, measuresQuery: frame.measuresQuery || !counts, draft: { ...draft, kind: 'number' } }
}

function open(frame: Frame): Frame {
  if (frame.place === 'from') {
    return newFrame({ ...frame, place: 'end' }, { owed: frame.columns, measured: frame.measuresQuery })
  }
  const next = frame.place === 'membership' ? 'condition' : (NEXT_OF_VALUE[frame.place] ?? 'condition')
  const { column, aggregate, function: name, operator } = frame.draft
  const isPlain = column !== null && aggregate === null && name === null && operator === null
  const beside = frame.place === 'membership' && isPlain ? [column] : []
  return newFrame({ ...frame, place: next, after: -1 }, { width: 1, beside })
}

const STEPS: Partial<Record<Keyword, (frame: Frame, prepared: Prepared) => Frame | null>> = {
  '<eos>': () => null,
  select: (frame) => ({ ...frame, place: 'selected' }),
  distinct: (frame) => ({ ...frame, place: frame.place === 'selected' ? 'expression' : 'distinct aggregate' }),
  '*': star,
  when: (frame) => ({
    ...frame, place: 'expression', draft: EMPTY_DRAFT, written: 0,
    when: { draft: frame.draft, clause: frame.clause, written: frame.written },
  }), // biome-ignore format: a table
  and: (frame) => ({ ...frame, place: 'expression', draft: EMPTY_DRAFT, written: frame.written + 1 }),
  or: (frame) => ({ ...frame, place: 'expression', draft: EMPTY_DRAFT, written: frame.written + 1 }),
  not: (frame) => ({ ...frame, place: 'negated' }),
  between: (frame) => ({ ...frame, place: 'low' }),
  in: (frame) => ({ ...frame, place: 'membership' }),
  like: (frame) => ({ ...frame, place: 'pattern' }),
  starts: (frame) => ({ ...frame, place: 'pattern' }),
  ends: (frame) => ({ ...frame, place: 'pattern' }),
  is: (frame) => ({ ...frame, place: 'null' }),
  null: (frame) => ({ ...frame, place: 'condition' }),
  '(': open,
  ')': (frame) => frame.parent,
  asc: (frame) => ({ ...completed(frame), place: 'ordered' }),
  desc: (frame) => ({ ...completed(frame), place: 'ordered' }),
  from: (frame) => ({ ...(frame.place === 'term' ? completed(frame) : frame), place: 'from' }),
  left: (frame) => ({ ...frame, place: 'left' }),
  on: (frame) => ({ ...frame, place: 'on left' }),
}
