import type { Catalog, Column, Table } from '../catalog.ts'
import { nameWords, singular } from './names.ts'

/** Three to five questions the dataset can answer, approved ones first, else made from the roles of its columns. */
export function suggestedQuestions(catalog: Catalog): string[] {
  const approved = catalog.questions.slice(0, 5)
  if (approved.length >= 3) return approved
  const facts = [...catalog.tables]
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => weight(b, catalog) - weight(a, catalog))
  const made = facts.slice(0, 4).flatMap((table, index) => tableQuestions(table, catalog).slice(0, index === 0 ? 4 : 1))
  return [...new Set([...approved, ...made])].slice(0, 5)
}

/** Tables with something to measure, much of it and joined to others, come first. */
function weight(table: Table, catalog: Catalog): number {
  const measures = table.columns.filter(({ role }) => role === 'measure').length
  const groups = table.columns.filter(({ role }) => role === 'category' || role === 'place' || role === 'time').length
  const joins = catalog.joins.filter(({ from }) => from.table === table.name).length
  return Math.min(measures, 2) * 2 + Math.min(groups, 3) + Math.min(joins, 2) + Math.log10(table.rows + 1) / 2
}

interface QuestionRule {
  name: string
  make: (table: Table, catalog: Catalog) => string | undefined
}

const RULES: QuestionRule[] = [
  { name: 'count', make: (table) => `How many ${plural(words(table))} are there?` },
  {
    name: 'average by group',
    make: (table) => {
      const [value, group] = [first(table, ['measure', 'rate']), first(table, ['category', 'place'])]
      return value && group && `Average ${words(value)} by ${words(group)}`
    },
  },
  {
    name: 'total over time',
    make: (table) => {
      const [value, time] = [first(table, ['measure']), first(table, ['time'])]
      return value && time && `Total ${words(value)} by ${time.kind === 'date' ? period(time) : words(time)}`
    },
  },
  {
    name: 'count by group',
    make: (table) => {
      const group = first(table, ['category', 'place', 'ordered'])
      return group && `Number of ${plural(words(table))} by ${words(group)}`
    },
  },
  {
    name: 'top',
    make: (table) => {
      const [label, value] = [first(table, ['name']), first(table, ['measure', 'rate'])]
      return label && value && `Top 5 ${plural(words(label))} by ${words(value)}`
    },
  },
  {
    name: 'per parent',
    make: (table, catalog) => {
      const join = catalog.joins.find(({ from, to }) => from.table === table.name && to.table !== table.name)
      const parent = catalog.tables.find(({ name }) => name === join?.to.table)
      return parent && `Which ${words(parent).split(' ').map(singular).join(' ')} has the most ${plural(words(table))}?`
    },
  },
]

function tableQuestions(table: Table, catalog: Catalog): string[] {
  return RULES.map((rule) => rule.make(table, catalog)).filter((question) => question !== undefined)
}

/** The best-known column of the first role that the table has: few NULLs, more than one value, at most 50 groups. */
function first(table: Table, roles: Column['role'][]): Column | undefined {
  for (const role of roles) {
    const found = table.columns.find((column) => {
      const groups = role !== 'category' && role !== 'place' ? true : column.distinct <= 50
      return column.role === role && column.nullShare < 0.5 && column.distinct > 1 && groups
    })
    if (found !== undefined) return found
  }
  return undefined
}

/** A name as people say it: its title, else its words. */
function words(named: { title?: string; name: string }): string {
  return named.title?.toLowerCase() ?? nameWords(named.name).join(' ')
}

function plural(text: string): string {
  const last = text.split(' ').at(-1) ?? ''
  if (!/^[a-z]+$/.test(last) || UNCOUNTED.test(last)) return `${text} records`
  if (singular(last) !== last || /s$/.test(last)) return text
  if (/[^aeiou]y$/.test(last)) return `${text.slice(0, -1)}ies`
  return /(sh|ch|x|z)$/.test(last) ? `${text}es` : `${text}s`
}

/** Words with no plural, and adverbs used as names of tables. */
const UNCOUNTED =
  /(ly|weather|data|information|history|staff|population|equipment|news|traffic|temp|electricity|unemployment|employment)$/

/** Month for up to four years, else year. */
function period(time: Column): string {
  const days = (Date.parse(time.max ?? '') - Date.parse(time.min ?? '')) / 86_400_000
  if (days < 60) return 'day'
  return days < 4 * 366 ? 'month' : 'year'
}
