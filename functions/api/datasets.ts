import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Effects } from '../../src/answer.ts'
import { publicCatalog } from '../../src/catalog/public.ts'
import { suggestedQuestions } from '../../src/catalog/suggest.ts'
import { chooseDataset } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import { documented } from './documented.ts'
import { CatalogSchema, DatasetsSchema } from './schemas.ts'

/** GET /v1/datasets and GET /v1/datasets/{name}. */
export function addDatasets(app: OpenAPIHono): void {
  const list = {
    method: 'get',
    path: '/v1/datasets',
    summary: 'The datasets, each with questions to begin with.',
    answer: DatasetsSchema,
  } as const
  documented(app, list, async (context, { deployment: { effects } }) => {
    const names = await effects.catalogs.names()
    return context.json({ datasets: await Promise.all(names.map((name) => summary(name, effects))) })
  })
  const one = {
    method: 'get',
    path: '/v1/datasets/{name}',
    summary: 'The catalog of a dataset: tables, columns with profiles, joins.',
    params: z.object({ name: z.string() }),
    answer: CatalogSchema,
  } as const
  documented(app, one, async (context, { params, deployment: { effects } }) => {
    const name = chooseDataset(String(params['name']), await effects.catalogs.names())
    return context.json(publicCatalog(await effects.catalogs.get(name)))
  })
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
