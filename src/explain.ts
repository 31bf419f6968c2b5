import type { Catalog } from './catalog.ts'
import { whichAggregate, whichDate } from './explain/assumptions.ts'
import { explainQuery } from './explain/query.ts'
import { readTree } from './tree/read.ts'
import { teller } from './wording/tell.ts'
import type { Language } from './wording.ts'

interface Explaining {
  catalog: Catalog
  tree: unknown
  language: Language
  question?: string
}

/**
 * Plain sentences on what a statement does, by code from `tree` (DuckDB's parsed statement as `json_serialize_sql` gives
 * it): what is counted, of which tables, joined how, which rows, grouped, sorted and cut how, which date was taken and,
 * where the question is given, what it left open.
 */
export function explain({ catalog, tree, language, question }: Explaining): string {
  const query = readTree(tree)
  const tell = teller(catalog, language)
  const open = question === undefined ? [] : whichAggregate(query, question, tell)
  return [...explainQuery(query, tell), ...whichDate(query, tell), ...open].join(language === 'zh' ? '' : ' ')
}
