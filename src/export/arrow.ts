import {
  Bool,
  type DataType,
  DateDay,
  Float64,
  Int64,
  Table,
  TimestampMillisecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { Rows } from '../database.ts'
import { type Shape, slices, typedColumns } from './values.ts'

const TYPES: Record<Shape, () => DataType> = {
  boolean: () => new Bool(),
  integer: () => new Int64(),
  double: () => new Float64(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMillisecond(),
  instant: () => new TimestampMillisecond('UTC'),
  text: () => new Utf8(),
}

/** An Arrow IPC stream of the result, a record batch at a time. Decimals and huge integers are doubles; nested values are JSON text. */
export function* arrowChunks(result: Rows): Generator<Uint8Array> {
  for (const [from, to] of slices(result)) {
    const vectors = typedColumns(result, from, to).map(
      ({ name, shape, values }) => [name, vectorFromArray(values, TYPES[shape]())] as const,
    )
    const stream = tableToIPC(new Table(Object.fromEntries(vectors)), 'stream')
    yield stream.subarray(from === 0 ? 0 : schemaBytes(stream), stream.length - END.length)
  }
  yield END
}

/** The whole of `arrowChunks`. */
export function toArrow(result: Rows): Uint8Array {
  return Buffer.concat([...arrowChunks(result)])
}

/** What ends a stream: a continuation mark and a length of zero (Arrow columnar format, "IPC streaming format"). */
const END = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])

/** Bytes of the schema, a stream's first message: a mark, the length of its metadata, and no body. */
function schemaBytes(stream: Uint8Array): number {
  return 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true)
}
