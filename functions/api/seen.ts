import { randomUUID } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import type { Asker } from '../../src/asker.ts'
import { scoped } from '../access/scope.ts'
import type { Deployment } from '../effects.ts'
import type { Note } from '../observe/note.ts'
import type { Trace } from '../observe/trace.ts'

/** What is known of a request while it is answered; every route reads its deployment from here. */
export interface Seen {
  /** The caller's X-Request-Id when it is a plain word, else our own. */
  id: string
  asker: Asker
  /** The deployment as this asker meets it. */
  deployment: Deployment
  /** What it turns out to be about. */
  note: Note
  /** Null where nobody collects traces. */
  trace: Trace | null
}

declare module 'hono' {
  interface ContextVariableMap {
    seen: Seen
  }
}

/** Nothing that could end a header or a line of a log. */
const REQUEST_ID = /^[\w.:-]{1,128}$/

/** The id a request goes by: the caller's when it is a plain word, else our own. */
export function requestId(given = ''): string {
  return REQUEST_ID.test(given) ? given : randomUUID()
}

/** Begins a request as `asker`'s: its id goes out with the response. */
export function seeing(deployment: Deployment, asker: Asker): MiddlewareHandler {
  return async (context, next) => {
    const id = requestId(context.req.header('x-request-id'))
    const trace = deployment.observe.tracer?.begin(context.req.header('traceparent')) ?? null
    const request = { id, note: {}, trace }
    context.set('seen', { ...request, asker, deployment: scoped(deployment, asker, request) })
    context.header('X-Request-Id', id)
    await next()
  }
}

/** From here on the request is `asker`'s: for doors that know who asks by other means than a key, such as a signed link. */
export function actAs(context: Context, asker: Asker, deployment: Deployment): void {
  const seen = context.get('seen')
  seen.asker = asker
  seen.deployment = scoped(deployment, asker, seen)
}

/** The deployment as the asker of this request meets it. */
export function deploymentOf(context: Context): Deployment {
  return context.get('seen').deployment
}

/** Who asks. */
export function askerOf(context: Context): Asker {
  return context.get('seen').asker
}
