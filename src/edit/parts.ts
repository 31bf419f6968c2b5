import { holdsYears, textDateFormats } from '../draft/dates.ts'
import { bare, type Origin, originOf, type Scope } from '../tree/origin.ts'
import {
  type Call,
  type Comparison,
  conjunctsOf,
  type Expression,
  everyExpression,
  isAggregate,
  isGrouped,
} from '../tree.ts'
import { core, periodOf } from '../wording/patterns.ts'
import type { Aggregate, Grain, Operator, Value } from './edits.ts'
import { sameExpression } from './map.ts'
import { columnOf, type Sheet, scopeOf, summarises } from './sheet.ts'

/** One thing the body shows. `call` is the aggregate in it, when it is one and no more. */
export interface Shown {
  item: number
  expression: Expression
  column?: Origin
  call?: Call
  aggregate?: Aggregate
}

/** One thing the rows are brought together by. */
export interface Grouped {
  item: number
  expression: Expression
  column?: Origin
  grain?: Grain
}

/** One condition that AND joins with the others; `part` is what is compared. */
export interface Kept {
  expression: Expression
  part?: Expression
  column?: Origin
  operator?: Operator
  values?: Value[]
  /** It is on a sum over rows, not on rows. */
  having: boolean
}

/** All conditions on one date column. */
export interface During {
  column: Origin
  conditions: Expression[]
}

export interface Parts {
  measures: Shown[]
  groups: Grouped[]
  filters: Kept[]
  periods: During[]
}

/** What the body of a sheet shows, by what, of which rows. */
export function partsOf(sheet: Sheet): Parts {
  const { body } = sheet
  if (body === undefined) return { measures: [], groups: [], filters: [], periods: [] }
  const scope = scopeOf(sheet)
  const grouped = isGrouped(body)
  const isGroup = (e: Expression) => grouped && !summarises(e) && isIn(e, body.groups, scope)
  const numbered = body.items.map((expression, item) => ({ expression, item }))
  const conditions = conjunctsOf(body.where)
  const dated = conditions.map((condition) => dateOf(condition, scope))
  return {
    measures: numbered.filter(({ expression }) => !isGroup(expression)).map((one) => shown(one, scope)),
    groups: numbered.filter(({ expression }) => isGroup(expression)).map((one) => group(one, scope)),
    filters: [
      ...conditions.filter((_, i) => dated[i] === undefined).map((e) => ({ ...kept(e, scope), having: false })),
      ...conjunctsOf(body.having).map((e) => ({ ...kept(e, scope), having: true })),
    ],
    periods: byColumn(conditions, dated),
  }
}

function isIn(e: Expression, groups: Expression[], scope: Scope): boolean {
  const column = e.kind === 'column' ? originOf(e, scope)?.column : undefined
  return groups.some(
    (one) =>
      sameExpression(one, e) ||
      (column !== undefined && one.kind === 'column' && originOf(one, scope)?.column === column),
  )
}

/** SQL's names for what people call otherwise. */
const AGGREGATE_OF: Record<string, Aggregate> = {
  count: 'count', count_star: 'count', sum: 'sum', avg: 'average', mean: 'average', min: 'min', max: 'max',
  median: 'median', stddev: 'deviation', stddev_samp: 'deviation',
} // biome-ignore format: a table

function shown({ expression, item }: { expression: Expression; item: number }, scope: Scope): Shown {
  const inner = core(expression)
  const call = inner.kind === 'call' && isAggregate(inner) ? inner : undefined
  const column = columnOf(call?.args[0] ?? expression, scope)
  const name = call && AGGREGATE_OF[call.name]
  const aggregate =
    name === 'count' && call?.distinct === true ? 'distinct' : call?.distinct === true ? undefined : name
  return {
    item,
    expression,
    ...(column && call?.name !== 'count_star' ? { column } : {}),
    ...(call ? { call } : {}),
    ...(aggregate ? { aggregate } : {}),
  }
}

const RECURRING: Record<string, Grain> = { weekday: 'weekday', month: 'month of year' }

function group({ expression, item }: { expression: Expression; item: number }, scope: Scope): Grouped {
  const column = columnOf(expression, scope)
  const inner = expression.kind === 'cast' ? expression.part : expression
  const period = periodOf(inner)
  const asDay = expression.kind === 'cast' && expression.to === 'DATE' && inner.kind === 'column'
  const grain = asDay ? 'day' : period && ((period.recurring ? RECURRING[period.phrase] : period.phrase) as Grain)
  return { item, expression, ...(column ? { column } : {}), ...(grain ? { grain } : {}) }
}

/** The date column a condition speaks of alone; undefined for any other condition. */
function dateOf(condition: Expression, scope: Scope): Origin | undefined {
  const part = subjectOf(condition)
  const column = part && columnOf(part, scope)
  return column !== undefined && isDate(column) ? column : undefined
}

/** Whether a column says when: a date, text that holds dates, or a number that holds years. */
export function isDate({ column }: Origin): boolean {
  const known = dates.get(column) ?? holdsDates(column)
  dates.set(column, known)
  return known
}

/** A catalog never changes, and looking at the values of text columns takes longer than all else. */
const dates = new WeakMap<Origin['column'], boolean>()

function holdsDates(column: Origin['column']): boolean {
  if (column.kind === 'date') return !/^TIME(?!STAMP)/.test(column.type)
  return column.kind === 'text' ? textDateFormats(column) !== null : holdsYears(column)
}

/** What a condition compares with constants; undefined when it compares something else, or does not compare. */
function subjectOf(condition: Expression): Expression | undefined {
  if (condition.kind === 'compare') {
    if (isConstant(condition.right)) return condition.left
    return isConstant(condition.left) ? condition.right : undefined
  }
  if (condition.kind === 'between')
    return isConstant(condition.low) && isConstant(condition.high) ? condition.part : undefined
  if (condition.kind === 'in') return condition.list.every(isConstant) ? condition.part : undefined
  return undefined
}

/** A literal, also one that is cast or counted from a date. */
function isConstant(e: Expression): boolean {
  if (e.kind === 'constant') return true
  if (e.kind === 'cast') return isConstant(e.part)
  if (e.kind === 'column')
    return e.names.length === 1 && /^(current_date|current_timestamp|today)$/i.test(e.names[0] ?? '')
  return e.kind === 'call' && !everyExpression(e).some(isAggregate) && e.args.length > 0 && e.args.every(isConstant)
}

function byColumn(conditions: Expression[], dated: (Origin | undefined)[]): During[] {
  const found = new Map<Origin['column'], During>()
  for (const [i, column] of dated.entries()) {
    const condition = conditions[i]
    if (column === undefined || condition === undefined) continue
    const known = found.get(column.column) ?? { column, conditions: [] }
    known.conditions.push(condition)
    found.set(column.column, known)
  }
  return [...found.values()]
}

const OPERATOR_OF: Partial<Record<Comparison, Operator>> = {
  '=': 'is', '<>': 'is not', '>': 'above', '>=': 'at least', '<': 'below', '<=': 'at most',
} // biome-ignore format: a table

const TURNED: Partial<Record<Operator, Operator>> = {
  above: 'below', below: 'above', 'at least': 'at most', 'at most': 'at least',
} // biome-ignore format: a table

/** A condition taken apart as far as the operators of edits go. */
function kept(expression: Expression, scope: Scope): Omit<Kept, 'having'> {
  const test = testOf(expression)
  if (test === undefined) return { expression }
  const column = originOf(test.part, scope)
  return { expression, ...test, ...(column ? { column } : {}) }
}

interface Test {
  part: Expression
  operator: Operator
  values: Value[]
}

function testOf(e: Expression): Test | undefined {
  if (e.kind === 'compare') {
    const operator = OPERATOR_OF[e.op]
    const [right, left] = [literal(e.right), literal(e.left)]
    if (operator === undefined) return undefined
    if (right !== undefined) return { part: bare(e.left), operator, values: [right] }
    return left === undefined
      ? undefined
      : { part: bare(e.right), operator: TURNED[operator] ?? operator, values: [left] }
  }
  if (e.kind === 'in') {
    const values = e.list.map(literal).filter((value) => value !== undefined)
    return values.length < e.list.length
      ? undefined
      : { part: bare(e.part), operator: e.negated ? 'is not' : 'is', values }
  }
  if (e.kind === 'between') {
    const values = [literal(e.low), literal(e.high)].filter((value) => value !== undefined)
    return values.length < 2 ? undefined : { part: bare(e.part), operator: 'between', values }
  }
  if (e.kind === 'null') return { part: bare(e.part), operator: e.negated ? 'present' : 'missing', values: [] }
  return containing(e)
}

function containing(e: Expression): Test | undefined {
  const [part, pattern] = e.kind === 'call' && /^(~~\*|~~)$/.test(e.name) ? e.args : []
  const text = pattern && literal(pattern)
  const inside = typeof text === 'string' ? /^%([^%_]+)%$/.exec(text)?.[1] : undefined
  return part === undefined || inside === undefined
    ? undefined
    : { part: bare(part), operator: 'contains', values: [inside] }
}

function literal(e: Expression): Value | undefined {
  if (e.kind === 'cast') return literal(e.part)
  return e.kind === 'constant' && e.value !== null ? e.value : undefined
}
