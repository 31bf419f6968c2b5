import { createHash } from 'node:crypto'
import type { Table } from '../catalog.ts'
import { Refusal } from '../refusal.ts'

/** The schema of a table set: named by its content, so that a changed file makes another one. */
export function schemaOf(key: string): string {
  const [dataset = ''] = key.split(' ')
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

/** Columns that the catalog renamed or cast exist in no file. */
function isReshaped({ columns, source }: Table): boolean {
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
