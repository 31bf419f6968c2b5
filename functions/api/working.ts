import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { languageOf } from '../../src/wording.ts'
import { showWorking } from '../../src/working.ts'
import { keptAnswer } from './answers.ts'
import { documented } from './documented.ts'

const cell: z.ZodType = z.any()

export const WorkingSchema = z
  .object({
    sql: z.string(),
    parts: z.array(
      z
        .object({
          kind: z.enum(['with', 'side', 'sub-query', 'rows', 'kept', 'groups', 'answer']),
          text: z.string(),
          sql: z.string(),
          depth: z.number().int(),
          rows: z
            .number()
            .int()
            .nullable()
            .openapi({ description: 'Count of its rows; null where it cannot be run by itself.' }),
          columns: z.array(z.object({ name: z.string(), type: z.string() })),
          sample: z.array(z.array(cell)).openapi({ description: 'Its first rows, at most five.' }),
        })
        .openapi('WorkingPart'),
    ),
  })
  .openapi('Working')

/** GET /v1/answers/{id}/working. */
export function addWorking(app: OpenAPIHono): void {
  const route = {
    method: 'get',
    path: '/v1/answers/{id}/working',
    summary:
      'Each part of an answer’s SQL (WITH parts, sub-queries, rows read, rows kept, groups) with its row count and a sample, run over the data as it is now.',
    params: z.object({ id: z.string().max(64) }),
    answer: WorkingSchema,
  } as const
  documented(app, route, async (context, { params, deployment }) => {
    const kept = await keptAnswer(String(params['id']), deployment)
    const { signal } = context.req.raw
    const parts = await showWorking(kept, languageOf(kept.question), deployment.effects, signal)
    return context.json({ sql: kept.sql, parts })
  })
}
