import type { Join, Table } from '../catalog.ts'
import { type Candidate, nameCandidates } from './evidence.ts'
import { isUnique } from './keys.ts'
import { type Measure, UNMEASURED } from './measure.ts'

/** Share of the referring values that must occur in the key. */
const INCLUDED = 0.9
/** Points of names that need no values: a table's own key. */
const SURE = 4.5

/** Foreign keys told by names and confirmed by values, one per referring column, where `declared` ones say nothing: packages often declare some of their keys. */
export async function inferJoins(tables: Table[], declared: Join[], measure: Measure): Promise<Join[]> {
  const byColumn = new Map<string, Candidate[]>()
  for (const candidate of nameCandidates(tables, declared)) {
    const key = `${candidate.from.table}.${candidate.from.column}`
    byColumn.set(key, [...(byColumn.get(key) ?? []), candidate])
  }
  const joins: (Join & { points: number })[] = []
  for (const candidates of byColumn.values()) {
    const best = await bestOf(candidates, tables, measure)
    if (best !== null) joins.push(best)
  }
  return withoutMirrors(joins, tables)
}

type Scored = Join & { points: number }

async function bestOf(candidates: Candidate[], tables: Table[], measure: Measure): Promise<Scored | null> {
  const scored: (Scored & { distinct: number })[] = []
  for (const candidate of candidates.sort((a, b) => b.points - a.points).slice(0, 12)) {
    const join = joinOf(candidate, tables)
    if (!mayRefer(candidate, tables)) continue
    const inclusion = await measure.inclusion(join)
    if (inclusion < INCLUDED && !(inclusion === UNMEASURED && candidate.points >= SURE)) continue
    const distinct = tables[candidate.to.table]?.columns[candidate.to.column]?.distinct ?? 0
    scored.push({
      ...join,
      inclusion: inclusion === UNMEASURED ? 1 : inclusion,
      points: candidate.points + Math.max(inclusion, 0),
      distinct,
    })
  }
  const best = scored.sort((a, b) => b.points - a.points || b.distinct - a.distinct)[0]
  if (best === undefined) return null
  const { distinct: _, ...join } = best
  return join
}

/** A key refers to another key of the same name only when the other table is the one it is named after, or the larger. */
function mayRefer({ from, to, points }: Candidate, tables: Table[]): boolean {
  const [own, other] = [tables[from.table] as Table, tables[to.table] as Table]
  const column = own.columns[from.column]
  if (column === undefined || from.table === to.table) return column !== undefined
  const key = own.primaryKey.length === 1 && own.primaryKey[0] === column.name
  if (!key && !isUnique(column, own.rows)) return true
  return points >= 3 && (own.rows <= other.rows || !key || points >= 5)
}

function joinOf({ from, to }: Candidate, tables: Table[]): Join {
  const side = (place: { table: number; column: number }) => {
    const table = tables[place.table] as Table
    return { table: table.name, columns: [table.columns[place.column]?.name ?? ''] }
  }
  return { from: side(from), to: side(to), source: 'inferred', inclusion: 0 }
}

/** Of a.x → b.x and b.x → a.x the better-founded stays, else the one that points to the larger table. */
function withoutMirrors(joins: Scored[], tables: Table[]): Join[] {
  const rows = (name: string) => tables.find((table) => table.name === name)?.rows ?? 0
  const key = (side: Join['from']) => `${side.table}.${side.columns.join('.')}`
  const byPair = new Map(joins.map((join) => [`${key(join.from)} ${key(join.to)}`, join]))
  return joins
    .filter((join) => {
      const mirror = byPair.get(`${key(join.to)} ${key(join.from)}`)
      if (mirror === undefined) return true
      const better = join.points - mirror.points || rows(join.to.table) - rows(mirror.to.table)
      return better > 0 || (better === 0 && key(join.from) > key(mirror.from))
    })
    .map(({ points: _, ...join }) => join)
}

/** Primary keys of tables that only connect others: the referring columns together, when no two rows share them. */
export async function compositeKeys(
  tables: Table[],
  declared: Set<string>,
  joins: Join[],
  measure: Measure,
): Promise<Record<string, string[]>> {
  const keys: Record<string, string[]> = {}
  for (const table of tables) {
    if (declared.has(table.name) || table.primaryKey.length > 0 || table.rows === 0) continue
    const own = joins.filter(({ from }) => from.table === table.name).flatMap(({ from }) => from.columns)
    const columns = table.columns.map(({ name }) => name).filter((name) => own.includes(name))
    if (columns.length < 2 || columns.length > 4) continue
    if ((await measure.distinct(table, columns)) === table.rows) keys[table.name] = columns
  }
  return keys
}
