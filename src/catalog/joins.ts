import type { Join, Table } from '../catalog.ts'
import { type Candidate, nameCandidates } from './evidence.ts'
import { isUnique } from './keys.ts'
import { identifier } from './load.ts'
import { ReadError } from './reader.ts'
import type { Session } from './session.ts'

/** SQL relation of a table's loaded rows, all of them or a sample. */
export type RelationOf = (table: Table, need: 'sample' | 'whole') => Promise<string>

/** Share of the referring values that must occur in the key. */
const INCLUDED = 0.9
/** What an inclusion is when either side has no values. */
const UNMEASURED = -1
/** Points of names that need no values: a table's own key. */
const SURE = 4.5
/** Distinct values looked up per candidate. */
const TRIED_VALUES = 5000

/** Foreign keys told by names and confirmed by values, one per referring column; tables in `declared` are left as they are. */
export async function inferJoins(
  tables: Table[],
  declared: Set<string>,
  relationOf: RelationOf,
  session: Session,
): Promise<Join[]> {
  const byColumn = new Map<string, Candidate[]>()
  for (const candidate of nameCandidates(tables, declared)) {
    const key = `${candidate.from.table}.${candidate.from.column}`
    byColumn.set(key, [...(byColumn.get(key) ?? []), candidate])
  }
  const joins: (Join & { points: number })[] = []
  for (const candidates of byColumn.values()) {
    const best = await bestOf(candidates, tables, relationOf, session)
    if (best !== null) joins.push(best)
  }
  return withoutMirrors(joins, tables)
}

type Scored = Join & { points: number }

async function bestOf(
  candidates: Candidate[],
  tables: Table[],
  relationOf: RelationOf,
  session: Session,
): Promise<Scored | null> {
  const scored: (Scored & { distinct: number })[] = []
  for (const candidate of candidates.sort((a, b) => b.points - a.points).slice(0, 12)) {
    const join = joinOf(candidate, tables)
    if (!mayRefer(candidate, tables)) continue
    const inclusion = await measureInclusion(join, tables, relationOf, session)
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

/** Share of `from`'s distinct values (up to 5,000) that occur in `to`; -1 when either has none, 0 when reading fails. */
export async function measureInclusion(
  join: Join,
  tables: Table[],
  relationOf: RelationOf,
  session: Session,
): Promise<number> {
  const find = (name: string) => tables.find((table) => table.name === name) as Table
  const columns = (names: string[]) => names.map((name, index) => `${identifier(name)} AS v${index}`).join(', ')
  const on = join.from.columns.map((_, index) => `a.v${index} = b.v${index}`).join(' AND ')
  const present = join.from.columns.map((name) => `${identifier(name)} IS NOT NULL`).join(' AND ')
  try {
    const from = await relationOf(find(join.from.table), 'sample')
    const to = await relationOf(find(join.to.table), 'whole')
    const [row] = await session.reader.rows(
      `SELECT count(*)::DOUBLE AS n, count(b.v0)::DOUBLE AS hit, (SELECT count(*) FROM ${to})::DOUBLE AS keys
       FROM (SELECT DISTINCT ${columns(join.from.columns)} FROM ${from} WHERE ${present} LIMIT ${TRIED_VALUES}) a
       LEFT JOIN (SELECT DISTINCT ${columns(join.to.columns)} FROM ${to}) b ON ${on}`,
    )
    return Number(row?.['n']) === 0 || Number(row?.['keys']) === 0
      ? UNMEASURED
      : Number(row?.['hit']) / Number(row?.['n'])
  } catch (error) {
    if (error instanceof ReadError) return 0
    throw error
  }
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
  relationOf: RelationOf,
  session: Session,
): Promise<Record<string, string[]>> {
  const keys: Record<string, string[]> = {}
  for (const table of tables) {
    if (declared.has(table.name) || table.primaryKey.length > 0 || table.rows === 0) continue
    const own = joins.filter(({ from }) => from.table === table.name).flatMap(({ from }) => from.columns)
    const columns = table.columns.map(({ name }) => name).filter((name) => own.includes(name))
    if (columns.length < 2 || columns.length > 4) continue
    const [row] = await session.reader.rows(
      `SELECT count(DISTINCT (${columns.map(identifier).join(', ')}))::DOUBLE AS n FROM ${await relationOf(table, 'whole')}`,
    )
    if (Number(row?.['n']) === table.rows) keys[table.name] = columns
  }
  return keys
}
