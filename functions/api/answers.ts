import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Answer } from '../../src/answer.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { formatResponse } from './format.ts'
import { AnswerSchema, FeedbackBody, FORMATS, type Format } from './schemas.ts'

const AnswerId = z.object({ id: z.string().max(64) })

/** GET /v1/answers/{id} and POST /v1/answers/{id}/feedback. */
export function addAnswers(app: OpenAPIHono): void {
  const get = {
    method: 'get',
    path: '/v1/answers/{id}',
    summary: 'A kept answer as JSON, or in another format by ?format= or Accept.',
    params: AnswerId,
    query: z.object({ format: z.enum(FORMATS).optional(), scale: z.coerce.number().min(1).max(4).optional() }),
    answer: AnswerSchema,
  } as const
  documented(app, get, async (context, { params, query, deployment }) => {
    const kept = await keptAnswer(String(params['id']), deployment)
    return formatResponse(context, kept, query as { format?: Format; scale?: number })
  })
  const feedback = {
    method: 'post',
    path: '/v1/answers/{id}/feedback',
    right: 'feedback',
    summary: 'Say whether an answer was right; the last word per answer counts.',
    params: AnswerId,
    body: FeedbackBody,
  } as const
  documented(app, feedback, async (context, { params, body, deployment }) => {
    const kept = await keptAnswer(String(params['id']), deployment)
    const said = body as z.infer<typeof FeedbackBody>
    await deployment.feedback(kept, said)
    return context.body(null, 204)
  })
}

async function keptAnswer(id: string, deployment: Deployment): Promise<Answer> {
  const kept = await deployment.answers.get(id)
  if (kept === undefined) throw new Refusal('answer-unknown', 'There is no kept answer with this id.')
  return kept
}
