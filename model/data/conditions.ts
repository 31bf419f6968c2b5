/** WHERE, HAVING and ON of SQL → `conds` of the language, which knows "and" before "or" and no brackets. */
import type { Keyword } from '../../src/draft/program.ts'
import { constantOf, expression } from './expressions.ts'
import { type Inside, type Literal, type Loose, Unsayable } from './scope.ts'
import type { Expression } from './sql.ts'

const COMPARISONS: Record<string, { sign: Keyword; turned: Keyword; negated: Keyword }> = {
  COMPARE_EQUAL: { sign: '=', turned: '=', negated: '!=' },
  COMPARE_NOTEQUAL: { sign: '!=', turned: '!=', negated: '=' },
  COMPARE_GREATERTHAN: { sign: '>', turned: '<', negated: '<=' },
  COMPARE_LESSTHAN: { sign: '<', turned: '>', negated: '>=' },
  COMPARE_GREATERTHANOREQUALTO: { sign: '>=', turned: '<=', negated: '<' },
  COMPARE_LESSTHANOREQUALTO: { sign: '<=', turned: '>=', negated: '>' },
}

/** Most conditions that multiplying out brackets may give. */
const MOST_CONDITIONS = 8

/** The tokens of a condition, brackets multiplied out; throws Unsayable. */
export function conditions(written: Expression, inside: Inside): Loose[] {
  return (alternatives(written, inside) ?? multipliedOut(written, inside)).flat()
}

/** Conditions joined by "and", each an "or" of tests of one expression, which the language reads as one: "a = 1 or a = 2 and b = 3". */
function alternatives(written: Expression, inside: Inside): Loose[][] | null {
  const parts = written.type === 'CONJUNCTION_AND' ? (written.children ?? []) : [written]
  const groups = parts.map((part) => branchesOf(part))
  if (groups.some((branches) => branches.some(({ length }) => length > 1) && branches.length > 1)) return null
  const output: Loose[][] = []
  for (const branches of groups) {
    const joined: Keyword = branches.length > 1 ? 'or' : 'and'
    const tests = branches.flat().map((one) => condition(one, inside))
    if (joined === 'or' && parts.length > 1 && new Set(tests.map(subjectOf)).size > 1) return null
    const before = output[output.length - 1]
    if (before !== undefined && branches.length > 1 && subjectOf(before) === subjectOf(tests[0] ?? [])) return null
    tests.forEach((tokens, at) => {
      if (at > 0) output.push([{ keyword: joined }])
      else if (output.length > 0) output.push([{ keyword: 'and' }])
      output.push(tokens)
    })
  }
  return output
}

const TESTS: ReadonlySet<string> = new Set([
  'not',
  '=',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  'between',
  'in',
  'like',
  'starts',
  'ends',
  'is',
])

/** The expression that a test is about, as text. */
function subjectOf(tokens: Loose[]): string {
  const end = tokens.findIndex((token) => 'keyword' in token && TESTS.has(token.keyword))
  return JSON.stringify(tokens.slice(0, end))
}

/** "Or" of "and"s: "and" binds tighter, except where "or" stands between two tests of one expression, so such tests are kept apart. */
function multipliedOut(written: Expression, inside: Inside): Loose[][] {
  const branches = branchesOf(written).map((branch) => branch.map((one) => condition(one, inside)))
  if (branches.flat().length > MOST_CONDITIONS) throw new Unsayable('brackets in conditions')
  const output: Loose[][] = []
  for (const branch of branches) {
    const before = output[output.length - 1]
    const apart = branch.findIndex((tokens) => before === undefined || subjectOf(tokens) !== subjectOf(before))
    if (apart < 0) throw new Unsayable('brackets in conditions')
    const turned = [...branch.slice(apart), ...branch.slice(0, apart)]
    turned.forEach((tokens, at) => {
      if (output.length > 0) output.push([{ keyword: at === 0 ? 'or' : 'and' }])
      output.push(tokens)
    })
  }
  return output
}

/** "Or" of "and"s: each branch is a list of plain conditions. */
function branchesOf(written: Expression): Expression[][] {
  const children = written.children ?? []
  if (written.type === 'CONJUNCTION_OR') return children.flatMap(branchesOf)
  if (written.type === 'CONJUNCTION_AND') {
    return children
      .map(branchesOf)
      .reduce((all, next) => all.flatMap((left) => next.map((right) => [...left, ...right])))
  }
  const [subject, ...listed] = children
  if (written.type === 'COMPARE_IN' && subject !== undefined) {
    return listed.map((value) => [comparison('COMPARE_EQUAL', subject, value)])
  }
  if (written.type === 'COMPARE_NOT_IN' && subject !== undefined) {
    return [listed.map((value) => comparison('COMPARE_NOTEQUAL', subject, value))]
  }
  return [[written]]
}

function comparison(type: string, left: Expression, right: Expression): Expression {
  return { class: 'COMPARISON', type, left, right }
}

function condition(written: Expression, inside: Inside, negated = false): Loose[] {
  const not: Loose[] = negated ? [{ keyword: 'not' }] : []
  const [child] = written.children ?? []
  if (written.type === 'OPERATOR_NOT' && child !== undefined) return condition(child, inside, !negated)
  if (written.class === 'COMPARISON') return compared(written, inside, negated)
  if (written.type === 'COMPARE_BETWEEN') return between(written, inside, not)
  if (written.type === 'OPERATOR_IS_NULL' && child !== undefined) return isNull(child, inside, negated)
  if (written.type === 'OPERATOR_IS_NOT_NULL' && child !== undefined) return isNull(child, inside, !negated)
  if (written.class === 'SUBQUERY') return membership(written, inside, not)
  if (written.class === 'FUNCTION') return likeness(written, inside, negated)
  throw new Unsayable(`condition ${written.type}`)
}

function isNull(child: Expression, inside: Inside, negated: boolean): Loose[] {
  const not: Loose[] = negated ? [{ keyword: 'not' }] : []
  return [...expression(child, inside), ...not, { keyword: 'is' }, { keyword: 'null' }]
}

function compared(written: Expression, inside: Inside, negated: boolean): Loose[] {
  const signs = COMPARISONS[written.type]
  if (signs === undefined || written.left === undefined || written.right === undefined)
    throw new Unsayable(written.type)
  const turn = constantOf(written.left) !== null || written.left.class === 'SUBQUERY'
  const [left, right] = turn ? [written.right, written.left] : [written.left, written.right]
  const sign = negated ? signs.negated : turn ? signs.turned : signs.sign
  if (negated && turn) throw new Unsayable('negated and turned comparison')
  if (/^null$/i.test(constantOf(right)?.text ?? '')) return isNull(left, inside, sign === '!=')
  const subject = expression(left, inside)
  return [
    ...subject,
    { keyword: sign },
    ...value(right, subject, sign === '=' || sign === '!=' ? 'equal' : 'compare', inside),
  ]
}

function value(written: Expression, subject: Loose[], use: Literal['use'], inside: Inside): Loose[] {
  const constant = constantOf(written)
  if (constant !== null) return [{ literal: { ...constant, use, ...plainColumn(subject) } }]
  if (written.class === 'SUBQUERY' && written.subquery !== undefined && written.subquery_type === 'SCALAR') {
    return [{ keyword: '(' }, ...inside.query(written.subquery.node), { keyword: ')' }]
  }
  const tokens = expression(written, inside)
  const [only, ...more] = tokens
  if (only === undefined || more.length > 0 || !('item' in only)) throw new Unsayable('comparison with an expression')
  return tokens
}

function plainColumn(subject: Loose[]): { item?: number } {
  const [only, ...more] = subject
  return only !== undefined && 'item' in only && more.length === 0 ? { item: only.item } : {}
}

function between(written: Expression, inside: Inside, not: Loose[]): Loose[] {
  if (!written.input || !written.lower || !written.upper) throw new Unsayable('BETWEEN')
  const subject = expression(written.input, inside)
  const ends = [written.lower, written.upper].flatMap((end) => value(end, subject, 'compare', inside))
  return [...subject, ...not, { keyword: 'between' }, ...ends]
}

function membership(written: Expression, inside: Inside, not: Loose[]): Loose[] {
  if (written.subquery_type !== 'ANY' || !written.child || written.subquery === undefined) {
    throw new Unsayable(`sub-query ${written.subquery_type}`)
  }
  if (written.comparison_type !== 'COMPARE_EQUAL') throw new Unsayable('comparison with ANY or ALL')
  const subject = expression(written.child, inside)
  return [
    ...subject,
    ...not,
    { keyword: 'in' },
    { keyword: '(' },
    ...inside.query(written.subquery.node),
    { keyword: ')' },
  ]
}

function likeness(written: Expression, inside: Inside, negated: boolean): Loose[] {
  const name = written.function_name ?? ''
  if (!['~~', '!~~', '~~*', '!~~*'].includes(name)) throw new Unsayable(`function ${name} as a condition`)
  const [left, right] = written.children ?? []
  const pattern = right === undefined ? null : constantOf(right)
  if (left === undefined || pattern === null) throw new Unsayable('LIKE of an expression')
  const subject = expression(left, inside)
  const without = name.startsWith('!') !== negated
  const bare = pattern.text.replace(/^%+|%+$/g, '')
  if (bare === '' || /%/.test(bare)) throw new Unsayable('pattern with signs inside')
  const [head, tail] = [pattern.text.startsWith('%'), pattern.text.endsWith('%')]
  if (!head && !tail) {
    return [
      ...subject,
      { keyword: without ? '!=' : '=' },
      { literal: { text: bare, use: 'equal', ...plainColumn(subject) } },
    ]
  }
  const kind: Keyword = head && tail ? 'like' : tail ? 'starts' : 'ends'
  const not: Loose[] = without ? [{ keyword: 'not' }] : []
  return [...subject, ...not, { keyword: kind }, { literal: { text: bare, use: 'like', ...plainColumn(subject) } }]
}
