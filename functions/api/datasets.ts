import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Effects } from '../../src/answer.ts'
import { publicCatalog } from '../../src/catalog/public.ts'
import { suggestedQuestions } from '../../src/catalog/suggest.ts'
import { type ColumnProfile, profileTable } from '../../src/profile.ts'
import { chooseDataset } from '../../src/question.ts'
import { type RecentMap, recentMap } from '../../src/recent.ts'
import { Refusal } from '../../src/refusal.ts'
import { documented } from './documented.ts'
import { CatalogSchema, DatasetsSchema, ProfileSchema } from './schemas.ts'
import { tagOf, unchanged } from './tag.ts'

/** GET /v1/datasets, GET /v1/datasets/{name} and the profiles of its tables. */
export function addDatasets(app: OpenAPIHono): void {
  const list = {
    method: 'get',
    path: '/v1/datasets',
    summary: 'The datasets, each with questions to begin with.',
    answer: DatasetsSchema,
    tagged: true,
  } as const
  documented(app, list, async (context, { deployment: { effects } }) => {
    const names = await effects.catalogs.names()
    return tagged(context, { datasets: await Promise.all(names.map((name) => summary(name, effects))) })
  })
  const one = {
    method: 'get',
    path: '/v1/datasets/{name}',
    summary: 'The catalog of a dataset: tables, columns with profiles, joins.',
    params: DatasetName,
    answer: CatalogSchema,
    tagged: true,
  } as const
  documented(app, one, async (context, { params, deployment: { effects } }) => {
    const name = chooseDataset(String(params['name']), await effects.catalogs.names())
    return tagged(context, publicCatalog(await effects.catalogs.get(name)))
  })
  addProfiles(app)
}

const DatasetName = z.object({ name: z.string().openapi({ example: 'northwind' }) })

/** How many tables' profiles are kept: they are counted anew when files change. */
const PROFILES_KEPT = 200

function addProfiles(app: OpenAPIHono): void {
  const kept = recentMap<ColumnProfile[]>(PROFILES_KEPT)
  const profile = {
    method: 'get',
    path: '/v1/datasets/{name}/tables/{table}/profile',
    summary: 'Histograms of the numbers and dates of a table.',
    params: DatasetName.extend({ table: z.string().openapi({ example: 'Orders' }) }),
    answer: ProfileSchema,
    tagged: true,
  } as const
  documented(app, profile, async (context, { params, deployment: { effects } }) => {
    const name = chooseDataset(String(params['name']), await effects.catalogs.names())
    const table = String(params['table'])
    return tagged(context, { table, columns: await profiled(name, table, effects, kept) })
  })
}

async function profiled(dataset: string, name: string, effects: Effects, kept: RecentMap<ColumnProfile[]>) {
  const catalog = await effects.catalogs.get(dataset)
  const table = catalog.tables.find((one) => one.name === name)
  if (table === undefined) throw new Refusal('table-unknown', `${dataset} has no table "${name.slice(0, 80)}".`)
  const key = JSON.stringify([dataset, catalog.fingerprint, name])
  const known = kept.get(key)
  if (known !== undefined) return known
  const columns = await profileTable(table, catalog, effects)
  kept.set(key, columns)
  return columns
}

function tagged(context: Context, body: object): Response {
  return unchanged(context, tagOf(body)) ?? context.json(body)
}

async function summary(name: string, effects: Effects) {
  try {
    const catalog = await effects.catalogs.get(name)
    const questions = suggestedQuestions(catalog)
    return { name, title: catalog.title ?? name, tables: catalog.tables.length, questions }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return { name, title: name, tables: 0, questions: [], problem: thrown.message }
  }
}
