import type { Keyword, Program, Token } from '../program.ts'
import { CompileError } from './error.ts'

export type Aggregate = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'median' | 'stddev'
export type DateFunction = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'weekday' | 'monthname'
export type ColumnFunction = DateFunction | 'bin'
export type Comparison = '=' | '>' | '<' | '>=' | '<=' | '!='

/** `column` is an index into `itemsOf(catalog)`, or '*'. */
export interface Term {
  aggregate?: Aggregate
  distinct: boolean
  function?: ColumnFunction
  column: number | '*'
  /** Name of a column that a query in FROM computes: what its `*` is written out as. */
  output?: string
  when?: Conditions
}

export interface Expression {
  wrap?: 'share' | 'running' | 'growth'
  left: Term
  operator?: '-' | '+' | '/' | 'mul'
  right?: Term
}

export type Value =
  | { kind: 'span'; first: number; last: number }
  | { kind: 'constant'; text: string }
  | { kind: 'column'; column: number }
  | { kind: 'query'; query: Query }

export type Test =
  | { kind: 'compare'; operator: Comparison; value: Value }
  | { kind: 'between'; low: Value; high: Value }
  | { kind: 'like'; how: 'like' | 'starts' | 'ends'; first: number; last: number }
  | { kind: 'in'; query: Query }
  | { kind: 'null' }

export interface Condition {
  expression: Expression
  not: boolean
  test: Test
}

/** `connectives[i]` stands between `conditions[i]` and `conditions[i + 1]`. */
export interface Conditions {
  conditions: Condition[]
  connectives: ('and' | 'or')[]
}

export type From =
  | { kind: 'tables'; tables: { item: number; left: boolean }[]; on: { left: number; right: number }[] }
  | { kind: 'query'; query: Query }

export interface Body {
  distinct: boolean
  select: Expression[]
  where?: Conditions
  group: Expression[]
  having?: Conditions
  order: { expression: Expression; descending: boolean }[]
  limit?: { count: Value; per: Expression[] }
  from: From
}

export interface Query {
  body: Body
  next?: { operator: 'union' | 'intersect' | 'except'; query: Query }
}

const AGGREGATES: ReadonlySet<string> = new Set(['count', 'sum', 'avg', 'min', 'max', 'median', 'stddev'])
const FUNCTIONS: ReadonlySet<string> = new Set([
  'year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday', 'monthname', 'bin',
]) // biome-ignore format: a list
const WRAPS: ReadonlySet<string> = new Set(['share', 'running', 'growth'])
const OPERATORS: ReadonlySet<string> = new Set(['-', '+', '/', 'mul'])
const COMPARISONS: ReadonlySet<string> = new Set(['=', '>', '<', '>=', '<=', '!='])
const PATTERNS: ReadonlySet<string> = new Set(['like', 'starts', 'ends'])
const SET_OPERATORS: ReadonlySet<string> = new Set(['union', 'intersect', 'except'])

interface Cursor {
  tokens: readonly Token[]
  at: number
}

/** A program as a tree; a closing `<eos>` is allowed. Throws CompileError with reason `syntax`. */
export function parseTree(program: Program): Query {
  const cursor: Cursor = { tokens: program, at: 0 }
  const query = readQuery(cursor)
  take(cursor, '<eos>')
  if (cursor.at < program.length) throw fail(cursor, 'the end')
  return query
}

function keyword(cursor: Cursor): Keyword | undefined {
  const token = cursor.tokens[cursor.at]
  return token && 'keyword' in token ? token.keyword : undefined
}

function take(cursor: Cursor, wanted: Keyword): boolean {
  if (keyword(cursor) !== wanted) return false
  cursor.at++
  return true
}

function takeOf<T extends Keyword>(cursor: Cursor, wanted: ReadonlySet<string>): T | undefined {
  const word = keyword(cursor)
  if (word === undefined || !wanted.has(word)) return undefined
  cursor.at++
  return word as T
}

function expect(cursor: Cursor, wanted: Keyword): void {
  if (!take(cursor, wanted)) throw fail(cursor, wanted)
}

function fail(cursor: Cursor, wanted: string): CompileError {
  const token = cursor.tokens[cursor.at]
  return new CompileError('syntax', `token ${cursor.at}: expected ${wanted}, found ${JSON.stringify(token)}`)
}

function takeItem(cursor: Cursor): number | undefined {
  const token = cursor.tokens[cursor.at]
  if (!token || !('item' in token)) return undefined
  cursor.at++
  return token.item
}

function readItem(cursor: Cursor): number {
  const item = takeItem(cursor)
  if (item === undefined) throw fail(cursor, 'a column')
  return item
}

function readWord(cursor: Cursor): number {
  const token = cursor.tokens[cursor.at]
  if (!token || !('word' in token)) throw fail(cursor, 'a word')
  cursor.at++
  return token.word
}

function readQuery(cursor: Cursor): Query {
  const body = readBody(cursor)
  const operator = takeOf<'union' | 'intersect' | 'except'>(cursor, SET_OPERATORS)
  return operator ? { body, next: { operator, query: readQuery(cursor) } } : { body }
}

function readBody(cursor: Cursor): Body {
  expect(cursor, 'select')
  const distinct = take(cursor, 'distinct')
  const select = readExpressions(cursor)
  const where = take(cursor, 'where') ? readConditions(cursor) : undefined
  const group = take(cursor, 'group') ? readExpressions(cursor) : []
  const having = take(cursor, 'having') ? readConditions(cursor) : undefined
  const order = take(cursor, 'order') ? readOrder(cursor) : []
  const limit = take(cursor, 'limit') ? readLimit(cursor) : undefined
  const from = readFrom(cursor)
  return {
    distinct,
    select,
    ...(where && { where }),
    group,
    ...(having && { having }),
    order,
    ...(limit && { limit }),
    from,
  }
}

function startsExpression(cursor: Cursor): boolean {
  const token = cursor.tokens[cursor.at]
  if (!token || 'word' in token) return false
  if ('item' in token) return true
  return token.keyword === '*' || [WRAPS, AGGREGATES, FUNCTIONS].some((words) => words.has(token.keyword))
}

function readExpressions(cursor: Cursor): Expression[] {
  const expressions = [readExpression(cursor)]
  while (startsExpression(cursor)) expressions.push(readExpression(cursor))
  return expressions
}

function readExpression(cursor: Cursor): Expression {
  const wrap = takeOf<'share' | 'running' | 'growth'>(cursor, WRAPS)
  const left = readTerm(cursor)
  const operator = takeOf<'-' | '+' | '/' | 'mul'>(cursor, OPERATORS)
  return { ...(wrap && { wrap }), left, ...(operator && { operator, right: readTerm(cursor) }) }
}

function readTerm(cursor: Cursor): Term {
  const columnFunction = takeOf<ColumnFunction>(cursor, FUNCTIONS)
  if (columnFunction) return { function: columnFunction, distinct: false, column: readItem(cursor) }
  const aggregate = takeOf<Aggregate>(cursor, AGGREGATES)
  const distinct = aggregate !== undefined && take(cursor, 'distinct')
  const column = take(cursor, '*') ? '*' : readItem(cursor)
  const when = take(cursor, 'when') ? readConditions(cursor) : undefined
  return { ...(aggregate && { aggregate }), distinct, column, ...(when && { when }) }
}

function readConditions(cursor: Cursor): Conditions {
  const conditions = [readCondition(cursor)]
  const connectives: ('and' | 'or')[] = []
  for (;;) {
    const connective = takeOf<'and' | 'or'>(cursor, new Set(['and', 'or']))
    if (!connective) return { conditions, connectives }
    connectives.push(connective)
    conditions.push(readCondition(cursor))
  }
}

function readCondition(cursor: Cursor): Condition {
  const expression = readExpression(cursor)
  const not = take(cursor, 'not')
  return { expression, not, test: readTest(cursor) }
}

function readTest(cursor: Cursor): Test {
  const operator = takeOf<Comparison>(cursor, COMPARISONS)
  if (operator) return { kind: 'compare', operator, value: readValue(cursor) }
  const how = takeOf<'like' | 'starts' | 'ends'>(cursor, PATTERNS)
  if (how) return { kind: 'like', how, first: readWord(cursor), last: readWord(cursor) }
  if (take(cursor, 'between')) return { kind: 'between', low: readValue(cursor), high: readValue(cursor) }
  if (take(cursor, 'in')) return { kind: 'in', query: readSubQuery(cursor) }
  expect(cursor, 'is')
  expect(cursor, 'null')
  return { kind: 'null' }
}

function readSubQuery(cursor: Cursor): Query {
  expect(cursor, '(')
  const query = readQuery(cursor)
  expect(cursor, ')')
  return query
}

function readValue(cursor: Cursor): Value {
  const word = keyword(cursor)
  if (word === '(') return { kind: 'query', query: readSubQuery(cursor) }
  if (word?.startsWith('#')) {
    cursor.at++
    return { kind: 'constant', text: word.slice(1) }
  }
  const column = takeItem(cursor)
  if (column !== undefined) return { kind: 'column', column }
  return { kind: 'span', first: readWord(cursor), last: readWord(cursor) }
}

function readOrder(cursor: Cursor): Body['order'] {
  const order: Body['order'] = []
  while (startsExpression(cursor)) {
    const keys = readExpressions(cursor)
    const descending = take(cursor, 'desc')
    if (!descending) expect(cursor, 'asc')
    order.push(...keys.map((expression) => ({ expression, descending })))
  }
  return order
}

function readLimit(cursor: Cursor): NonNullable<Body['limit']> {
  const count = readValue(cursor)
  return { count, per: take(cursor, 'per') ? readExpressions(cursor) : [] }
}

function readFrom(cursor: Cursor): From {
  expect(cursor, 'from')
  if (keyword(cursor) === '(') return { kind: 'query', query: readSubQuery(cursor) }
  const tables = [{ item: readItem(cursor), left: false }]
  for (;;) {
    const left = take(cursor, 'left')
    const item = takeItem(cursor)
    if (item === undefined) {
      if (left) throw fail(cursor, 'a table')
      break
    }
    tables.push({ item, left })
  }
  const on: { left: number; right: number }[] = []
  while (take(cursor, 'on')) on.push({ left: readItem(cursor), right: readItem(cursor) })
  return { kind: 'tables', tables, on }
}
