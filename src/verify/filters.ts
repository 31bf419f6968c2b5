import type { Cell } from '../database.ts'
import { bare, originOf, type Scope } from '../tree/origin.ts'
import { sqlOf, sqlOfCtes, sqlOfSource } from '../tree/print.ts'
import { conjunctsOf, type Expression, everyExpression, isAggregate, isGrouped, type Select } from '../tree.ts'
import { listText, nameOf, numberText, rowsOf } from '../wording.ts'
import { countIn, type Facts, type FindingRule, type Told } from './facts.ts'
import { nearest } from './nearest.ts'
import { tellFinding } from './texts.ts'

/** Conditions looked at one by one; more are no question of a person. */
const MOST_CONDITIONS = 8

export const emptyFilter: FindingRule = {
  name: 'empty-filter',
  level: 'warning',
  why: 'An empty answer is most often a misspelt value: say which condition matched nothing, and what is near.',
  look: async (facts) => {
    if (!isEmpty(facts)) return []
    for (const { select, scope } of facts.selects) {
      const told = facts.measurable(scope) ? await emptySelect(facts, select, scope) : []
      if (told.length > 0) return told
    }
    return []
  },
}

/** No rows, or one row of counts and sums of nothing. */
function isEmpty({ rows, query }: Facts): boolean {
  if (rows.rows.length === 0) return true
  const [only] = rows.rows
  const alone = query.kind === 'select' && isGrouped(query) && query.groups.length === 0 && !query.groupAll
  return alone && rows.rows.length === 1 && (only ?? []).every((cell) => cell === null || cell === 0)
}

async function emptySelect(facts: Facts, select: Select, scope: Scope): Promise<Told[]> {
  const conditions = conjunctsOf(select.where).slice(0, MOST_CONDITIONS)
  const counts = await countEach(facts, select, conditions)
  if (counts === undefined) return []
  const { language, tell } = facts
  if (countIn(counts, 0) === 0 && scope.leaves.length > 1) {
    const [first, ...others] = scope.leaves.map((leaf) =>
      leaf.table === undefined ? leaf.alias : rowsOf(leaf.table, language),
    )
    return [tellFinding(language, 'join matched nothing', first ?? '', listText(others, language, 'or'))]
  }
  const missed = conditions.filter((_, i) => countIn(counts, i + 1) === 0)
  if (missed.length > 0) return missed.map((condition) => tellMissed(condition, scope, facts))
  if (conditions.length < 2) return []
  const told = conditions.map((condition, i) =>
    tellFinding(language, 'condition rows', tell.condition(condition, scope), numberText(countIn(counts, i + 1))),
  )
  return [tellFinding(language, 'none together', listText(told, language))]
}

/** Rows of FROM in all, then rows that meet each condition alone. */
async function countEach(facts: Facts, select: Select, conditions: Expression[]): Promise<Cell[] | undefined> {
  const lead = sqlOfCtes(facts.query)
  const from = select.from === undefined ? undefined : sqlOfSource(select.from)
  const parts = conditions.map(sqlOf)
  if (lead === undefined || from === undefined || parts.includes(undefined)) return undefined
  const items = parts.map((sql) => `, sum(CASE WHEN ${sql} THEN 1 ELSE 0 END)`).join('')
  const [row] = await facts.ask(`${lead}SELECT count(*)${items} FROM ${from}`)
  return row
}

function tellMissed(condition: Expression, scope: Scope, facts: Facts): Told {
  const { language, tell } = facts
  const text = tellFinding(language, 'no row meets', tell.condition(condition, scope))
  const wanted = constantsIn(condition, scope)
  const near = wanted.flatMap((one) => nearest(one.text, one.values, 3))
  const quoted = [...new Set(near)].map((value) => (language === 'zh' ? `「${value}」` : `“${value}”`))
  if (quoted.length === 0) return text
  const told = text + tellFinding(language, 'nearest values', listText(quoted, language))
  return withRewrite(told, wanted, facts)
}

/** The text with the statement that has the nearest value instead, where the value stands once in it as it was asked for. */
function withRewrite(text: string, wanted: Wanted[], { sql }: Facts): Told {
  for (const { text: from, values } of wanted) {
    const [to] = nearest(from, values, 1)
    const literal = (value: string) => `'${value.replaceAll("'", "''")}'`
    const parts = sql.split(literal(from))
    if (to !== undefined && parts.length === 2) return { text, rewrite: { from, to, sql: parts.join(literal(to)) } }
  }
  return text
}

interface Wanted {
  text: string
  column: string
  values: string[]
  /** All values of the column are known. */
  complete: boolean
}

/** Texts that a condition compares a stored text column with. */
function constantsIn(condition: Expression, scope: Scope): Wanted[] {
  return everyExpression(condition).flatMap((part) => {
    const pairs =
      part.kind === 'compare' && part.op === '='
        ? [[part.left, part.right] as const, [part.right, part.left] as const]
        : part.kind === 'in'
          ? part.list.map((value) => [part.part, value] as const)
          : part.kind === 'call' && /^~~\*?$/.test(part.name) && part.args[0] && part.args[1]
            ? [[part.args[0], part.args[1]] as const]
            : []
    return pairs.flatMap(([column, value]) => wantedOf(column, value, scope))
  })
}

function wantedOf(column: Expression, value: Expression, scope: Scope): Wanted[] {
  const constant = bare(value)
  const origin = originOf(column, scope)
  if (constant.kind !== 'constant' || typeof constant.value !== 'string' || origin?.column.kind !== 'text') return []
  const { values, distinct } = origin.column
  const text = constant.value.replaceAll('%', '')
  return [
    {
      text,
      column: nameOf(origin.column),
      values,
      complete: values.length >= distinct && !/[%_]/.test(constant.value),
    },
  ]
}

export const unknownValue: FindingRule = {
  name: 'unknown-value',
  level: 'warning',
  why: 'One misspelt value among several leaves an answer that looks whole.',
  look: (facts) => {
    if (isEmpty(facts)) return []
    const wanted = facts.selects.flatMap(({ select, scope }) => {
      const filters = select.items.flatMap((item) =>
        everyExpression(item).flatMap((e) => (isAggregate(e) && e.filter ? [e.filter] : [])),
      )
      return [...(select.where === undefined ? [] : [select.where]), ...filters].flatMap((condition) =>
        constantsIn(condition, scope),
      )
    })
    const unknown = wanted.filter(
      ({ text, values, complete }) => complete && !values.some((value) => value.toLowerCase() === text.toLowerCase()),
    )
    return unknown.map((one) => {
      const { text, column, values } = one
      const near = nearest(text, values, 3).map((value) => (facts.language === 'zh' ? `「${value}」` : `“${value}”`))
      const hint =
        near.length === 0 ? '' : tellFinding(facts.language, 'nearest values', listText(near, facts.language))
      return withRewrite(tellFinding(facts.language, 'unknown value', text, column) + hint, [one], facts)
    })
  },
}
