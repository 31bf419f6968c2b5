/** Expressions of SQL → `expr` of the language. */
import type { Keyword } from '../../src/draft/program.ts'
import { type Inside, type Loose, resolveColumn, Unsayable } from './scope.ts'
import type { Expression } from './sql.ts'

const AGGREGATES: Record<string, Keyword> = {
  count: 'count', sum: 'sum', avg: 'avg', mean: 'avg', min: 'min', max: 'max', median: 'median',
  stddev: 'stddev', stddev_samp: 'stddev',
} // biome-ignore format: a table

const ARITHMETIC: Record<string, Keyword> = { '-': '-', '+': '+', '*': 'mul', '/': '/' }

const PARTS: Record<string, Keyword> = {
  year: 'year', quarter: 'quarter', month: 'month', week: 'week', day: 'day', hour: 'hour', weekday: 'weekday',
  dayofweek: 'weekday', monthname: 'monthname', dayname: 'weekday', bin: 'bin',
} // biome-ignore format: a table

/** A constant's text and, when it is one, number; null for anything that is not a plain constant. */
export function constantOf(written: Expression): { text: string; number?: number } | null {
  if (written.class === 'CAST' && written.child) return constantOf(written.child)
  if (written.class !== 'CONSTANT' || written.value === undefined || written.value.is_null) return null
  const { type, value } = written.value
  if (type.id === 'VARCHAR') return { text: String(value) }
  if (type.id === 'BOOLEAN') return { text: String(value) }
  const number = Number(value) / 10 ** (type.type_info?.scale ?? 0)
  return Number.isFinite(number) ? { text: String(number), number } : null
}

/** The tokens of an expression; throws Unsayable. */
export function expression(written: Expression, inside: Inside): Loose[] {
  const arithmetic = written.class === 'FUNCTION' ? ARITHMETIC[written.function_name ?? ''] : undefined
  if (arithmetic === undefined) return term(written, inside)
  const [left, right] = written.children ?? []
  if (left === undefined || right === undefined) throw new Unsayable('sign before an expression')
  return [...term(left, inside), { keyword: arithmetic }, ...term(right, inside)]
}

function term(written: Expression, inside: Inside): Loose[] {
  if (written.class === 'COLUMN_REF') return [{ item: columnOf(written, inside) }]
  if (written.class === 'STAR') return [{ keyword: '*' }]
  if (written.class === 'CAST' && written.child) return term(written.child, inside)
  if (written.class === 'FUNCTION') return call(written, inside)
  throw new Unsayable(`${written.class.toLowerCase()} as an expression`)
}

function columnOf(written: Expression, inside: Inside): number {
  const path = written.column_names ?? []
  const alias = path.length === 1 ? inside.aliases.get(path[0]?.toLowerCase() ?? '') : undefined
  if (alias?.class === 'COLUMN_REF') return resolveColumn(alias.column_names ?? [], inside.scope)
  return resolveColumn(path, inside.scope)
}

function call(written: Expression, inside: Inside): Loose[] {
  const name = written.function_name?.toLowerCase() ?? ''
  const tail: Loose[] = written.filter ? [{ keyword: 'when' }, ...inside.conditions(written.filter)] : []
  if (name === 'count_star') return [{ keyword: 'count' }, { keyword: '*' }, ...tail]
  const [argument, ...more] = written.children ?? []
  const aggregate = AGGREGATES[name]
  if (aggregate !== undefined && argument !== undefined && more.length === 0) {
    if (AGGREGATES[argument.function_name ?? ''] !== undefined) throw new Unsayable('aggregate of an aggregate')
    const distinct: Loose[] = written.distinct ? [{ keyword: 'distinct' }] : []
    return [{ keyword: aggregate }, ...distinct, ...expression(argument, inside), ...tail]
  }
  const part = name === 'strftime' ? strftimePart(written) : PARTS[name]
  const column =
    name === 'strftime' ? more.concat(argument ?? []).find((child) => constantOf(child) === null) : argument
  if (part === undefined || column === undefined) throw new Unsayable(`function ${name}`)
  if (column.class !== 'COLUMN_REF' && column.class !== 'CAST') throw new Unsayable(`function ${name} of an expression`)
  return [{ keyword: part }, ...term(column, inside)]
}

function strftimePart(written: Expression): Keyword | undefined {
  const format = (written.children ?? []).map(constantOf).find((constant) => constant !== null)?.text
  return { '%Y': 'year' as const, '%w': 'weekday' as const, '%m': 'monthname' as const }[format ?? '']
}
