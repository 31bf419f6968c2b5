/** The SQL that the small text model is taught: compiled programs in one line, without the names of results. */

/** Forms it is not taught: they are long, rare, and the grammar of `src/draft/large/grammar.ts` does not write them. */
const LEFT_OUT =
  /\bCAST\(|try_strptime|QUALIFY|OVER \(|CASE |FILTER|AS part|date_trunc|width_bucket|arg_m|any_value|ESCAPE|struct|\bmode\(|nullif|floor|\(\(SELECT/i

/** One line without result names, ORDER BY by expression; undefined for forms that are left out. */
export function plainSql(compiled: string): string | undefined {
  const sql = compiled.replace(/\s*\n\s*/g, ' ')
  if (LEFT_OUT.test(sql)) return undefined
  const match = /^SELECT (DISTINCT )?(.*?) FROM (.*)$/.exec(sql)
  if (match === null || /\b(UNION|INTERSECT|EXCEPT)\b/.test(sql)) return / AS /.test(sql) ? undefined : sql
  const [, distinct = '', list = '', rest = ''] = match
  const items = splitTop(list).map((item) => /^(.*) AS ("(?:[^"]|"")+"|\w+)$/.exec(item) ?? [item, item, ''])
  if (list.includes('SELECT')) return undefined
  const plain = `SELECT ${distinct}${items.map(([, expression]) => expression).join(', ')} FROM ${rest}`
  const ordered = orderedByExpression(
    plain,
    items.map(([, expression = '', name = '']) => [name, expression]),
  )
  return / AS /.test(ordered) ? undefined : ordered
}

/** Parts between commas outside of brackets and quotes. */
function splitTop(list: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  let quote = ''
  for (const sign of list) {
    if (quote !== '') quote = sign === quote ? '' : quote
    else if (sign === "'" || sign === '"') quote = sign
    else if (sign === '(') depth++
    else if (sign === ')') depth--
    if (sign === ',' && depth === 0 && quote === '') parts.push('')
    else parts[parts.length - 1] += sign
  }
  return parts.map((part) => part.trim())
}

function orderedByExpression(sql: string, names: [string, string][]): string {
  const at = sql.lastIndexOf(' ORDER BY ')
  if (at < 0 || (sql.indexOf(')', at) > 0 && sql.slice(at).split('(').length < sql.slice(at).split(')').length))
    return sql
  const keys = splitTop(sql.slice(at + ' ORDER BY '.length)).map((key) => {
    const found = names.find(([name]) => name !== '' && (key === name || key.startsWith(`${name} `)))
    return found === undefined ? key : found[1] + key.slice(found[0].length)
  })
  return `${sql.slice(0, at)} ORDER BY ${keys.join(', ')}`
}
