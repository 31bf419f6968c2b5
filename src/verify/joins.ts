import type { Table } from '../catalog.ts'
import { originOf, type Scope } from '../tree/origin.ts'
import { quoteName, sqlOf } from '../tree/print.ts'
import {
  type Call,
  everyExpression,
  groupsOf,
  isAggregate,
  isGrouped,
  type Joined,
  joinsOf,
  leavesOf,
  type Select,
} from '../tree.ts'
import { nameOf, numberText, rowsOf, singularOf } from '../wording.ts'
import {
  aliasesIn,
  allTables,
  askMaybe,
  countIn,
  type Facts,
  type FindingRule,
  ownConditions,
  rowsSql,
  tableOf,
} from './facts.ts'
import { tellFinding } from './texts.ts'

/** Below this share of lost rows a join loss is told without alarm. */
const SMALL_LOSS = 0.01

/** Two tables joined on a condition over both. `many` refers to `one`. */
interface Pair {
  join: Joined
  many: Side
  one: Side
  on: string
}

interface Side {
  alias: string
  table: Table
}

export const joinLoss: FindingRule = {
  name: 'join-loss',
  level: 'warning',
  why: 'An inner join drops rows without a match and nobody sees it.',
  look: async (facts) => (await lossesIn(facts)).filter(({ share }) => share >= SMALL_LOSS).map(({ text }) => text),
}

export const joinLossSmall: FindingRule = {
  name: 'join-loss-small',
  level: 'info',
  why: 'A few lost rows are worth a line, not an alarm.',
  look: async (facts) => (await lossesIn(facts)).filter(({ share }) => share < SMALL_LOSS).map(({ text }) => text),
}

/** Asked once for both rules. */
const losses = new WeakMap<Facts, Promise<{ share: number; text: string }[]>>()

function lossesIn(facts: Facts): Promise<{ share: number; text: string }[]> {
  const known = losses.get(facts)
  if (known !== undefined) return known
  const found = Promise.all(pairsIn(facts).map(({ select, scope, pair }) => lossOf(facts, select, scope, pair)))
  const flat = found.then((parts) => parts.flat())
  losses.set(facts, flat)
  return flat
}

function pairsIn(facts: Facts): { select: Select; scope: Scope; pair: Pair }[] {
  return facts.selects.flatMap(({ select, scope }) => {
    if (!allTables(select, scope) || !facts.measurable(scope)) return []
    const pairs = joinsOf(select.from)
      .filter((join) => join.how === 'inner')
      .flatMap((join) => pairOf(join, scope, facts))
    return pairs.map((pair) => ({ select, scope, pair }))
  })
}

function pairOf(join: Joined, scope: Scope, facts: Facts): Pair[] {
  const right = leavesOf(join.right)[0]
  if (right === undefined || leavesOf(join.right).length > 1) return []
  const aliases = join.on === undefined ? new Set<string>() : aliasesIn(join.on, scope)
  const [left] =
    join.using.length > 0
      ? leavesOf(join.left)
          .slice(-1)
          .map((leaf) => leaf.alias)
      : [...aliases].filter((alias) => alias !== right.alias)
  const on = join.using.length > 0 ? usingSql(join.using, left ?? '', right.alias) : join.on && sqlOf(join.on)
  const tables = [tableOf(scope, left ?? ''), tableOf(scope, right.alias)]
  if (left === undefined || on === undefined || tables[0] === undefined || tables[1] === undefined || aliases.size > 2)
    return []
  const [a, b] = [
    { alias: left, table: tables[0] },
    { alias: right.alias, table: tables[1] },
  ]
  return refersTo(b.table, a.table, facts) ? [{ join, many: b, one: a, on }] : [{ join, many: a, one: b, on }]
}

function usingSql(columns: string[], left: string, right: string): string {
  return columns
    .map((name) => `${quoteName(left)}.${quoteName(name)} = ${quoteName(right)}.${quoteName(name)}`)
    .join(' AND ')
}

/** By the catalog's joins, else by size. */
function refersTo(from: Table, to: Table, { catalog }: Facts): boolean {
  const known = (a: Table, b: Table) =>
    catalog.joins.some((join) => join.from.table === a.name && join.to.table === b.name)
  if (known(from, to) !== known(to, from)) return known(from, to)
  return from.rows > to.rows
}

async function lossOf(facts: Facts, select: Select, scope: Scope, { many, one, on }: Pair) {
  const own = ownConditions(select, scope, many.alias)
  const from = `${quoteName(many.table.name)} AS ${quoteName(many.alias)}`
  const semi = `${from} SEMI JOIN ${quoteName(one.table.name)} AS ${quoteName(one.alias)} ON ${on}`
  const [row] = await facts.ask(`SELECT (SELECT count(*) FROM ${from}${own}), (SELECT count(*) FROM ${semi}${own})`)
  const [total, matched] = [countIn(row, 0), countIn(row, 1)]
  if (matched >= total || matched === 0) return []
  const { language } = facts
  const text = tellFinding(
    language,
    'join loss',
    numberText(matched),
    numberText(total),
    rowsOf(many.table, language),
    oneOf(one.table, facts),
    numberText(total - matched),
  )
  return [{ share: (total - matched) / total, text }]
}

/** "a customer", "an order". */
function oneOf(table: Table, { language }: Facts): string {
  const row = language === 'zh' ? nameOf(table) : singularOf(nameOf(table))
  return language === 'zh' ? row : `${/^[aeiou]/i.test(row) ? 'an' : 'a'} ${row}`
}

export const joinUnmatched: FindingRule = {
  name: 'join-unmatched',
  level: 'info',
  why: 'Groups without a single match vanish from a list of groups: a zero that is not shown.',
  look: async (facts) => {
    const told = pairsIn(facts).map(async ({ select, scope, pair: { many, one, on } }) => {
      const labels = groupsOf(select).flatMap((group) => [...aliasesIn(group, scope)])
      if (!isGrouped(select) || !labels.includes(one.alias)) return []
      const own = ownConditions(select, scope, one.alias)
      const from = `${quoteName(one.table.name)} AS ${quoteName(one.alias)}`
      const anti = `${from} ANTI JOIN ${quoteName(many.table.name)} AS ${quoteName(many.alias)} ON ${on}`
      const [row] = await facts.ask(`SELECT (SELECT count(*) FROM ${from}${own}), (SELECT count(*) FROM ${anti}${own})`)
      const [total, alone] = [countIn(row, 0), countIn(row, 1)]
      if (alone === 0 || alone === total) return []
      const { language } = facts
      return [
        tellFinding(
          language,
          'join unmatched',
          numberText(alone),
          numberText(total),
          rowsOf(one.table, language),
          rowsOf(many.table, language),
        ),
      ]
    })
    return (await Promise.all(told)).flat()
  },
}

/** Aggregates that a multiplied row spoils. */
const SPOILT = new Set(['sum', 'avg', 'mean', 'median', 'count', 'stddev', 'stddev_samp', 'quantile_cont'])

export const joinFanOut: FindingRule = {
  name: 'join-fan-out',
  level: 'warning',
  why: 'A sum over a table whose rows a join multiplied counts them several times.',
  look: async (facts) => {
    const told = facts.selects.map(async ({ select, scope }) => {
      if (!allTables(select, scope) || scope.leaves.length < 2 || !facts.measurable(scope)) return []
      const spoilt = select.items
        .flatMap(everyExpression)
        .filter((e): e is Call & { alias?: string } => isAggregate(e) && SPOILT.has(e.name) && !e.distinct)
      return (await Promise.all(spoilt.map((call) => fanOutOf(facts, select, scope, call)))).flat()
    })
    return [...new Set((await Promise.all(told)).flat())]
  },
}

async function fanOutOf(facts: Facts, select: Select, scope: Scope, call: Call): Promise<string[]> {
  const [argument] = call.args
  const aliases = argument === undefined ? [] : [...aliasesIn(argument, scope)]
  const [alias] = aliases
  const table = alias === undefined ? undefined : tableOf(scope, alias)
  if (aliases.length !== 1 || alias === undefined || table === undefined || table.primaryKey.length !== 1) return []
  if (call.name === 'count' && argument !== undefined && originOf(argument, scope)?.column.name !== table.primaryKey[0])
    return []
  const key = `${quoteName(alias)}.${quoteName(table.primaryKey[0] ?? '')}`
  const [row] = await askMaybe(facts, rowsSql(facts, select, `count(${key}), count(DISTINCT ${key})`))
  const [rows, distinct] = [countIn(row, 0), countIn(row, 1)]
  if (rows <= distinct) return []
  const { language, tell } = facts
  const others = scope.leaves.filter((leaf) => leaf.alias !== alias && leaf.table !== undefined && leaf.table.rows > 0)
  const other = others.toSorted((a, b) => (b.table?.rows ?? 0) - (a.table?.rows ?? 0))[0]?.table
  const measure = tell.expression(call, scope)
  return [
    tellFinding(
      language,
      'fan out',
      numberText(rows),
      numberText(distinct),
      rowsOf(table, language),
      other === undefined ? '' : rowsOf(other, language),
      measure,
    ),
  ]
}
