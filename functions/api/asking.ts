import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Answer, type Asking, answer, answerSql } from '../../src/answer.ts'
import { followUp } from '../../src/follow.ts'
import { readQuestion } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { AnswerSchema, AskBody, SqlBody } from './schemas.ts'
import { streamAnswer } from './stream.ts'

/** POST /v1/ask and POST /v1/sql. */
export function addAsking(app: OpenAPIHono): void {
  const ask = {
    method: 'post',
    path: '/v1/ask',
    summary: 'Ask a question. With Accept: text/event-stream the steps arrive as events, the answer last.',
    body: AskBody,
    answer: AnswerSchema,
  } as const
  documented(app, ask, async (context, { body, deployment }) => {
    const { effects } = deployment
    const asked = await followed(body as z.infer<typeof AskBody>, deployment)
    const question = readQuestion(asked, await effects.catalogs.names(), effects.settings)
    return respond(context, deployment, (asking) => answer(question, effects, asking))
  })
  const sql = {
    method: 'post',
    path: '/v1/sql',
    right: 'sql',
    summary: "Run a person's SQL through the same check and answer it like a question.",
    body: SqlBody,
    answer: AnswerSchema,
  } as const
  documented(app, sql, async (context, { body, deployment }) => {
    const { effects } = deployment
    const asked = body as z.infer<typeof SqlBody>
    const named = { ...asked, question: asked.question ?? 'SQL' }
    const question = readQuestion(named, await effects.catalogs.names(), effects.settings)
    return respond(context, deployment, (asking) => answerSql({ sql: asked.sql, question }, effects, asking))
  })
}

/** A question that names a previous answer, as one that stands alone over the same dataset. */
async function followed(asked: z.infer<typeof AskBody>, { answers }: Deployment): Promise<z.infer<typeof AskBody>> {
  if (asked.previous === undefined || asked.question.trim() === '') return asked
  const previous = await answers.get(asked.previous)
  if (previous === undefined) throw new Refusal('answer-unknown', 'The answer this follows up is no longer kept.')
  return { ...asked, dataset: asked.dataset ?? previous.dataset, ...followUp(previous.question, asked.question) }
}

async function respond(
  context: Context,
  deployment: Deployment,
  work: (asking: Asking) => Promise<Answer>,
): Promise<Response> {
  const { deadline_ms } = (context.env ?? {}) as Pick<Asking, 'deadline_ms'>
  const bounds = { signal: context.req.raw.signal, ...(deadline_ms === undefined ? {} : { deadline_ms }) }
  const keep = async (asking: Asking) => {
    const made = await work({ ...asking, ...bounds })
    await deployment.answers.put(made)
    return made
  }
  if (context.req.header('accept')?.includes('text/event-stream')) {
    return streamAnswer(context, keep, deployment.effects.warn)
  }
  const made = await keep({})
  context.header('Server-Timing', serverTiming(made.timings_ms))
  return context.json(made)
}

function serverTiming(timings: Record<string, number>): string {
  return Object.entries(timings)
    .map(([step, ms]) => `${step};dur=${ms}`)
    .join(', ')
}
