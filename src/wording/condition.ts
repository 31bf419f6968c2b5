import { originOf, type Scope } from '../tree/origin.ts'
import { sqlOf } from '../tree/print.ts'
import { type Call, type Comparison, conjunctsOf, type Expression, type Nested } from '../tree.ts'
import { dateText, listText, monthText, type Teller } from '../wording.ts'
import { core } from './patterns.ts'
import { type PhraseName, say } from './phrases.ts'

/** A clause for a condition: "country is “Germany” and order date is in 2023". */
export function describeCondition(expression: Expression, scope: Scope, tell: Teller): string {
  const parts = conjunctsOf(expression)
  if (parts.length === 1) return describeOne(expression, scope, tell)
  const { ranges, rest } = dateRanges(parts)
  const told = [
    ...rest.map((part) => {
      const told = describeOne(part, scope, tell)
      if (part.kind !== 'logic') return told
      return tell.language === 'zh' ? `（${told}）` : `(${told})`
    }),
    ...ranges.map((range) => describeRange(range, scope, tell)),
  ]
  return listText([...new Set(told)], tell.language)
}

function describeOne(e: Expression, scope: Scope, tell: Teller): string {
  const { language } = tell
  const name = (part: Expression) => tell.expression(part, scope)
  switch (e.kind) {
    case 'compare':
      return describeComparison(e.op, e.left, e.right, scope, tell)
    case 'logic':
      return describeLogic(e.op, e.parts, scope, tell)
    case 'not':
      return describeNegation(e.part, scope, tell)
    case 'null':
      return say(language, e.negated ? 'is known' : 'is missing', name(e.part))
    case 'in':
      return say(
        language,
        e.negated ? 'not in' : 'in',
        name(e.part),
        listText(e.list.slice(0, 12).map(name), language, 'or'),
      )
    case 'between':
      return say(language, 'between', name(e.part), name(e.low), name(e.high))
    case 'nested':
      return describeNested(e, false, scope, tell)
    case 'call':
      return describeMatch(e, scope, tell)
    case 'column':
      return say(language, 'true', name(e))
    default:
      return e.kind === 'cast' ? describeOne(e.part, scope, tell) : say(language, 'some condition')
  }
}

const NUMBER_OPS: Record<Comparison, PhraseName> = {
  '=': 'is',
  'is not distinct from': 'is',
  '<>': 'is not',
  'is distinct from': 'is not',
  '>': 'above',
  '<': 'below',
  '>=': 'at least',
  '<=': 'at most',
}

const DATE_OPS: Partial<Record<Comparison, PhraseName>> = {
  '>': 'date after',
  '<': 'date before',
  '>=': 'date from',
  '<=': 'date until',
}

const FLIPPED: Partial<Record<Comparison, Comparison>> = { '>': '<', '<': '>', '>=': '<=', '<=': '>=' }

function describeComparison(op: Comparison, left: Expression, right: Expression, scope: Scope, tell: Teller): string {
  if (core(left).kind === 'constant' && core(right).kind !== 'constant') {
    return describeComparison(FLIPPED[op] ?? op, right, left, scope, tell)
  }
  const value = core(right)
  if (value.kind === 'constant' && typeof value.value === 'boolean') {
    return say(tell.language, (op === '=') === value.value ? 'true' : 'false', tell.expression(left, scope))
  }
  const dated = isDate(left, scope) || (value.kind === 'constant' && isoDate(value.value) !== undefined)
  const phrase =
    (dated ? DATE_OPS[op] : undefined) ?? (value.kind === 'column' && op === '=' ? 'equals' : NUMBER_OPS[op])
  const [one, other] = [tell.expression(left, scope), tell.expression(right, scope)]
  if (one === other && op === '=') return say(tell.language, 'same value', one)
  return say(tell.language, phrase, one, other)
}

function isDate(e: Expression, scope: Scope): boolean {
  return core(e).kind === 'column' && originOf(e, scope)?.column.kind === 'date'
}

function describeNegation(e: Expression, scope: Scope, tell: Teller): string {
  if (e.kind === 'nested') return describeNested(e, true, scope, tell)
  if (e.kind === 'in') return describeOne({ ...e, negated: !e.negated }, scope, tell)
  if (e.kind === 'null') return describeOne({ ...e, negated: !e.negated }, scope, tell)
  if (e.kind === 'call' && matchOf(e) !== undefined) return describeMatch(e, scope, tell, true)
  if (e.kind === 'column') return say(tell.language, 'false', tell.expression(e, scope))
  return say(tell.language, 'not', tell.condition(e, scope))
}

function describeNested(e: Nested, negated: boolean, scope: Scope, tell: Teller): string {
  if (e.how === 'exists') return say(tell.language, negated ? 'not exists' : 'exists', tell.query(e.query))
  if (e.part === undefined) return say(tell.language, 'some condition')
  const name = tell.expression(e.part, scope)
  if (e.op !== '=') return say(tell.language, negated ? 'not' : NUMBER_OPS[e.op], name, tell.query(e.query))
  return say(tell.language, negated ? 'not in query' : 'in query', name, tell.query(e.query, 'many'))
}

type Match = { shape: 'contains' | 'starts with' | 'ends with' | 'like'; text: string; negated: boolean }

/** Alternatives, each "and" among them set apart so that the sentence has one reading. */
function describeLogic(op: 'and' | 'or', parts: Expression[], scope: Scope, tell: Teller): string {
  const told = parts.map((part) => tell.condition(part, scope))
  const nested = parts.some((part) => part.kind === 'logic')
  if (!nested) return listText(told, tell.language, op)
  if (tell.language === 'zh')
    return told.map((part, i) => (parts[i]?.kind === 'logic' ? `（${part}）` : part)).join(op === 'and' ? '、' : '或')
  return told.map((part, i) => (parts[i]?.kind === 'logic' ? `(${part})` : part)).join(` ${op} `)
}

/** LIKE, ILIKE, contains() and their kin as one of four shapes; undefined for other calls. */
function matchOf(e: Call): Match | undefined {
  const [, pattern] = e.args
  const value = pattern === undefined ? undefined : core(pattern)
  if (value?.kind !== 'constant' || typeof value.value !== 'string') return undefined
  const text = value.value
  if (e.name === 'contains') return { shape: 'contains', text, negated: false }
  if (/^(starts_with|prefix)$/.test(e.name)) return { shape: 'starts with', text, negated: false }
  if (/^(ends_with|suffix)$/.test(e.name)) return { shape: 'ends with', text, negated: false }
  if (!/^!?~~\*?$/.test(e.name) && !/^(like|ilike)_escape$/.test(e.name)) return undefined
  return { ...shapeOf(text), negated: e.name.startsWith('!') }
}

function shapeOf(pattern: string): { shape: Match['shape']; text: string } {
  const inner = pattern.replace(/^%/, '').replace(/%$/, '').replaceAll('\\', '')
  if (/[%_]/.test(inner)) return { shape: 'like', text: pattern }
  if (pattern.startsWith('%') && pattern.endsWith('%')) return { shape: 'contains', text: inner }
  if (pattern.endsWith('%')) return { shape: 'starts with', text: inner }
  return pattern.startsWith('%') ? { shape: 'ends with', text: inner } : { shape: 'like', text: inner }
}

function describeMatch(e: Call, scope: Scope, tell: Teller, negated = false): string {
  const match = matchOf(e)
  const [of] = e.args
  if (match === undefined || of === undefined) return say(tell.language, 'true', tell.expression(e, scope))
  const no = match.negated !== negated
  const value = tell.language === 'zh' ? `「${match.text}」` : `“${match.text}”`
  if (match.shape === 'like' && !/[%_]/.test(match.text))
    return say(tell.language, no ? 'is not' : 'is', tell.expression(of, scope), value)
  return say(tell.language, no ? `not ${match.shape}` : match.shape, tell.expression(of, scope), value)
}

/** `part` from `start` (inclusive) to `end` (exclusive), both ISO dates at midnight. */
interface DateRange {
  part: Expression
  start: string
  end: string
}

/** Pairs of "d >= a" and "d < b" (or one BETWEEN) over one date, taken out of a conjunction. */
function dateRanges(parts: Expression[]): { ranges: DateRange[]; rest: Expression[] } {
  const ranges: DateRange[] = []
  const used = new Set<Expression>()
  for (const low of parts) {
    if (low.kind !== 'compare' || low.op !== '>=') continue
    const start = isoDate(constantOf(low.right))
    const high = parts.find(
      (other) => other.kind === 'compare' && other.op === '<' && sqlOf(core(other.left)) === sqlOf(core(low.left)),
    )
    const end = high?.kind === 'compare' ? isoDate(constantOf(high.right)) : undefined
    if (start === undefined || end === undefined || high === undefined) continue
    used.add(low).add(high)
    ranges.push({ part: low.left, start, end })
  }
  return { ranges, rest: parts.filter((part) => !used.has(part)) }
}

function constantOf(e: Expression): string | number | boolean | null | undefined {
  const inner = core(e)
  return inner.kind === 'constant' ? inner.value : undefined
}

function isoDate(value: string | number | boolean | null | undefined): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d([T ]00:00:00)?$/.test(value) ? value.slice(0, 10) : undefined
}

const DAY_MS = 24 * 60 * 60 * 1000

function describeRange({ part, start, end }: DateRange, scope: Scope, tell: Teller): string {
  const name = tell.expression(part, scope)
  const { language } = tell
  const months = monthsFrom(start, end)
  const last = new Date(Date.parse(end) - DAY_MS).toISOString().slice(0, 10)
  if (months === 12 && start.slice(5) === '01-01') return say(language, 'in period', name, start.slice(0, 4))
  if (months === 1) return say(language, 'in period', name, monthText(start, language))
  if (months === 3 && Number(start.slice(5, 7)) % 3 === 1) {
    const quarter = (Number(start.slice(5, 7)) + 2) / 3
    const text =
      language === 'zh' ? `${start.slice(0, 4)}年第${quarter}季度` : `quarter ${quarter} of ${start.slice(0, 4)}`
    return say(language, 'in period', name, text)
  }
  if (months !== undefined && months % 12 === 0 && start.slice(5) === '01-01')
    return say(language, 'in range', name, start.slice(0, 4), last.slice(0, 4))
  if (months !== undefined)
    return say(language, 'in range', name, monthText(start, language), monthText(last, language))
  if (start === last) return say(language, 'is', name, dateText(start, language))
  return say(language, 'in range', name, dateText(start, language), dateText(last, language))
}

/** Whole months from one first of a month to another; undefined when either is another day. */
function monthsFrom(start: string, end: string): number | undefined {
  if (!start.endsWith('-01') || !end.endsWith('-01')) return undefined
  const [fromYear = 0, fromMonth = 0] = start.split('-').map(Number)
  const [toYear = 0, toMonth = 0] = end.split('-').map(Number)
  return (toYear - fromYear) * 12 + toMonth - fromMonth
}
