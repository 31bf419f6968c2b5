import { type Call, type Expression, everyExpression, type Window } from '../tree.ts'
import type { PhraseName } from './phrases.ts'

/** An expression without casts, rounding and the guard against division by zero: what a reader means by it. */
export function core(expression: Expression): Expression {
  if (expression.kind === 'cast') return core(expression.part)
  if (expression.kind !== 'call') return expression
  const [first] = expression.args
  return first !== undefined && QUIET.has(expression.name) ? core(first) : expression
}

const QUIET = new Set([
  'round',
  'nullif',
  'lower',
  'upper',
  'trim',
  'lcase',
  'ucase',
  'any_value',
  'first',
  'to_date',
  'date',
  'try_strptime',
  'strptime',
])

const PERIODS = new Set(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'decade'])

const PERIOD_CALLS: Record<string, PhraseName> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  monthname: 'month',
  week: 'week',
  weekofyear: 'week',
  day: 'day',
  hour: 'hour',
  dayname: 'weekday',
  dayofweek: 'weekday',
  isodow: 'weekday',
  weekday: 'weekday',
  last_day: 'month',
}

/** date_trunc('month', d), date_part('month', d), month(d), strftime(d, '%Y-%m'): the period's word and the date; undefined for other calls. */
export function periodOf(e: Expression): { phrase: PhraseName; of: Expression; recurring: boolean } | undefined {
  if (e.kind !== 'call') return undefined
  const [first, second] = e.args
  const word = first?.kind === 'constant' ? String(first.value).toLowerCase() : ''
  if (/^(date_trunc|datetrunc|date_part|datepart)$/.test(e.name) && second !== undefined) {
    const recurring = e.name.startsWith('date_p') || e.name === 'datepart'
    if (/^(dow|isodow|dayofweek)$/.test(word)) return { phrase: 'weekday', of: second, recurring: true }
    return PERIODS.has(word)
      ? { phrase: word as PhraseName, of: second, recurring: recurring && word !== 'year' }
      : undefined
  }
  if (e.name === 'strftime' && first !== undefined && second?.kind === 'constant') {
    const format = String(second.value)
    const grain = FORMATS[format]
    return grain === undefined ? undefined : { phrase: grain, of: first, recurring: !format.startsWith('%Y') }
  }
  const phrase = PERIOD_CALLS[e.name]
  return phrase === undefined || first === undefined ? undefined : { phrase, of: first, recurring: e.name !== 'year' }
}

const FORMATS: Record<string, PhraseName> = {
  '%Y': 'year',
  '%Y-%m': 'month',
  '%Y-%m-%d': 'day',
  '%m': 'month',
  '%B': 'month',
  '%b': 'month',
  '%A': 'weekday',
  '%a': 'weekday',
  '%H': 'hour',
}

/** floor(x / w) * w, floor(round(x * n, 6)) / n and floor(x): buckets of a histogram. */
export function binOf(e: Expression): { of: Expression; width: number } | undefined {
  if (e.kind !== 'call') return undefined
  const [first, second] = e.args
  if (e.name === 'floor' && first !== undefined) return { of: first, width: 1 }
  const floor = first === undefined ? undefined : core(first)
  const [ratio] = floor?.kind === 'call' && floor.name === 'floor' ? floor.args : []
  if (e.name === '/') return fineBinOf(floor, second)
  if (e.name !== '*' || second?.kind !== 'constant' || ratio?.kind !== 'call' || ratio.name !== '/') return undefined
  const [of, by] = ratio.args
  return of !== undefined && by?.kind === 'constant' && by.value === second.value
    ? { of, width: Number(by.value) }
    : undefined
}

function fineBinOf(floor: Expression | undefined, parts: Expression | undefined) {
  const [round] = floor?.kind === 'call' && floor.name === 'floor' ? floor.args : []
  const [product] = round?.kind === 'call' && round.name === 'round' ? round.args : []
  const [of, by] = product?.kind === 'call' && product.name === '*' ? product.args : []
  const same = parts?.kind === 'constant' && by?.kind === 'constant' && by.value === parts.value
  return of !== undefined && same ? { of, width: 1 / Number(by.value) } : undefined
}

/** count(*) FILTER (WHERE c) / count(*), with or without the factor 100: the share of rows where c. */
export function filteredShareOf(e: Expression): { whole: Call; where: Expression; percent: boolean } | undefined {
  const inner = core(e)
  if (inner.kind !== 'call' || inner.name !== '/') return undefined
  const [left, whole] = inner.args.map(core)
  if (left === undefined || whole?.kind !== 'call' || whole.filter !== undefined) return undefined
  const part = timesHundred(left) ?? left
  if (part.kind !== 'call' || part.filter === undefined || part.name !== whole.name) return undefined
  return { whole, where: part.filter, percent: part !== left }
}

/** a / sum(a) OVER (), with or without the factor 100. */
export function shareOf(e: Expression): { phrase: 'share' | 'share percent'; of: Expression } | undefined {
  const inner = core(e)
  if (inner.kind !== 'call' || inner.args.length !== 2) return undefined
  const [left, right] = inner.args.map(core)
  if (left === undefined || right === undefined) return undefined
  if (inner.name === '*') {
    const [factor, rest] = isHundred(left) ? [left, right] : [right, left]
    const share = isHundred(factor) ? shareOf(rest) : undefined
    return share && { phrase: 'share percent', of: share.of }
  }
  if (inner.name !== '/' || right.kind !== 'window' || right.order.length > 0) return undefined
  const part = timesHundred(left)
  return { phrase: part === undefined ? 'share' : 'share percent', of: part ?? left }
}

/** The constant that makes a share a percentage. */
export function isHundred(e: Expression): boolean {
  const inner = core(e)
  return inner.kind === 'constant' && inner.value === 100
}

function timesHundred(e: Expression): Expression | undefined {
  if (e.kind !== 'call' || e.name !== '*') return undefined
  const [left, right] = e.args
  if (left !== undefined && right !== undefined && isHundred(left)) return core(right)
  return left !== undefined && right !== undefined && isHundred(right) ? core(left) : undefined
}

/** (a - lag(a)) / lag(a) and a / lag(a) - 1 are growth rates; a - lag(a) is a change. */
export function growthOf(e: Expression): { phrase: 'growth' | 'growth rate'; of: Expression } | undefined {
  const inner = core(e)
  if (inner.kind !== 'call' || !inner.operator) return undefined
  const lag = everyExpression(inner).find((part) => part.kind === 'window' && part.name === 'lag') as Window | undefined
  const [of] = lag?.args ?? []
  if (of === undefined) return undefined
  const divides = everyExpression(inner).some((part) => part.kind === 'call' && part.name === '/')
  return { phrase: divides ? 'growth rate' : 'growth', of }
}
