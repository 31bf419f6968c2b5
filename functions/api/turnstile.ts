import type { MiddlewareHandler } from 'hono'
import { EVERYONE, NOBODY } from '../../src/asker.ts'
import { FULL } from '../access/limits.ts'
import type { Deployment } from '../effects.ts'
import { isUncounted } from './admission.ts'
import { routeOf, tell } from './observed.ts'
import { problemOf } from './problem.ts'
import { requestId } from './seen.ts'

/**
 * While as many requests are inside as can be answered, says `busy` to any other before its key, its body or anything else is
 * looked at: a refusal must cost next to nothing when everybody comes at once. It is told to the operator like any request.
 */
export function turnstile(deployment: Deployment): MiddlewareHandler {
  const { limits, keyring, effects } = deployment
  const { status } = FULL
  const body = JSON.stringify(problemOf(FULL, effects.warn))
  const bytes = Buffer.byteLength(body)
  const told = { 'content-type': 'application/problem+json', 'retry-after': String(FULL.retry_s) }
  const asker = keyring === null ? EVERYONE : NOBODY
  return async (context, next) => {
    const { req } = context
    // A script of another page may read a refusal only with headers that depend on where it comes from.
    if (!limits.full() || isUncounted(req.path) || req.header('origin') !== undefined) return next()
    const id = requestId(req.header('x-request-id'))
    const seen = { id, asker, note: { code: FULL.code }, trace: null }
    tell({ seen, method: req.method, route: routeOf(context), status, bytes, ms: 0 }, deployment)
    return context.body(body, status as 503, { ...told, 'x-request-id': id })
  }
}
