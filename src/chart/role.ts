import type { Column } from '../catalog.ts'
import type { Cell } from '../database.ts'
import type { Expression } from '../tree.ts'
import { core, filteredShareOf, growthOf, type periodOf, shareOf } from '../wording/patterns.ts'
import { knownOrder } from './orders.ts'
import { readTimes } from './time.ts'

/** What a column can do in a chart. */
export type FieldRole =
  | 'measure'
  | 'rate'
  | 'category'
  | 'ordered'
  | 'time'
  | 'name'
  | 'key'
  | 'latitude'
  | 'longitude'
  | 'text'
  | 'other'

/** What is known of a result column before a role is chosen. */
export interface Trace {
  name: string
  type: string
  cells: Cell[]
  expression: Expression | undefined
  column: Column | undefined
  /** The column inside an aggregate or a period. */
  inner: Column | undefined
  aggregate: string | undefined
  grouped: boolean
  period: ReturnType<typeof periodOf>
  numeric: boolean
}

/** How a column's role is told, first that holds wins. */
export const ROLE_RULES: { name: string; role: FieldRole; why: string; holds: (trace: Trace) => boolean }[] = [
  {
    name: 'nothing there',
    role: 'other',
    why: 'A column without values has nothing to draw.',
    holds: (t) => t.cells.every((c) => c === null),
  },
  {
    name: 'nested',
    role: 'other',
    why: 'Lists and structs have no place on an axis.',
    holds: (t) => t.cells.some((c) => typeof c === 'object' && c !== null),
  },
  {
    name: 'latitude',
    role: 'latitude',
    why: 'The catalog knows it as one, and it is not aggregated.',
    holds: (t) => t.numeric && isPlace(t, 'latitude', 90),
  },
  {
    name: 'longitude',
    role: 'longitude',
    why: 'The catalog knows it as one, and it is not aggregated.',
    holds: (t) => t.numeric && isPlace(t, 'longitude', 180),
  },
  {
    name: 'recurring period',
    role: 'ordered',
    why: 'Months of a year and weekdays come again: they are ordered labels, not a time line.',
    holds: (t) => t.period?.recurring === true,
  },
  { name: 'date', role: 'time', why: 'Dates lie on a time line.', holds: (t) => /^(DATE|TIMESTAMP)/.test(t.type) },
  {
    name: 'period',
    role: 'time',
    why: 'Years, and months written 2023-06, lie on a time line.',
    holds: (t) => t.period !== undefined && readTimes(t.cells) !== undefined,
  },
  {
    name: 'stored year',
    role: 'time',
    why: 'A column of years is a time line though it holds numbers.',
    holds: (t) => isStoredTime(t),
  },
  {
    name: 'grouped number',
    role: 'ordered',
    why: 'A number the rows are grouped by labels the groups.',
    holds: (t) => t.numeric && t.grouped && t.aggregate === undefined && !isKey(t),
  },
  {
    name: 'share',
    role: 'rate',
    why: 'A share of a whole is a rate: sums of it across groups make the whole.',
    holds: (t) => t.numeric && t.expression !== undefined && shareOf(t.expression) !== undefined,
  },
  {
    name: 'share by condition',
    role: 'rate',
    why: 'Rows that meet a condition per all rows are a rate.',
    holds: (t) => t.numeric && t.expression !== undefined && filteredShareOf(t.expression) !== undefined,
  },
  {
    name: 'growth',
    role: 'rate',
    why: 'Growth is a rate.',
    holds: (t) => t.numeric && t.expression !== undefined && growthOf(t.expression)?.phrase === 'growth rate',
  },
  {
    name: 'rate',
    role: 'rate',
    why: 'A column of rates stays one under average, minimum and maximum.',
    holds: (t) => t.numeric && t.inner?.role === 'rate' && !/^count/.test(t.aggregate ?? ''),
  },
  {
    name: 'condition share',
    role: 'rate',
    why: 'An average of ones and zeros is a share.',
    holds: (t) => t.aggregate === 'avg' && t.numeric && isOnes(t.expression),
  },
  {
    name: 'rank',
    role: 'key',
    why: 'A rank or position repeats the order of the rows.',
    holds: (t) => t.expression?.kind === 'window' && /rank|row_number|ntile/.test(t.expression.name),
  },
  { name: 'key', role: 'key', why: 'Numbers of keys have no size.', holds: isKey },
  {
    name: 'number as label',
    role: 'ordered',
    why: 'The catalog knows the numbers as labels (ratings, classes).',
    holds: (t) => t.numeric && (t.column?.role === 'category' || t.column?.role === 'ordered'),
  },
  { name: 'number', role: 'measure', why: 'Any other number is a size.', holds: (t) => t.numeric },
  { name: 'name', role: 'name', why: 'A name stands for its row.', holds: (t) => t.column?.role === 'name' },
  {
    name: 'free text',
    role: 'text',
    why: 'Sentences cannot label an axis.',
    holds: (t) => t.cells.some((c) => typeof c === 'string' && c.length > 80),
  },
  {
    name: 'text of months or years',
    role: 'time',
    why: 'Text that is a period in every row is a time line.',
    holds: (t) => t.type === 'VARCHAR' && t.column?.role === 'time' && readTimes(t.cells) !== undefined,
  },
  {
    name: 'ordered words',
    role: 'ordered',
    why: 'Weekdays, sizes and brackets have an order readers expect.',
    holds: (t) => knownOrder(t.cells.filter((c) => c !== null).map(String)) !== undefined,
  },
  { name: 'label', role: 'category', why: 'Any other text or truth value tells groups apart.', holds: () => true },
]

function isKey(t: Trace): boolean {
  return t.column?.role === 'key' || t.column?.role === 'foreign key'
}

function isPlace(t: Trace, role: 'latitude' | 'longitude', bound: number): boolean {
  const named = t.column === undefined && new RegExp(`^${role.slice(0, 3)}(itude)?$|^lng$`, 'i').test(t.name)
  return (
    (t.column?.role === role || (named && t.aggregate === undefined)) &&
    t.cells.every((c) => Math.abs(Number(c)) <= bound)
  )
}

function isStoredTime(t: Trace): boolean {
  const years = t.cells.every((c) => c === null || /^(1[5-9]|2[01])\d\d$/.test(String(c)))
  const told = t.column?.role === 'time' || /(^|_| )year$|^年份?$/i.test(t.column?.name ?? t.name)
  return t.numeric && t.aggregate === undefined && years && told
}

function isOnes(e: Expression | undefined): boolean {
  const [of] = e?.kind === 'call' ? e.args : []
  const inner = of === undefined ? undefined : core(of)
  return inner?.kind === 'case' && inner.checks.every((check) => core(check.value).kind === 'constant')
}
