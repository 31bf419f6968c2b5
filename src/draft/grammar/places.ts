import type { Keyword } from '../program.ts'
import type { Prepared } from './columns.ts'
import { completed, type Draft, type Frame, type Place } from './frame.ts'
import {
  type Allowed,
  afterPair,
  closing,
  DEEPEST,
  firstTables,
  nextTables,
  optionalTables,
  pairLefts,
  pairRights,
} from './from.ts'

/** Longest lists the grammar lets a program write; the longest of the training data are about half. */
const MOST = { select: 24, where: 12, group: 8, having: 6, order: 6, limit: 1, per: 4 }

/** Most words of a value. */
const LONGEST_SPAN = 10

const AGGREGATES: Keyword[] = ['count', 'sum', 'avg', 'min', 'max', 'median', 'stddev']
const ADDING: ReadonlySet<Keyword> = new Set(['sum', 'avg', 'median', 'stddev'])
const FUNCTIONS: Keyword[] = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday', 'monthname', 'bin']
const WRAPS: Keyword[] = ['share', 'running', 'growth']
const CLAUSES: Keyword[] = ['where', 'group', 'having', 'order', 'limit', 'from']

/** What each place allows. */
const PLACES: Record<Place, (frame: Frame, prepared: Prepared) => Allowed> = {
  start: () => only(['select']),
  selected: (frame, prepared) => join(only(['distinct']), expressions(frame, prepared)),
  expression: expressions,
  wrapped: (_, prepared) => only(usefulAggregates(prepared)),
  aggregate: (frame, prepared) =>
    join(only(aggregateSigns(frame)), { keywords: [], items: aggregateColumns(frame, prepared), words: null }),
  'distinct aggregate': (frame, prepared) => ({ keywords: [], items: aggregateColumns(frame, prepared), words: null }),
  function: ({ draft }, prepared) => ({
    keywords: [],
    items: prepared.byFunction.get(draft.function ?? 'year') ?? [],
    words: null,
  }),
  operator: secondTerms,
  term: afterTerm,
  comparison: (frame, prepared) => only(comparisons(frame, prepared)),
  negated: (frame, prepared) => only(comparisons(frame, prepared).filter((keyword) => keyword !== 'not')),
  value: (frame, prepared) => values(frame, prepared, [0, prepared.words - 1]),
  low: (frame, prepared) => values(frame, prepared, [0, prepared.words - 2]),
  high: (frame, prepared) => values(frame, prepared, [frame.after + 1, prepared.words - 1]),
  pattern: (_, prepared) => ({ keywords: [], items: [], words: [0, prepared.words - 1] }),
  membership: () => only(['(']),
  null: () => only(['null']),
  span: spanEnds,
  condition: afterCondition,
  ordered: (frame, prepared) => join(expressions(frame, prepared), only(['limit', 'from'])),
  limit: (_, prepared) => ({ keywords: ['#1', '#2', '#3'], items: [], words: wordRange(0, prepared.words - 1) }),
  limited: () => only(['per', 'from']),
  from: firstTables,
  tables: nextTables,
  left: optionalTables,
  'on left': pairLefts,
  'on right': pairRights,
  on: afterPair,
  end: (frame) => only(closing(frame)),
}

/** What may follow in this frame. */
export function allowedIn(frame: Frame, prepared: Prepared): Allowed {
  return PLACES[frame.place](frame, prepared)
}

function only(keywords: Keyword[]): Allowed {
  return { keywords, items: [], words: null }
}

function join(left: Allowed, right: Allowed): Allowed {
  return {
    keywords: [...left.keywords, ...right.keywords],
    items: [...left.items, ...right.items],
    words: left.words ?? right.words,
  }
}

function wordRange(first: number, last: number): Allowed['words'] {
  return first <= last ? [first, last] : null
}

function most({ when, clause }: Frame): number {
  return MOST[when ? 'having' : clause]
}

/** The beginning of an expression in the present clause. */
function expressions(frame: Frame, prepared: Prepared): Allowed {
  if (frame.written >= most(frame)) return owedExpressions(frame)
  const functions = FUNCTIONS.filter((name) => (prepared.byFunction.get(name) ?? []).length > 0)
  if (frame.when || frame.clause === 'where' || frame.clause === 'group' || frame.clause === 'per') {
    return { keywords: functions, items: prepared.columns, words: null }
  }
  const keywords = [...WRAPS, ...usefulAggregates(prepared), ...functions]
  if (frame.clause !== 'select') return { keywords, items: prepared.columns, words: null }
  return selectable(frame, keywords, prepared)
}

/** A SELECT that is long enough takes only what the query outside still needs. */
function owedExpressions(frame: Frame): Allowed {
  if (frame.clause !== 'select' || frame.when) return only([])
  const missing = frame.owed.filter((item) => !frame.plain.includes(item))
  return { keywords: frame.measured && !frame.hasMeasure ? ['count'] : [], items: missing, words: null }
}

/** In SELECT no plain column comes twice, and a side of a set operation has the other side's width. */
function selectable(frame: Frame, keywords: Keyword[], prepared: Prepared): Allowed {
  if (frame.width === -1) return only(frame.selected.length === 0 ? ['*'] : [])
  if (frame.width !== null && frame.selected.length >= frame.width) return only([])
  const star: Keyword[] =
    frame.selected.length === 0 && frame.width === null && frame.owed.length === 0 && !frame.measured ? ['*'] : []
  const kind = frame.kinds?.[frame.selected.length]
  const beside = frame.beside[frame.selected.length]
  const free = prepared.columns.filter(
    (item) => !frame.plain.includes(item) && (beside === undefined || prepared.comparable(beside, item)),
  )
  if (kind === undefined) return { keywords: [...star, ...keywords], items: free, words: null }
  const numbers: Keyword[] = kind === 'number' ? ['count'] : []
  const items = free.filter((item) => prepared.columnOf(item)?.kind === kind)
  return { keywords: items.length > 0 ? numbers : ['count'], items, words: null }
}

function usefulAggregates(prepared: Prepared): Keyword[] {
  return prepared.addable.length > 0 ? [...AGGREGATES] : ['count', 'min', 'max']
}

/** "distinct", and "*" for a count of rows or for the measure of a query in FROM. */
function aggregateSigns({ draft, clause, depth, when }: Frame): Keyword[] {
  const { aggregate } = draft
  if (aggregate === 'count') return ['*', 'distinct']
  const distinct: Keyword[] = aggregate === 'sum' || aggregate === 'avg' ? ['distinct'] : []
  const measure: Keyword[] =
    clause === 'select' && depth < DEEPEST && !when && !draft.wrapped && draft.operator === null ? ['*'] : []
  return [...measure, ...distinct]
}

function aggregateColumns({ draft }: Frame, prepared: Prepared): number[] {
  if (draft.operator !== null && draft.kind === 'date') return prepared.dated
  if (draft.aggregate === 'count') return prepared.columns
  if (ADDING.has(draft.aggregate ?? 'count')) {
    // "avg shipped - ordered": dates are added up once their difference is taken.
    return draft.operator === null && prepared.dated.length > 1
      ? merged(prepared.addable, prepared.dated)
      : prepared.addable
  }
  if (draft.operator !== null || draft.wrapped)
    return prepared.byKind.number.length > 0 ? prepared.byKind.number : prepared.addable
  return prepared.columns.filter((item) => prepared.columnOf(item)?.kind !== 'other')
}

function merged(left: number[], right: number[]): number[] {
  return [...left, ...right].sort((one, other) => one - other)
}

/** After a sign: a number beside numbers, a date beside a date. */
function secondTerms({ draft, clause, when }: Frame, prepared: Prepared): Allowed {
  const summed = !when && (clause === 'select' || clause === 'having' || clause === 'order')
  if (draft.operator === '-' && draft.kind !== 'number' && datedColumn(draft.column, prepared)) {
    const keywords: Keyword[] = draft.aggregate === 'min' || draft.aggregate === 'max' ? ['min', 'max'] : []
    return { keywords: summed ? keywords : [], items: others(prepared.dated, draft), words: null }
  }
  const keywords: Keyword[] = summed ? usefulAggregates(prepared) : []
  if ((prepared.byFunction.get('year') ?? []).length > 0 && draft.aggregate === null) keywords.push('year')
  const plain = draft.aggregate !== 'count' && draft.column !== null && draft.function === null
  return { keywords, items: plain ? others(prepared.addable, draft) : [], words: null }
}

/** A column less itself is nothing. */
function others(items: number[], { column }: Draft): number[] {
  return items.filter((item) => item !== column)
}

/** After a whole term: its condition, a sign and another term, or what follows an expression. */
function afterTerm(frame: Frame, prepared: Prepared): Allowed {
  const { draft, clause } = frame
  if (isUnfinished(draft)) return only(['-'])
  const keywords: Keyword[] = []
  const grouping = clause === 'group' || clause === 'per'
  if (draft.aggregate !== null && !draft.conditioned && !frame.when) keywords.push('when')
  if (draft.operator === null && !draft.conditioned && !grouping) keywords.push(...signs(frame, prepared))
  if (draft.operator === null && draft.conditioned && draft.kind === 'number' && draft.aggregate !== null)
    keywords.push('/', '-', '+', 'mul')
  if (frame.when || clause === 'where' || clause === 'having')
    return only([...keywords, ...comparisons(frame, prepared)])
  return join(only(keywords), afterExpression(completed(frame), prepared))
}

/** A date that is to be added up has to become a number of days first. */
function isUnfinished({ aggregate, kind, operator }: Draft): boolean {
  return operator === null && aggregate !== null && kind === 'date' && ADDING.has(aggregate)
}

function signs(
  { draft: { aggregate, kind, column, function: name, wrapped }, owed }: Frame,
  prepared: Prepared,
): Keyword[] {
  const all: Keyword[] = ['-', '+', '/', 'mul']
  if (aggregate !== null)
    return kind === 'number' ? all : kind === 'date' && datedColumn(column, prepared) && !wrapped ? ['-'] : []
  if (name !== null) return name === 'year' ? all : []
  if (column === null || owed.includes(column)) return []
  if (prepared.addableSet.has(column)) return all
  return datedColumn(column, prepared) && prepared.dated.length > 1 ? ['-'] : []
}

function datedColumn(column: number | null, prepared: Prepared): boolean {
  return column !== null && prepared.dated.includes(column)
}

/** After a whole expression that is not tested: another one, or a later clause. */
function afterExpression(frame: Frame, prepared: Prepared): Allowed {
  const more = expressions(frame, prepared)
  if (frame.clause === 'order') return join(only(['asc', 'desc']), more)
  if (frame.clause === 'per') return join(only(['from']), more)
  return mayLeave(frame) ? join(only(laterClauses(frame.clause)), more) : more
}

/** SELECT has to hold as much as the place of the query asks for. */
function mayLeave(frame: Frame): boolean {
  if (frame.clause !== 'select') return true
  if (frame.width !== null && frame.width >= 0 && frame.selected.length !== frame.width) return false
  return frame.owed.every((item) => frame.plain.includes(item)) && (!frame.measured || frame.hasMeasure)
}

function laterClauses(clause: Keyword): Keyword[] {
  return CLAUSES.slice(CLAUSES.indexOf(clause) + 1)
}

/** Tests that suit the expression before them. */
function comparisons({ draft, depth }: Frame, prepared: Prepared): Keyword[] {
  const inside: Keyword[] = depth < DEEPEST ? ['in'] : []
  if (draft.kind === 'bool' || draft.kind === 'other') return ['=', '!=', 'is', 'not', ...inside]
  const between: Keyword[] = prepared.words > 1 ? ['between'] : []
  const patterns: Keyword[] = draft.aggregate === null && draft.operator === null ? ['like', 'starts', 'ends'] : []
  return ['=', '>', '<', '>=', '<=', '!=', ...between, ...inside, ...patterns, 'is', 'not']
}

/** What an expression may be compared with: words in a range, constants, columns of its kind, a query. */
function values(frame: Frame, prepared: Prepared, [first, last]: [number, number]): Allowed {
  const { draft, depth } = frame
  const query: Keyword[] = depth < DEEPEST ? ['('] : []
  const items = prepared.byKind[draft.kind].filter((item) => item !== draft.column)
  return { keywords: [...constants(draft, prepared), ...query], items, words: wordRange(first, last) }
}

function constants(draft: Draft, prepared: Prepared): Keyword[] {
  if (draft.kind === 'bool') return ['#true', '#false', '#0', '#1']
  if (draft.kind === 'date' || (draft.function !== null && draft.kind === 'text')) return []
  const column =
    draft.column === null || draft.aggregate || draft.function || draft.operator
      ? undefined
      : prepared.columnOf(draft.column)
  const flag = column?.kind === 'text' || (column?.kind === 'number' && Number(column.max ?? 1) <= 1)
  return flag ? ['#0', '#1', '#2', '#3', '#true', '#false'] : ['#0', '#1', '#2', '#3']
}

/** The last word of a value: at most ten words on, and leaving a word for the second value of "between". */
function spanEnds({ span, place }: Frame, prepared: Prepared): Allowed {
  const first = span?.first ?? 0
  const end = span?.next === 'high' ? prepared.words - 2 : prepared.words - 1
  return {
    keywords: [],
    items: [],
    words: place === 'span' ? wordRange(first, Math.min(first + LONGEST_SPAN - 1, end)) : null,
  }
}

/** After a condition: another, or what follows the clause or, in "when", the term. */
function afterCondition(frame: Frame, prepared: Prepared): Allowed {
  const more: Keyword[] = frame.written + 1 < most(frame) ? ['and', 'or'] : []
  if (frame.when) return join(only(more), afterTerm(afterWhen(frame), prepared))
  return only([...more, ...laterClauses(frame.clause)])
}

/** The frame as it goes on after the conditions of a "when". */
export function afterWhen(frame: Frame): Frame {
  const { when } = frame
  return when
    ? { ...frame, place: 'term', draft: { ...when.draft, conditioned: true }, written: when.written, when: null }
    : frame
}
