/** The binary form of training data: one schema and its questions a frame, little-endian int32. */
import type { Catalog } from '../../src/catalog.ts'
import { itemsOf } from '../../src/catalog.ts'
import { type EncodedSchema, encodeQuestion, encodeSchema } from '../../src/draft/encode.ts'
import { KEYWORDS, type Program } from '../../src/draft/program.ts'
import { link } from '../../src/link.ts'

/** One question of a group. */
export interface Asked {
  question: string
  program: Program
}

/** A catalog and questions about it. */
export interface Group {
  catalog: Catalog
  pairs: Asked[]
}

const KEYWORD_IDS = new Map<string, number>(KEYWORDS.map((keyword, id) => [keyword, id]))

/**
 * A frame's payload: S, I, G; tokens[S], tokenItem[S], itemKind[I] (0 table, 1 column), anchors[I], relations int8[I·I]
 * padded to 4 bytes; then per question Q, W, N, O; tokens[Q], tokenWord[Q], wordFirst[W], N × (word, shown item,
 * relation), O × (kind, index) with kind 0 keyword, 1 shown item, 2 word, ending in `<eos>`. `items` are shown, in an
 * order drawn by `shuffle`. Null when no question is left that only points at what is shown.
 */
export function framePayload(group: Group, items: number[] | undefined, shuffle: () => number): Buffer | null {
  const schema = encodeSchema(group.catalog, { shuffle, ...(items === undefined ? {} : { items }) })
  const places = new Map(schema.items.map((id, place) => [id, place]))
  const questions = group.pairs.flatMap((pair) => questionNumbers(group.catalog, schema, places, pair) ?? [])
  if (questions.length === 0) return null
  const count = questions.length
  const kinds = itemsOf(group.catalog)
  const head = [schema.tokens.length, schema.items.length, count, ...schema.tokens, ...schema.tokenItem]
  head.push(...schema.items.map((id) => (kinds[id]?.kind === 'table' ? 0 : 1)), ...schema.anchors)
  const relations = Buffer.alloc(Math.ceil(schema.relations.length / 4) * 4)
  relations.set(new Uint8Array(schema.relations.buffer, schema.relations.byteOffset, schema.relations.length))
  return Buffer.concat([int32(head), relations, ...questions.map(int32)])
}

function int32(numbers: number[]): Buffer {
  return Buffer.from(Int32Array.from(numbers).buffer)
}

function questionNumbers(
  catalog: Catalog,
  schema: EncodedSchema,
  places: Map<number, number>,
  pair: Asked,
): number[][] {
  const targets: number[] = []
  for (const token of pair.program) {
    if ('keyword' in token) targets.push(0, KEYWORD_IDS.get(token.keyword) as number)
    else if ('word' in token) targets.push(2, token.word)
    else {
      const place = places.get(token.item)
      if (place === undefined) return []
      targets.push(1, place)
    }
  }
  targets.push(0, KEYWORD_IDS.get('<eos>') as number)
  const links = link(pair.question, catalog)
  const encoded = encodeQuestion(links, schema)
  const triples: number[] = []
  encoded.links.forEach((relation, at) => {
    const width = schema.items.length
    if (relation !== 0) triples.push(Math.floor(at / width), at % width, relation)
  })
  const sizes = [encoded.tokens.length, encoded.wordFirst.length, triples.length / 3, targets.length / 2]
  return [[...sizes, ...encoded.tokens, ...encoded.tokenWord, ...encoded.wordFirst, ...triples, ...targets]]
}

/** A payload with its length before it. */
export function frame(payload: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(payload.length)
  return Buffer.concat([length, payload])
}
