import type { Catalog, Column } from '../catalog.ts'
import { type Item, itemsOf } from '../catalog.ts'
import type { Word } from '../link.ts'
import { type Board, relate } from './board.ts'
import { NUMBER_WORDS } from './irregular.ts'
import { RELATIONS } from './relations.ts'
import { numberOf } from './words.ts'

/** Columns a number or a time word may fall into, with the bounds of their values. */
export interface RangeIndex {
  numbers: { item: number; min: number; max: number }[]
  /** Bounds as years. */
  dates: { item: number; min: number; max: number }[]
}

/** Number words that rank or pair rather than count. */
const NO_QUANTITY = new Set(['first', 'second', 'third', 'fourth', 'fifth', 'both', 'single', 'once', 'one'])
const MONTHS = /^(?:january|february|march|april|june|july|august|september|october|november|december)$/
const CAPITAL_MONTHS = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)$/

/** The bounds of a catalog's number and date columns. */
export function rangeIndexOf(catalog: Catalog): RangeIndex {
  const index: RangeIndex = { numbers: [], dates: [] }
  itemsOf(catalog).forEach((item, id) => {
    const column = columnOf(catalog, item)
    if (column?.min === undefined || column.max === undefined) return
    if (column.kind === 'number') addRange(index.numbers, id, [Number(column.min), Number(column.max)])
    if (column.kind === 'date') addRange(index.dates, id, [yearOf(column.min), yearOf(column.max)])
  })
  return index
}

/** Notes numbers inside a number column's bounds, and years and months on the date columns they may fall into. */
export function linkNumbers(words: Word[], index: RangeIndex, board: Board): void {
  words.forEach((word, at) => {
    if (MONTHS.test(word.lower) || CAPITAL_MONTHS.test(word.text)) {
      for (const { item } of index.dates) relate(board, [at, at], item, RELATIONS.numberInRange)
      return
    }
    const number = NO_QUANTITY.has(word.lower) ? undefined : numberOf(word.lower)
    if (number === undefined) return
    noteWithin(index.numbers, number, at, board)
    if (/^\d{4}$/.test(word.text) && !NUMBER_WORDS.has(word.lower)) noteWithin(index.dates, number, at, board)
  })
}

function noteWithin(ranges: RangeIndex['numbers'], number: number, word: number, board: Board): void {
  for (const { item, min, max } of ranges) {
    if (number >= min && number <= max) relate(board, [word, word], item, RELATIONS.numberInRange)
  }
}

function columnOf(catalog: Catalog, item: Item): Column | undefined {
  return item.kind === 'column' ? catalog.tables[item.table]?.columns[item.column] : undefined
}

function addRange(ranges: RangeIndex['numbers'], item: number, [min, max]: [number, number]): void {
  if (Number.isFinite(min) && Number.isFinite(max)) ranges.push({ item, min, max })
}

function yearOf(date: string): number {
  return Number(/^-?\d+/.exec(date)?.[0] ?? Number.NaN)
}
