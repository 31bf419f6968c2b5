/**
 * A statement as DuckDB parsed it, in few and typed words: what `verify`, `explain` and `chart` reason about.
 * Made by `readTree`; whatever it has no word for is `{ kind: 'unknown' }`, never an error.
 */
export type Query = Select | SetOperation

interface Clauses {
  ctes: { name: string; query: Query }[]
  order: Order[]
  /** Present only when the limit is a plain number. */
  limit?: number
  offset?: number
  limitPercent?: number
}

export interface Select extends Clauses {
  kind: 'select'
  items: Expression[]
  from: Source | undefined
  where: Expression | undefined
  groups: Expression[]
  /** GROUP BY ALL: the groups are the items without an aggregate. */
  groupAll: boolean
  /** More than one grouping set (ROLLUP, CUBE, GROUPING SETS). */
  groupSets: boolean
  /** USING SAMPLE or TABLESAMPLE: another run sees other rows. */
  sampled: boolean
  having: Expression | undefined
  qualify: Expression | undefined
  distinct: boolean
  distinctOn: Expression[]
}

export interface SetOperation extends Clauses {
  kind: 'set'
  how: 'union' | 'except' | 'intersect'
  all: boolean
  sides: Query[]
}

export type Source =
  | { kind: 'table'; name: string; alias: string }
  | { kind: 'query'; query: Query; alias: string; columns: string[] }
  | Joined
  | { kind: 'values'; rows: number; alias: string }
  | { kind: 'unknown'; alias: string }

export interface Joined {
  kind: 'join'
  how: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti'
  left: Source
  right: Source
  /** Absent for a cross join. */
  on: Expression | undefined
  using: string[]
  natural: boolean
}

export interface Order {
  by: Expression
  descending: boolean
  nulls: 'first' | 'last' | 'default'
}

export type Expression = (
  | { kind: 'column'; names: string[] }
  | { kind: 'constant'; value: string | number | boolean | null; type: string }
  | Call
  | Window
  | { kind: 'compare'; op: Comparison; left: Expression; right: Expression }
  | { kind: 'logic'; op: 'and' | 'or'; parts: Expression[] }
  | { kind: 'not'; part: Expression }
  | { kind: 'null'; part: Expression; negated: boolean }
  | { kind: 'in'; part: Expression; list: Expression[]; negated: boolean }
  | { kind: 'between'; part: Expression; low: Expression; high: Expression }
  | { kind: 'cast'; part: Expression; to: string; lenient: boolean }
  | { kind: 'case'; checks: { when: Expression; value: Expression }[]; otherwise: Expression | undefined }
  | Nested
  | { kind: 'star'; table: string; exclude: string[]; plain: boolean }
  | { kind: 'unknown'; was: string }
) & { alias?: string }

export type Comparison = '=' | '<>' | '<' | '>' | '<=' | '>=' | 'is distinct from' | 'is not distinct from'

/** A function or operator by its lower-case name; `count(*)` is `count_star`. */
export interface Call {
  kind: 'call'
  name: string
  args: Expression[]
  distinct: boolean
  operator: boolean
  filter: Expression | undefined
  order: Order[]
}

export interface Window {
  kind: 'window'
  name: string
  args: Expression[]
  partitions: Expression[]
  order: Order[]
  start: string
  end: string
  startBy: Expression | undefined
  endBy: Expression | undefined
  offset: Expression | undefined
}

export interface Nested {
  kind: 'nested'
  how: 'scalar' | 'exists' | 'any'
  /** For `any`: the value compared, and how (`x IN (SELECT …)` is `=`). */
  part: Expression | undefined
  op: Comparison
  query: Query
}

/** Names DuckDB aggregates by; anything else with these as children is arithmetic over aggregates. */
const AGGREGATES = new Set(
  `count count_star sum avg mean min max median mode stddev stddev_samp stddev_pop variance var_samp var_pop first last any_value
   arg_max arg_min max_by min_by argmax argmin string_agg group_concat listagg list array_agg quantile quantile_cont quantile_disc approx_count_distinct
   approx_quantile bool_and bool_or product corr covar_samp covar_pop kurtosis skewness entropy regr_slope regr_intercept count_if
   sum_no_overflow fsum favg geomean mad`.split(/\s+/),
)

/** True for a call of an aggregate function (windows are not). */
export function isAggregate(expression: Expression): expression is Call & { alias?: string } {
  return expression.kind === 'call' && AGGREGATES.has(expression.name)
}

/** The direct sub-expressions of an expression, without entering sub-queries. */
export function childrenOf(e: Expression): Expression[] {
  switch (e.kind) {
    case 'call':
      return [...e.args, ...optional(e.filter)]
    case 'window':
      return [...e.args, ...e.partitions, ...e.order.map((order) => order.by)]
    case 'compare':
      return [e.left, e.right]
    case 'logic':
      return e.parts
    case 'not':
    case 'null':
    case 'cast':
      return [e.part]
    case 'in':
      return [e.part, ...e.list]
    case 'between':
      return [e.part, e.low, e.high]
    case 'case':
      return [...e.checks.flatMap((check) => [check.when, check.value]), ...optional(e.otherwise)]
    case 'nested':
      return optional(e.part)
    default:
      return []
  }
}

function optional<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}

/** An expression and everything below it, sub-queries left out. */
export function everyExpression(e: Expression): Expression[] {
  return [e, ...childrenOf(e).flatMap(everyExpression)]
}

/** The conditions that AND joins at the top of a condition. */
export function conjunctsOf(condition: Expression | undefined): Expression[] {
  if (condition === undefined) return []
  if (condition.kind === 'logic' && condition.op === 'and') return condition.parts.flatMap(conjunctsOf)
  return [condition]
}

/** Tables, sub-queries and the like of a FROM clause, joins taken apart, left to right. */
export function leavesOf(source: Source | undefined): Exclude<Source, Joined>[] {
  if (source === undefined) return []
  return source.kind === 'join' ? [...leavesOf(source.left), ...leavesOf(source.right)] : [source]
}

/** The joins of a FROM clause, innermost first. */
export function joinsOf(source: Source | undefined): Joined[] {
  if (source === undefined || source.kind !== 'join') return []
  return [...joinsOf(source.left), ...joinsOf(source.right), source]
}

/** Every SELECT of a statement that gives rows to it: the outermost first, then FROM sub-queries and WITH parts. */
export function selectsOf(query: Query): Select[] {
  const inner = query.ctes.flatMap((cte) => selectsOf(cte.query))
  if (query.kind === 'set') return [...query.sides.flatMap(selectsOf), ...inner]
  const sources = leavesOf(query.from).flatMap((leaf) => (leaf.kind === 'query' ? selectsOf(leaf.query) : []))
  return [query, ...sources, ...inner]
}

/** True when a SELECT gives one row per group, or one row in all. */
export function isGrouped(select: Select): boolean {
  return (
    select.groups.length > 0 || select.groupAll || select.items.some((item) => everyExpression(item).some(isAggregate))
  )
}

/** The group expressions of a SELECT, with GROUP BY ALL and positions resolved to the items they stand for. */
export function groupsOf(select: Select): Expression[] {
  if (select.groupAll) return select.items.filter((item) => !everyExpression(item).some(isAggregate))
  return select.groups.map((group) => itemMeant(select, group))
}

/** An ORDER BY or GROUP BY expression with a position or an item's alias replaced by that item. */
export function itemMeant(select: Select, expression: Expression): Expression {
  if (expression.kind === 'constant' && typeof expression.value === 'number') {
    return select.items[expression.value - 1] ?? expression
  }
  if (expression.kind === 'column' && expression.names.length === 1) {
    const name = expression.names[0]?.toLowerCase()
    return select.items.find((item) => item.alias?.toLowerCase() === name) ?? expression
  }
  return expression
}
