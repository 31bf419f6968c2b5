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
import { type Shape, typedColumns } from './values.ts'

const TYPES: Record<Shape, () => DataType> = {
  boolean: () => new Bool(),
  integer: () => new Int64(),
  double: () => new Float64(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMillisecond(),
  text: () => new Utf8(),
}

/** An Arrow IPC stream of the result. Decimals and huge integers are doubles; nested values are JSON text. */
export function toArrow(result: Rows): Uint8Array {
  const vectors = typedColumns(result).map(
    ({ name, shape, values }) => [name, vectorFromArray(values, TYPES[shape]())] as const,
  )
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream')
}
