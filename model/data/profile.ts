/** A catalog of one folder of Parquet files with a datapackage.json: names, types, keys, ranges and distinct text values. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Catalog, Column, Join, Kind, Table } from '../../src/catalog.ts'
import { bareCatalog } from './bare.ts'

interface DataPackage {
  resources: {
    name: string
    path: string
    schema: {
      primaryKey?: string[] | string
      foreignKeys?: { fields: string[] | string; reference: { resource: string; fields: string[] | string } }[]
    }
  }[]
}

const VALUES_PER_COLUMN = 3000

/** Reads the folder's datapackage.json and profiles each of its Parquet files. */
export async function profileFolder(dataset: string, folder: string): Promise<Catalog> {
  const path = join(folder, 'datapackage.json')
  if (!existsSync(path)) throw new Error(`${folder} has no datapackage.json`)
  const description = JSON.parse(readFileSync(path, 'utf8')) as DataPackage
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const tables: Table[] = []
  for (const resource of description.resources) {
    const file = join(folder, resource.path)
    const primaryKey = [resource.schema.primaryKey ?? []].flat()
    tables.push(await profileTable(connection, resource.name, file, primaryKey))
  }
  connection.closeSync()
  instance.closeSync()
  const joins = description.resources.flatMap(({ name, schema }) =>
    (schema.foreignKeys ?? []).map(
      ({ fields, reference }): Join => ({
        from: { table: name, columns: [fields].flat() },
        to: { table: reference.resource === '' ? name : reference.resource, columns: [reference.fields].flat() },
        source: 'declared',
        inclusion: 1,
      }),
    ),
  )
  return bareCatalog(dataset, markForeignKeys(tables, joins), joins)
}

function markForeignKeys(tables: Table[], joins: Join[]): Table[] {
  const foreign = new Set(joins.flatMap(({ from }) => from.columns.map((column) => `${from.table}\n${column}`)))
  return tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      foreign.has(`${table.name}\n${column.name}`) ? { ...column, role: 'foreign key' } : column,
    ),
  }))
}

async function profileTable(
  connection: DuckDBConnection,
  name: string,
  file: string,
  primaryKey: string[],
): Promise<Table> {
  const from = `read_parquet('${file.replaceAll("'", "''")}')`
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${from}`)
  const rows = Number((await rowsOf(connection, `SELECT count(*) FROM ${from}`))[0]?.[0] ?? 0)
  const columns: Column[] = []
  for (const [column, type] of described) {
    columns.push(await profileColumn(connection, from, { name: String(column), type: String(type), rows, primaryKey }))
  }
  const source = { format: 'parquet' as const, files: [file], options: {}, bytes: 0 }
  return { name, synonyms: [], rows, columns, primaryKey, source }
}

async function profileColumn(
  connection: DuckDBConnection,
  from: string,
  known: { name: string; type: string; rows: number; primaryKey: string[] },
): Promise<Column> {
  const { name, type, rows } = known
  const quoted = `"${name.replaceAll('"', '""')}"`
  const kind = kindOf(type)
  const summary = await rowsOf(
    connection,
    `SELECT count(${quoted}), count(DISTINCT ${quoted}), CAST(min(${quoted}) AS VARCHAR), CAST(max(${quoted}) AS VARCHAR) FROM ${from}`,
  )
  const [filled, distinct, min, max] = summary[0] ?? []
  const counted = await rowsOf(
    connection,
    `SELECT CAST(${quoted} AS VARCHAR), count(*) FROM ${from} WHERE ${quoted} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${VALUES_PER_COLUMN}`,
  )
  const frequent = counted.slice(0, 12).map(([value, count]) => ({ value: String(value), count: Number(count) }))
  const role = known.primaryKey.includes(name)
    ? 'key'
    : kind === 'number'
      ? 'measure'
      : kind === 'date'
        ? 'time'
        : 'text'
  const nullShare = rows === 0 ? 0 : 1 - Number(filled) / rows
  const values = kind === 'text' ? counted.map(([value]) => String(value)) : []
  const column: Column = {
    name,
    type,
    kind,
    role,
    synonyms: [],
    nullShare,
    distinct: Number(distinct),
    frequent,
    values,
  }
  return min === null || min === undefined ? column : { ...column, min: String(min), max: String(max) }
}

function kindOf(type: string): Kind {
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT\w*|FLOAT|DOUBLE|DECIMAL.*)$/.test(type)) return 'number'
  if (/^(DATE|TIMESTAMP.*)$/.test(type)) return 'date'
  if (type === 'VARCHAR') return 'text'
  return type === 'BOOLEAN' ? 'bool' : 'other'
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJS()
}
