import { type Catalog, type Column, itemsOf, type Table } from '../catalog.ts'
import type { Linked } from '../draft.ts'
import { type Origin, originOf, type Scope, scopesOf, tableNamed } from '../tree/origin.ts'
import { readTree } from '../tree/read.ts'
import { type Expression, everyExpression, isGrouped, leavesOf, type Query, type Select, selectsOf } from '../tree.ts'
import type { Language } from '../wording.ts'
import { aliased, mapExpression, mapSelect } from './map.ts'

/** A statement laid out for editing: edits change it in place, one after the other. */
export interface Sheet {
  query: Query
  /** The SELECT that reads stored tables alone; filters and periods belong there. */
  body: Select | undefined
  /** True when `body` is the whole statement: measures, groups and order can be edited too. */
  whole: boolean
  catalog: Catalog
  language: Language
  /** ISO date that "last month" is seen from. */
  today: string
  wish: string | null
  linked: Linked[]
  /** True once the SQL holds a date counted from today. */
  relative: boolean
}

/** What an editor is told beside the statement. */
export interface Around {
  catalog: Catalog
  language: Language
  today: string
}

/** Lays out one parsed statement (as `check` gives it). Positions and aliases are replaced by what they stand for. */
export function openSheet(tree: unknown, wish: string | null, around: Around): Sheet {
  const query = structuredClone(readTree(tree))
  const readers = selectsOf(query).filter((select) => readsTables(select, query, around.catalog))
  const whole = query.kind === 'select' && readers.includes(query)
  const body = whole ? (query as Select) : readers.length === 1 ? readers[0] : undefined
  if (body !== undefined) spellOut(body, around.catalog)
  return { query, body, whole, wish, linked: [], relative: false, ...around }
}

function readsTables(select: Select, query: Query, catalog: Catalog): boolean {
  const leaves = leavesOf(select.from)
  const ctes = new Set(query.ctes.map(({ name }) => name.toLowerCase()))
  return (
    leaves.length > 0 &&
    leaves.every(
      (leaf) => leaf.kind === 'table' && !ctes.has(leaf.name.toLowerCase()) && tableNamed(catalog, leaf.name),
    )
  )
}

/** "GROUP BY 1 ORDER BY n" says the expressions themselves, so that items can come and go. */
function spellOut(select: Select, catalog: Catalog): void {
  const scope = scopesOf(select, catalog).get(select)
  const isColumn = (name: string) =>
    scope?.leaves.some((leaf) => leaf.table?.columns.some((column) => same(column.name, name))) === true
  const item = (e: Expression, aliasFirst: boolean): Expression | undefined => {
    if (e.kind !== 'column' || e.names.length !== 1) return undefined
    const name = e.names[0] ?? ''
    if (!aliasFirst && isColumn(name)) return undefined
    const found = select.items.find((one) => one.alias !== undefined && same(one.alias, name))
    return found && aliased(found, undefined)
  }
  const position = (e: Expression) =>
    e.kind === 'constant' && typeof e.value === 'number' ? select.items[e.value - 1] : undefined
  const meant = (e: Expression, aliasFirst: boolean) =>
    aliased(position(e) ?? mapExpression(e, (part) => item(part, aliasFirst)), undefined)
  if (select.groupAll) {
    select.groups = select.items.filter((one) => !summarises(one)).map((one) => aliased(one, undefined))
    select.groupAll = false
  }
  select.groups = select.groups.map((group) => meant(group, false))
  select.where = select.where && mapExpression(select.where, (part) => item(part, false))
  select.having = select.having && mapExpression(select.having, (part) => item(part, false))
  select.qualify = select.qualify && mapExpression(select.qualify, (part) => item(part, false))
  select.order = select.order.map((order) => ({ ...order, by: meant(order.by, true) }))
}

/** Whether an expression sums up rows. */
export function summarises(e: Expression): boolean {
  return isGrouped({ ...EMPTY, items: [e] }) || everyExpression(e).some((part) => part.kind === 'window')
}

const EMPTY: Select = {
  kind: 'select',
  ctes: [],
  order: [],
  items: [],
  from: undefined,
  where: undefined,
  groups: [],
  groupAll: false,
  groupSets: false,
  sampled: false,
  having: undefined,
  qualify: undefined,
  distinct: false,
  distinctOn: [],
}

/** What the names in the body refer to. */
export function scopeOf(sheet: Sheet): Scope {
  const scope = sheet.body && scopesOf(sheet.query, sheet.catalog).get(sheet.body)
  return scope ?? { select: undefined, leaves: [] }
}

/** The tables the body reads. */
export function tablesOf(sheet: Sheet): Table[] {
  return scopeOf(sheet).leaves.flatMap((leaf) => (leaf.table === undefined ? [] : [leaf.table]))
}

/** A column's name that no other column of the catalog has. */
export function columnKey({ table, column }: Origin): string {
  return `${table.name}.${column.name}`
}

/** The column an expression is of: itself, or the only column inside a call. */
export function columnOf(e: Expression, scope: Scope): Origin | undefined {
  const direct = originOf(e, scope)
  if (direct !== undefined) return direct
  const inside = everyExpression(e).flatMap((part) => (part.kind === 'column' ? [originOf(part, scope)] : []))
  const [first, ...rest] = inside
  return rest.every((one) => one?.column === first?.column) ? first : undefined
}

/** The number of a column among `itemsOf(catalog)`; -1 when the catalog has none such. */
export function itemOf({ table, column }: Origin, catalog: Catalog): number {
  return itemsOf(catalog).findIndex(
    (item) =>
      item.kind === 'column' &&
      catalog.tables[item.table] === table &&
      catalog.tables[item.table]?.columns[item.column] === column,
  )
}

/** Every column of some tables. */
export function columnsOf(tables: Table[]): Origin[] {
  return tables.flatMap((table) => table.columns.map((column: Column) => ({ table, column })))
}

/** Column names in the body get their table in front where more than one table is read. */
export function qualify(sheet: Sheet): void {
  const scope = scopeOf(sheet)
  if (sheet.body === undefined) return
  mapSelect(sheet.body, (e) => {
    if (e.kind !== 'column' || e.names.length !== 1) return undefined
    const name = e.names[0] ?? ''
    const leaf = scope.leaves.find((one) => one.table?.columns.some((column) => same(column.name, name)))
    return leaf === undefined ? undefined : { ...e, names: [leaf.alias, name] }
  })
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
