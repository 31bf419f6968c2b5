import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Refusal } from '../../src/refusal.ts'

/** Anything thrown in the shape OpenAI's clients read: `{error: {message, type, code, param}}`. */
export function errorBody(thrown: unknown, warn: (problem: unknown) => void) {
  if (thrown instanceof Refusal) {
    const type = thrown.status < 500 ? 'invalid_request_error' : 'server_error'
    return {
      status: thrown.status,
      error: { message: `${thrown.message} ${thrown.hint}`, type, code: thrown.code, param: null },
    }
  }
  if (thrown instanceof HTTPException && thrown.status < 500)
    return {
      status: thrown.status,
      error: { message: thrown.message, type: 'invalid_request_error', code: 'bad-request', param: null },
    }
  const incident = randomUUID()
  warn({ incident, thrown })
  const message = `Something broke on our side (${incident}).`
  return { status: 500, error: { message, type: 'server_error', code: 'internal', param: null } }
}

export function errorResponse(context: Context, thrown: unknown, warn: (problem: unknown) => void): Response {
  const { status, error } = errorBody(thrown, warn)
  const retry =
    thrown instanceof Refusal && (status === 429 || status === 503)
      ? { 'retry-after': String(thrown.retry_s ?? 1) }
      : {}
  return context.json({ error }, status as ContentfulStatusCode, retry)
}
