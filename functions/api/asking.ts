import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Answer, type Asking, answer, answerSql } from '../../src/answer.ts'
import { EVERYONE } from '../../src/asker.ts'
import { answerEdited, answerFollowUp } from '../../src/converse.ts'
import type { Edit } from '../../src/edit.ts'
import type { Asked } from '../../src/kept.ts'
import { readQuestion } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'
import { documented } from './documented.ts'
import { written } from './format.ts'
import type { Jobs } from './jobs.ts'
import { applied, preferredWait } from './prefer.ts'
import { AnswerSchema, AskBody, SqlBody } from './schemas.ts'
import { askerOf, deploymentOf } from './seen.ts'
import { streamAnswer } from './stream.ts'

/** POST /v1/ask and POST /v1/sql. Without `jobs` nothing is answered in the background, and `Prefer` is left aside. */
export function addAsking(app: OpenAPIHono, jobs?: Jobs): void {
  const ask = {
    method: 'post',
    path: '/v1/ask',
    summary:
      'Ask a question. With Accept: text/event-stream the steps arrive as events, the answer last. With Prefer: wait=N (or respond-async) an answer that takes longer is fetched from the Location of a 202.',
    body: AskBody,
    answer: AnswerSchema,
    others: ['text/event-stream'],
    background: true,
  } as const
  documented(app, ask, async (context, { body, deployment }) => {
    const { effects } = deployment
    const asked = body as z.infer<typeof AskBody>
    const previous = await previousOf(asked, deployment)
    const text = asked.question ?? previous?.question ?? ''
    const named = { ...asked, question: text, dataset: asked.dataset ?? previous?.dataset }
    const question = readQuestion(named, await effects.catalogs.names(), effects.settings)
    const work = (asking: Asking) => {
      if (previous === undefined) return answer(question, effects, asking)
      if (asked.edits === undefined) return answerFollowUp({ previous, question }, effects, asking)
      return answerEdited({ previous, question, edits: asked.edits as Edit[] }, effects, asking)
    }
    return respond(context, deployment, { asked: named, jobs, work })
  })
  const sql = {
    method: 'post',
    path: '/v1/sql',
    right: 'sql',
    summary: "Run a person's SQL through the same check and answer it like a question.",
    body: SqlBody,
    answer: AnswerSchema,
    others: ['text/event-stream'],
    background: true,
  } as const
  documented(app, sql, async (context, { body, deployment }) => {
    const { effects } = deployment
    const asked = body as z.infer<typeof SqlBody>
    const named = { ...asked, question: asked.question ?? 'SQL' }
    const question = readQuestion(named, await effects.catalogs.names(), effects.settings)
    const work = (asking: Asking) => answerSql({ sql: asked.sql, question }, effects, asking)
    return respond(context, deployment, { asked, jobs, work })
  })
}

/** The answer that a question follows up. */
async function previousOf(asked: z.infer<typeof AskBody>, { answers }: Deployment): Promise<Answer | undefined> {
  if (asked.previous === undefined) return undefined
  const previous = await answers.get(asked.previous)
  if (previous === undefined) throw new Refusal('answer-unknown', 'The answer this follows up is no longer kept.')
  return previous
}

/** How a route makes its answer. */
export interface Making {
  work(asking: Asking): Promise<Answer>
  /** What was asked beside the words, kept for a replay. */
  asked?: Asked
  jobs?: Jobs | undefined
}

/** Makes and keeps an answer and sends it as the request wants it: whole, as events, or later from a place to look. */
export async function respond(context: Context, deployment: Deployment, making: Making): Promise<Response> {
  const { deadline_ms } = (context.env ?? {}) as Pick<Asking, 'deadline_ms'>
  const bounds = deadline_ms === undefined ? {} : { deadline_ms }
  const { chart, limit, language } = making.asked ?? {}
  const keep = async (asking: Asking) => {
    const made = await making.work({ ...asking, ...bounds })
    await deployment.answers.put(made, { chart, limit, language })
    return made
  }
  const { signal } = context.req.raw
  if (context.req.header('accept')?.includes('text/event-stream')) {
    return streamAnswer(context, (asking) => keep({ ...asking, signal }), deployment.effects.warn)
  }
  const wait = preferredWait(context)
  if (wait !== undefined && making.jobs !== undefined) return respondWithin(context, wait, making.jobs, keep)
  return sendAnswer(context, await keep({ signal }))
}

/** Waits as long as is preferred (no longer than `WAIT_MOST_S`), then says where the answer will be. An asker who leaves while waiting ends the work; afterwards nobody waits any more. */
async function respondWithin(
  context: Context,
  wait: number,
  jobs: Jobs,
  keep: (asking: Asking) => Promise<Answer>,
): Promise<Response> {
  const { signal } = context.req.raw
  const { settings } = deploymentOf(context).effects
  let made: Answer | undefined
  const asker = askerOf(context)
  const most = asker === EVERYONE ? undefined : (asker.concurrent ?? settings.key_requests_at_once)
  const work = async (asking: Asking) => {
    made = await keep(asking)
    return made
  }
  const job = jobs.start(asker.name, work, most)
  const leave = () => jobs.cancel(job)
  signal.addEventListener('abort', leave)
  await jobs.settled(job, Math.min(wait, WAIT_MOST_S) * 1000)
  signal.removeEventListener('abort', leave)
  applied(context, Math.min(wait, WAIT_MOST_S))
  if (made !== undefined) return sendAnswer(context, made)
  if (job.state !== 'running') throw job.problem
  await jobs.promise(job)
  return accepted(context, job)
}

/** Longer than any question may take, shorter than a proxy's patience. */
const WAIT_MOST_S = 50

/** 202: still under way, and where to look again. */
export function accepted(
  context: Context,
  job: { id: string; state: string; step: string | null; started_at: string },
) {
  context.header('Location', `/v1/asks/${job.id}`)
  context.header('Retry-After', '1')
  const { id, state, step, started_at } = job
  return context.json({ id, state, step, started_at }, 202)
}

/** The answer as JSON, with its steps' times and the place where it is kept. */
export function sendAnswer(context: Context, made: Answer): Promise<Response> {
  context.header('Server-Timing', serverTiming(made.timings_ms))
  context.header('Content-Location', `/v1/answers/${made.id}`)
  return written(context, made, { format: 'json' })
}

function serverTiming(timings: Record<string, number>): string {
  return Object.entries(timings)
    .map(([step, ms]) => `${step};dur=${ms}`)
    .join(', ')
}
