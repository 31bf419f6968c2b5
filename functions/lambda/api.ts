import type { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { type LambdaContext, streamHandle } from 'hono/aws-lambda'
import { problemOf, problemResponse } from '../api/problem.ts'
import { createApi } from '../api.ts'
import { before, deadlineOf } from './deadline.ts'
import { deployment, startOpening } from './deployment.ts'

/**
 * The HTTP door behind a function URL, its answers streamed. The adapter decodes a body before the API measures it. What
 * cannot be answered before Lambda ends the invocation is refused in time.
 */
const door = new Hono<{ Bindings: { context: LambdaContext } }>()
let api: Promise<OpenAPIHono> | undefined

door.all('*', async (context) => {
  // Our processes and threads outlive an answer: Lambda must not wait for them to end before it hands us the next event.
  context.env.context.callbackWaitsForEmptyEventLoop = false
  api ??= deployment().then(
    (open) => createApi(open, { background: false }),
    (problem) => {
      api = undefined
      throw problem
    },
  )
  const deadline_ms = deadlineOf(context.env.context)
  const answered = api.then((open) => open.fetch(keyed(context.req.raw), { deadline_ms }))
  return before(deadline_ms, answered)
})
door.onError((thrown, context) => problemResponse(context, problemOf(thrown, report)))

/** The asker's key where the API looks for it: on the way from CloudFront it travels in another header (infra/api.ts). */
function keyed(request: Request): Request {
  const key = request.headers.get('x-asklake-authorization')
  if (key === null) return request
  const moved = new Request(request)
  moved.headers.set('authorization', key)
  return moved
}

function report(problem: unknown): void {
  console.error(problem)
}

startOpening()

export const handler = streamHandle(door)
