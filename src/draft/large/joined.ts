import type { Join } from '../../catalog.ts'
import { quoteName } from '../compile/quote.ts'
import { joinText } from './compact.ts'
import type { ShownSchema } from './schema.ts'

/** Tables that a query may read together, and every way to write them in FROM. */
export interface Joined {
  /** Indices into the schema's tables. */
  tables: number[]
  /** `orders JOIN customers ON orders.customer_id = customers.id`, as pieces between which a line may break. */
  froms: string[][]
}

/** Each table alone, then pairs and triples along the joins, at most `most` sets. */
export function joinedSets({ tables, joins }: ShownSchema, most: number): Joined[] {
  const names = tables.map(({ table }) => table.name)
  const edges = joins.flatMap((join): Edge[] => {
    const [one, other] = [names.indexOf(join.from.table), names.indexOf(join.to.table)]
    return one < 0 || other < 0 || one === other ? [] : [{ one, other, on: onTexts(join) }]
  })
  const alone = names.map((name, table): Joined => ({ tables: [table], froms: [[quoteName(name)]] }))
  const pairs = grown(alone, edges, names)
  return [...alone, ...pairs, ...grown(pairs, edges, names)].slice(0, Math.max(most, alone.length))
}

interface Edge {
  one: number
  other: number
  on: string[]
}

/** The equation both ways round. */
function onTexts(join: Join): string[] {
  return [joinText(join), joinText({ ...join, from: join.to, to: join.from })]
}

/** Sets with one more table each; what can be reached in several orders is one set with several ways to write it. */
function grown(sets: Joined[], edges: Edge[], names: string[]): Joined[] {
  const found = new Map<string, Joined>()
  for (const { tables, froms } of sets) {
    for (const { one, other, on } of edges) {
      const fresh = tables.includes(one) ? other : one
      if (tables.includes(fresh) || !(tables.includes(one) || tables.includes(other))) continue
      const all = [...tables, fresh].sort((a, b) => a - b)
      const key = all.join(' ')
      const set = found.get(key) ?? { tables: all, froms: [] }
      found.set(key, set)
      for (const from of froms) for (const text of on) set.froms.push([...from, quoteName(names[fresh] ?? ''), text])
    }
  }
  return [...found.values()]
}
