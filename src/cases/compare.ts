/** Do two results say the same? Rows as arrays in column order; the gold may be any one of several acceptable results. */
import type { Cell } from '../database.ts'

/** How a result may differ from the gold and still agree. */
export interface Comparison {
  /** Rows must come in the gold's order. */
  ordered: boolean
  /** Columns may come in any order. */
  anyColumnOrder: boolean
}

/** Whether `ours` agrees with one of the gold results: numbers to 6 significant digits, dates as text, NULL only with NULL. */
export function agrees(ours: Cell[][], golds: Cell[][][], { ordered, anyColumnOrder }: Comparison): boolean {
  const mine = ours.map((row) => row.map(cellText))
  return golds.some((gold) => {
    if (gold.length !== mine.length) return false
    if (gold.length === 0) return true
    const theirs = gold.map((row) => row.map(cellText))
    if (theirs[0]?.length !== mine[0]?.length) return false
    if (sameRows(mine, theirs, ordered)) return true
    return anyColumnOrder && sameColumns(mine, theirs, ordered)
  })
}

/** A cell as text that is equal for equal meaning: 1, 1.0, "1.00" and true; "2020-01-01" and "2020-01-01 00:00:00". */
function cellText(cell: Cell): string {
  if (cell === null) return '\0null'
  if (typeof cell === 'boolean') return cell ? '1' : '0'
  if (typeof cell === 'number') return numberText(cell)
  if (typeof cell === 'object') return JSON.stringify(cell)
  const text = cell.trim()
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && !/^[-+]?0\d/.test(text)) return numberText(Number(text))
  return text
    .replace(/^(\d{4}-\d{2}-\d{2})[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00(?::?00)?)?$/, '$1')
    .replace(/^(\d{4}-\d{2}-\d{2})T/, '$1 ')
}

function numberText(number: number): string {
  if (!Number.isFinite(number)) return String(number)
  const rounded = Number(number.toPrecision(6))
  return Object.is(rounded, -0) ? '0' : String(rounded)
}

function sameRows(ours: string[][], golds: string[][], ordered: boolean): boolean {
  const lines = (rows: string[][]) => {
    const joined = rows.map((row) => row.join('\x01'))
    return (ordered ? joined : joined.sort()).join('\x02')
  }
  return lines(ours) === lines(golds)
}

/** Seeks an order of our columns that gives the gold: only columns with equal values are tried for each other. */
function sameColumns(ours: string[][], golds: string[][], ordered: boolean): boolean {
  const width = golds[0]?.length ?? 0
  const content = (rows: string[][], column: number) => {
    const values = rows.map((row) => row[column] ?? '')
    return (ordered ? values : values.sort()).join('\x02')
  }
  const columns = Array.from({ length: width }, (_, c) => c)
  const [mine, theirs] = [columns.map((c) => content(ours, c)), columns.map((c) => content(golds, c))]
  const tried = { left: 1000 }
  const place = (order: number[]): boolean => {
    if (order.length === width)
      return (
        tried.left-- > 0 &&
        sameRows(
          ours.map((row) => order.map((c) => row[c] ?? '')),
          golds,
          ordered,
        )
      )
    return columns.some(
      (c) => !order.includes(c) && mine[c] === theirs[order.length] && tried.left > 0 && place([...order, c]),
    )
  }
  return place([])
}
