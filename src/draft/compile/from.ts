import { itemsOf } from '../../catalog.ts'
import { RELATIONS } from '../../link.ts'
import { type Attachment, type JoinEdge, joinPath } from '../joins.ts'
import { CompileError } from './error.ts'
import { quoteName } from './quote.ts'
import { columnAt, type Setting, tableAt, tableName } from './scope.ts'
import type { From } from './tree.ts'

/** The tables of FROM, each once, in written order. */
export function fromTables(from: From & { kind: 'tables' }, setting: Setting): number[] {
  return [...new Set(from.tables.map(({ item }) => tableAt(setting, item)))]
}

/** FROM and its JOINs, one a line. Refuses tables that no known key joins rather than multiply them. */
export function fromLines(from: From & { kind: 'tables' }, setting: Setting): string[] {
  const tables = fromTables(from, setting)
  const path = joinPath(setting.graph, tables, explicitEdges(from, setting), (edges) => roleSaid(edges, setting))
  if (!path)
    throw new CompileError('join', `no key joins ${tables.map((table) => tableName(setting, table)).join(', ')}`)
  const outer = new Set(from.tables.filter(({ left }) => left).map(({ item }) => tableAt(setting, item)))
  return path.map((attachment) => {
    const name = tableName(setting, attachment.table)
    if (attachment.edges.length === 0) return `FROM ${name}`
    // A table joined to an optional one is optional too, or it would drop the rows that LEFT JOIN keeps.
    if (attachment.edges.some(({ left }) => outer.has(left))) outer.add(attachment.table)
    return `${outer.has(attachment.table) ? 'LEFT JOIN' : 'JOIN'} ${name} ON ${onSql(attachment, setting)}`
  })
}

/** The reference whose column the question names by more words than the others' ("destinations" and `dst_apid`); none when they are even. */
function roleSaid(edges: JoinEdge[], { items, links }: Setting): JoinEdge | undefined {
  const words = edges.map((edge) => {
    const columns = edge.pairs.flatMap(({ left, right }) => [`${edge.left} ${left}`, `${edge.right} ${right}`])
    const named = links.links.filter(({ item, relation }) => {
      const one = items[item]
      return COLUMN_NAMES.has(relation) && one?.kind === 'column' && columns.includes(`${one.table} ${one.column}`)
    })
    return new Set(named.map(({ word }) => word)).size
  })
  const most = Math.max(...words)
  return words.filter((count) => count === most).length === 1 ? edges[words.indexOf(most)] : undefined
}

const COLUMN_NAMES: ReadonlySet<number> = new Set([
  RELATIONS.columnExact,
  RELATIONS.columnPartial,
  RELATIONS.columnSimilar,
])

function explicitEdges(from: From & { kind: 'tables' }, setting: Setting): JoinEdge[] {
  return from.on.map(({ left, right }) => {
    const [first, second] = [columnAt(setting, left), columnAt(setting, right)]
    const pairs = [{ left: columnNumber(setting, left), right: columnNumber(setting, right) }]
    return { left: first.table, right: second.table, pairs, source: 'declared' }
  })
}

function columnNumber(setting: Setting, index: number): number {
  const item = setting.items[index]
  return item?.kind === 'column' ? item.column : -1
}

function onSql({ edges }: Attachment, setting: Setting): string {
  return edges.flatMap((edge) => edge.pairs.map((pair) => pairSql(edge, pair, setting))).join(' AND ')
}

function pairSql(edge: JoinEdge, pair: JoinEdge['pairs'][number], setting: Setting): string {
  const sides = [
    { table: edge.left, column: setting.catalog.tables[edge.left]?.columns[pair.left] },
    { table: edge.right, column: setting.catalog.tables[edge.right]?.columns[pair.right] },
  ]
  const names = sides.map(({ table, column }) => `${tableName(setting, table)}.${quoteName(column?.name ?? '')}`)
  const kinds = sides.map(({ column }) => column?.kind)
  if (kinds[0] === kinds[1]) return names.join(' = ')
  if (kinds.every((kind) => kind === 'number' || kind === 'text')) {
    return names.map((name, side) => (kinds[side] === 'number' ? name : `TRY_CAST(${name} AS DOUBLE)`)).join(' = ')
  }
  return names.map((name) => `CAST(${name} AS VARCHAR)`).join(' = ')
}

/** Item numbers of all columns of some tables, for `*` written out. */
export function columnItems(tables: number[], setting: Setting): number[] {
  return itemsOf(setting.catalog).flatMap((item, index) =>
    item.kind === 'column' && tables.includes(item.table) ? [index] : [],
  )
}
