import { ABBREVIATIONS, SAID_ABBREVIATIONS } from './abbreviations.ts'
import { type Board, relate } from './board.ts'
import { type NameIndex, nameRelation } from './nameindex.ts'
import { RELATIONS } from './relations.ts'
import { type Gram, gramsOf, type Reading } from './spans.ts'
import { STOP_STEMS } from './stopwords.ts'
import { stem } from './words.ts'

/** Longest name looked up, in words; longer names are found by their parts. */
const LONGEST_NAME = 5

/** Notes every whole, qualified, written-together, turned-round and partial name, and every metric, that the question says. */
export function linkNames(reading: Reading, index: NameIndex, board: Board): void {
  for (const gram of gramsOf(reading, LONGEST_NAME, true)) {
    noteExact(gram, gram.key, { reading, index, board })
    if (gram.last === gram.first + 1) noteTwo(gram, { reading, index, board })
    if (gram.first === gram.last || reading.sign[gram.first]) notePartial(gram, { reading, index, board })
  }
  noteTurned({ reading, index, board })
}

interface Names {
  reading: Reading
  index: NameIndex
  board: Board
}

function spanOf(reading: Reading, first: number, last: number): [number, number] {
  return [reading.at[first] as number, reading.at[last] as number]
}

function noteExact(gram: Gram, key: string, { reading, index, board }: Names): void {
  const span = spanOf(reading, gram.first, gram.last)
  for (const item of index.exact.get(key) ?? []) relate(board, span, item, nameRelation(index.items[item], 'exact'))
  for (const item of index.metrics.get(key) ?? []) relate(board, span, item, RELATIONS.metric)
  for (const { item, tableWords } of index.qualified.get(key) ?? []) {
    const split = gram.first + tableWords
    relate(board, spanOf(reading, gram.first, split - 1), item, RELATIONS.columnPartial)
    relate(board, spanOf(reading, split, gram.last), item, RELATIONS.columnExact)
  }
  const expansion = gram.first === gram.last ? saidExpansion(key) : undefined
  if (expansion !== undefined) noteExact(gram, expansion, { reading, index, board })
}

/** A short form of one word typed in the question, as the stem of its long form. */
function saidExpansion(word: string): string | undefined {
  const long = SAID_ABBREVIATIONS.has(word) ? ABBREVIATIONS.get(word) : undefined
  const expansion = long?.length === 1 ? stem(long[0] as string) : undefined
  return expansion === word ? undefined : expansion
}

/** "pet id" for a column named `petid`; "repair cost" for one named `cost_repair`. */
function noteTwo(gram: Gram, { reading, index, board }: Names): void {
  const span = spanOf(reading, gram.first, gram.last)
  const [first, last] = gram.key.split(' ') as [string, string]
  for (const key of [first + last, `${last} ${first}`]) {
    for (const item of index.exact.get(key) ?? []) relate(board, span, item, nameRelation(index.items[item], 'exact'))
  }
}

function notePartial(gram: Gram, { reading, index, board }: Names): void {
  const span = spanOf(reading, gram.first, gram.last)
  for (const key of [gram.key, saidExpansion(gram.key)]) {
    if (key === undefined) continue
    for (const item of index.partial.get(key) ?? [])
      relate(board, span, item, nameRelation(index.items[item], 'partial'))
  }
}

const TURNING = new Set(['of', 'for', 'in'])

/** "name of the singer" for `singer_name`, or for the column `name` of the table `singer`. */
function noteTurned({ reading, index, board }: Names): void {
  reading.stems.forEach((word, of) => {
    if (!TURNING.has(word)) return
    let start = of + 1
    while (start < reading.stems.length && STOP_STEMS.has(reading.stems[start] as string) && start < of + 3) start++
    for (let before = 1; before <= 2; before++) {
      for (let after = 1; after <= 2; after++) {
        if (of - before < 0 || start + after > reading.stems.length) continue
        noteTurnedSpan([of - before, of - 1], [start, start + after - 1], { reading, index, board })
      }
    }
  })
}

function noteTurnedSpan(head: [number, number], owner: [number, number], { reading, index, board }: Names): void {
  const crossesStop = reading.afterStop.slice(head[0] + 1, owner[1] + 1).includes(true)
  if (crossesStop || STOP_STEMS.has(reading.stems[head[0]] as string)) return
  const words = [...reading.stems.slice(owner[0], owner[1] + 1), ...reading.stems.slice(head[0], head[1] + 1)]
  const key = words.join(' ')
  for (const item of index.exact.get(key) ?? []) {
    const relation = nameRelation(index.items[item], 'exact')
    relate(board, spanOf(reading, ...head), item, relation)
    relate(board, spanOf(reading, ...owner), item, relation)
  }
  for (const { item, tableWords } of index.qualified.get(key) ?? []) {
    if (tableWords !== owner[1] - owner[0] + 1) continue
    relate(board, spanOf(reading, ...owner), item, RELATIONS.columnPartial)
    relate(board, spanOf(reading, ...head), item, RELATIONS.columnExact)
  }
}
