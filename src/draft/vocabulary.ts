import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { foldAccents, numberOf } from '../link/words.ts'

/** `model/weights/vocabulary.json`: the id of a special is its place, the pieces follow. A piece that starts a word starts with ▁. */
export interface VocabularyFile {
  version: 1
  specials: string[]
  pieces: string[]
}

export interface Vocabulary {
  ids: ReadonlyMap<string, number>
  /** Count of all ids. */
  size: number
  /** SHA-256 of the specials and pieces, 16 hexadecimal digits. */
  hash: string
}

const KINDS = ['text', 'number', 'date', 'bool', 'other'] as const
const KEYS = ['', '.key', '.foreign'] as const

/** Ids that are no piece of a word: markers, one class per sort of number, and room for more. */
export const SPECIALS: readonly string[] = [
  '<pad>',
  '<unknown>',
  '<question>',
  '<table>',
  ...KINDS.flatMap((kind) => KEYS.map((key) => `<column.${kind}${key}>`)),
  ...Array.from({ length: 13 }, (_, number) => `<number.${number}>`),
  '<number.year>',
  '<number.decimal>',
  ...[2, 3, 4, 5, 6, 7].map((digits) => `<number.digits.${digits}>`),
  ...Array.from({ length: 24 }, (_, spare) => `<spare.${spare}>`),
]

/** Marks the first piece of a word. */
export const WORD_START = '▁'

/** The vocabulary of a file's text; throws when its specials are not those of this code. */
export function vocabularyOf(file: VocabularyFile): Vocabulary {
  if (file.version !== 1 || file.specials.join(' ') !== SPECIALS.join(' ')) {
    throw new Error('vocabulary.json was made by other code: its specials differ')
  }
  const all = [...file.specials, ...file.pieces]
  const hash = createHash('sha256').update(all.join('\n')).digest('hex').slice(0, 16)
  return { ids: new Map(all.map((piece, id) => [piece, id])), size: all.length, hash }
}

/** The vocabulary kept at a path. */
export function loadVocabulary(path: string): Vocabulary {
  return vocabularyOf(JSON.parse(readFileSync(path, 'utf8')) as VocabularyFile)
}

const splits = new WeakMap<Vocabulary, Map<string, number[]>>()

/** Ids of a word in lower case: one for a number, else at most `most` of the longest pieces that fit, left to right. */
export function piecesOf(vocabulary: Vocabulary, word: string, most: number): number[] {
  const known = splits.get(vocabulary) ?? new Map<string, number[]>()
  if (known.size === 0) splits.set(vocabulary, known)
  const all = known.get(word) ?? split(vocabulary, word)
  if (known.size < 100_000) known.set(word, all)
  return all.length > most ? all.slice(0, most) : all
}

function split(vocabulary: Vocabulary, word: string): number[] {
  if (/^\d/.test(word)) return [vocabulary.ids.get(numberClass(word)) as number]
  const plain = foldAccents(word)
  const signs = [...(plain === '' ? word : plain)]
  const ids: number[] = []
  let start = 0
  while (start < signs.length && ids.length < 8) {
    const [id, next] = longestPiece(vocabulary, signs, start)
    ids.push(id)
    start = next
  }
  return ids
}

function longestPiece(vocabulary: Vocabulary, signs: string[], start: number): [id: number, next: number] {
  for (let end = Math.min(signs.length, start + 16); end > start; end--) {
    const id = vocabulary.ids.get((start === 0 ? WORD_START : '') + signs.slice(start, end).join(''))
    if (id !== undefined) return [id, end]
  }
  return [vocabulary.ids.get('<unknown>') as number, start + 1]
}

/** The class of a number: itself up to 12, a year, a decimal, or its count of digits. */
function numberClass(word: string): string {
  const number = numberOf(word)
  if (number === undefined || !Number.isInteger(number)) return '<number.decimal>'
  if (number <= 12) return `<number.${number}>`
  if (number >= 1900 && number <= 2035 && !word.includes(',')) return '<number.year>'
  return `<number.digits.${Math.min(7, String(number).length)}>`
}
