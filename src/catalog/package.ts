import { z } from 'zod'
import type { Catalog, CatalogNote, Join, Metric, Table } from '../catalog.ts'
import { tableName } from './names.ts'

const words = z.array(z.string())
const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())])
const metric = z.object({
  name: z.string(),
  expression: z.string(),
  table: z.string().optional(),
  synonyms: words.optional(),
  description: z.string().optional(),
})
const own = z.object({ synonyms: words.optional(), metrics: z.array(metric).optional(), questions: words.optional() })
const field = z.object({
  name: z.string(),
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  unit: z.string().optional(),
  asklake: own.extend({ unit: z.string().optional() }).optional(),
})
const reference = z.object({ resource: z.string().optional(), fields: oneOrMore })
const schema = z.object({
  fields: z.array(field).optional(),
  primaryKey: oneOrMore.optional(),
  foreignKeys: z.array(z.object({ fields: oneOrMore, reference })).optional(),
})
const resource = z.object({
  name: z.string().optional(),
  path: oneOrMore.optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  schema: schema.optional(),
  asklake: own.optional(),
})
const datapackage = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  resources: z.array(z.unknown()).optional(),
  asklake: own.optional(),
})

export type Resource = z.infer<typeof resource>

/** A Frictionless Data Package as far as a catalog uses it. */
export interface Package {
  title?: string
  description?: string
  resources: Resource[]
  metrics: z.infer<typeof metric>[]
  questions: string[]
}

/** Reads the text of a datapackage.json; what does not fit is left out with a note and never fails. */
export function parsePackage(text: string, file: string): { pack: Package | null; notes: CatalogNote[] } {
  const notes: CatalogNote[] = []
  const note = (what: string) => notes.push({ code: 'bad-datapackage', file, text: `${file}: ${what}` })
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    note('it is not JSON and was left out.')
    return { pack: null, notes }
  }
  const top = datapackage.safeParse(json)
  if (!top.success) {
    note(`it was left out: ${problem(top.error)}.`)
    return { pack: null, notes }
  }
  const resources = (top.data.resources ?? []).flatMap((entry, index) => {
    const read = resource.safeParse(entry)
    if (read.success) return [read.data]
    note(`resource ${index + 1} was left out: ${problem(read.error)}.`)
    return []
  })
  const { title, description, asklake } = top.data
  const words = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) }
  return { pack: { ...words, resources, metrics: asklake?.metrics ?? [], questions: asklake?.questions ?? [] }, notes }
}

function problem(error: z.ZodError): string {
  const first = error.issues[0]
  return `${first?.path.join('.') || 'the whole'}: ${first?.message ?? ''}`.replace(/\.$/, '')
}

/** The name of a resource's table, when the package gives one. */
export function resourceName(entry: Resource): string | undefined {
  return entry.name === undefined ? undefined : tableName(entry.name)
}

/** Lower-cased names of the columns declared as `string`, which stay text even when they look like numbers. */
export function textFields(entry: Resource | undefined): Set<string> {
  const fields = entry?.schema?.fields ?? []
  return new Set(fields.filter(({ type }) => type === 'string').map(({ name }) => name.toLowerCase()))
}

/** Whether a resource declares its keys, so that none are inferred for its table. */
export function declaresKeys(entry: Resource | undefined): boolean {
  return entry?.schema?.primaryKey !== undefined || entry?.schema?.foreignKeys !== undefined
}

/** A table with the resource's titles, descriptions, words and primary key laid over what was read. */
export function enrichTable(table: Table, entry: Resource, notes: CatalogNote[]): Table {
  const fields = new Map((entry.schema?.fields ?? []).map((one) => [one.name.toLowerCase(), one]))
  const columns = table.columns.map((column) => {
    const declared = fields.get(column.name.toLowerCase())
    if (declared === undefined) return column
    const { title, description, asklake } = declared
    const unit = asklake?.unit ?? declared.unit
    return { ...column, ...present({ title, description, unit }), synonyms: asklake?.synonyms ?? [] }
  })
  const primaryKey = columnsNamed(table, entry.schema?.primaryKey ?? [])
  if (primaryKey === null) notes.push(unknownColumn(table, entry.schema?.primaryKey ?? []))
  const { title, description, asklake } = entry
  const keys = entry.schema?.primaryKey === undefined || primaryKey === null ? {} : { primaryKey }
  return { ...table, columns, ...present({ title, description }), synonyms: asklake?.synonyms ?? [], ...keys }
}

function present<T extends Record<string, string | undefined>>(facts: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}

/** The table's own spelling of named columns; null when one is missing. */
function columnsNamed(table: Table, names: string[]): string[] | null {
  const found = names.map(
    (name) => table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name,
  )
  return found.every((name) => name !== undefined) ? (found as string[]) : null
}

function unknownColumn(table: Table, names: string[]): CatalogNote {
  const text = `datapackage.json names a column that ${table.name} does not have: ${names.join(', ')}.`
  return { code: 'bad-datapackage', file: 'datapackage.json', text }
}

/** Declared foreign keys as joins, not yet measured; one that names an unknown table or column becomes a note. */
export function declaredJoins(entries: Map<string, Resource>, tables: Table[], notes: CatalogNote[]): Join[] {
  return [...entries].flatMap(([name, entry]) =>
    (entry.schema?.foreignKeys ?? []).flatMap(({ fields, reference }) => {
      const from = tables.find((table) => table.name === name)
      const wanted =
        reference.resource === undefined || reference.resource === '' ? name : tableName(reference.resource)
      const to = tables.find((table) => table.name.toLowerCase() === wanted.toLowerCase())
      const own = from === undefined ? null : columnsNamed(from, fields)
      const other = to === undefined ? null : columnsNamed(to, reference.fields)
      if (from === undefined || to === undefined || own === null || other === null || own.length !== other.length) {
        const text = `datapackage.json: the foreign key ${fields.join(', ')} of ${name} refers to nothing known.`
        notes.push({ code: 'bad-datapackage', file: 'datapackage.json', text })
        return []
      }
      return [
        {
          from: { table: from.name, columns: own },
          to: { table: to.name, columns: other },
          source: 'declared' as const,
          inclusion: 1,
        },
      ]
    }),
  )
}

/** Metrics and questions of the package and its resources; a metric of an unknown table becomes a note. */
export function packageWords(
  pack: Package | null,
  entries: Map<string, Resource>,
  tables: Table[],
  notes: CatalogNote[],
): Pick<Catalog, 'metrics' | 'questions'> {
  const metrics: Metric[] = []
  const add = (declared: z.infer<typeof metric>, table: string | undefined) => {
    const home = tables.find(
      ({ name }) => name.toLowerCase() === (table === undefined ? '' : tableName(table).toLowerCase()),
    )
    if (home === undefined) {
      notes.push({
        code: 'bad-datapackage',
        file: 'datapackage.json',
        text: `The metric ${declared.name} names no known table.`,
      })
      return
    }
    const { name, expression, synonyms = [], description } = declared
    metrics.push({ name, expression, synonyms, table: home.name, ...present({ description }) })
  }
  for (const declared of pack?.metrics ?? []) add(declared, declared.table)
  for (const [name, entry] of entries)
    for (const declared of entry.asklake?.metrics ?? []) add(declared, declared.table ?? name)
  const questions = [
    ...(pack?.questions ?? []),
    ...[...entries.values()].flatMap((entry) => entry.asklake?.questions ?? []),
  ]
  return { metrics, questions }
}
