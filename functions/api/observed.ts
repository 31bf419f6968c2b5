import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Deployment } from '../effects.ts'
import { auditLine } from '../observe/audit.ts'
import type { Seen } from './seen.ts'
import { whenSent } from './sent.ts'

/**
 * Tells the operator of every request once its last byte is sent: one line of log, one of audit for the API, counts, and a
 * trace. `stands`: the process stands still once a response is sent, so that nothing may be left waiting by then.
 */
export function observed({ observe, effects }: Deployment, stands: boolean): MiddlewareHandler {
  return async (context, next) => {
    const began = effects.clock.milliseconds()
    await next()
    const { status } = context.res
    const route = routeOf(context)
    await whenSent(context, async (bytes) => {
      const ms = Math.round((effects.clock.milliseconds() - began) * 100) / 100
      tell({ seen: context.get('seen'), method: context.req.method, route, status, bytes, ms }, { observe, effects })
      if (stands) await observe.flush()
    })
  }
}

/** The route's pattern, never the path: paths hold ids and names. */
export function routeOf(context: Context): string {
  return matchedRoutes(context).findLast(({ path }) => !/\*$/.test(path))?.path ?? 'none'
}

/** A request that has been answered or refused. */
export interface Sent {
  seen: Pick<Seen, 'id' | 'asker' | 'note' | 'trace'>
  method: string
  route: string
  status: number
  bytes: number
  ms: number
}

/** Puts a request into metrics, log, audit log and trace. */
export function tell(sent: Sent, { observe, effects }: Pick<Deployment, 'observe' | 'effects'>): void {
  const { seen, method, route, status, bytes, ms } = sent
  const { metrics, log, audit } = observe
  const { note } = seen
  metrics.count('asklake_requests_total', [method, route, String(status)])
  metrics.observe('asklake_request_seconds', [route], ms / 1000)
  metrics.count('asklake_sent_bytes_total', [], bytes)
  if (note.code !== undefined) metrics.count('asklake_refusals_total', [note.code])
  const words = { answer: note.answer, dataset: note.dataset, code: note.code }
  if (effects.settings.log_requests) {
    const { question } = note
    log({
      level: status >= 500 ? 'error' : 'info',
      request: seen.id,
      asker: seen.asker.name,
      method,
      route,
      status,
      ms,
      bytes,
      ...words,
      question,
    })
  }
  if (/^\/(v1|embed)\//.test(route)) {
    const who = { id: seen.id, asker: seen.asker.name, what: `${method} ${route}` }
    audit.write(auditLine({ ...who, note, status, bytes, text: effects.settings.log_text }))
  }
  const told = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    ...prefixed(told),
  }
  seen.trace?.end(`${method} ${route}`, { ...attributes, 'asklake.asker': seen.asker.name }, status >= 500)
}

function prefixed(words: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [`asklake.${name}`, value]))
}
