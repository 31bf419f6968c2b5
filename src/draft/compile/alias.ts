import { quoteName } from './quote.ts'
import { columnAt, type Setting } from './scope.ts'
import type { Expression, Term } from './tree.ts'

/** How an aggregate's column is called: `total_price`, `average_age`; a count of rows is `count`. */
const AGGREGATE_NAMES = {
  count: 'count', sum: 'total', avg: 'average', min: 'lowest', max: 'highest', median: 'median', stddev: 'deviation',
} // biome-ignore format: a table

const OPERATOR_NAMES = { '-': 'difference', '+': 'sum', '/': 'ratio', mul: 'product' }

const WRAP_NAMES = { share: 'percent', running: 'running', growth: 'growth_percent' }

/** The result column's name: the column's own where it stands as it is, otherwise what was done to it. */
export function nameOf(expression: Expression, setting: Setting): string {
  const { left, right, operator, wrap } = expression
  if (right && operator && left.aggregate && !right.aggregate)
    return `${wrap ? `${WRAP_NAMES[wrap]}_` : ''}${AGGREGATE_NAMES[left.aggregate]}_${OPERATOR_NAMES[operator]}`
  if (right && operator) return wrap ? `${WRAP_NAMES[wrap]}_${OPERATOR_NAMES[operator]}` : OPERATOR_NAMES[operator]
  const term = termName(left, setting)
  if (!wrap) return term
  return wrap === 'running' ? `running_${term}` : WRAP_NAMES[wrap]
}

function termName({ aggregate, distinct, function: name, column, output }: Term, setting: Setting): string {
  if (output !== undefined) return output
  const plain = column === '*' ? '' : columnAt(setting, column).column.name
  if (name) return name === 'bin' ? `${plain}_from` : name === 'monthname' ? 'month' : name
  if (!aggregate) return plain
  if (plain === '') return aggregate === 'count' ? 'count' : AGGREGATE_NAMES[aggregate]
  return distinct && aggregate !== 'count'
    ? `${AGGREGATE_NAMES[aggregate]}_distinct_${plain}`
    : `${AGGREGATE_NAMES[aggregate]}_${plain}`
}

/** Names made unique, case-insensitively, by the table's name before or a number after. */
export function uniqueNames(expressions: Expression[], setting: Setting): string[] {
  const taken = new Set<string>()
  return expressions.map((expression) => {
    const name = nameOf(expression, setting)
    const { column } = expression.left
    const table = column === '*' ? undefined : setting.catalog.tables[columnAt(setting, column).table]?.name
    const choices = [
      name,
      ...(table ? [`${table}_${name}`] : []),
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${name}_${number}`),
    ]
    const free = choices.find((choice) => !taken.has(choice.toLowerCase())) ?? `${name}_${taken.size}`
    taken.add(free.toLowerCase())
    return free
  })
}

/** `sql AS name`, or the SQL alone where it already has that name. */
export function withAlias(sql: string, name: string): string {
  const quoted = quoteName(name)
  return sql === quoted || sql.endsWith(`.${quoted}`) ? sql : `${sql} AS ${quoted}`
}
