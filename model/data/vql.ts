/** nvBench's VQL → a query: the chart is set aside, BIN becomes a function, GROUP BY is written out. */
import type { Catalog, Kind } from '../../src/catalog.ts'
import { Unsayable } from './scope.ts'
import { type Expression, type Parser, type Query, straightened } from './sql.ts'

const UNITS: Record<string, string> = { YEAR: 'year', MONTH: 'monthname', WEEKDAY: 'weekday', DAY: 'day', ZERO: 'bin' }

/** Parses a VQL; `coloured` says that its lone other group is drawn in colours. Throws Unsayable when it has no meaning as a query. */
export async function parseVql(
  vql: string,
  catalog: Catalog,
  parse: Parser,
  { coloured = false }: { coloured?: boolean } = {},
): Promise<Query> {
  const select = /^Visualize\s+(?:STACKED BAR|GROUPING LINE|GROUPING SCATTER|\w+)\s+(SELECT.*)$/is.exec(vql.trim())?.[1]
  if (select === undefined) throw new Unsayable('not VQL')
  const bin = /\s+BIN\s+(\S+)\s+BY\s+(\w+)\s*/i.exec(select)
  const sql = (bin === null ? select : select.replace(bin[0], ' ')).replace(/SUM\s*\(\s*count\(\*\)\s*\)/gi, 'count(*)')
  const query = await parse(straightened(sql, catalog))
  if (query.type !== 'SELECT_NODE') return query
  const binned = bin === null ? null : binOf(bin[1] ?? '', bin[2] ?? '', catalog)
  return grouped(query, binned, coloured)
}

interface Bin {
  column: string
  /** Null where the column holds the period itself, as a number. */
  unit: string | null
}

function binOf(path: string, by: string, catalog: Catalog): Bin {
  const column = path.split('.').pop()?.toLowerCase() ?? ''
  const unit = UNITS[by.toUpperCase()]
  if (unit === undefined) throw new Unsayable(`BIN BY ${by}`)
  const kinds = catalog.tables
    .flatMap((table) => table.columns)
    .flatMap(({ name, kind }): Kind[] => (name.toLowerCase() === column ? [kind] : []))
  return { column, unit: unit === 'year' && kinds.every((kind) => kind === 'number') ? null : unit }
}

function grouped(query: Query, bin: Bin | null, coloured: boolean): Query {
  const [x, y, ...more] = (query.select_list ?? []).map((selected) => binnedOf(selected, bin))
  if (x === undefined || y === undefined || more.length > 0) throw new Unsayable('VQL without two axes')
  const groups = (query.group_expressions ?? []).map((group) => binnedOf(group, bin))
  const colours = groups.filter((group) => !isSame(group, x) && (coloured || !isKeyOf(group, groups, bin)))
  const measured = isAggregate(y) || isAggregate(x)
  const select = [x, ...(colours.length === 1 && isColoured(query) ? colours : []), y]
  const byBin = bin !== null && !groups.some((group) => isSame(group, x)) ? [x, ...groups] : groups
  const groupBy = !measured ? [] : byBin.length > 0 ? byBin : isAggregate(x) ? [] : [x]
  const modifiers = query.modifiers.map((modifier) =>
    modifier.type !== 'ORDER_MODIFIER'
      ? modifier
      : {
          ...modifier,
          orders: (modifier.orders ?? []).map((order) => ({
            ...order,
            expression: axisOf(order.expression, x, y, bin),
          })),
        },
  )
  return { ...query, select_list: select, group_expressions: groupBy, modifiers }
}

/** GROUP BY of more than the x-axis is a colour in nvBench; Spider's own GROUP BY of a key beside a name is not. */
function isColoured(query: Query): boolean {
  return (query.group_expressions ?? []).length > 0
}

function isKeyOf(group: Expression, groups: Expression[], bin: Bin | null): boolean {
  return bin === null && groups.length === 1 && group.class === 'COLUMN_REF'
}

/** ORDER BY the bare column of the y-axis means the y-axis. */
function axisOf(written: Expression, x: Expression, y: Expression, bin: Bin | null): Expression {
  const binned = binnedOf(written, bin)
  const inside = y.children?.[0]
  if (isAggregate(y) && inside !== undefined && isSame(written, inside) && !isSame(binned, x)) return y
  return binned
}

function binnedOf(written: Expression, bin: Bin | null): Expression {
  const name = written.column_names?.[written.column_names.length - 1]?.toLowerCase()
  if (bin === null || bin.unit === null || written.class !== 'COLUMN_REF' || name !== bin.column) return written
  return { class: 'FUNCTION', type: 'FUNCTION', function_name: bin.unit, children: [written] }
}

function isAggregate(written: Expression): boolean {
  return written.class === 'FUNCTION' && /^(count|count_star|sum|avg|min|max)$/.test(written.function_name ?? '')
}

function isSame(one: Expression, other: Expression): boolean {
  const last = (written: Expression) => written.column_names?.[written.column_names.length - 1]?.toLowerCase()
  if (one.class !== other.class) return false
  if (one.class === 'COLUMN_REF') return last(one) === last(other)
  const [first, second] = [one.children?.[0], other.children?.[0]]
  return (
    one.function_name === other.function_name && (first === undefined || second === undefined || isSame(first, second))
  )
}
