import { readTree } from '../tree/read.ts'
import { writeQuery } from '../tree/write.ts'

/** Where a name stood in the text, which schema a function was found in, and an alias that repeats the name: none changes what is computed. */
const NOISE = new Set(['query_location', 'schema', 'catalog', 'catalog_name', 'schema_name'])

/**
 * The statement written anew, for `isFaithful` to compare; undefined when it has parts no edit understands.
 * `tree` is one parsed statement as `check` gives it.
 */
export function rewritten(tree: unknown): string | undefined {
  return writeQuery(readTree(tree))
}

/** Whether two parsed statements are the same but for where their words stood. */
export function isFaithful(tree: unknown, again: unknown): boolean {
  return JSON.stringify(plain(tree)) === JSON.stringify(plain(again))
}

function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== 'object' || node === null) return node === 'ORDER_DEFAULT' ? 'ASCENDING' : node
  const kept = Object.entries(node).filter(([name]) => !NOISE.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, plain(value)]))
}
