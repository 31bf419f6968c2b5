import type { Catalog } from '../catalog.ts'
import { scopesOf } from '../tree/origin.ts'
import { writeQuery } from '../tree/write.ts'
import {
  type Expression,
  everyExpression,
  groupsOf,
  isGrouped,
  leavesOf,
  type Nested,
  type Query,
  type Select,
  type Source,
} from '../tree.ts'
import { teller } from '../wording/tell.ts'
import { humanise, type Language, listText, rowsOf, type Teller } from '../wording.ts'
import { tellPart } from './texts.ts'

/** One part of a statement that gives rows by itself. */
export interface Part {
  kind: 'with' | 'side' | 'sub-query' | 'rows' | 'kept' | 'groups' | 'answer'
  /** What it gives, in words. */
  text: string
  sql: string
  /** Deeper parts go into the one before the next shallower part. */
  depth: number
}

interface Desk {
  tell: Teller
  ctes: Query['ctes']
  depth: number
}

/** A statement taken apart in the order it is worked out: WITH parts, sub-queries, the rows that are read, those kept, the groups, the answer. Parts that cannot be written are left out. */
export function partsOf(query: Query, catalog: Catalog, language: Language): Part[] {
  return [...inQuery(query, { tell: teller(catalog, language), ctes: [], depth: 0 }), ...answerOf(query, language)]
}

function answerOf(query: Query, language: Language): Part[] {
  const sql = writeQuery(query)
  return sql === undefined ? [] : [{ kind: 'answer', text: tellPart(language, 'answer'), sql, depth: 0 }]
}

function inQuery(query: Query, desk: Desk): Part[] {
  const known = [...desk.ctes]
  const parts = query.ctes.flatMap((cte) => {
    const inner = inQuery(cte.query, { ...desk, ctes: [...known], depth: desk.depth + 1 })
    const whole = part('with', tellPart(desk.tell.language, 'with', humanise(cte.name)), cte.query, {
      ...desk,
      ctes: [...known],
    })
    known.push(cte)
    return [...whole, ...inner]
  })
  const inside = { ...desk, ctes: known }
  if (query.kind === 'select') return [...parts, ...inSelect(query, inside)]
  const sides = query.sides.flatMap((side, i) => [
    ...part('side', tellPart(desk.tell.language, 'side', i + 1), side, inside),
    ...inQuery(side, { ...inside, depth: desk.depth + 1 }),
  ])
  return [...parts, ...sides]
}

function inSelect(select: Select, desk: Desk): Part[] {
  const { tell } = desk
  const from = leavesOf(select.from).flatMap((leaf) =>
    leaf.kind === 'query' ? subQuery(leaf.query, leaf.alias, desk) : [],
  )
  const nested = [...conditionsOf(select), ...select.items]
    .flatMap(nestedIn)
    .flatMap((one) => subQuery(one.query, '', desk))
  const leaves = leavesOf(select.from).filter((leaf) => leaf.kind === 'table')
  if (leaves.length === 0 || leaves.length < leavesOf(select.from).length) return [...from, ...nested]
  const scope = scopesOf({ ...select, ctes: desk.ctes }, tell.catalog)
    .values()
    .next().value
  const tables = leaves.map((leaf) => named(leaf, desk))
  const rows = { ...bareRows(select), where: undefined }
  const kept = bareRows(select)
  const joined = tellPart(
    tell.language,
    leaves.length > 1 ? 'joined' : 'rows',
    listText([...new Set(tables)], tell.language),
  )
  const by = groupsOf(select).map((group) => (scope === undefined ? '' : tell.expression(group, scope)))
  return [
    ...from,
    ...nested,
    ...part('rows', joined, rows, desk),
    ...(select.where === undefined || scope === undefined
      ? []
      : part('kept', tellPart(tell.language, 'kept', tell.condition(select.where, scope)), kept, desk)),
    ...(isGrouped(select) && by.length > 0 && (select.having !== undefined || select.limit !== undefined)
      ? part('groups', tellPart(tell.language, 'groups', listText(by, tell.language)), ungrouped(select), desk)
      : []),
  ]
}

function named(leaf: Source, { tell }: Desk): string {
  const name = leaf.kind === 'table' ? leaf.name : ''
  const table = tell.catalog.tables.find((one) => one.name.toLowerCase() === name.toLowerCase())
  return table === undefined ? humanise(name) : rowsOf(table, tell.language)
}

function conditionsOf(select: Select): Expression[] {
  return [select.where, select.having, select.qualify].filter((one) => one !== undefined)
}

function nestedIn(e: Expression): Nested[] {
  return everyExpression(e).filter((one): one is Nested & { alias?: string } => one.kind === 'nested')
}

function subQuery(query: Query, alias: string, desk: Desk): Part[] {
  const { language } = desk.tell
  const text =
    alias === '' ? tellPart(language, 'sub-query', desk.tell.query(query)) : tellPart(language, 'with', humanise(alias))
  return [...part('sub-query', text, query, desk), ...inQuery(query, { ...desk, depth: desk.depth + 1 })]
}

/** The rows behind a SELECT, before they are brought together, with the columns it speaks of. */
function bareRows(select: Select): Select {
  const spoken = [...select.items, ...select.groups, ...conditionsOf(select), ...select.order.map((one) => one.by)]
  const aliases = new Set(select.items.flatMap((item) => item.alias ?? []))
  const columns = spoken
    .flatMap(everyExpression)
    .filter((e) => e.kind === 'column' && !(e.names.length === 1 && aliases.has(e.names[0] ?? '')))
  const seen = new Set<string>()
  const items = columns.flatMap((e): Expression[] => {
    const key = e.kind === 'column' ? (e.names.at(-1) ?? '').toLowerCase() : ''
    const { alias: _, ...plain } = e
    return seen.has(key) || !seen.add(key) ? [] : [plain as Expression]
  })
  const star: Expression = { kind: 'star', table: '', exclude: [], plain: true }
  return {
    ...ungrouped(select),
    items: items.length > 0 ? items : [star],
    groups: [],
    groupAll: false,
    distinct: false,
    distinctOn: [],
    qualify: undefined,
    order: [],
  }
}

function ungrouped(select: Select): Select {
  const { limit: _, offset: __, ...rest } = select
  return { ...rest, ctes: [], having: undefined }
}

function part(kind: Part['kind'], text: string, query: Query, { ctes, depth }: Desk): Part[] {
  const sql = writeQuery({ ...query, ctes: [...ctes, ...query.ctes] })
  return sql === undefined ? [] : [{ kind, text, sql, depth }]
}
