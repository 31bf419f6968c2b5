import { type View, viewKey } from './asker.ts'
import type { Catalogs } from './catalog/catalogs.ts'
import { identifier } from './catalog/load.ts'
import { ReadError } from './catalog/reader.ts'
import type { Restriction } from './catalog/restrict.ts'
import type { Catalog, Table } from './catalog.ts'
import { asciiLower } from './check/scope.ts'
import { check } from './check.ts'
import type { Database } from './database.ts'
import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'

export interface ViewEffects {
  database: Pick<Database, 'parse'>
  settings: Settings
  /** For the operator: why a view does not fit. */
  warn(problem: unknown): void
}

/** Catalogs by dataset and by what of it is seen. */
export interface ViewedCatalogs extends Catalogs {
  /** Refuses `view-broken` when the view names what is not there or its conditions do not pass the check: nobody sees more because a file changed. */
  get(dataset: string, view?: View): Promise<Catalog>
}

/** Catalogs that can be seen in part. A view is worked out once per content of the dataset. */
export function viewedCatalogs(catalogs: Catalogs, effects: ViewEffects): ViewedCatalogs {
  const known = new WeakMap<Catalog, Map<string, Promise<Catalog>>>()
  const viewed = (base: Catalog, view: View): Promise<Catalog> => {
    const views = known.get(base) ?? new Map<string, Promise<Catalog>>()
    known.set(base, views)
    const key = viewKey(view)
    const before = views.get(key)
    if (before !== undefined) return before
    const made = makeView(base, view, catalogs, effects)
    views.set(key, made)
    made.catch(() => views.delete(key))
    return made
  }
  return {
    ...catalogs,
    get: async (dataset, view) => {
      const base = await catalogs.get(dataset)
      return view === undefined ? base : viewed(base, view)
    },
  }
}

async function makeView(base: Catalog, view: View, catalogs: Catalogs, effects: ViewEffects): Promise<Catalog> {
  try {
    return await catalogs.restrict(base, await restrictionOf(base, view, effects))
  } catch (problem) {
    if (!(problem instanceof ViewProblem || problem instanceof ReadError)) throw problem
    effects.warn({ view: base.dataset, problem: withoutValues(problem.message) })
    throw new Refusal('view-broken', `What this key may see of ${base.dataset} no longer fits it.`)
  }
}

/** DuckDB quotes the value it could not take. */
function withoutValues(message: string): string {
  return message.replace(/'[^']*'/g, "'…'")
}

/** What of a view does not fit the dataset; for the operator. */
class ViewProblem extends Error {
  override name = 'ViewProblem'
}

/** The view in the catalog's own spelling; its conditions have passed the same check as any SQL. */
async function restrictionOf(base: Catalog, view: View, effects: ViewEffects): Promise<Restriction> {
  const hidden: Restriction['hidden'] = new Map()
  for (const [name, columns] of Object.entries(view.hidden)) {
    const table = named(name, base.tables, 'table')
    const spelled = (column: string) => named(column, table.columns, `column of ${table.name}`).name
    hidden.set(table.name, columns === '*' ? '*' : new Set(columns.map(spelled)))
  }
  const rows: Restriction['rows'] = new Map()
  for (const [name, condition] of Object.entries(view.rows)) {
    const table = named(name, base.tables, 'table')
    rows.set(table.name, { condition, reads: await readsOf(condition, table, base, effects) })
  }
  return { key: viewKey(view), rows, hidden }
}

function named<T extends { name: string }>(name: string, among: T[], what: string): T {
  const found = among.find((one) => asciiLower(one.name) === asciiLower(name))
  if (found === undefined) throw new ViewProblem(`there is no ${what} called ${name}`)
  return found
}

/** The tables a condition reads besides its own. */
async function readsOf(condition: string, table: Table, base: Catalog, effects: ViewEffects): Promise<string[]> {
  const sql = `SELECT 1 FROM ${identifier(table.name)} WHERE (${condition}\n)`
  try {
    const checked = await check(sql, base, effects.database, effects.settings)
    return checked.tables.filter((name) => name !== table.name)
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || !OF_THE_CONDITION.has(thrown.code)) throw thrown
    throw new ViewProblem(`the condition on ${table.name} is refused: ${thrown.message}`)
  }
}

/** Refusals that are about the statement; others (busy, timeout) are about the moment. */
const OF_THE_CONDITION: ReadonlySet<string> = new Set([
  'sql-too-long',
  'sql-unparseable',
  'sql-not-select',
  'sql-forbidden',
])
