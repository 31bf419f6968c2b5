import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Catalog, Column, Table } from '../../src/catalog.ts'
import { check } from '../../src/check.ts'
import { type OpenDatabase, openDatabase } from '../../src/database/pool.ts'
import type { Rows } from '../../src/database.ts'
import { execute } from '../../src/execute.ts'
import { readSettings } from '../../src/settings.ts'

/** Words that must never leave, in rows or in errors. */
export const CANARY = 'SECRET-B-'
export const ROWS = 5000

export interface Tenants {
  /** Holds tenant_a/ and tenant_b/. */
  folder: string
  catalog: Catalog
  database: OpenDatabase
  /** The statement through check and database. */
  ask(sql: string): Promise<Rows>
  close(): Promise<void>
}

/** Two tenants' files in a new folder, and a database to which only the first's are granted: `orders`, and `v_a` with one tenant's rows. */
export async function openTenants(
  changed: { query_timeout_ms?: number; query_processes?: number } = {},
): Promise<Tenants> {
  const { folder, catalog } = writeTenants()
  const settings = { ...readSettings({}), ...changed }
  const database = openDatabase(settings)
  await database.ready()
  const limits = { rows: 1000, bytes: 2 ** 20, timeout_ms: settings.query_timeout_ms }
  return {
    folder,
    catalog,
    database,
    ask: async (sql) => execute(await check(sql, catalog, database, settings), catalog, limits, database),
    async close() {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The files of two tenants in a new folder, and the catalog of the first. */
export function writeTenants(): { folder: string; catalog: Catalog } {
  const folder = mkdtempSync(join(tmpdir(), 'asklake-tenants-'))
  // As served files are: query processes of a server that is root read them as nobody.
  chmodSync(folder, 0o755)
  const catalog = grantedCatalog(folder)
  writeFileSync(
    join(folder, 'tenant_b', 'secret.csv'),
    csv('id,secret_note', 100, (id) => `${id},${CANARY}${id}`),
  )
  return { folder, catalog }
}

function grantedCatalog(folder: string): Catalog {
  for (const name of ['tenant_a', 'tenant_b', 'out']) mkdirSync(join(folder, name))
  const regions = ['north', 'south', 'east', 'west']
  const orders = csv('id,customer,amount,day,region', ROWS, (id) => {
    const day = new Date(Date.UTC(2025, 0, 1 + (id % 365))).toISOString().slice(0, 10)
    return `${id},cust${id % 100},${((id * 7) % 1000) / 10},${day},${regions[id % 4]}`
  })
  const visible = csv('tenant,note,n', 50, (id) => `a,open note ${id},${id}`)
  return {
    dataset: 'tenant_a',
    tables: [
      table(join(folder, 'tenant_a', 'orders.csv'), orders, ['id', 'customer', 'amount', 'day', 'region']),
      table(join(folder, 'tenant_a', 'v_a.csv'), visible, ['tenant', 'note', 'n']),
    ],
    joins: [],
    metrics: [],
    questions: [],
    fingerprint: { schema: 's', data: 'd' },
    notes: [],
  }
}

function csv(header: string, rows: number, row: (id: number) => string): string {
  return `${[header, ...Array.from({ length: rows }, (_, id) => row(id))].join('\n')}\n`
}

function table(path: string, text: string, columns: string[]): Table {
  writeFileSync(path, text)
  const name = path.replace(/^.*\/|\.csv$/g, '')
  const source = { format: 'csv' as const, files: [path], options: {}, bytes: text.length }
  return { name, synonyms: [], rows: text.split('\n').length - 2, columns: columns.map(column), primaryKey: [], source }
}

function column(name: string): Column {
  const kind = { kind: 'other', role: 'category', type: 'VARCHAR' } as const
  return { name, ...kind, synonyms: [], nullShare: 0, distinct: 1, frequent: [], values: [] }
}
