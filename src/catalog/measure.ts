import type { Join, Table } from '../catalog.ts'
import { digest } from './fingerprint.ts'
import { identifier, loadSql } from './load.ts'
import { ReadError } from './reader.ts'
import type { Session } from './session.ts'

/** Figures about values of tables; each is kept until a file of its tables changes. */
export interface Measure {
  /** Share of `from`'s distinct values (up to 5,000) that occur in `to`; -1 when either has none, 0 when reading fails. */
  inclusion(join: Join): Promise<number>
  /** Count of distinct rows over some columns. */
  distinct(table: Table, columns: string[]): Promise<number>
  /** Drops what was loaded. */
  release(): Promise<void>
}

/** What an inclusion is when either side has no values. */
export const UNMEASURED = -1
/** Distinct values looked up per candidate. */
const TRIED_VALUES = 5000

/**
 * Measures over tables that are loaded at the first need. `versions` holds each table's content version by name;
 * `before` what was measured earlier, `now` takes what is still asked for.
 */
export function measureTables(
  tables: Table[],
  versions: Map<string, string>,
  known: { before: Record<string, number>; now: Record<string, number> },
  session: Session,
): Measure {
  const loaded = new Map<string, string>()
  const relationOf = relations(loaded, session)
  const byName = new Map(tables.map((table) => [table.name, table]))
  const remember = async (parts: unknown[], act: () => Promise<number>) => {
    const key = digest(parts)
    const value = known.before[key] ?? known.now[key] ?? (await act())
    known.now[key] = value
    return value
  }
  return {
    inclusion: (join) => {
      const { from, to } = join
      const parts = [versions.get(from.table), from.columns, versions.get(to.table), to.columns]
      return remember(parts, () => inclusionOf(join, byName, relationOf, session))
    },
    distinct: (table, columns) =>
      remember([versions.get(table.name), columns], async () => {
        const list = columns.map(identifier).join(', ')
        const sql = `SELECT count(DISTINCT (${list}))::DOUBLE AS n FROM ${await relationOf(table)}`
        return Number((await session.reader.rows(sql))[0]?.['n'])
      }),
    release: async () => {
      for (const name of loaded.values()) await session.reader.rows(`DROP TABLE IF EXISTS ${name}`)
    },
  }
}

type RelationOf = (table: Table) => Promise<string>

/** Tables are loaded once, and again should the reader have been restarted; large ones are read in place. */
function relations(loaded: Map<string, string>, session: Session): RelationOf {
  return async (table) => {
    if (table.source.bytes > session.settings.catalog_full_mb * 1024 * 1024) return `(${loadSql(table)})`
    const key = `${table.name} ${session.reader.generation()}`
    const name = loaded.get(key) ?? `joined_${loaded.size}`
    if (!loaded.has(key)) await session.reader.rows(`CREATE OR REPLACE TEMP TABLE ${name} AS ${loadSql(table)}`)
    loaded.set(key, name)
    return name
  }
}

async function inclusionOf(
  join: Join,
  tables: Map<string, Table>,
  relationOf: RelationOf,
  session: Session,
): Promise<number> {
  const columns = (names: string[]) => names.map((name, index) => `${identifier(name)} AS v${index}`).join(', ')
  const on = join.from.columns.map((_, index) => `a.v${index} = b.v${index}`).join(' AND ')
  const present = join.from.columns.map((name) => `${identifier(name)} IS NOT NULL`).join(' AND ')
  try {
    const from = await relationOf(tables.get(join.from.table) as Table)
    const to = await relationOf(tables.get(join.to.table) as Table)
    const [row] = await session.reader.rows(
      `SELECT count(*)::DOUBLE AS n, count(b.v0)::DOUBLE AS hit, (SELECT count(*) FROM ${to})::DOUBLE AS keys
       FROM (SELECT DISTINCT ${columns(join.from.columns)} FROM ${from} WHERE ${present} LIMIT ${TRIED_VALUES}) a
       LEFT JOIN (SELECT DISTINCT ${columns(join.to.columns)} FROM ${to}) b ON ${on}`,
    )
    const values = Number(row?.['n'])
    return values === 0 || Number(row?.['keys']) === 0 ? UNMEASURED : Number(row?.['hit']) / values
  } catch (error) {
    if (error instanceof ReadError) return 0
    throw error
  }
}
