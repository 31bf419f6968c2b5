import type { Sign } from './phrases.ts'
import type { Named, Token } from './tokens.ts'

/** A condition on stored rows; words are `first`..`last` of the question. */
export interface Filter {
  named: Named | 'time'
  test:
    | { operator: '=' | '>' | '<' | '>=' | '<='; first: number; last: number }
    | { operator: 'between'; low: [number, number]; high: [number, number] }
}

interface Filtered {
  filters: Filter[]
  /** The tokens that are no part of a condition. */
  rest: Token[]
}

/** Sets the conditions of a request aside; undefined when a number belongs to none. */
export function readFilters(tokens: Token[], textOf: (token: Token) => string): Filtered | undefined {
  const plain = tokens.filter((token) => token.is !== 'sign' || token.sign.is !== 'filler')
  const filters: Filter[] = []
  const rest: Token[] = []
  for (let at = 0; at < plain.length; at++) {
    const token = plain[at] as Token
    if (token.is === 'column' && at > 0 && isValueOf(plain[at - 1], token.named)) continue
    if (token.is === 'value') {
      filters.push({ named: token.named, test: { operator: '=', first: token.first, last: token.last } })
      if (isNamed(rest.at(-1), token.named)) rest.pop()
      continue
    }
    const number = plain[at + 1]
    const operator = number?.is === 'number' ? operatorOf(token, textOf) : undefined
    if (operator === undefined || number?.is !== 'number') {
      rest.push(token)
      continue
    }
    const after = plain[at + 2]
    const trailing =
      after?.is === 'column' && after.first === number.last + 1 && isNumeric(after.named) ? after.named : undefined
    const column = trailing ?? numberColumn(rest.at(-1), number.value)
    if (column === undefined) return undefined
    if (trailing === undefined && column !== 'time') rest.pop()
    const high = operator === 'between' ? plain[at + 3] : undefined
    if (operator === 'between' && high?.is !== 'number') return undefined
    filters.push(filterOf(column, operator, number, high))
    at += (high === undefined ? 1 : 3) + (trailing === undefined ? 0 : 1)
  }
  return { filters, rest }
}

type Operator = Extract<Sign, { is: 'compare' }>['operator']

function operatorOf(token: Token, textOf: (token: Token) => string): Operator | undefined {
  if (token.is !== 'sign') return undefined
  if (token.sign.is === 'compare') return token.sign.operator
  if (token.sign.is === 'by') return textOf(token) === 'over' ? '>' : textOf(token) === 'for' ? '=' : undefined
  return undefined
}

/** "the North region": the column behind its value says nothing more. */
function isValueOf(token: Token | undefined, named: Named): boolean {
  return token?.is === 'value' && token.named.item === named.item
}

function isNumeric({ column }: Named): boolean {
  return column.kind === 'number'
}

function isNamed(token: Token | undefined, named: Named): boolean {
  return token?.is === 'column' && token.named.item === named.item
}

/** The column a number is compared with: the one named just before, or the table's time for a year. */
function numberColumn(before: Token | undefined, value: number): Named | 'time' | undefined {
  if (before?.is === 'column' && (before.named.column.kind === 'number' || before.named.column.role === 'time'))
    return before.named
  return Number.isInteger(value) && value >= 1500 && value <= 2200 ? 'time' : undefined
}

function filterOf(named: Named | 'time', operator: Operator, low: Token, high: Token | undefined): Filter {
  const { first, last } = low
  if (operator !== 'between') return { named, test: { operator, first, last } }
  return { named, test: { operator, low: [first, last], high: [high?.first ?? first, high?.last ?? last] } }
}
