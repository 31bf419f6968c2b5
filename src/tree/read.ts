import type { Comparison, Expression, Joined, Order, Query, Select, SetOperation, Source } from '../tree.ts'
import { type Json, list, object, readConstant, readType, text } from './json.ts'

/**
 * A parsed statement as `json_serialize_sql` gives it, whole (`{ error, statements: [{ node }] }`) or its one statement
 * (`{ node }`), as a Query. Throws on anything else; node kinds without a word become `{ kind: 'unknown' }`.
 */
export function readTree(parsed: unknown): Query {
  const output = object(parsed)
  const statement = output.node === undefined ? object(list(output.statements)[0]) : output
  const node = object(statement.node)
  if (node.type === undefined) throw new Error('not a parsed statement')
  return readQuery(node)
}

function readQuery(node: Json): Query {
  const ctes = list(object(node.cte_map).map).map((entry) => ({
    name: text(object(entry).key),
    query: readQuery(object(object(object(object(entry).value).query).node)),
  }))
  const clauses = { ctes, ...readModifiers(list(node.modifiers)) }
  if (node.type === 'SET_OPERATION_NODE') return readSetOperation(node, clauses)
  if (node.type === 'SELECT_NODE') return readSelect(node, clauses)
  return { ...readSelect({}, clauses), items: [{ kind: 'unknown', was: text(node.type) }] }
}

type Clauses = Pick<SetOperation, 'ctes' | 'order' | 'limit' | 'offset' | 'limitPercent'> & {
  distinct: boolean
  distinctOn: Expression[]
}

function readModifiers(modifiers: unknown[]): Omit<Clauses, 'ctes'> {
  const read: Omit<Clauses, 'ctes'> = { order: [], distinct: false, distinctOn: [] }
  for (const modifier of modifiers.map(object)) {
    const type = modifier.type
    const limit = constantNumber(modifier.limit)
    const offset = constantNumber(modifier.offset)
    if (type === 'ORDER_MODIFIER') read.order = readOrders(modifier.orders)
    if (type === 'DISTINCT_MODIFIER') {
      read.distinct = true
      read.distinctOn = list(modifier.distinct_on_targets).map(readExpression)
    }
    if (type === 'LIMIT_MODIFIER' && limit !== undefined) read.limit = limit
    if (type === 'LIMIT_PERCENT_MODIFIER' && limit !== undefined) read.limitPercent = limit
    if (offset !== undefined) read.offset = offset
  }
  return read
}

function constantNumber(node: unknown): number | undefined {
  const read = readExpression(node)
  return read.kind === 'constant' && typeof read.value === 'number' ? read.value : undefined
}

function readOrders(orders: unknown): Order[] {
  return list(orders)
    .map(object)
    .map((order) => ({
      by: readExpression(order.expression),
      descending: order.type === 'DESCENDING',
      nulls: order.null_order === 'NULLS FIRST' ? 'first' : order.null_order === 'NULLS LAST' ? 'last' : 'default',
    }))
}

function readSetOperation(node: Json, clauses: Clauses): SetOperation {
  const children = list(node.children)
  const sides = (children.length > 0 ? children : [node.left, node.right]).map((side) => readQuery(object(side)))
  const { distinct: _, distinctOn: __, ...rest } = clauses
  const how = text(node.setop_type).toLowerCase()
  return {
    kind: 'set',
    how: how === 'except' || how === 'intersect' ? how : 'union',
    all: node.setop_all === true,
    sides,
    ...rest,
  }
}

function readSelect(node: Json, clauses: Clauses): Select {
  const sets = list(node.group_sets)
  return {
    kind: 'select',
    items: list(node.select_list).map(readExpression),
    from: readSource(object(node.from_table)),
    where: present(node.where_clause),
    groups: list(node.group_expressions).map(readExpression),
    groupAll: node.aggregate_handling === 'FORCE_AGGREGATES',
    groupSets: sets.length > 1,
    sampled: node.sample !== null && node.sample !== undefined,
    having: present(node.having),
    qualify: present(node.qualify),
    ...clauses,
  }
}

function present(node: unknown): Expression | undefined {
  return node === null || node === undefined ? undefined : readExpression(node)
}

function readSource(node: Json): Source | undefined {
  const alias = text(node.alias)
  switch (node.type) {
    case 'EMPTY':
    case undefined:
      return undefined
    case 'BASE_TABLE':
      if (node.sample) return { kind: 'unknown', alias }
      return { kind: 'table', name: text(node.table_name), alias: alias || text(node.table_name) }
    case 'SUBQUERY':
      return {
        kind: 'query',
        query: readQuery(object(object(node.subquery).node)),
        alias,
        columns: list(node.column_name_alias).map(text),
      }
    case 'JOIN':
      return readJoin(node)
    case 'EXPRESSION_LIST':
      return { kind: 'values', rows: list(node.values).length, alias }
    default:
      return { kind: 'unknown', alias }
  }
}

const JOINS: Record<string, Joined['how']> = {
  INNER: 'inner',
  LEFT: 'left',
  RIGHT: 'right',
  OUTER: 'full',
  FULL: 'full',
  SEMI: 'semi',
  ANTI: 'anti',
}

function readJoin(node: Json): Source {
  const left = readSource(object(node.left))
  const right = readSource(object(node.right))
  const how = JOINS[text(node.join_type)]
  const known = node.ref_type === 'REGULAR' || node.ref_type === 'CROSS' || node.ref_type === 'NATURAL'
  if (left === undefined || right === undefined || how === undefined || !known) return { kind: 'unknown', alias: '' }
  const using = list(node.using_columns).map(text)
  return {
    kind: 'join',
    how,
    left,
    right,
    on: present(node.condition),
    using,
    natural: node.ref_type === 'NATURAL',
  }
}

function readExpression(value: unknown): Expression {
  const node = object(value)
  const alias = text(node.alias)
  const read = READERS[text(node.class)]?.(node) ?? { kind: 'unknown', was: text(node.type) }
  return alias === '' ? read : { ...read, alias }
}

const READERS: Record<string, (node: Json) => Expression> = {
  COLUMN_REF: (node) => ({ kind: 'column', names: list(node.column_names).map(text) }),
  CONSTANT: (node) => readConstant(object(node.value)),
  FUNCTION: (node) => readCall(node),
  WINDOW: (node) => readWindow(node),
  COMPARISON: (node) => {
    const op = COMPARISONS[text(node.type)]
    if (op === undefined) return { kind: 'unknown', was: text(node.type) }
    return { kind: 'compare', op, left: readExpression(node.left), right: readExpression(node.right) }
  },
  CONJUNCTION: (node) => ({
    kind: 'logic',
    op: node.type === 'CONJUNCTION_AND' ? 'and' : 'or',
    parts: list(node.children).map(readExpression),
  }),
  OPERATOR: (node) => readOperator(node),
  CAST: (node) => ({
    kind: 'cast',
    part: readExpression(node.child),
    to: readType(object(node.cast_type)),
    lenient: node.try_cast === true,
  }),
  CASE: (node) => ({
    kind: 'case',
    checks: list(node.case_checks)
      .map(object)
      .map((check) => ({ when: readExpression(check.when_expr), value: readExpression(check.then_expr) })),
    otherwise: present(node.else_expr),
  }),
  BETWEEN: (node) => ({
    kind: 'between',
    part: readExpression(node.input),
    low: readExpression(node.lower),
    high: readExpression(node.upper),
  }),
  SUBQUERY: (node) => readNested(node),
  STAR: (node) => ({
    kind: 'star',
    table: text(node.relation_name),
    exclude: list(node.exclude_list).map((name) => (typeof name === 'string' ? name : '')),
    plain: list(node.exclude_list).length + list(node.replace_list).length === 0 && !present(node.expr),
  }),
}

const COMPARISONS: Record<string, Comparison> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_GREATERTHAN: '>',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'is distinct from',
  COMPARE_NOT_DISTINCT_FROM: 'is not distinct from',
}

function readCall(node: Json): Expression {
  return {
    kind: 'call',
    name: text(node.function_name).toLowerCase(),
    args: list(node.children).map(readExpression),
    distinct: node.distinct === true,
    operator: node.is_operator === true,
    filter: present(node.filter),
    order: readOrders(object(node.order_bys).orders),
  }
}

function readWindow(node: Json): Expression {
  return {
    kind: 'window',
    name: text(node.function_name).toLowerCase(),
    args: list(node.children).map(readExpression),
    partitions: list(node.partitions).map(readExpression),
    order: readOrders(node.orders),
    start: text(node.start),
    end: text(node.end),
    startBy: present(node.start_expr),
    endBy: present(node.end_expr),
    offset: present(node.offset_expr),
  }
}

function readOperator(node: Json): Expression {
  const parts = list(node.children).map(readExpression)
  const [first = { kind: 'unknown', was: 'nothing' } as Expression, ...rest] = parts
  switch (node.type) {
    case 'OPERATOR_NOT':
      return { kind: 'not', part: first }
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL':
      return { kind: 'null', part: first, negated: node.type === 'OPERATOR_IS_NOT_NULL' }
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN':
      return { kind: 'in', part: first, list: rest, negated: node.type === 'COMPARE_NOT_IN' }
    case 'OPERATOR_COALESCE':
      return {
        kind: 'call',
        name: 'coalesce',
        args: parts,
        distinct: false,
        operator: false,
        filter: undefined,
        order: [],
      }
    default:
      return { kind: 'unknown', was: text(node.type) }
  }
}

function readNested(node: Json): Expression {
  const how = text(node.subquery_type).toLowerCase()
  if (how !== 'scalar' && how !== 'exists' && how !== 'any') return { kind: 'unknown', was: `subquery ${how}` }
  return {
    kind: 'nested',
    how,
    part: present(node.child),
    op: COMPARISONS[text(node.comparison_type)] ?? '=',
    query: readQuery(object(object(node.subquery).node)),
  }
}
