import { Refusal } from '../refusal.ts'
import { BOUNDS } from './bounds.ts'
import { calledName, forbiddenFunction } from './expression.ts'
import { isTableFunction } from './functions.ts'
import { type Node, notAllowed, type Walk } from './node.ts'
import { asciiLower, type Scope } from './scope.ts'
import { isSmallTableSeries } from './series.ts'

/** Refuses what FROM may not name, notes the tables it names, and returns the parts that are still to be walked. */
export function checkTableRef(node: Node, scope: Scope, state: Walk): unknown[] {
  countRef(String(node['type']), state)
  switch (node['type']) {
    case 'BASE_TABLE':
      checkBaseTable(node, scope, state)
      return Object.values(node)
    case 'TABLE_FUNCTION':
      return tableFunctionParts(node)
    case 'SHOW_REF':
      checkShow(node)
      return Object.values(node)
    case 'PIVOT':
      checkPivot(node)
      return Object.values(node)
    default:
      return Object.values(node)
  }
}

function countRef(kind: string, state: Walk): void {
  if (kind === 'BASE_TABLE' || kind === 'TABLE_FUNCTION') state.tables++
  if (kind !== 'EMPTY') state.refs++
  if (state.tables > BOUNDS.tables.most || state.refs > BOUNDS.refs.most)
    throw new Refusal('sql-forbidden', `The SQL names more than ${BOUNDS.tables.most} tables or joins too many parts.`)
}

function checkBaseTable(node: Node, scope: Scope, state: Walk): void {
  const name = String(node['table_name'])
  const schema = asciiLower(String(node['schema_name']))
  if (node['at_clause'] !== null) throw notAllowed('AT')
  if (node['catalog_name'] !== '' || (schema !== '' && schema !== 'main')) throw unknownTable(name, state)
  if (schema === '' && scope.has(asciiLower(name))) return
  const table = state.granted.tables.get(asciiLower(name))
  if (table === undefined) throw unknownTable(name, state)
  state.used.add(table)
}

/** One message for tables that do not exist and tables that are not this dataset's. */
function unknownTable(name: string, state: Walk): Refusal {
  const names = [...state.granted.tables.values()]
  const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '')
  return new Refusal('sql-forbidden', `There is no table ${name.slice(0, 100)} in this dataset.`, {
    hint: `The tables are: ${shown}.`,
  })
}

function tableFunctionParts(node: Node): unknown[] {
  const { function: call, ...rest } = node
  const name = (call as Node)['class'] === 'FUNCTION' ? calledName(call as Node) : ''
  if (!isTableFunction(name)) throw forbiddenFunction(name)
  if ((name === 'range' || name === 'generate_series') && !isSmallTableSeries((call as Node)['children'] as Node[]))
    throw new Refusal('sql-forbidden', `${name} counts to at most ${BOUNDS.series.most}.`)
  return [...Object.values(call as Node), ...Object.values(rest)]
}

function checkShow(node: Node): void {
  const kind = node['show_type']
  if (node['query'] === null || node['table_name'] !== '' || (kind !== 'DESCRIBE' && kind !== 'SUMMARY'))
    throw new Refusal('sql-forbidden', 'Only DESCRIBE and SUMMARIZE of a table are possible.')
}

/** A pivot over an enum type names something outside the statement. */
function checkPivot(node: Node): void {
  for (const pivot of node['pivots'] as Node[]) if (pivot['pivot_enum'] !== '') throw notAllowed('PIVOT over an enum')
}
