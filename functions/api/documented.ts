import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Right, requireRight } from '../../src/asker.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Deployment } from '../effects.ts'
import { EXAMPLES, PROBLEM, UNDER_WAY } from './examples.ts'
import { ProblemSchema, UnderWaySchema } from './schemas.ts'
import { askerOf, deploymentOf } from './seen.ts'

/** A route as the OpenAPI document shows it and as requests are checked. */
export interface Documented {
  method: 'get' | 'post' | 'patch' | 'delete'
  path: string
  summary: string
  /** What the asker needs the right to; `read` when absent, `none` where a signed link says who asks. */
  right?: Right | 'none'
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** The 200 body; neither this nor `media` means 204. */
  answer?: z.ZodType
  /** Media type of a 200 that is no JSON. */
  media?: string
  /** Other media types of a 200, which the asker chooses by ?format= or Accept. */
  others?: readonly string[]
  /** Whether If-None-Match may be answered with 304. */
  tagged?: boolean
  /** Whether a part may be asked for by Range. */
  ranged?: boolean
  /** Whether the answer may be fetched later from the Location of a 202. */
  background?: boolean
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
  const { method, path, summary, params, query, body } = route
  const { body: bodyExample } = EXAMPLES[`${method.toUpperCase()} ${path}`] ?? {}
  const content = { schema: body, ...(bodyExample === undefined ? {} : { example: bodyExample }) }
  const request = {
    ...(params ? { params } : {}),
    ...(query ? { query } : {}),
    ...(body ? { body: { required: true, content: { 'application/json': content } } } : {}),
  }
  const description = createRoute({ method, path, summary, request, responses: responsesOf(route) } as never)
  const handler = (context: Context) => {
    if (route.right !== 'none') requireRight(askerOf(context), route.right ?? 'read')
    if (body) requireJson(context)
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

/** A body of another type would be taken for an empty one; and pages elsewhere may send those without asking (CORS). */
function requireJson(context: Context): void {
  if (/^application\/([\w.-]+\+)?json\b/i.test(context.req.header('content-type') ?? '')) return
  throw new Refusal('bad-request', 'The body must be JSON, and Content-Type say so.')
}

function responsesOf(route: Documented): object {
  const { answer, media } = route
  const { answer: example } = EXAMPLES[`${route.method.toUpperCase()} ${route.path}`] ?? {}
  const shown = example === undefined ? {} : { example }
  const type = media ?? 'application/json'
  const schema = answer ?? { type: 'string', format: 'binary' }
  const others = (route.others ?? []).map((other) => [other, { schema: {} }])
  const done =
    answer || media
      ? { 200: { description: 'Done', content: { [type]: { schema, ...shown }, ...Object.fromEntries(others) } } }
      : { 204: { description: 'Done' } }
  const underWay = {
    description: 'Under way',
    content: { 'application/json': { schema: UnderWaySchema, example: UNDER_WAY } },
  }
  const problem = { schema: ProblemSchema, example: PROBLEM }
  return {
    ...done,
    ...(route.background ? { 202: underWay } : {}),
    ...(route.ranged ? { 206: { description: 'The part asked for by Range' } } : {}),
    ...(route.tagged ? { 304: { description: 'What the asker has is still right' } } : {}),
    default: { description: 'Refused', content: { 'application/problem+json': problem } },
  }
}
