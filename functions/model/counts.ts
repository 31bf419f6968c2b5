import type { MiddlewareHandler } from 'hono'
import type { Load } from '../../src/llm/engine.ts'
import type { Tracer } from '../observe/trace.ts'

/** Requests under way and answered. */
export interface Counts {
  inside: number
  /** By status. */
  answered: Map<number, number>
  seconds: number
  now(): number
  left(status: number, began: number): void
  /** Resolves when no request is under way. */
  idle(): Promise<void>
}

export function openCounts(now: () => number): Counts {
  const waiting: (() => void)[] = []
  const counts: Counts = {
    inside: 0,
    answered: new Map(),
    seconds: 0,
    now,
    left: (status, began) => {
      counts.inside--
      counts.seconds += (now() - began) / 1000
      counts.answered.set(status, (counts.answered.get(status) ?? 0) + 1)
      if (counts.inside === 0) for (const resolve of waiting.splice(0)) resolve()
    },
    idle: () => (counts.inside === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  }
  return counts
}

/** Lets a request in unless `admit` throws, counts it until the last byte of its body is sent, and traces it as part of the caller's trace. */
export function counted(counts: Counts, tracer: Tracer | null, admit: () => void): MiddlewareHandler {
  return async (context, next) => {
    admit()
    const began = counts.now()
    const trace = tracer?.begin(context.req.header('traceparent'))
    counts.inside++
    await next()
    const { status, body, headers } = context.res
    const done = () => {
      counts.left(status, began)
      trace?.end(`${context.req.method} ${context.req.path}`, { 'http.response.status_code': status }, status >= 500)
    }
    if (body === null || !headers.get('content-type')?.startsWith('text/event-stream')) return done()
    context.res = new Response(afterwards(body, done), { status, headers })
  }
}

/** The same bytes, with word when the last one is read or the reader leaves. */
function afterwards(body: ReadableStream<Uint8Array>, done: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done: ended } = await reader.read().catch((problem) => {
        done()
        throw problem
      })
      if (value !== undefined) controller.enqueue(value)
      if (!ended) return
      done()
      controller.close()
    },
    cancel: async (reason) => {
      done()
      await reader.cancel(reason)
    },
  })
}

/** Prometheus text exposition. */
export function metricsText(counts: Counts, load: Load, model: string): string {
  const gauges: [name: string, kind: 'gauge' | 'counter', help: string, value: number][] = [
    ['asklake_llm_running', 'gauge', 'Requests being written.', load.running],
    ['asklake_llm_waiting', 'gauge', 'Requests that wait for room.', load.waiting],
    ['asklake_llm_rows', 'gauge', 'Texts written together.', load.rows],
    ['asklake_llm_steps_total', 'counter', 'Passes that wrote tokens.', load.steps],
    ['asklake_llm_tokens_total', 'counter', 'Tokens written.', load.tokens],
    ['asklake_llm_prompt_tokens_total', 'counter', 'Prompt tokens read.', load.promptTokens],
    ['asklake_llm_reused_tokens_total', 'counter', 'Prompt tokens known from another prompt.', load.reusedTokens],
    ['asklake_llm_seconds_total', 'counter', 'Time of all requests together.', counts.seconds],
  ]
  const lines = gauges.flatMap(([name, kind, help, value]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    `${name} ${value}`,
  ])
  const answered = [...counts.answered].map(
    ([status, count]) => `asklake_llm_requests_total{status="${status}"} ${count}`,
  )
  const requests = [
    '# HELP asklake_llm_requests_total Requests answered or refused.',
    '# TYPE asklake_llm_requests_total counter',
    ...answered,
  ]
  const info = [
    '# HELP asklake_llm_info Always 1; says what runs.',
    '# TYPE asklake_llm_info gauge',
    `asklake_llm_info{model=${JSON.stringify(model)}} 1`,
  ]
  return `${[...info, ...lines, ...requests].join('\n')}\n`
}
