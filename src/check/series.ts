import { BOUNDS } from './bounds.ts'
import type { Node } from './node.ts'

const STEPS: ReadonlySet<string> = new Set(['to_days', 'to_weeks', 'to_months', 'to_quarters', 'to_years'])

/** True when range() or generate_series() in FROM names no number above the bound; what is computed there can be interrupted. */
export function isSmallTableSeries(args: Node[]): boolean {
  return args.every((argument) => argument['class'] !== 'CONSTANT' || isSmallNumber(argument, BOUNDS.series.most))
}

/** True when range() or generate_series() as a list has only small integer and DATE literals, stepping by days or more. */
export function isSmallListSeries(args: Node[]): boolean {
  return args.every((argument) => isSmallNumber(argument, BOUNDS.list.most) || isDate(argument) || isDayStep(argument))
}

/** True for an integer literal from 0 to `most` (or its negative). */
export function isSmallNumber(node: Node | undefined, most: number): boolean {
  const value = constant(node)
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= most
}

function isDate(node: Node): boolean {
  return node['class'] === 'CAST' && typeId(node) === 'DATE' && typeof constant(node['child'] as Node) === 'string'
}

/** `INTERVAL 2 DAY` arrives as to_days(CAST(trunc(CAST(2 AS DOUBLE)) AS INTEGER)). */
function isDayStep(node: Node): boolean {
  if (node['class'] !== 'FUNCTION' || !STEPS.has(String(node['function_name']))) return false
  let inner = (node['children'] as Node[])[0]
  while (inner !== undefined && inner['class'] !== 'CONSTANT') {
    if (inner['class'] === 'CAST') inner = inner['child'] as Node
    else if (inner['function_name'] === 'trunc') inner = (inner['children'] as Node[])[0]
    else return false
  }
  return isSmallNumber(inner, BOUNDS.list.most)
}

function constant(node: Node | undefined): unknown {
  return node?.['class'] === 'CONSTANT' ? (node['value'] as Node)['value'] : undefined
}

function typeId(node: Node): unknown {
  return (node['cast_type'] as Node)['id']
}
