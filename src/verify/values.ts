import { originOf, type Scope } from '../tree/origin.ts'
import { sqlOf } from '../tree/print.ts'
import {
  type Call,
  conjunctsOf,
  type Expression,
  everyExpression,
  groupsOf,
  isAggregate,
  itemMeant,
  type Select,
} from '../tree.ts'
import { core } from '../wording/patterns.ts'
import { listText, nameOf, numberText } from '../wording.ts'
import { askMaybe, countIn, type Facts, type FindingRule, originsIn, rowsSql } from './facts.ts'
import { tellFinding } from './texts.ts'

/** Aggregates of a SELECT's items over one stored column. */
function aggregatesIn(select: Select, scope: Scope, names: Set<string>) {
  return select.items.flatMap(everyExpression).flatMap((e) => {
    const [argument] = isAggregate(e) ? e.args : []
    const origin = argument === undefined ? undefined : originOf(argument, scope)
    if (!isAggregate(e) || !names.has(e.name) || argument === undefined || origin === undefined) return []
    return [{ call: e as Call, argument, origin }]
  })
}

const NULL_BLIND = new Set(['sum', 'avg', 'mean', 'median', 'count', 'stddev', 'stddev_samp'])

export const nullsDropped: FindingRule = {
  name: 'nulls-dropped',
  level: 'info',
  why: 'Aggregates pass over missing values and a filter "is not x" drops them: say how many rows that were.',
  look: async (facts) => {
    const told = facts.selects.map(async ({ select, scope }) => {
      if (!facts.measurable(scope)) return []
      return [...(await nullsInAggregates(facts, select, scope)), ...(await nullsInFilters(facts, select, scope))]
    })
    return [...new Set((await Promise.all(told)).flat())]
  },
}

async function nullsInAggregates(facts: Facts, select: Select, scope: Scope): Promise<string[]> {
  const aggregates = aggregatesIn(select, scope, NULL_BLIND).filter(
    ({ origin, call }) => origin.column.nullShare > 0 && call.filter === undefined,
  )
  const written = aggregates.map(({ argument }) => sqlOf(argument))
  if (aggregates.length === 0 || written.includes(undefined)) return []
  const [row] = await askMaybe(
    facts,
    rowsSql(facts, select, ['count(*)', ...written.map((sql) => `count(${sql})`)].join(', ')),
  )
  const total = countIn(row, 0)
  return aggregates.flatMap(({ call, origin }, i) => {
    const dropped = total - countIn(row, i + 1)
    if (row === undefined || dropped <= 0) return []
    const measure = facts.tell.expression({ ...call }, scope)
    return [
      tellFinding(
        facts.language,
        'nulls in aggregate',
        numberText(dropped),
        numberText(total),
        nameOf(origin.column),
        measure,
      ),
    ]
  })
}

async function nullsInFilters(facts: Facts, select: Select, scope: Scope): Promise<string[]> {
  const conditions = conjunctsOf(select.where)
  const told = conditions.map(async (condition) => {
    const column = negatedColumn(condition)
    const origin = column === undefined ? undefined : originOf(column, scope)
    const name = column === undefined ? undefined : sqlOf(column)
    if (origin === undefined || name === undefined || origin.column.nullShare === 0) return []
    const rest = conditions.filter((other) => other !== condition)
    const missing: Expression = { kind: 'null', part: column as Expression, negated: false }
    const changed: Select = { ...select, where: { kind: 'logic', op: 'and', parts: [missing, ...rest] } }
    const [row] = await askMaybe(facts, rowsSql(facts, changed, 'count(*)'))
    const dropped = countIn(row, 0)
    if (dropped === 0) return []
    return [
      tellFinding(
        facts.language,
        'nulls in filter',
        numberText(dropped),
        nameOf(origin.column),
        facts.tell.condition(condition, scope),
      ),
    ]
  })
  return (await Promise.all(told)).flat()
}

/** The column of "is not", "is none of", "does not contain": conditions a missing value fails though it is not that value. */
function negatedColumn(condition: Expression): Expression | undefined {
  const inner = condition.kind === 'not' ? condition.part : condition
  if (condition.kind === 'compare' && condition.op === '<>') return core(condition.left)
  if (inner.kind === 'in' && (inner.negated || condition.kind === 'not')) return core(inner.part)
  if (
    inner.kind === 'call' &&
    (inner.name.startsWith('!~~') || (condition.kind === 'not' && inner.name.startsWith('~~')))
  ) {
    return inner.args[0] === undefined ? undefined : core(inner.args[0])
  }
  return undefined
}

/** Fewer rows than these make an average an anecdote. */
const FEW = 5

const AVERAGES = new Set(['avg', 'mean', 'median', 'stddev', 'stddev_samp'])

export const fewRowsAverage: FindingRule = {
  name: 'few-rows-average',
  level: 'info',
  why: 'An average of two rows ranks beside one of two thousand and means little.',
  look: async (facts) => {
    const told = facts.selects.map(async ({ select, scope }) => {
      const [average] = facts.measurable(scope) ? aggregatesIn(select, scope, AVERAGES) : []
      const counted = average === undefined ? undefined : sqlOf(average.argument)
      const groups = groupsOf(select).map(sqlOf)
      if (average === undefined || counted === undefined || groups.includes(undefined) || select.groupSets) return []
      const tail = `${groupTail(groups)} HAVING count(${counted}) BETWEEN 1 AND ${FEW - 1} ORDER BY 1 LIMIT 200`
      const rows = await askMaybe(facts, rowsSql(facts, select, [`count(${counted})`, ...groups].join(', '), tail))
      const measure = facts.tell.expression(average.call, scope)
      return tellFew(facts, rows, measure, groups.length)
    })
    return (await Promise.all(told)).flat()
  },
}

function groupTail(groups: (string | undefined)[]): string {
  return groups.length === 0 ? '' : ` GROUP BY ${groups.join(', ')}`
}

/** Whether the answer has a row with these labels; a group the answer left out is none of the reader's concern. */
function isShown(label: string[], { rows }: Facts): boolean {
  return rows.rows.some((row) => {
    const cells = row.map(String)
    return label.every((part) => cells.includes(part))
  })
}

function tellFew(facts: Facts, rows: Awaited<ReturnType<Facts['ask']>>, measure: string, groups: number): string[] {
  const { language } = facts
  const few = rows
    .map((row) => ({ count: countIn(row, 0), label: row.slice(1).map(String) }))
    .filter(({ label }) => isShown(label, facts))
  const [first, ...more] = few
  if (first === undefined) return []
  if (groups === 0) return [tellFinding(language, 'few rows in all', measure, first.count)]
  const text = tellFinding(language, 'few rows', measure, listText(first.label, language), first.count)
  return [more.length === 0 ? text : text + tellFinding(language, 'few rows more', more.length)]
}

/** Of fewer rows one is bound to be large. */
const ENOUGH = 10

export const oneRowDominates: FindingRule = {
  name: 'one-row-dominates',
  level: 'warning',
  why: 'A total that is mostly one row is that row: a typing error or an outlier.',
  look: async (facts) => {
    const told = facts.selects.map(async ({ select, scope }) => {
      const [sum] = facts.measurable(scope) ? aggregatesIn(select, scope, new Set(['sum'])) : []
      const x = sum === undefined ? undefined : sqlOf(sum.argument)
      const groups = groupsOf(select).map(sqlOf)
      if (sum === undefined || x === undefined || groups.includes(undefined) || select.groupSets) return []
      const having = ` HAVING count(${x}) >= ${ENOUGH} AND min(${x}) >= 0 AND max(${x}) > 0.5 * sum(${x}) ORDER BY 2 DESC LIMIT 200`
      const rows = await askMaybe(
        facts,
        rowsSql(facts, select, [`max(${x})`, `sum(${x})`, ...groups].join(', '), groupTail(groups) + having),
      )
      const measure = facts.tell.expression({ ...sum.call }, scope)
      const shown = rows.filter((row) => isShown(row.slice(2).map(String), facts))
      return shown.slice(0, 1).map((row) => tellDominance(facts, row, measure))
    })
    return (await Promise.all(told)).flat()
  },
}

function tellDominance({ language }: Facts, row: Awaited<ReturnType<Facts['ask']>>[number], measure: string): string {
  const [largest, sum] = [countIn(row, 0), countIn(row, 1)]
  const label = row.slice(2).map(String)
  const of = label.length === 0 ? '' : tellFinding(language, 'dominates group', listText(label, language))
  return tellFinding(
    language,
    'dominates',
    `${Math.round((largest / sum) * 100)}%`,
    measure,
    of,
    numberText(largest),
    numberText(sum),
  )
}

export const numbersAsText: FindingRule = {
  name: 'numbers-as-text',
  level: 'warning',
  why: 'Text sorts "10" before "9", and text that is no number drops out of a sum.',
  look: async (facts) => {
    const told = facts.selects.map(async ({ select, scope }) => [
      ...sortedAsText(facts, select, scope),
      ...(await unreadNumbers(facts, select, scope)),
    ])
    return [...new Set((await Promise.all(told)).flat())]
  },
}

function sortedAsText(facts: Facts, select: Select, scope: Scope): string[] {
  const compared = everyExpressionOf(select.where).flatMap((e) =>
    e.kind === 'compare' && /[<>]/.test(e.op) && e.op !== '<>'
      ? [e.left, e.right]
      : e.kind === 'between'
        ? [e.part]
        : [],
  )
  const extremes = select.items
    .flatMap(everyExpression)
    .flatMap((e) => (isAggregate(e) && /^(min|max)$/.test(e.name) ? e.args : []))
  const sorted = select.order.map((order) => itemMeant(select, order.by))
  const columns = [...compared, ...extremes, ...sorted].filter((e) => e.kind === 'column')
  const names = columns.flatMap((e) => {
    const column = originOf(e, scope)?.column
    return column?.kind === 'text' && looksNumeric(column.values) ? [nameOf(column)] : []
  })
  return [...new Set(names)].map((name) => tellFinding(facts.language, 'text sorted', name))
}

function everyExpressionOf(e: Expression | undefined): Expression[] {
  return e === undefined ? [] : everyExpression(e)
}

/** Nine in ten values are numbers of differing length, so that text order is not number order. */
function looksNumeric(values: string[]): boolean {
  const numbers = values.filter((value) => /^\s*-?\d+([.,]\d+)*\s*$/.test(value))
  const lengths = new Set(numbers.map((value) => value.trim().length))
  return numbers.length > 1 && numbers.length >= 0.9 * values.length && lengths.size > 1
}

async function unreadNumbers(facts: Facts, select: Select, scope: Scope): Promise<string[]> {
  if (!facts.measurable(scope)) return []
  const casts = select.items
    .flatMap(everyExpression)
    .filter((e) => e.kind === 'cast' && e.lenient && /DOUBLE|INT|DECIMAL/.test(e.to))
  const told = casts.map(async (cast) => {
    const part = cast.kind === 'cast' ? cast.part : cast
    const column = originOf(part, scope)?.column
    const [x, read] = [sqlOf(part), sqlOf(cast)]
    if (column?.kind !== 'text' || x === undefined || read === undefined) return []
    const items = `count(*), min(${x}), max(${x})`
    const unread: Expression = {
      kind: 'logic',
      op: 'and',
      parts: [
        ...conjunctsOf(select.where),
        { kind: 'null', part, negated: true },
        { kind: 'null', part: cast, negated: false },
      ],
    }
    const [row] = await askMaybe(facts, rowsSql(facts, { ...select, where: unread }, items))
    if (countIn(row, 0) === 0) return []
    const samples = [...new Set([String(row?.[1]), String(row?.[2])])].map((value) => `“${value}”`)
    return [tellFinding(facts.language, 'text unread', numberText(countIn(row, 0)), nameOf(column), samples.join(', '))]
  })
  return (await Promise.all(told)).flat()
}

const UNIT_NAMES = /(^|[_ ])(currency|curr|unit|units|uom|measure_unit)$|币种|货币|单位/i

export const mixedUnits: FindingRule = {
  name: 'mixed-units',
  level: 'warning',
  why: 'Dollars and euros do not add up.',
  look: (facts) => {
    const told = facts.selects.flatMap(({ select, scope }) => {
      const named = [...groupsOf(select), ...conjunctsOf(select.where)]
        .flatMap((e) => originsIn(e, scope))
        .map(({ column }) => column)
      return aggregatesIn(select, scope, new Set(['sum', 'avg', 'mean', 'median', 'min', 'max'])).flatMap(
        ({ origin }) => {
          const isSize = origin.column.kind === 'number' && origin.column.role === 'measure'
          const unit = origin.table.columns.find((column) => column.kind === 'text' && UNIT_NAMES.test(column.name))
          if (!isSize || unit === undefined || unit.distinct < 2 || unit.distinct > 50 || named.includes(unit))
            return []
          const more = facts.language === 'zh' ? '等' : 'others'
          const values = listText([...unit.values.slice(0, 3), ...(unit.distinct > 3 ? [more] : [])], facts.language)
          return [tellFinding(facts.language, 'mixed units', nameOf(origin.column), values, nameOf(unit))]
        },
      )
    })
    return [...new Set(told)]
  },
}
