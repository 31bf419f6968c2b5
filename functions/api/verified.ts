import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { stringify } from 'yaml'
import { approve, editVerified, type VerifiedEdit } from '../../src/approval.ts'
import { requireRight } from '../../src/asker.ts'
import { asCases, driftOf } from '../../src/drift.ts'
import { chooseDataset } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { DriftsSchema, VerifiedBody, VerifiedEditBody, VerifiedListSchema, VerifiedSchema } from './schemas.ts'
import { askerOf } from './seen.ts'
import { tagOf, unchanged } from './tag.ts'

const Name = z.object({ name: z.string().openapi({ example: 'northwind' }) })
const Entry = Name.extend({ id: z.string().max(64).openapi({ example: '5b1e7f0a-60f7-4b8e-9a58-6f0d3f1f0c77' }) })

/** The verified questions of a dataset: list, add, edit, delete, export, test. */
export function addVerified(app: OpenAPIHono): void {
  addList(app)
  addEntry(app)
  addTest(app)
}

function addList(app: OpenAPIHono): void {
  const list = {
    method: 'get',
    path: '/v1/datasets/{name}/verified',
    summary: 'The verified questions of a dataset. ?format=yaml gives them as a cases.yaml, which `asklake eval` runs.',
    params: Name,
    query: z.object({ format: z.enum(['json', 'yaml']).optional() }),
    others: ['application/yaml'],
    answer: VerifiedListSchema,
    tagged: true,
  } as const
  documented(app, list, async (context, { params, query, deployment }) => {
    const name = await datasetOf(params, deployment)
    const verified = (await deployment.effects.verified?.list(name)) ?? []
    const same = unchanged(context, tagOf('verified', verified, query['format'] ?? 'json'))
    if (same) return same
    if (query['format'] !== 'yaml') return context.json({ verified })
    context.header('Content-Disposition', 'attachment; filename="cases.yaml"')
    return context.body(stringify(asCases(verified)), 200, { 'content-type': 'application/yaml; charset=utf-8' })
  })
  const add = {
    method: 'post',
    path: '/v1/datasets/{name}/verified',
    right: 'feedback',
    summary:
      'Approve SQL for a question; it is checked and run first. A question that is verified already gets the new SQL.',
    params: Name,
    body: VerifiedBody,
    answer: VerifiedSchema,
  } as const
  documented(app, add, async (context, { params, body, deployment }) => {
    requireRight(askerOf(context), 'sql')
    const dataset = await datasetOf(params, deployment)
    const approval = body as z.infer<typeof VerifiedBody>
    const by = askerOf(context).name
    return context.json(await approve({ ...approval, dataset, by }, deployment.effects))
  })
}

function addEntry(app: OpenAPIHono): void {
  const edit = {
    method: 'patch',
    path: '/v1/datasets/{name}/verified/{id}',
    right: 'feedback',
    summary: 'Change the question, its other wordings, its chart or its SQL; new SQL is checked and run first.',
    params: Entry,
    body: VerifiedEditBody,
    answer: VerifiedSchema,
  } as const
  documented(app, edit, async (context, { params, body, deployment }) => {
    const change = body as VerifiedEdit
    if (change.sql !== undefined) requireRight(askerOf(context), 'sql')
    const dataset = await datasetOf(params, deployment)
    return context.json(await editVerified(dataset, String(params['id']), change, deployment.effects))
  })
  const remove = {
    method: 'delete',
    path: '/v1/datasets/{name}/verified/{id}',
    right: 'feedback',
    summary: 'Withdraw an approval: the question is drafted anew from then on.',
    params: Entry,
  } as const
  documented(app, remove, async (context, { params, deployment }) => {
    const dataset = await datasetOf(params, deployment)
    const removed = await deployment.effects.verified?.remove(dataset, String(params['id']))
    if (!removed) throw new Refusal('verified-unknown', 'There is no verified question with this id.')
    return context.body(null, 204)
  })
}

function addTest(app: OpenAPIHono): void {
  const test = {
    method: 'post',
    path: '/v1/datasets/{name}/verified/test',
    right: 'feedback',
    summary: 'Run every verified question again and tell what has become of it; the same as `asklake test`.',
    params: Name,
    answer: DriftsSchema,
  } as const
  documented(app, test, async (context, { params, deployment }) => {
    const { effects } = deployment
    const drifts = []
    for (const entry of (await effects.verified?.list(await datasetOf(params, deployment))) ?? []) {
      if (context.req.raw.signal.aborted) throw new Refusal('cancelled', 'The asker left.')
      drifts.push(await driftOf(entry, effects))
    }
    return context.json({ drifts })
  })
}

async function datasetOf(params: Record<string, unknown>, { effects }: Deployment): Promise<string> {
  return chooseDataset(String(params['name']), await effects.catalogs.names())
}
