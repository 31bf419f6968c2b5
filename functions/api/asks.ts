import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'
import { accepted, sendAnswer } from './asking.ts'
import { documented } from './documented.ts'
import type { Job, Jobs } from './jobs.ts'
import { applied, preferredWait } from './prefer.ts'
import { problemOf } from './problem.ts'
import { AnswerSchema } from './schemas.ts'
import { askerOf } from './seen.ts'

const AskId = z.object({ id: z.string().max(64).openapi({ example: '3f6c1c1e-7a77-4c0f-9c0b-0d1a4a0f5c11' }) })

/** GET and DELETE /v1/asks/{id}: questions that are answered in the background. */
export function addAsks(app: OpenAPIHono, jobs: Jobs): void {
  const jobOf = async (context: Context, id: unknown) => {
    const job = await jobs.find(String(id), askerOf(context).name)
    if (job === undefined) throw new Refusal('ask-unknown', 'There is no question under way with this id.')
    return job
  }
  const get = {
    method: 'get',
    path: '/v1/asks/{id}',
    summary:
      'A question under way: 202 until it is answered, then the answer or the refusal. With Accept: text/event-stream its steps, those that have been first. Prefer: wait=N waits for it.',
    params: AskId,
    answer: AnswerSchema,
    others: ['text/event-stream'],
    background: true,
  } as const
  documented(app, get, async (context, { params, deployment }) => {
    const job = await jobOf(context, params['id'])
    if (context.req.header('accept')?.includes('text/event-stream')) return followed(context, job, jobs, deployment)
    const wait = Math.min(preferredWait(context) ?? 0, 50)
    await jobs.settled(job, wait * 1000)
    if (preferredWait(context) !== undefined) applied(context, wait)
    return job.state === 'running' ? accepted(context, job) : sendAnswer(context, await outcome(job, deployment))
  })
  const cancel = {
    method: 'delete',
    path: '/v1/asks/{id}',
    summary: 'Stop answering a question under way.',
    params: AskId,
  } as const
  documented(app, cancel, async (context, { params }) => {
    jobs.cancel(await jobOf(context, params['id']))
    return context.body(null, 204)
  })
}

async function outcome(job: Job, { answers }: Deployment) {
  if (job.answer === undefined) throw job.problem
  const made = await answers.get(job.answer)
  if (made === undefined) throw new Refusal('answer-unknown', 'The answer is no longer kept.')
  return made
}

function followed(context: Context, job: Job, jobs: Jobs, deployment: Deployment): Response {
  return streamSSE(context, async (stream) => {
    const send = (event: string, data: unknown) => stream.writeSSE({ event, data: JSON.stringify(data) })
    for await (const step of jobs.follow(job)) await send('step', step)
    try {
      await send('answer', await outcome(job, deployment))
    } catch (thrown) {
      await send('problem', problemOf(thrown, deployment.effects.warn))
    }
  })
}
