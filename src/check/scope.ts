/** Names of the CTEs a place in the statement can see. */
export type Scope = ReadonlySet<string>

export const NO_CTES: Scope = new Set()

/** A scope that also sees `name`. */
export function withCte(scope: Scope, name: string): Scope {
  return new Set(scope).add(asciiLower(name))
}

/**
 * Lower case as DuckDB compares names: ASCII letters only. Unicode lower-casing would take the Kelvin sign for k, and a CTE
 * named with it for a system view.
 */
export function asciiLower(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
