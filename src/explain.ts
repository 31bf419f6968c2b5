import type { Catalog } from './catalog.ts'
import { whichDate } from './explain/assumptions.ts'
import { explainQuery } from './explain/query.ts'
import { readTree } from './tree/read.ts'
import { teller } from './wording/tell.ts'
import type { Language } from './wording.ts'

/**
 * Plain sentences on what a statement does, by code from `tree` (DuckDB's parsed statement as `json_serialize_sql` gives
 * it): what is counted, of which tables, joined how, which rows, grouped, sorted and cut how, and which date was taken.
 */
export function explain({ catalog, tree, language }: { catalog: Catalog; tree: unknown; language: Language }): string {
  const query = readTree(tree)
  const tell = teller(catalog, language)
  return [...explainQuery(query, tell), ...whichDate(query, tell)].join(language === 'zh' ? '' : ' ')
}
