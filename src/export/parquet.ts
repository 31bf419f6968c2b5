import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Rows } from '../database.ts'
import { type Shape, typedColumns } from './values.ts'

const TYPES = {
  boolean: 'BOOLEAN',
  integer: 'INT64',
  double: 'DOUBLE',
  date: 'TIMESTAMP',
  timestamp: 'TIMESTAMP',
  text: 'STRING',
} as const satisfies Record<Shape, string>

/** A Parquet file of the result (Snappy). Decimals and huge integers are doubles; nested values are JSON text. */
export function toParquet(result: Rows): Uint8Array {
  const columnData = typedColumns(result).map(({ name, shape, values }) => ({
    name,
    data: values,
    type: TYPES[shape],
    nullable: true,
  }))
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}
