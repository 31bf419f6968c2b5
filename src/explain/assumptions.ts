import { originOf, scopesOf } from '../tree/origin.ts'
import { everyExpression, groupsOf, type Query } from '../tree.ts'
import { say } from '../wording/phrases.ts'
import { listText, nameOf, type Teller } from '../wording.ts'

/** Says which date column was taken where the tables have others that the question may have meant. */
export function whichDate(query: Query, tell: Teller): string[] {
  const taken = new Set<string>()
  const others = new Set<string>()
  for (const [select, scope] of scopesOf(query, tell.catalog)) {
    const named = [...groupsOf(select), ...(select.where === undefined ? [] : [select.where])]
    const used = named.flatMap(everyExpression).map((part) => originOf(part, scope))
    const dates = used.filter((origin) => origin?.column.kind === 'date')
    for (const origin of dates) if (origin !== undefined) taken.add(nameOf(origin.column))
    if (dates.length === 0) continue
    for (const leaf of scope.leaves) {
      for (const column of leaf.table?.columns ?? []) if (column.kind === 'date') others.add(nameOf(column))
    }
  }
  const rest = [...others].filter((name) => !taken.has(name))
  if (taken.size !== 1 || rest.length === 0) return []
  return [say(tell.language, 'which date', [...taken].join(), listText(rest, tell.language, 'or'))]
}
