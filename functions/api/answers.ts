import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Answer } from '../../src/answer.ts'
import { Refusal } from '../../src/refusal.ts'
import { type Past, replay } from '../../src/replay.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { formatResponse, OTHER_TYPES } from './format.ts'
import { AnswerSchema, FeedbackBody, FORMATS, type Format, RecordsSchema, ReplaySchema } from './schemas.ts'

const AnswerId = z.object({ id: z.string().max(64).openapi({ example: '0b6d0d5e-3c9e-4d57-8d8e-5f0f6e0f7a10' }) })

/** GET /v1/answers/{id}, POST /v1/answers/{id}/replay and POST /v1/answers/{id}/feedback. */
export function addAnswers(app: OpenAPIHono): void {
  const get = {
    method: 'get',
    path: '/v1/answers/{id}',
    summary:
      'A kept answer as JSON, or in another format by ?format= or Accept. An answer never changes: send its ETag as If-None-Match.',
    params: AnswerId,
    query: z.object({ format: z.enum(FORMATS).optional(), scale: z.coerce.number().min(1).max(4).optional() }),
    answer: z.union([AnswerSchema, RecordsSchema]),
    others: OTHER_TYPES,
    tagged: true,
    ranged: true,
  } as const
  documented(app, get, async (context, { params, query, deployment }) => {
    const kept = await keptAnswer(String(params['id']), deployment)
    return formatResponse(context, kept, query as { format?: Format; scale?: number }, deployment.version)
  })
  const again = {
    method: 'post',
    path: '/v1/answers/{id}/replay',
    summary:
      'Run a kept answer again over the data as it is now, and say what changed since: files, rows, plan, model.',
    params: AnswerId,
    answer: ReplaySchema,
  } as const
  documented(app, again, async (context, { params, deployment }) => {
    const past = await pastOf(String(params['id']), deployment)
    const replayed = await replay(past, deployment.effects, { signal: context.req.raw.signal })
    if (replayed.answer !== null) await deployment.answers.put(replayed.answer, past.made?.asked)
    return context.json(replayed)
  })
  const feedback = {
    method: 'post',
    path: '/v1/answers/{id}/feedback',
    right: 'feedback',
    summary: 'Say whether an answer was right: approval makes its question a verified one, disapproval withdraws that.',
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

/** The kept answer with this id; refuses `answer-unknown`. */
export async function keptAnswer(id: string, deployment: Deployment): Promise<Answer> {
  const kept = await deployment.answers.get(id)
  if (kept === undefined) throw new Refusal('answer-unknown', 'There is no kept answer with this id.')
  return kept
}

/** All that is known of a kept answer; refuses `answer-unknown`. */
export async function pastOf(id: string, deployment: Deployment): Promise<Past> {
  const answer = await keptAnswer(id, deployment)
  const [made, files] = await Promise.all([deployment.answers.made(id), deployment.answers.files(answer.plan.catalog)])
  return { answer, made, files }
}
