/** Random catalogs: tables of one business domain or thrown together, named as files name them, with values, keys and joins. */
import type { Catalog, Column, Join, Table } from '../../../src/catalog.ts'
import { bareCatalog, bareTable, fillColumn } from '../bare.ts'
import { type Naming, randomNaming } from './naming.ts'
import { pool, saidFor } from './pools.ts'
import type { Random } from './random.ts'
import { type Edge, type Entity, type Field, type FieldPlan, finished, type Scene } from './scene.ts'
import { senseOf } from './senses.ts'
import { BUSINESS_TABLES, type BusinessTable } from './tables.ts'

/** A table before it has names: fields in plain words, and which other planned tables it refers to. */
export interface TablePlan {
  words: string
  fields: FieldPlan[]
  references: { to: number; words: string }[]
}

/** Tables of other sources that may be thrown among the hand-written ones. */
export type TablePool = (random: Random) => TablePlan | undefined

const COUNTS = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7]

/** A new catalog and its scene. */
export function randomScene(random: Random, others: TablePool = () => undefined): Scene {
  const count = random.pick(COUNTS)
  const drawn = random.chance(0.68) ? domainPlans(random, count) : mixedPlans(random, count, others)
  const plans = drawn.map((plan, at) => withRoles(random, plan, at))
  return sceneOf(
    random,
    count === 1 && random.chance(0.35) ? [widened(random, plans)] : plans.map((plan) => trimmed(random, plan)),
  )
}

const ROLE_SHARE = 0.12
const SELF_SHARE = 0.07
const ROLES = [
  ['departure', 'arrival'], ['origin', 'destination'], ['source', 'target'], ['home', 'away'], ['sender', 'receiver'],
  ['buyer', 'seller'], ['billing', 'shipping'], ['from', 'to'], ['start', 'end'], ['primary', 'secondary'],
] as const // biome-ignore format: a table
const SELF_WORDS = ['manager', 'supervisor', 'parent', 'mentor', 'reports to', 'referred by', 'leader', 'predecessor']

/** Now and then a table refers twice to another, each time in another role, or to itself. */
function withRoles(random: Random, plan: TablePlan, at: number): TablePlan {
  const references = plan.references.flatMap((reference) => {
    if (!random.chance(ROLE_SHARE)) return [reference]
    return random.pick(ROLES).map((role) => ({ ...reference, words: `${role} ${reference.words}` }))
  })
  const self = random.chance(SELF_SHARE) ? [{ to: at, words: random.pick(SELF_WORDS) }] : []
  return { ...plan, references: [...references, ...self] }
}

function planOf(random: Random, table: BusinessTable): TablePlan {
  return {
    words: table.singular,
    fields: table.columns.map((column) => fieldPlan(random, column.words, column.senseName)),
    references: [],
  }
}

function fieldPlan(random: Random, words: string, senseName: string): FieldPlan {
  const values = senseOf(senseName).values(random)
  const poolName = senseName.startsWith('{') ? senseName.slice(1, -1) : senseName
  const pools = poolName === 'gender' ? ['gender code', 'gender'] : poolName === 'state' ? ['state code'] : [poolName]
  return {
    words,
    senseName,
    values: values.map((value) => {
      const said = pools.map((name) => saidFor(name, value)).find((word) => word !== undefined)
      return said === undefined ? { value } : { value, said }
    }),
  }
}

/** Tables of one domain, grown along its references from a random one. */
function domainPlans(random: Random, count: number): TablePlan[] {
  const start = random.pick(BUSINESS_TABLES)
  const domain = BUSINESS_TABLES.filter((table) => table.domain === start.domain)
  const chosen = [start]
  while (chosen.length < count) {
    const near = domain.filter((table) => !chosen.includes(table) && chosen.some((other) => related(table, other)))
    const next = random.pickOr(near)
    if (next === undefined) break
    chosen.push(next)
  }
  return chosen.map((table) => {
    const references = table.references.flatMap((reference) => {
      const to = chosen.findIndex((other) => other.singular === reference.table)
      return to < 0 ? [] : [{ to, words: reference.words }]
    })
    return { ...planOf(random, table), references }
  })
}

function related(a: BusinessTable, b: BusinessTable): boolean {
  return a.references.some((r) => r.table === b.singular) || b.references.some((r) => r.table === a.singular)
}

/** Tables of any origin, each referring to one or two before it or being referred to. */
function mixedPlans(random: Random, count: number, others: TablePool): TablePlan[] {
  const plans: TablePlan[] = []
  while (plans.length < count) {
    const other = random.chance(0.6) ? others(random) : undefined
    const plan = other ?? planOf(random, random.pick(BUSINESS_TABLES))
    if (plans.some((known) => known.words === plan.words)) continue
    const at = plans.length
    plans.push({ ...plan, references: [] })
    if (at === 0) continue
    const [first, second] = random.sample([...plans.keys()].slice(0, at), random.chance(0.2) ? 2 : 1)
    const owner = random.chance(0.3) ? (first as number) : at
    const target = owner === at ? (first as number) : at
    plans[owner]?.references.push({ to: target, words: plans[target]?.words ?? '' })
    if (second !== undefined && owner === at)
      plans[at]?.references.push({ to: second, words: plans[second]?.words ?? '' })
  }
  return plans
}

/** One flat table with columns of the tables it refers to, as exports have them: "customer name", "customer city". */
function widened(random: Random, plans: TablePlan[]): TablePlan {
  const plan = plans[0] as TablePlan
  const source = BUSINESS_TABLES.find((table) => table.singular === plan.words)
  const parents = source?.references ?? []
  const added = parents.flatMap((reference) => {
    const parent = BUSINESS_TABLES.find(
      (table) => table.domain === source?.domain && table.singular === reference.table,
    )
    const columns = random.sample(parent?.columns ?? [], random.int(1, 4))
    return columns.map((column) => {
      const words = column.words.startsWith(reference.words) ? column.words : `${reference.words} ${column.words}`
      return fieldPlan(random, words, column.senseName)
    })
  })
  return { ...plan, fields: unrepeated([...plan.fields, ...added]) }
}

function unrepeated(fields: FieldPlan[]): FieldPlan[] {
  return [...new Map(fields.map((field) => [field.words, field])).values()]
}

/** Some of the columns, in another order. */
function trimmed(random: Random, plan: TablePlan): TablePlan {
  const least = Math.min(3, plan.fields.length)
  const kept = random.sample(plan.fields, random.int(least, Math.min(plan.fields.length, 12)))
  return { ...plan, fields: unrepeated(kept) }
}

/** How a yes/no column is stored. */
const FLAGS: { weight: number; column: (field: FieldPlan) => Partial<Column>; values: string[] }[] = [
  { weight: 45, column: () => ({ kind: 'bool', type: 'BOOLEAN', role: 'category' }), values: ['true', 'false'] },
  { weight: 20, column: () => ({ kind: 'text', type: 'VARCHAR', role: 'category' }), values: ['Yes', 'No'] },
  { weight: 15, column: () => ({ kind: 'text', type: 'VARCHAR', role: 'category' }), values: ['Y', 'N'] },
  { weight: 20, column: () => ({ kind: 'number', type: 'BIGINT', role: 'category' }), values: ['0', '1'] },
]

function columnOf(random: Random, field: FieldPlan, name: string, titled: boolean): Column {
  const sense = senseOf(field.senseName)
  const base: Column = {
    name, type: sense.type, kind: sense.kind, role: sense.role, synonyms: [],
    nullShare: random.chance(0.15) ? 0.1 : 0, distinct: 0, frequent: [], values: [],
    ...(titled ? { title: field.words } : {}),
  } // biome-ignore format: a row
  if (field.senseName !== 'flag')
    return fillColumn(
      base,
      field.values.map(({ value }) => value),
    )
  const stored = random.weighted(FLAGS, (row) => row.weight)
  return fillColumn({ ...base, ...stored.column(field) }, stored.values)
}

interface Draft {
  tables: Table[]
  entities: Entity[]
  next: number
}

/** Names the planned tables and makes the catalog. */
export function sceneOf(random: Random, plans: TablePlan[]): Scene {
  const naming = randomNaming(random)
  const order = random.shuffle([...plans.keys()])
  const place = new Map(order.map((plan, entity) => [plan, entity]))
  const draft: Draft = { tables: [], entities: [], next: 0 }
  const references: { from: Field; to: number }[] = []
  for (const at of order) {
    const plan = plans[at] as TablePlan
    const made = addTable(random, naming, plan, draft)
    for (const [r, reference] of plan.references.entries()) {
      const from = made.fields.find((field) => field.refers && field.words === referenceWords(made.fields, r))
      const to = place.get(reference.to)
      if (from !== undefined && to !== undefined) references.push({ from, to })
    }
  }
  return withJoins(random, draft, references)
}

function referenceWords(fields: Field[], at: number): string | undefined {
  return fields.filter((field) => field.refers)[at]?.words
}

/** Key, references and columns of one table, added to the draft. */
function addTable(random: Random, naming: Naming, plan: TablePlan, draft: Draft): Entity {
  const entity = draft.entities.length
  const shared = random.chance(0.65)
  const keyWords = shared ? `${plan.words} id` : 'id'
  const key = random.chance(0.93) ? [{ words: keyWords, senseName: 'id', values: ids() }] : []
  const links = plan.references.map(({ words }) => ({
    words: random.chance(0.94) ? `${words} id` : words,
    senseName: 'id',
    values: ids(),
  }))
  const seen = new Set([...key, ...links].map((field) => field.words))
  const own = plan.fields.filter((field) => !seen.has(field.words))
  const all = [...key, ...links, ...own]
  const tableItem = draft.next++
  const names = new Set<string>()
  const columns = all.map((field) =>
    columnOf(random, field, unused(names, naming.column(field.words, plan.words)), naming.titled),
  )
  const fields = all.map((field, c): Field => {
    const sense = senseOf(field.senseName)
    return {
      item: draft.next++, entity, words: field.words, sense, senseName: field.senseName, values: field.values,
      isKey: c < key.length, refers: c >= key.length && c < key.length + links.length,
    } // biome-ignore format: a row
  })
  for (const [c, field] of fields.entries()) if (field.refers) (columns[c] as Column).role = 'foreign key'
  const table = bareTable(
    naming.table(plan.words),
    columns,
    key.length > 0 && random.chance(0.9) ? [columns[0]?.name ?? ''] : [],
  )
  table.rows = random.int(5, 5000)
  draft.tables.push(naming.titled ? { ...table, title: plan.words } : table)
  const made = finished({ item: tableItem, words: plan.words, fields })
  draft.entities.push(made)
  return made
}

const ids = () =>
  pool('firstname')
    .slice(0, 8)
    .map((_, at) => ({ value: String(at + 1) }))

function unused(names: Set<string>, name: string): string {
  let free = name
  for (let n = 2; names.has(free.toLowerCase()); n++) free = `${name}${n}`
  names.add(free.toLowerCase())
  return free
}

/** Joins as a catalog would know them: all, most, or few. */
function withJoins(random: Random, draft: Draft, references: { from: Field; to: number }[]): Scene {
  const knownShare = random.pick([1, 1, 1, 1, 1, 1, 1, 0.7, 0.4, 0])
  const edges = references.flatMap(({ from, to }): Edge[] => {
    const key = draft.entities[to]?.key
    return key === undefined ? [] : [{ from, to: key, known: random.chance(knownShare) }]
  })
  const joins = edges
    .filter((edge) => edge.known)
    .map(({ from, to }): Join => {
      const source = random.chance(0.6) ? 'declared' : 'inferred'
      return { from: endOf(draft, from), to: endOf(draft, to), source, inclusion: 1 }
    })
  const catalog: Catalog = bareCatalog('data', draft.tables, joins)
  return { catalog, entities: draft.entities, edges }
}

function endOf(draft: Draft, field: Field): { table: string; columns: string[] } {
  const entity = draft.entities[field.entity] as Entity
  const table = draft.tables[field.entity] as Table
  const column = table.columns[entity.fields.findIndex((other) => other.item === field.item)] as Column
  return { table: table.name, columns: [column.name] }
}
