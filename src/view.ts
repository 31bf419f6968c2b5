import { type View, viewKey } from './asker.ts'
import type { Catalogs } from './catalog/catalogs.ts'
import { identifier } from './catalog/load.ts'
import { ReadError } from './catalog/reader.ts'
import type { Restriction } from './catalog/restrict.ts'
import type { Catalog, Table } from './catalog.ts'
import { asciiLower } from './check/scope.ts'
import { type Checked, check } from './check.ts'
import type { Database } from './database.ts'
import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'

export interface ViewEffects {
  database: Pick<Database, 'parse'>
  settings: Settings
  now(): Date
  /** For the operator: why a view does not fit. */
  warn(problem: unknown): void
}

/** Catalogs by dataset and by what of it is seen. */
export interface ViewedCatalogs extends Catalogs {
  /** Refuses `view-broken` when the view names what is not there or its conditions do not pass the check: nobody sees more because a file changed. */
  get(dataset: string, view?: View): Promise<Catalog>
}

/** A view that is worked out, or being so. */
interface Viewed {
  /** ISO date (UTC) on which it was. */
  day: string
  made: Promise<{ catalog: Catalog; dated: boolean }>
}

/** Catalogs that can be seen in part. A view is worked out once per content of the dataset, one whose conditions speak of today once a day (UTC) besides. */
export function viewedCatalogs(catalogs: Catalogs, effects: ViewEffects): ViewedCatalogs {
  const known = new WeakMap<Catalog, Map<string, Viewed>>()
  const viewed = async (base: Catalog, view: View): Promise<Catalog> => {
    const views = known.get(base) ?? new Map<string, Viewed>()
    known.set(base, views)
    const key = viewKey(view)
    const day = effects.now().toISOString().slice(0, 10)
    const before = views.get(key)
    if (before !== undefined && (before.day === day || !(await before.made).dated)) return (await before.made).catalog
    // Another asker may have begun the new day meanwhile.
    const now = views.get(key)
    if (now !== undefined && now !== before) return (await now.made).catalog
    const made = makeView(base, { view, day }, catalogs, effects)
    views.set(key, { day, made })
    made.catch(() => views.delete(key))
    return (await made).catalog
  }
  return {
    ...catalogs,
    get: async (dataset, view) => {
      const base = await catalogs.get(dataset)
      return view === undefined ? base : viewed(base, view)
    },
  }
}

async function makeView(
  base: Catalog,
  { view, day }: { view: View; day: string },
  catalogs: Catalogs,
  effects: ViewEffects,
): Promise<{ catalog: Catalog; dated: boolean }> {
  try {
    const { dated, ...restriction } = await restrictionOf(base, view, effects)
    return { catalog: await catalogs.restrict(base, dated ? { ...restriction, day } : restriction), dated }
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
async function restrictionOf(
  base: Catalog,
  view: View,
  effects: ViewEffects,
): Promise<Restriction & { dated: boolean }> {
  const hidden: Restriction['hidden'] = new Map()
  for (const [name, columns] of Object.entries(view.hidden)) {
    const table = named(name, base.tables, 'table')
    const spelled = (column: string) => named(column, table.columns, `column of ${table.name}`).name
    hidden.set(table.name, columns === '*' ? '*' : new Set(columns.map(spelled)))
  }
  const rows: Restriction['rows'] = new Map()
  let dated = false
  for (const [name, condition] of Object.entries(view.rows)) {
    const table = named(name, base.tables, 'table')
    const checked = await checkCondition(condition, table, base, effects)
    rows.set(table.name, { condition, reads: checked.tables.filter((other) => other !== table.name) })
    dated ||= isDated(checked.tree, table)
  }
  return { key: viewKey(view), rows, hidden, dated }
}

function named<T extends { name: string }>(name: string, among: T[], what: string): T {
  const found = among.find((one) => asciiLower(one.name) === asciiLower(name))
  if (found === undefined) throw new ViewProblem(`there is no ${what} called ${name}`)
  return found
}

/** A condition that has passed the check, and the tables it reads. */
async function checkCondition(condition: string, table: Table, base: Catalog, effects: ViewEffects): Promise<Checked> {
  const sql = `SELECT 1 FROM ${identifier(table.name)} WHERE (${condition}\n)`
  try {
    return await check(sql, base, effects.database, effects.settings)
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

/** What is another tomorrow: a view that speaks of it is worked out anew each day. */
const DATED: ReadonlySet<string> = new Set(['current_date', 'today', 'age'])

/** What is another at every moment: the rows of a view stand still between two changes of the files. */
const FLEETING: ReadonlySet<string> = new Set(
  `now get_current_timestamp transaction_timestamp current_timestamp current_localtimestamp localtimestamp current_time
  current_localtime localtime get_current_time random uuid uuidv4 uuidv7 gen_random_uuid`.split(/\s+/),
)

/** Whether a condition speaks of today. Throws a ViewProblem when it speaks of the moment. */
function isDated(tree: unknown, { name }: Table): boolean {
  const words = wordsOf(tree)
  const fleeting = words.find((word) => FLEETING.has(word))
  if (fleeting !== undefined) {
    throw new ViewProblem(`the condition on ${name} says ${fleeting}: conditions may speak of current_date alone`)
  }
  return words.some((word) => DATED.has(word))
}

/** Functions and bare names of a parsed statement. */
function wordsOf(tree: unknown): string[] {
  const words: string[] = []
  for (const stack = [tree]; stack.length > 0; ) {
    const node = stack.pop()
    if (typeof node !== 'object' || node === null) continue
    const { function_name, column_names } = node as { function_name?: unknown; column_names?: unknown }
    if (typeof function_name === 'string') words.push(asciiLower(function_name))
    if (Array.isArray(column_names) && column_names.length === 1) words.push(asciiLower(String(column_names[0])))
    stack.push(...Object.values(node))
  }
  return words
}
