import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { Rows } from '../database.ts'
import { type Shape, SLICE, slices, typedColumns } from './values.ts'

const TYPES = {
  boolean: 'BOOLEAN',
  integer: 'INT64',
  double: 'DOUBLE',
  date: 'TIMESTAMP',
  timestamp: 'TIMESTAMP',
  text: 'STRING',
} as const satisfies Record<Shape, string>

/** A Parquet file of the result (Snappy), a row group at a time. Decimals and huge integers are doubles; nested values are JSON text. */
export function* parquetChunks(result: Rows): Generator<Uint8Array> {
  const bytes = new ByteWriter()
  const schema = schemaFromColumnData({ columnData: columnsOf(result, 0, 0) })
  const file = new ParquetWriter({ writer: bytes, schema })
  for (const [from, to] of slices(result)) {
    const columnData = columnsOf(result, from, to).map(({ name, data }) => ({ name, data }))
    file.write({ columnData, rowGroupSize: SLICE })
    yield taken(bytes)
  }
  file.finish()
  yield taken(bytes)
}

/** The whole of `parquetChunks`. */
export function toParquet(result: Rows): Uint8Array {
  return Buffer.concat([...parquetChunks(result)])
}

function columnsOf(result: Rows, from: number, to: number) {
  return typedColumns(result, from, to).map(({ name, shape, values }) => ({
    name,
    data: values,
    type: TYPES[shape],
    nullable: true,
  }))
}

/** What was written since the last time; the place in the file (`offset`) goes on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice()
  writer.index = 0
  return bytes
}
