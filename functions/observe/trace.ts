import { randomBytes } from 'node:crypto'
import type { StepListener } from '../../src/step.ts'

/** One request as OpenTelemetry sees it: a span of its own with one for each step. */
export interface Trace {
  /** The W3C header to hand on to services we call. */
  traceparent: string
  listener: StepListener
  /** Ends the request's span; attributes are plain words and numbers. */
  end(name: string, attributes: Record<string, string | number>, failed: boolean): void
}

export interface Tracer {
  /** Begins a trace, as part of the caller's when its `traceparent` is one. */
  begin(traceparent: string | undefined): Trace
  /** Hands over what is waiting. */
  flush(): Promise<void>
}

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: { stringValue: string } | { intValue: string } }[]
  status: { code?: number }
}

export interface TracerEffects {
  /** Sends one OTLP/HTTP JSON body; rejects when it was not taken. */
  send(body: string): Promise<void>
  /** Milliseconds since 1970, with fractions. */
  now(): number
  dropped(spans: number): void
  resource: Record<string, string>
}

/** Spans are handed over this many at once, or after this long, and dropped beyond so many. */
const BATCH = { spans: 200, ms: 5000, most: 5000 }

/** A tracer that speaks OTLP/HTTP with JSON bodies by itself: forty lines instead of a dozen packages that patch the runtime. */
export function openTracer(effects: TracerEffects): Tracer {
  let waiting: Span[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const spans = waiting
    waiting = []
    if (spans.length > 0) await effects.send(bodyOf(spans, effects.resource)).catch(() => effects.dropped(spans.length))
  }
  const add = (span: Span) => {
    if (waiting.length >= BATCH.most) return effects.dropped(1)
    waiting.push(span)
    if (waiting.length >= BATCH.spans) return void flush()
    timer ??= setTimeout(flush, BATCH.ms).unref()
  }
  return { begin: (traceparent) => beginTrace(traceparent, effects, add), flush }
}

const PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

function beginTrace(traceparent: string | undefined, effects: TracerEffects, add: (span: Span) => void): Trace {
  const [, given, parent, flags = '01'] = PARENT.exec(traceparent ?? '') ?? []
  const traceId = given ?? randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  const began = effects.now()
  const sampled = (Number.parseInt(flags, 16) & 1) === 1
  const steps = new Map<string, number>()
  const kept: Span[] = []
  const span = (name: string, start: number): Omit<Span, 'spanId' | 'parentSpanId' | 'kind'> => ({
    traceId,
    name,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(effects.now()),
    attributes: [],
    status: {},
  })
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    listener: ({ step, state }) => {
      if (state === 'start') return void steps.set(step, effects.now())
      const start = steps.get(step) ?? began
      kept.push({ ...span(step, start), spanId: randomBytes(8).toString('hex'), parentSpanId: spanId, kind: 1 })
    },
    end: (name, attributes, failed) => {
      if (!sampled) return
      for (const one of kept) add(one)
      const own = { ...span(name, began), spanId, kind: 2, attributes: attributesOf(attributes) }
      add({ ...own, ...(parent === undefined ? {} : { parentSpanId: parent }), status: failed ? { code: 2 } : {} })
    },
  }
}

function nanoseconds(ms: number): string {
  return BigInt(Math.round(ms * 1e6)).toString()
}

function attributesOf(attributes: Record<string, string | number>): Span['attributes'] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(Math.round(value)) } : { stringValue: value },
  }))
}

function bodyOf(spans: Span[], resource: Record<string, string>): string {
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope: { name: 'asklake' }, spans }] },
    ],
  })
}

/** What the environment says of OpenTelemetry, by the names its specification gives; undefined when no endpoint is set. */
export function otlpOf(
  env: Record<string, string | undefined>,
): { url: string; headers: Record<string, string>; service: string } | undefined {
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT']
  const url = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? (base && `${base.replace(/\/$/, '')}/v1/traces`)
  if (!url) return undefined
  const pairs = (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').map((pair) => pair.split(/=(.*)/s))
  const headers = Object.fromEntries(
    pairs.filter(([name]) => name).map(([name = '', value = '']) => [name.trim(), decodeURIComponent(value.trim())]),
  )
  return { url, headers, service: env['OTEL_SERVICE_NAME'] ?? 'asklake' }
}

/** Sends bodies to a collector; one that does not answer in `timeout_ms` is given up. */
export function otlpSender({ url, headers }: { url: string; headers: Record<string, string> }, timeout_ms: number) {
  return async (body: string): Promise<void> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeout_ms),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`the collector answered ${response.status}`)
  }
}
