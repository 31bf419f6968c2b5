import type { ChartKind } from '../chart/wish.ts'

/** What a measure does with its column; `count` without a column counts rows. */
export const AGGREGATES = ['count', 'distinct', 'sum', 'average', 'min', 'max', 'median', 'deviation'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** Periods a date is brought together by; `weekday` and `month of year` are the recurring ones. */
export const GRAINS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday', 'month of year'] as const
export type Grain = (typeof GRAINS)[number]

export const OPERATORS = ['is', 'is not', 'contains', 'above', 'at least', 'below', 'at most', 'between', 'missing', 'present'] as const // biome-ignore format: a list
export type Operator = (typeof OPERATORS)[number]

/**
 * One change of a plan. `at` is the number of the chip among those of its slot, 0 the first. Columns are named
 * `Table.column`, or by the column alone where one table has it. A filter without a column finds it by its values. A sort's `by`
 * is a chip's id (`measure-0`, `by-1`) or a column; a period is what people say: "2024", "Q3 2023", "last 30 days".
 */
export type Edit =
  | { slot: 'measure'; do: Do; at?: number | undefined; aggregate?: Aggregate | undefined; column?: string | undefined }
  | { slot: 'by'; do: Do; at?: number | undefined; column?: string | undefined; grain?: Grain | undefined }
  | {
      slot: 'filter'
      do: Do
      at?: number | undefined
      column?: string | undefined
      operator?: Operator | undefined
      values?: Value[] | undefined
    }
  | { slot: 'period'; do: 'set' | 'remove'; period?: string | undefined; column?: string | undefined }
  | { slot: 'sort'; do: 'set' | 'remove'; by?: string | undefined; descending?: boolean | undefined }
  | { slot: 'limit'; do: 'set' | 'remove'; limit?: number | undefined }
  | { slot: 'chart'; do: 'set' | 'remove'; chart?: ChartKind | undefined }

export type Do = 'add' | 'set' | 'remove'
export type Value = string | number | boolean
export type Slot = Edit['slot']

/** One part of what a plan does, in words, and what it may become. */
export interface Chip {
  /** The slot and its number: `filter-0`. */
  id: string
  slot: Slot
  text: string
  choices: Choice[]
  /** The edit that takes it away; absent where the rest would mean nothing. */
  remove?: Edit
}

/** A change that can be made, in words; `group` is the heading it stands under. */
export interface Choice {
  text: string
  group: string
  edit: Edit
}

/** How a plan read its question: its parts, and parts that can be added. */
export interface Reading {
  chips: Chip[]
  add: Choice[]
  /** The chart asked for; null when the rules choose. */
  chart: string | null
}
