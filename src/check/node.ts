import { Refusal } from '../refusal.ts'

/** One object of the parsed statement. */
export type Node = Record<string, unknown>

/** What may be named: tables (and, to tell `user` the column from `user` the function, columns) in ASCII lower case. */
export interface Granted {
  tables: ReadonlyMap<string, string>
  columns: ReadonlySet<string>
}

/** What a walk knows and has met so far. */
export interface Walk {
  granted: Granted
  /** Tables met so far, as the catalog spells them. */
  used: Set<string>
  /** Counted against BOUNDS: tables and table functions, everything FROM joins, CTEs. */
  tables: number
  refs: number
  ctes: number
}

/** The refusal of a part that is on none of the lists. */
export function notAllowed(what: string): Refusal {
  return new Refusal('sql-forbidden', `This part of SQL is not allowed: ${what.slice(0, 100)}.`)
}
