import type { Link } from '../link.ts'
import { RELATIONS } from './relations.ts'

/** The strongest relation found so far of each word (row) to each item (column); 0 is none. */
export interface Board {
  words: number
  items: number
  relations: Int8Array
}

/** Which relation a pair keeps when several hold: whole names, then whole values, then parts and guesses. */
const STRENGTH: readonly number[] = strengths()

export function emptyBoard(words: number, items: number): Board {
  return { words, items, relations: new Int8Array(words * items) }
}

/** Notes that words `first`..`last` relate to the item, unless something stronger is noted. */
export function relate(
  board: Board,
  span: readonly [first: number, last: number],
  item: number,
  relation: number,
): void {
  for (let word = span[0]; word <= span[1]; word++) {
    const at = word * board.items + item
    const before = board.relations[at] as number
    if ((STRENGTH[relation] as number) > (STRENGTH[before] as number)) board.relations[at] = relation
  }
}

/** Whether the word is, or is part of, the whole name of some item. */
export function isNamed(board: Board, word: number): boolean {
  const row = board.relations.subarray(word * board.items, (word + 1) * board.items)
  return row.includes(RELATIONS.columnExact) || row.includes(RELATIONS.tableExact)
}

/** The noted pairs, by word, then item. */
export function linksOf(board: Board): Link[] {
  const links: Link[] = []
  board.relations.forEach((relation, at) => {
    if (relation !== 0) links.push({ word: Math.floor(at / board.items), item: at % board.items, relation })
  })
  return links
}

function strengths(): number[] {
  const table: Record<keyof typeof RELATIONS, number> = {
    columnExact: 9,
    tableExact: 9,
    metric: 8,
    valueExact: 7,
    columnPartial: 5,
    tablePartial: 5,
    columnSimilar: 3,
    tableSimilar: 3,
    valueFuzzy: 4,
    valuePartial: 2,
    numberInRange: 1,
  }
  const list: number[] = [0]
  for (const [name, strength] of Object.entries(table)) list[RELATIONS[name as keyof typeof RELATIONS]] = strength
  return list
}
