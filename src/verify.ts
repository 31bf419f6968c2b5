import type { Catalog } from './catalog.ts'
import { type Database, type Rows, tableSetOf } from './database.ts'
import type { Settings } from './settings.ts'
import { type Scope, scopesOf } from './tree/origin.ts'
import { readTree } from './tree/read.ts'
import { selectsOf } from './tree.ts'
import { literalChanged, tieAtCut, truncated } from './verify/cut.ts'
import type { Facts, FindingRule } from './verify/facts.ts'
import { emptyFilter, unknownValue } from './verify/filters.ts'
import { joinFanOut, joinLoss, joinLossSmall, joinUnmatched } from './verify/joins.ts'
import { duplicatedKey } from './verify/keys.ts'
import { incompletePeriod, periodGaps } from './verify/periods.ts'
import { fewRowsAverage, mixedUnits, nullsDropped, numbersAsText, oneRowDominates } from './verify/values.ts'
import { teller } from './wording/tell.ts'
import type { Language } from './wording.ts'

/** One thing `verify` noticed about the rows, in words a manager reads. */
export interface Finding {
  /** Name of the rule in the table of findings. */
  code: string
  level: 'info' | 'warning'
  text: string
  /** The same statement with a stored value for one that matched nothing: what a button can offer. */
  rewrite?: Rewrite
}

export interface Rewrite {
  /** The value as it was asked for. */
  from: string
  /** The stored value nearest to it. */
  to: string
  /** The statement with that value. */
  sql: string
}

/** Everything that is looked for, in the order it is told. */
export const FINDING_RULES: FindingRule[] = [
  emptyFilter,
  unknownValue,
  joinLoss,
  joinFanOut,
  duplicatedKey,
  mixedUnits,
  numbersAsText,
  oneRowDominates,
  incompletePeriod,
  truncated,
  literalChanged,
  nullsDropped,
  joinLossSmall,
  joinUnmatched,
  periodGaps,
  fewRowsAverage,
  tieAtCut,
]

export interface Verifying {
  catalog: Catalog
  /** The statement that gave the rows; `tree` is DuckDB's parsed statement. */
  checked: { sql: string; tree: unknown }
  rows: Rows
  linked: { words: string; value: string; column: string; how: string }[]
  language?: Language
}

export interface VerifyEffects {
  database: Pick<Database, 'query'>
  settings: Pick<Settings, 'query_timeout_ms' | 'verify_max_rows'>
  /** For the operator: a rule that failed. The answer goes out without it. */
  warn(problem: unknown): void
}

/** Rows of a further query; they are counts or a few groups. */
const MOST_ROWS = 1001
const MOST_BYTES = 1_000_000

/** What is worth knowing about the rows beside them: a few small further queries over the same tables, all rules at once. */
export async function verify(verifying: Verifying, effects: VerifyEffects): Promise<Finding[]> {
  const facts = factsOf(verifying, effects)
  const found = await Promise.all(FINDING_RULES.map((rule) => lookWith(rule, facts, effects)))
  return found.flat()
}

async function lookWith(rule: FindingRule, facts: Facts, effects: VerifyEffects): Promise<Finding[]> {
  try {
    const told = await rule.look(facts)
    return told.map((one) => ({
      code: rule.name,
      level: rule.level,
      ...(typeof one === 'string' ? { text: one } : one),
    }))
  } catch (problem) {
    effects.warn(new Error(`the rule ${rule.name} failed`, { cause: problem }))
    return []
  }
}

function factsOf({ catalog, checked, rows, linked, language = 'en' }: Verifying, effects: VerifyEffects): Facts {
  const query = readTree(checked.tree)
  const scopes = scopesOf(query, catalog)
  const selects = selectsOf(query).flatMap((select) => {
    const scope = scopes.get(select)
    return scope === undefined ? [] : [{ select, scope }]
  })
  const limits = { rows: MOST_ROWS, bytes: MOST_BYTES, timeout_ms: effects.settings.query_timeout_ms / 2 }
  return {
    catalog,
    sql: checked.sql,
    query,
    selects,
    rows,
    linked,
    language,
    tell: teller(catalog, language),
    measurable: (scope) => rowsBehind(scope) <= effects.settings.verify_max_rows,
    ask: async (sql) => (await effects.database.query(tableSetOf(catalog), sql, limits)).rows,
  }
}

/** Rows of all tables of a scope; those behind a sub-query count as well. */
function rowsBehind(scope: Scope): number {
  return scope.leaves.reduce((total, leaf) => {
    const inner = new Set(leaf.outputs.map((output) => output.scope))
    const below = [...inner].reduce((sum, one) => sum + (one === scope ? 0 : rowsBehind(one)), 0)
    return total + (leaf.table?.rows ?? 0) + below
  }, 0)
}
