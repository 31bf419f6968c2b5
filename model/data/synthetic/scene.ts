/** A catalog as a person who asks about it sees it: things, their properties in plain words, and how they hang together. */
import type { Catalog, Column, Table } from '../../../src/catalog.ts'
import { type Sense, senseByName, senseOf } from './senses.ts'

/** A column. */
export interface Field {
  /** Index in `itemsOf(catalog)`. */
  item: number
  /** Index in `scene.entities`. */
  entity: number
  /** What people call it, lower case: "order date". */
  words: string
  sense: Sense
  senseName: string
  /** Some of its values as stored, with what people say where that differs. */
  values: { value: string; said?: string }[]
  isKey: boolean
  refers: boolean
}

/** A table. */
export interface Entity {
  item: number
  /** One of them, lower case: "order item". */
  words: string
  fields: Field[]
  key?: Field
  /** The column people know its rows by. */
  name?: Field
}

/** `from` refers to `to`, the key of another entity. */
export interface Edge {
  from: Field
  to: Field
  /** The catalog knows of it; otherwise a program has to say it. */
  known: boolean
}

export interface Scene {
  catalog: Catalog
  entities: Entity[]
  edges: Edge[]
}

/** A field without its catalog position, as schema makers know it. */
export type FieldPlan = Pick<Field, 'words' | 'senseName' | 'values'>

const NAME_SENSES = new Set(
  'firstname lastname person company product title course drug dish crop geo team username ticker'
    .split(' ')
    .concat('place name'),
)

/** The column people know an entity's rows by: its name, title, or the like. */
export function nameField(entity: Entity): Field | undefined {
  const own = entity.fields.filter((field) => !field.isKey && !field.refers)
  const named = own.filter((field) => NAME_SENSES.has(field.senseName) && /(?:name|title)$/.test(field.words))
  const first = named.find((field) => field.senseName !== 'lastname' && !/(?:contact|manager|owner)/.test(field.words))
  const sameWords = own.find((field) => field.sense.kind === 'text' && field.words === entity.words)
  const called = own.find((field) => field.sense.kind === 'text' && field.words === `${entity.words} name`)
  return called ?? first ?? sameWords ?? named[0]
}

/** The scene of a catalog that comes without senses: words from titles or identifiers, senses from words and kinds. */
export function sceneOfCatalog(catalog: Catalog, wordsOfName: (name: string) => string[]): Scene {
  let item = 0
  const entities = catalog.tables.map((table, entity): Entity => {
    const tableItem = item++
    const words = plain(table, wordsOfName)
    const fields = table.columns.map((column) =>
      fieldOf(catalog, table, column, item++, entity, plain(column, wordsOfName)),
    )
    return finished({ item: tableItem, words: singular(words), fields })
  })
  return { catalog, entities, edges: knownEdges(catalog, entities) }
}

/** The entity with its key and name found. */
export function finished(entity: Entity): Entity {
  const key = entity.fields.filter((field) => field.isKey)
  const name = nameField(entity)
  return {
    ...entity,
    ...(key.length === 1 && key[0] !== undefined ? { key: key[0] } : {}),
    ...(name === undefined ? {} : { name }),
  }
}

function plain(thing: { name: string; title?: string }, wordsOfName: (name: string) => string[]): string {
  return wordsOfName(thing.title ?? thing.name).join(' ')
}

function singular(words: string): string {
  if (/ies$/.test(words) && words.length > 5 && !/(?:series|species|movies)$/.test(words))
    return words.replace(/ies$/, 'y')
  if (/(?:sses|xes|ches|shes)$/.test(words)) return words.replace(/es$/, '')
  return /[^s]s$/.test(words) && !/(?:us|is|series|species)$/.test(words) ? words.slice(0, -1) : words
}

function fieldOf(catalog: Catalog, table: Table, column: Column, item: number, entity: number, words: string): Field {
  const isKey = table.primaryKey.includes(column.name)
  const refers = catalog.joins.some((join) => join.from.table === table.name && join.from.columns.includes(column.name))
  const looksLikeKey = /(?:^|\b)(?:id|code|number|no)$/.test(words)
  const senseName =
    isKey || refers || (looksLikeKey && column.kind === 'number') ? 'id' : senseByName(words, column.kind)
  return {
    item,
    entity,
    words,
    sense: ownSense(senseName, column),
    senseName,
    values: valuesOf(column),
    isKey: isKey || (senseName === 'id' && !refers),
    refers,
  }
}

function ownSense(senseName: string, column: Column): Sense {
  const sense = senseOf(senseName)
  return sense.kind === column.kind ? sense : { ...sense, kind: column.kind, type: column.type }
}

const MOST_VALUES = 40

function valuesOf(column: Column): { value: string }[] {
  const listed = column.values.length > 0 ? column.values : column.frequent.map(({ value }) => value)
  const ends = [column.min, column.max].filter((value) => value !== undefined)
  const values = listed.length > 0 ? listed : column.kind === 'text' ? [] : ends
  return values
    .filter((value) => value.trim() !== '' && value.length <= 40)
    .filter((value) => column.kind !== 'number' || Number.isFinite(Number(value)))
    .slice(0, MOST_VALUES)
    .map((value) => ({ value: value.trim() }))
}

function knownEdges(catalog: Catalog, entities: Entity[]): Edge[] {
  const field = (tableName: string, columnName: string): Field | undefined => {
    const t = catalog.tables.findIndex((table) => table.name === tableName)
    const c = catalog.tables[t]?.columns.findIndex((column) => column.name === columnName) ?? -1
    return entities[t]?.fields[c]
  }
  return catalog.joins.flatMap((join): Edge[] => {
    if (join.from.columns.length !== 1) return []
    const from = field(join.from.table, join.from.columns[0] as string)
    const to = field(join.to.table, join.to.columns[0] as string)
    return from === undefined || to === undefined ? [] : [{ from, to, known: true }]
  })
}
