import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { REFUSALS, Refusal } from '../../src/refusal.ts'

/** An RFC 9457 body. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  hint: string
  suggestions?: string[]
  /** Seconds after which asking again may help. */
  retry_s?: number
}

/** What an asker sees of anything thrown: a Refusal as it is; a bug as a number to look up, told whole to `warn`. */
export function problemOf(thrown: unknown, warn: (problem: unknown) => void): Problem {
  if (thrown instanceof Refusal) return refusalProblem(thrown)
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return refusalProblem(new Refusal('bad-request', thrown.message || 'The request could not be read.'))
  }
  const incident = randomUUID()
  warn({ incident, thrown })
  return {
    type: 'about:blank',
    title: 'Internal error',
    status: 500,
    detail: `Something broke on our side (${incident}).`,
    code: 'internal',
    hint: 'Try again; if it stays, report the number.',
  }
}

function refusalProblem(refusal: Refusal): Problem {
  return {
    type: `urn:asklake:problem:${refusal.code}`,
    title: refusal.code.replaceAll('-', ' '),
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    hint: refusal.hint,
    ...(refusal.suggestions.length > 0 ? { suggestions: refusal.suggestions } : {}),
    ...(refusal.retry_s === undefined ? {} : { retry_s: refusal.retry_s }),
  }
}

/** The problem as an HTTP response; 429 and 503 say when to try again, 401 what to come with. */
export function problemResponse(context: Context, problem: Problem): Response {
  const seen = context.get('seen')
  if (seen !== undefined) seen.note.code = problem.code
  if (problem.status === 503 || problem.status === 429) context.header('Retry-After', String(problem.retry_s ?? 1))
  if (problem.status === 401) context.header('WWW-Authenticate', 'Bearer realm="asklake"')
  const body = JSON.stringify(problem)
  const headers = { 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)) }
  return context.body(body, problem.status as 400, headers)
}

/** Every code with its status, for the documentation. */
export const PROBLEM_CODES = Object.entries(REFUSALS).map(([code, { status, hint }]) => ({ code, status, hint }))
