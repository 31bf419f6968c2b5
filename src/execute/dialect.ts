import { Refusal } from '../refusal.ts'
import { FUNCTION_RULES, KNOWN, UNKNOWN } from './functions.ts'
import { isNode, type Tree } from './tree.ts'

let loaded: Promise<typeof import('@polyglot-sql/sdk')> | undefined

/** 22 MB of WebAssembly, read when the first statement goes to an engine. */
function sdk() {
  loaded ??= import('@polyglot-sql/sdk')
  return loaded
}

/**
 * A checked DuckDB SELECT in the dialect of Trino, which is Athena's too. Refuses `engine-unsupported` with the word that
 * Trino does not know; what it passes may still be refused by the engine.
 */
export async function trinoSql(sql: string): Promise<string> {
  const { Dialect, parse, transpile, generate } = await sdk()
  const read = parse(sql, Dialect.DuckDB)
  if (!read.success) throw unsupported('part of the statement')
  refuseClauses(read.ast)
  const [near] = transpile(sql, Dialect.DuckDB, Dialect.Trino).sql ?? []
  const parsed = parse(near ?? '', Dialect.Trino)
  if (near === undefined || !parsed.success) throw unsupported('part of the statement')
  const [text] = generate(translate(parsed.ast) as never, Dialect.Trino).sql ?? []
  if (text === undefined) throw unsupported('part of the statement')
  return text
}

/** Every node below, functions by the rules of FUNCTION_RULES. */
function translate(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(translate)
  if (!isNode(tree)) return tree
  const inner = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, translate(value)])) as Tree
  const rule = FUNCTION_RULES.find(({ matches }) => matches(inner))
  if (rule !== undefined) return rule.write(inner)
  const name = nameOf(inner)
  if (name !== undefined && !KNOWN.has(name)) throw unsupported(name)
  const alone = UNKNOWN.find((kind) => isNode(inner[kind]))
  if (alone !== undefined) throw unsupported(alone)
  return inner
}

/** A function that the parser has no node of its own for: it would be written as it is. */
function nameOf(node: Tree): string | undefined {
  for (const kind of ['function', 'aggregate_function']) {
    const call = node[kind]
    if (isNode(call) && typeof call['name'] === 'string') return call['name'].toLowerCase()
  }
  return undefined
}

/** Clauses of DuckDB alone, which would be written as they are. */
function refuseClauses(tree: unknown): void {
  const below = Array.isArray(tree) ? tree : isNode(tree) ? Object.values(tree) : []
  if (isNode(tree)) for (const { word, holds } of CLAUSES) if (holds(tree)) throw unsupported(word)
  for (const part of below) refuseClauses(part)
}

const CLAUSES: { word: string; holds(node: Tree): boolean }[] = [
  { word: 'GROUP BY ALL', holds: ({ group_by: group }) => isNode(group) && group['all'] === true },
  { word: 'EXCLUDE and REPLACE', holds: ({ star }) => isNode(star) && Object.values(star).some(holdsSome) },
  { word: 'USING SAMPLE', holds: ({ sample }) => isNode(sample) },
  { word: 'COLLATE', holds: ({ collation }) => isNode(collation) },
]

function holdsSome(part: unknown): boolean {
  return Array.isArray(part) && part.length > 0
}

function unsupported(what: string): Refusal {
  return new Refusal('engine-unsupported', `The engine that holds this data does not know ${what}.`)
}
