import { type Catalog, itemsOf } from '../catalog.ts'
import type { Links } from '../link.ts'
import { conditionsSql } from './compile/condition.ts'
import type { Linked, Setting } from './compile/scope.ts'
import { querySql } from './compile/select.ts'
import { parseTree } from './compile/tree.ts'
import { joinGraph } from './joins.ts'
import type { Program } from './program.ts'

export { CompileError } from './compile/error.ts'

/**
 * A program as DuckDB SQL, one clause a line, and the words that became other stored values. `today` is an ISO date that
 * "last month" is seen from. Throws CompileError for a program that means nothing: tables without a key between them,
 * words that are no number where a number is needed.
 */
export function compile(
  program: Program,
  catalog: Catalog,
  links: Links,
  { today }: { today: string },
): { sql: string; linked: Linked[] } {
  const write = { conditions: conditionsSql, query: querySql }
  const setting: Setting = {
    catalog,
    items: itemsOf(catalog),
    links,
    graph: joinGraph(catalog),
    today,
    linked: [],
    write,
  }
  const { sql } = querySql(parseTree(program), setting, { answer: true })
  const linked = new Map(setting.linked.map((entry) => [JSON.stringify(entry), entry]))
  return { sql, linked: [...linked.values()] }
}
