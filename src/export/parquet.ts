import { ByteWriter, ParquetWriter, type schemaFromColumnData } from 'hyparquet-writer'
import type { Rows } from '../database.ts'
import { type Shape, SLICE, slices, typedColumns } from './values.ts'

type Element = ReturnType<typeof schemaFromColumnData>[number]

/** Each shape as Parquet has it. The writer's own TIMESTAMP is a moment in UTC, which readers move into their time zone: days and clock faces must stay. */
const TYPES: Record<Shape, Omit<Element, 'name'>> = {
  boolean: { type: 'BOOLEAN' },
  integer: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  timestamp: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } },
  instant: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
}

/** A Parquet file of the result (Snappy), a row group at a time. Decimals and huge integers are doubles; nested values are JSON text. */
export function* parquetChunks(result: Rows): Generator<Uint8Array> {
  const bytes = new ByteWriter()
  const schema = schemaOf(result)
  const file = new ParquetWriter({ writer: bytes, schema })
  for (const [from, to] of slices(result)) {
    const columnData = typedColumns(result, from, to).map(({ name, values }) => ({ name, data: values }))
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

function schemaOf(result: Rows): Element[] {
  const columns = typedColumns(result, 0, 0)
  const element = ({ name, shape }: { name: string; shape: Shape }): Element => ({
    name,
    ...TYPES[shape],
    repetition_type: 'OPTIONAL',
  })
  return [{ name: 'root', num_children: columns.length }, ...columns.map(element)]
}

/** What was written since the last time; the place in the file (`offset`) goes on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice()
  writer.index = 0
  return bytes
}
