import { teller } from '../wording/tell.ts'
import { type Language, listText, rowsOf } from '../wording.ts'
import { partsOf } from './parts.ts'
import { periodText } from './period.ts'
import { type Sheet, scopeOf, tablesOf } from './sheet.ts'

/** A sheet as a question that stands alone: "average freight by ship country, only ship country is “Germany”, 1997, top 5"; undefined when it is more than one SELECT. */
export function titleOf(sheet: Sheet): string | undefined {
  const { body, catalog, language } = sheet
  if (body === undefined || !sheet.whole) return undefined
  const tell = teller(catalog, language)
  const scope = scopeOf(sheet)
  const { measures, groups, filters, periods } = partsOf(sheet)
  const tables = [...new Set(tablesOf(sheet).map((table) => rowsOf(table, language)))]
  const stars = measures.some((one) => one.expression.kind === 'star')
  const shown = stars ? tables : measures.map((one) => tell.expression(one.expression, scope))
  const what = listText(shown.length > 0 ? [...new Set(shown)] : tables, language)
  const by = groups.map((one) => tell.expression(one.expression, scope))
  const conditions = [
    ...filters.map((one) => tell.condition(one.expression, scope)),
    ...periods.map(
      (one) => periodText(one.conditions, language) ?? one.conditions.map((e) => tell.condition(e, scope)).join(', '),
    ),
  ]
  return [headline(what, by, language), ...conditions, ...cut(sheet)].join(language === 'zh' ? '，' : ', ')
}

function headline(what: string, by: string[], language: Language): string {
  if (by.length === 0) return what
  return language === 'zh' ? `按${listText(by, language)}的${what}` : `${what} by ${listText(by, language)}`
}

function cut({ query, language }: Sheet): string[] {
  if (query.limit === undefined) return []
  const [first] = query.order
  if (language === 'zh') return [`前 ${query.limit}`]
  return [`${first === undefined ? 'first' : first.descending ? 'top' : 'lowest'} ${query.limit}`]
}
