/** Human questions as templates: which words of the question name which tables, columns and values of its program. */
import type { Program } from '../../../src/draft/program.ts'
import { stem } from '../../../src/link/words.ts'
import { type Word, wordsOf } from '../../../src/link.ts'
import type { Entity, Field, Scene } from './scene.ts'

/** Words `first` to `last` (inclusive) of a question. */
export interface Place {
  first: number
  last: number
}

/** A value of the program: where it is said, and the column and operator it belongs to, if any. */
export interface ValueSlot extends Place {
  field?: Field
  /** An aggregate stands before the column: the value is no value of the column. */
  aggregated: boolean
  operator: string
}

export interface Template {
  scene: Scene
  question: string
  words: Word[]
  program: Program
  entities: Entity[]
  fields: Field[]
  /** Where each used item is named; keys and names may be left unsaid. */
  named: Map<number, Place[]>
  values: ValueSlot[]
}

const MOST_WORDS = 40
const AGGREGATES = new Set(['count', 'sum', 'avg', 'min', 'max', 'median', 'stddev'])
const OPERATORS = new Set(['=', '!=', '>', '<', '>=', '<=', 'like', 'starts', 'ends', 'between', 'limit'])

/** The template of a question; undefined when an item it uses is not named in it, is named in part only, or when another word is not among the `general` stems. */
export function templateOf(
  scene: Scene,
  question: string,
  program: Program,
  general: ReadonlySet<string>,
): Template | undefined {
  const words = wordsOf(question)
  if (words.length > MOST_WORDS || program.some((token) => 'keyword' in token && token.keyword === 'on'))
    return undefined
  const used = new Set(program.flatMap((token) => ('item' in token ? [token.item] : [])))
  const entities = scene.entities.filter((entity) => used.has(entity.item))
  const fields = scene.entities.flatMap((entity) => entity.fields.filter((field) => used.has(field.item)))
  const values = valueSlots(program, fields)
  const taken = new Set(values.flatMap(({ first, last }) => span(first, last)))
  const named = locate(words, [...fields, ...entities], scene, taken)
  const silent = fields.filter((field) => !named.has(field.item) && !mayBeSilent(scene, field))
  if (silent.length > 0 || named.size === 0) return undefined
  if (entities.some((entity) => !named.has(entity.item) && !isBridge(entity, fields))) return undefined
  if (words.some((word, at) => !taken.has(at) && /^\p{L}/u.test(word.text) && !general.has(word.stem))) return undefined
  if (isUpsideDown(question, program)) return undefined
  if (hasOtherMention(words, taken, scene, fields, entities)) return undefined
  return { scene, question, words, program, entities, fields, named, values }
}

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

function valueSlots(program: Program, fields: Field[]): ValueSlot[] {
  const slots: ValueSlot[] = []
  for (let at = 0; at + 1 < program.length; at++) {
    const [first, last] = [program[at], program[at + 1]]
    if (first === undefined || last === undefined || !('word' in first) || !('word' in last)) continue
    const before = program.slice(0, at)
    const operatorAt = before.findLastIndex((token) => 'keyword' in token && OPERATORS.has(token.keyword))
    const operator = before[operatorAt]
    const column = before[operatorAt - 1]
    const subject =
      column !== undefined && 'keyword' in column && column.keyword === 'not' ? before[operatorAt - 2] : column
    const lead = before[operatorAt - 2]
    const field =
      subject !== undefined && 'item' in subject ? fields.find((one) => one.item === subject.item) : undefined
    const aggregated =
      lead !== undefined && 'keyword' in lead && (AGGREGATES.has(lead.keyword) || lead.keyword === 'distinct')
    slots.push({
      first: first.word,
      last: last.word,
      aggregated,
      operator: operator !== undefined && 'keyword' in operator ? operator.keyword : '',
      ...(field === undefined ? {} : { field }),
    })
    at++
  }
  return slots
}

/** Every place where an item's whole name stands, longer names first. */
function locate(words: Word[], items: (Field | Entity)[], scene: Scene, taken: Set<number>): Map<number, Place[]> {
  const named = new Map<number, Place[]>()
  const stems = words.map((word) => word.stem)
  const names = items.flatMap((item) => namesOf(scene, item).map((name) => ({ item: item.item, name })))
  for (const { item, name } of names.sort((a, b) => b.name.length - a.name.length)) {
    for (let first = 0; first + name.length <= stems.length; first++) {
      const last = first + name.length - 1
      if (!name.every((part, at) => stems[first + at] === part) || span(first, last).some((at) => taken.has(at)))
        continue
      named.set(item, [...(named.get(item) ?? []), { first, last }])
      for (const at of span(first, last)) taken.add(at)
    }
  }
  return named
}

function namesOf(scene: Scene, item: Field | Entity): string[][] {
  const whole = item.words.split(' ').map(stem)
  if (!('entity' in item)) return [whole]
  const owner = (scene.entities[item.entity]?.words ?? '').split(' ').map(stem)
  const rest = whole.slice(owner.length)
  return rest.length > 0 && owner.every((part, at) => whole[at] === part) ? [whole, rest] : [whole]
}

function mayBeSilent(scene: Scene, field: Field): boolean {
  return field.isKey || field.refers || scene.entities[field.entity]?.name === field
}

/** "highest rank" is the smallest number: true of ranks alone. */
function isUpsideDown(question: string, program: Program): boolean {
  const has = (keyword: string) => program.some((token) => 'keyword' in token && token.keyword === keyword)
  const most = /\b(?:highest|largest|maximum|best|greatest|most|top)\b/i.test(question)
  const least = /\b(?:lowest|smallest|minimum|worst|least|fewest)\b/i.test(question)
  if (most && !least) return (has('min') && !has('max')) || (has('asc') && has('limit') && !has('desc'))
  return least && !most && ((has('max') && !has('min')) || (has('desc') && has('limit') && !has('asc')))
}

/** Only its references are used: nobody names it. */
function isBridge(entity: Entity, fields: Field[]): boolean {
  return entity.fields.filter((field) => fields.includes(field)).every((field) => field.refers || field.isKey)
}

const FREE = new Set(
  ['name', 'id', 'number', 'date', 'year', 'count', 'total', 'average', 'code', 'type', 'many', 'most'].map(stem),
)

/** A word that no place covers names something of the schema: the template would speak of the old schema. */
function hasOtherMention(
  words: Word[],
  taken: Set<number>,
  scene: Scene,
  fields: Field[],
  entities: Entity[],
): boolean {
  const parts = [...fields, ...entities].flatMap((item) => item.words.split(' '))
  const wholes = scene.entities.flatMap((entity) => [entity.words, ...entity.fields.map((field) => field.words)])
  const known = new Set([...parts, ...wholes.filter((name) => !name.includes(' '))].map(stem))
  return words.some(
    (word, at) => !taken.has(at) && known.has(word.stem) && !FREE.has(word.stem) && word.text.length > 2,
  )
}
