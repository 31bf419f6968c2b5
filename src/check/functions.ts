import functions from './functions.json' with { type: 'json' }

/** Why a group of functions.json is not run, and what to use instead. */
export const GROUPS: Record<keyof typeof functions.deny, { why: string; hint: string }> = {
  files: { why: 'it reads files', hint: 'Use the tables of the dataset.' },
  dynamic: { why: 'it runs something named by a text', hint: 'Write the function or query itself.' },
  session: { why: 'it tells about the server, not the data', hint: 'Use the tables of the dataset.' },
  state: { why: 'it changes the session', hint: 'Only reading is possible.' },
  internal: { why: 'it is internal to DuckDB', hint: 'Use ordinary SQL functions.' },
  amplifies: {
    why: 'one call may take all time or memory',
    hint: 'Use ordinary text functions such as substring, replace or concat.',
  },
  'deep-json': { why: 'deeply nested JSON makes it crash', hint: 'Use json_extract or json_extract_string.' },
  pragma: { why: 'it is a PRAGMA, which changes or shows the server', hint: 'Only reading tables is possible.' },
  sleeps: { why: 'it only waits', hint: 'Leave it out.' },
}

/** Names that are functions although they are written like a column, when no column has the name (DuckDB: GetSQLValueFunctionName). */
export const VALUE_FUNCTIONS: ReadonlySet<string> = new Set([
  'current_catalog',
  'current_database',
  'current_role',
  'current_schema',
  'current_user',
  'session_user',
  'user',
])

const SCALAR: ReadonlySet<string> = new Set(functions.allow.scalar)
const TABLE: ReadonlySet<string> = new Set(functions.allow.table)
const SIZED: ReadonlyMap<string, number> = new Map(Object.entries(functions.sized))
const DENIED: ReadonlyMap<string, keyof typeof functions.deny> = new Map(
  (Object.keys(functions.deny) as (keyof typeof functions.deny)[]).flatMap((group) =>
    functions.deny[group].map((name) => [name, group] as const),
  ),
)

/** True for a function that may stand in an expression, under the conditions of `sizedArgument`. Names in ASCII lower case. */
export function isScalar(name: string): boolean {
  return SCALAR.has(name) || SIZED.has(name)
}

/** True for a function that may stand in FROM. */
export function isTableFunction(name: string): boolean {
  return TABLE.has(name)
}

/** Index of the argument that must be a small integer literal, or undefined where no argument sets a size. */
export function sizedArgument(name: string): number | undefined {
  return SIZED.get(name)
}

/** Why a function is not run; undefined for a name nobody has looked at or that does not exist. */
export function denial(name: string): { why: string; hint: string } | undefined {
  const group = DENIED.get(name)
  return group === undefined ? undefined : GROUPS[group]
}

/** True when functions.json says anything about the name. */
export function isKnown(name: string): boolean {
  return isScalar(name) || isTableFunction(name) || DENIED.has(name)
}
