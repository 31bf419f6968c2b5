import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Right, requireRight } from '../../src/asker.ts'
import type { Deployment } from '../effects.ts'
import { ProblemSchema } from './schemas.ts'
import { askerOf, deploymentOf } from './seen.ts'

/** A route as the OpenAPI document shows it and as requests are checked. */
export interface Documented {
  method: 'get' | 'post'
  path: string
  summary: string
  /** What the asker needs the right to; `read` when absent. */
  right?: Right
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** The 200 body; none means 204. */
  answer?: z.ZodType
}

/** What a handler gets: the checked parts of the request. */
export interface Received {
  params: Record<string, unknown>
  query: Record<string, unknown>
  body: unknown
  /** The deployment as this asker meets it: all a handler works with. */
  deployment: Deployment
}

/** Adds a route whose request is checked by the schemas that also document it; a body that does not fit is refused with `bad-request`. */
export function documented(
  app: OpenAPIHono,
  route: Documented,
  handle: (context: Context, received: Received) => Promise<Response>,
): void {
  const { method, path, summary, params, query, body, answer } = route
  const request = {
    ...(params ? { params } : {}),
    ...(query ? { query } : {}),
    ...(body ? { body: { required: true, content: { 'application/json': { schema: body } } } } : {}),
  }
  const done = answer
    ? { 200: { description: 'Done', content: { 'application/json': { schema: answer } } } }
    : { 204: { description: 'Done' } }
  const refused = { description: 'Refused', content: { 'application/problem+json': { schema: ProblemSchema } } }
  const description = createRoute({ method, path, summary, request, responses: { ...done, default: refused } })
  const handler = (context: Context) => {
    requireRight(askerOf(context), route.right ?? 'read')
    const valid = (part: string) => (context.req.valid as (part: string) => unknown).call(context.req, part)
    return handle(context, {
      params: (params ? valid('param') : {}) as Record<string, unknown>,
      query: (query ? valid('query') : {}) as Record<string, unknown>,
      body: body ? valid('json') : undefined,
      deployment: deploymentOf(context),
    })
  }
  app.openapi(description, handler as never)
}
