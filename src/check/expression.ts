import { Refusal } from '../refusal.ts'
import { BOUNDS } from './bounds.ts'
import { denial, isScalar, sizedArgument, VALUE_FUNCTIONS } from './functions.ts'
import type { Node, Walk } from './node.ts'
import { asciiLower } from './scope.ts'
import { isSmallListSeries, isSmallNumber } from './series.ts'

/** Refuses an expression by what it names; what it contains is walked by the caller. */
export function checkExpression(node: Node, state: Walk): void {
  const kind = node['class']
  if (kind === 'FUNCTION' || kind === 'WINDOW') checkCall(node)
  else if (kind === 'COLUMN_REF') checkColumn(node['column_names'] as string[], state)
  else if (kind === 'COLLATE') checkCollation(String(node['collation']))
}

/** ASCII lower-case name of the function a call names. Refuses a catalog or schema other than main. */
export function calledName(node: Node): string {
  const name = asciiLower(String(node['function_name']))
  const schema = asciiLower(String(node['schema']))
  if (node['catalog'] !== '' || (schema !== '' && schema !== 'main')) throw forbiddenFunction(name)
  return name
}

/** The refusal for a function, with the reason where functions.json has one. */
export function forbiddenFunction(name: string): Refusal {
  const reason = denial(name)
  const shown = name.slice(0, 100)
  if (reason === undefined) return new Refusal('sql-forbidden', `The function ${shown} is not available.`)
  return new Refusal('sql-forbidden', `The function ${shown} is not allowed: ${reason.why}.`, { hint: reason.hint })
}

function checkCall(node: Node): void {
  const name = calledName(node)
  if (!isScalar(name)) throw forbiddenFunction(name)
  const args = node['children'] as Node[]
  const sized = sizedArgument(name)
  if (sized !== undefined && !isSmallNumber(args[sized], BOUNDS.pad.most))
    throw new Refusal('sql-forbidden', `${name} needs a number of at most ${BOUNDS.pad.most} as its length.`)
  if ((name === 'range' || name === 'generate_series') && !isSmallListSeries(args))
    throw new Refusal('sql-forbidden', `${name} as a list needs small integers or dates, written out.`, {
      hint: `Use ${name} in FROM.`,
    })
}

/** `current_user` and the like are written as columns. */
function checkColumn(names: string[], state: Walk): void {
  const name = asciiLower(names[0] ?? '')
  if (names.length === 1 && VALUE_FUNCTIONS.has(name) && !state.granted.columns.has(name)) throw forbiddenFunction(name)
}

function checkCollation(name: string): void {
  if (!/^[A-Za-z_]+(\.[A-Za-z_]+)*$/.test(name))
    throw new Refusal('sql-forbidden', `The collation ${name.slice(0, 100)} is not available.`)
}
