import { sqlOf, sqlOfQuery } from '../tree/print.ts'
import { itemMeant } from '../tree.ts'
import { numberText } from '../wording.ts'
import type { FindingRule } from './facts.ts'
import { tellFinding } from './texts.ts'

export const truncated: FindingRule = {
  name: 'truncated',
  level: 'warning',
  why: 'Rows that a limit cut must not be taken for all.',
  look: ({ rows, language }) =>
    rows.truncated ? [tellFinding(language, 'truncated', numberText(rows.rows.length))] : [],
}

export const literalChanged: FindingRule = {
  name: 'literal-changed',
  level: 'info',
  why: 'When a value was found by likeness, the asker must see which one was taken.',
  look: ({ linked, language }) =>
    linked
      .filter(({ how, words, value }) => how !== 'exact' && words.toLowerCase() !== value.toLowerCase())
      .map(({ words, value, column }) => tellFinding(language, 'literal-changed', words, value, column)),
}

export const tieAtCut: FindingRule = {
  name: 'tie-at-cut',
  level: 'info',
  why: '"Top 3" with a fourth of the same size is a choice by chance.',
  look: async ({ query, rows, selects, ask, measurable, tell, language }) => {
    const scope = selects.find(({ select }) => select === query)?.scope
    if (query.kind !== 'select' || query.limit === undefined || query.order.length === 0 || scope === undefined)
      return []
    if (rows.rows.length !== query.limit || query.limit === 0 || rows.truncated || !measurable(scope)) return []
    const items = query.items.map(sqlOf)
    const keys = query.order.map((order) => items.indexOf(sqlOf(itemMeant(query, order.by))))
    const sql = sqlOfQuery({ ...query, limit: query.limit + 1 })
    if (keys.includes(-1) || sql === undefined) return []
    const more = await ask(sql)
    const [last, next] = [more[query.limit - 1], more[query.limit]]
    const tied =
      last !== undefined && next !== undefined && keys.every((key) => String(last[key]) === String(next[key]))
    const by = query.order.map((order) => tell.expression(itemMeant(query, order.by), scope))
    return tied ? [tellFinding(language, 'tie', by.join(', '))] : []
  },
}
