import { originOf, scopesOf } from '../tree/origin.ts'
import { everyExpression, groupsOf, type Query } from '../tree.ts'
import { core } from '../wording/patterns.ts'
import { say } from '../wording/phrases.ts'
import { listText, nameOf, type Teller } from '../wording.ts'

/** Words that say how a size is to be put together, or that one is looked for. */
const SAYS_HOW =
  /\b(totals?|totall?ed|sums?|summed|add(ed|ing)?|averages?|averaged|avg|mean|typical(ly)?|expected|overall|combined|altogether|aggregated?|accumulated|cumulative|running|how (much|many)|number|counts?|amount|most|least|highest|lowest|best|worst|largest|smallest|biggest|top|bottom|rank(ed|ing)?|shares?|proportions?|percent(age)?|rates?|ratio|per capita|growth|spent|earned?|made|sold|bought|generated?)\b|平均|总|合计|共|累计|多少|最|占比/i

/** Says that sizes were added up or averaged where the question said neither. */
export function whichAggregate(query: Query, question: string, tell: Teller): string[] {
  if (query.kind !== 'select' || SAYS_HOW.test(question)) return []
  const scope = new Map(scopesOf(query, tell.catalog)).get(query)
  if (scope === undefined || groupsOf(query).length === 0) return []
  return query.items.map(core).flatMap((item) => {
    if (item.kind !== 'call' || (item.name !== 'sum' && item.name !== 'avg')) return []
    const column = item.args[0] === undefined ? undefined : originOf(item.args[0], scope)?.column
    const phrase = item.name === 'sum' ? 'which sum' : 'which average'
    return column === undefined ? [] : [say(tell.language, phrase, nameOf(column))]
  })
}

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
