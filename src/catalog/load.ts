import type { Table, TableSource } from '../catalog.ts'

/** A DuckDB string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A quoted DuckDB identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The reader call of a source, to stand in FROM: `read_csv(['/data/a.csv'], header = true)`. Local absolute paths only. */
export function readerSql(source: TableSource): string {
  const files = `[${source.files.map((path) => literal(plainPath(path))).join(', ')}]`
  const options = Object.entries(source.options).map(([name, value]) => `${name} = ${value}`)
  const call = `read_${source.format}(${[files, ...options].join(', ')})`
  if (source.member === undefined) return call
  return `(SELECT unnest(r, max_depth := 1) FROM (SELECT unnest(${source.member}) AS r FROM ${call}))`
}

/** `SELECT … FROM read_csv([…], …)`: a table as its columns say it is, renamed and cast. Run it where external access is on. */
export function loadSql(table: Pick<Table, 'columns' | 'source'>): string {
  const columns = table.columns.map((column, index) => {
    const expression = table.source.expressions?.[index] ?? identifier(column.name)
    return expression === identifier(column.name) ? expression : `${expression} AS ${identifier(column.name)}`
  })
  const filter = table.source.filter === undefined ? '' : ` WHERE ${table.source.filter}`
  return `SELECT ${columns.join(', ')} FROM ${readerSql(table.source)}${filter}`
}

/** DuckDB takes `*`, `?` and `[` in a path as a glob: a bracket class of one sign is that sign. */
function plainPath(path: string): string {
  return path.replace(/[*?[]/g, (sign) => `[${sign}]`)
}
