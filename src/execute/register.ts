import { createHash } from 'node:crypto'
import type { Table } from '../catalog.ts'
import type { TableSet } from '../database.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'

/**
 * Makes table sets known to Athena, each once: a database, and for every table a manifest in `store` (whose address is
 * `root`) and its statement. Refuses as `registration` does. A set that failed is tried again by the next question.
 */
export function registrar(store: Pick<Store, 'put'>, root: string) {
  const known = new Map<string, Promise<string>>()
  return ({ key, tables }: TableSet, runs: (ddl: string, database: string) => Promise<void>): Promise<string> => {
    const made = known.get(key) ?? register(schemaOf(key), tables, { store, root, runs })
    known.set(key, made)
    made.catch(() => known.delete(key))
    return made
  }
}

interface Place {
  store: Pick<Store, 'put'>
  root: string
  runs(ddl: string, database: string): Promise<void>
}

async function register(schema: string, tables: Table[], { store, root, runs }: Place): Promise<string> {
  const made = tables.map((table) => ({ table, ...registration(schema, table, root) }))
  await runs(`CREATE DATABASE IF NOT EXISTS ${quoted(schema)}`, 'default')
  for (const { table, ddl, manifest } of made) {
    await store.put(manifestPath(schema, table.name), new TextEncoder().encode(manifest))
    await runs(ddl, schema)
  }
  return schema
}

/** The schema of a table set: named by its content, so that a changed file makes another one. */
export function schemaOf(key: string): string {
  const dataset = key.split(' ').slice(0, -2).join(' ')
  const plain = dataset
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40)
  return `asklake_${plain}_${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
}

/** Where a table's list of files lies below `root`; an engine reads exactly the files it names. */
export function manifestPath(schema: string, table: string): string {
  return `engine/${schema}/${encodeURIComponent(table.toLowerCase())}/files`
}

/**
 * The statement that makes a table known to Athena (or Hive): Parquet files named one by one in a manifest, as the catalog
 * counts them. Refuses `engine-unsupported` for what is no Parquet file as it lies in the bucket.
 */
export function registration(schema: string, table: Table, root: string): { ddl: string; manifest: string } {
  const { format, objects } = table.source
  if (format !== 'parquet' || objects === undefined || isReshaped(table))
    throw new Refusal('engine-unsupported', `${table.name} is not kept as Parquet in a bucket, as the engine needs it.`)
  const columns = table.columns.map(({ name, type }) => `${quoted(name)} ${hiveType(type)}`)
  const folder = manifestPath(schema, table.name).replace(/\/files$/, '/')
  return {
    ddl: [
      `CREATE EXTERNAL TABLE IF NOT EXISTS ${quoted(schema)}.${quoted(table.name)} (${columns.join(', ')})`,
      `ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'`,
      `STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'`,
      `OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'`,
      `LOCATION '${root}/${folder}'`,
    ].join('\n'),
    manifest: `${objects.join('\n')}\n`,
  }
}

/** Whether every table of a set can be registered. */
export function isRegistrable({ tables }: Pick<TableSet, 'tables'>): boolean {
  try {
    for (const table of tables) registration('', table, '')
    return true
  } catch (problem) {
    if (problem instanceof Refusal && problem.code === 'engine-unsupported') return false
    throw problem
  }
}

/** Columns that the catalog renamed, cast or took from a file's path exist in no file. */
function isReshaped({ columns, source }: Table): boolean {
  if (source.filter !== undefined || 'hive_partitioning' in source.options) return true
  return (source.expressions ?? []).some((expression, index) => expression !== `"${columns[index]?.name ?? ''}"`)
}

const quoted = (name: string) => `\`${name.toLowerCase().replaceAll('`', '``')}\``

const HIVE: Record<string, string> = {
  VARCHAR: 'string',
  BOOLEAN: 'boolean',
  TINYINT: 'tinyint',
  SMALLINT: 'smallint',
  INTEGER: 'int',
  BIGINT: 'bigint',
  FLOAT: 'float',
  DOUBLE: 'double',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
}

/** DuckDB's type in Hive's words; unsigned ones take the next larger. */
export function hiveType(type: string): string {
  const known = HIVE[type] ?? { UTINYINT: 'smallint', USMALLINT: 'int', UINTEGER: 'bigint' }[type]
  if (known !== undefined) return known
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type)
  if (decimal) return `decimal(${decimal[1]},${decimal[2]})`
  throw new Refusal('engine-unsupported', `The engine has no type for ${type.slice(0, 40)}.`)
}
