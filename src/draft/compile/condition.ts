import { spanText } from '../ground.ts'
import { columnSql, expressionSql, isAggregate, isTimeOfDay } from './expression.ts'
import { compareLiteral, compareRange, containing } from './literal.ts'
import { quoteName } from './quote.ts'
import type { Scope, Subject, Typed } from './scope.ts'
import type { Comparison, Condition, Conditions, Query, Test, Value } from './tree.ts'

/**
 * Conditions as SQL. `or` between tests of one expression binds tighter than `and`, as people mean it ("from Paris or
 * Lyon and older than 30"); otherwise SQL's own precedence holds.
 */
export function conditionsSql({ conditions, connectives }: Conditions, scope: Scope): string {
  const parts: { sql: string; connective: 'and' | 'or' | undefined }[] = []
  for (let start = 0; start < conditions.length; ) {
    let end = start
    while (isOr(connectives[end], conditions[end], conditions[end + 1], scope)) end++
    const run = conditions.slice(start, end + 1).map((condition) => conditionSql(condition, scope))
    const alone = start === 0 && end === conditions.length - 1
    const sql = mergedEqualities(run) ?? (run.length === 1 || alone ? run.join(' OR ') : `(${run.join(' OR ')})`)
    parts.push({ sql, connective: connectives[end] })
    start = end + 1
  }
  return parts.map(({ sql, connective }) => sql + (connective ? ` ${connective.toUpperCase()} ` : '')).join('')
}

/** Also "in Ohio and Iowa": no row has two values of one column, so the values are alternatives; "both" asks for something else. */
function isOr(
  said: 'and' | 'or' | undefined,
  left: Condition | undefined,
  right: Condition | undefined,
  scope: Scope,
): boolean {
  if (said === undefined || !sameSubject(left, right)) return false
  if (said === 'or') return true
  const { question } = scope.setting.links
  return [left, right].every((one) => one !== undefined && isOneOf(one)) && !/\bboth\b/i.test(question)
}

function isOneOf({ not, test }: Condition): boolean {
  return !not && test.kind === 'compare' && test.operator === '=' && test.value.kind === 'span'
}

function sameSubject(left: Condition | undefined, right: Condition | undefined): boolean {
  return (
    left !== undefined && right !== undefined && JSON.stringify(left.expression) === JSON.stringify(right.expression)
  )
}

/** `x = 1 OR x = 2` as `x IN (1, 2)`. */
function mergedEqualities(run: string[]): string | undefined {
  if (run.length < 2) return undefined
  const pairs = run.map((sql) => /^(.+?) = ('(?:[^']|'')*'|-?[\d.]+)$/.exec(sql))
  const subject = pairs[0]?.[1]
  if (subject === undefined || pairs.some((pair) => pair?.[1] !== subject)) return undefined
  return `${subject} IN (${pairs.map((pair) => pair?.[2]).join(', ')})`
}

function conditionSql({ expression, not, test }: Condition, scope: Scope): string {
  const subject = expressionSql(expression, scope)
  if (test.kind === 'null') return `${operand(subject.sql)} IS ${not ? 'NOT ' : ''}NULL`
  if (test.kind === 'in') return membership(subject, test.query, not, scope)
  if (test.kind === 'like') return pattern(subject, test, not, scope)
  if (test.kind === 'between') return between({ expression, subject, scope }, test, not)
  const operator = not ? OPPOSITE[test.operator] : test.operator
  return compare({ expression, subject, scope }, operator, test.value)
}

const OPPOSITE: Record<Comparison, Comparison> = { '=': '!=', '!=': '=', '>': '<=', '<=': '>', '<': '>=', '>=': '<' }

function operand(sql: string): string {
  return / [-+*/] /.test(sql) ? `(${sql})` : sql
}

function compare(side: Subject, operator: Comparison, value: Value): string {
  if (value.kind === 'column') {
    const [left, right] = comparable(side.subject, columnSql(value.column, side.scope))
    return `${left} ${operator} ${right}`
  }
  if (value.kind === 'query') return compareQuery(side, operator, value.query)
  return compareLiteral(side, operator, value)
}

function isComparable(left: Typed, right: Typed): boolean {
  return left.kind === right.kind && isTimeOfDay(left.column) === isTimeOfDay(right.column)
}

/** Both sides as they are, or as text when their kinds differ. */
function comparable(left: Typed, right: Typed): [string, string] {
  if (isComparable(left, right)) return [left.sql, right.sql]
  return [`CAST(${left.sql} AS VARCHAR)`, `CAST(${right.sql} AS VARCHAR)`]
}

function membership(subject: Typed, query: Query, not: boolean, scope: Scope): string {
  const { sql, outputs } = scope.setting.write.query(query, scope.setting, { notNull: not })
  if (isComparable(subject, outputs[0]?.typed ?? subject)) return `${subject.sql} ${not ? 'NOT ' : ''}IN (${sql})`
  const cast = scope.setting.write.query(query, scope.setting, { notNull: not, asText: true })
  return `CAST(${subject.sql} AS VARCHAR) ${not ? 'NOT ' : ''}IN (${cast.sql})`
}

/** One value is compared; several are a list for = and !=, and for < and > their extreme, so that the answer is determined. */
function compareQuery({ subject, scope }: Subject, operator: Comparison, query: Query): string {
  if (isSingleRow(query)) {
    const { sql, outputs } = scope.setting.write.query(query, scope.setting, {})
    const [left, right] = comparable(subject, { ...(outputs[0]?.typed ?? subject), sql: `(${sql})` })
    return `${left} ${operator} ${right}`
  }
  if (operator === '=' || operator === '!=') return membership(subject, query, operator === '!=', scope)
  const { sql, outputs } = scope.setting.write.query(query, scope.setting, {})
  const extreme = operator.startsWith('>') ? 'max' : 'min'
  const column = quoteName(outputs[0]?.name ?? '')
  const inner = `(SELECT ${extreme}(${column}) FROM (${sql}))`
  const [left, right] = comparable(subject, { ...(outputs[0]?.typed ?? subject), sql: inner })
  return `${left} ${operator} ${right}`
}

function isSingleRow({ body, next }: Query): boolean {
  if (next) return false
  const limited = body.limit?.count.kind === 'constant' && body.limit.count.text === '1' && body.limit.per.length === 0
  const whole =
    body.group.length === 0 &&
    body.select.every(isAggregate) &&
    !body.order.some(({ expression }) => !isAggregate(expression))
  return limited || whole
}

function pattern(subject: Typed, test: Test & { kind: 'like' }, not: boolean, scope: Scope): string {
  const text = spanText(scope.setting.links, test.first, test.last)
  const around = { like: ['%', '%'], starts: ['', '%'], ends: ['%', ''] }[test.how]
  const target = subject.kind === 'text' ? subject.sql : `CAST(${subject.sql} AS VARCHAR)`
  return containing(target, text, not, around)
}

function between(side: Subject, test: Test & { kind: 'between' }, not: boolean): string {
  const { low, high } = test
  const range =
    (low.kind === 'span' || low.kind === 'constant') && (high.kind === 'span' || high.kind === 'constant')
      ? compareRange(side, low, high)
      : `${compare(side, '>=', low)} AND ${compare(side, '<=', high)}`
  return not ? `NOT (${range})` : range
}
