import type { Settings } from '../src/settings.ts'
import { type Audit, openAudit } from './observe/audit.ts'
import { type Log, openLog } from './observe/log.ts'
import { type Metrics, openMetrics } from './observe/metrics.ts'
import { openTracer, otlpOf, otlpSender, type Tracer } from './observe/trace.ts'

/** What an operator sees of a deployment from outside. */
export interface Observe {
  log: Log
  audit: Audit
  metrics: Metrics
  /** Null where no endpoint is set: nothing is paid for. */
  tracer: Tracer | null
  /** Hands over what is waiting. */
  flush(): Promise<void>
}

/** A collector that is slower than this loses spans. */
const COLLECTOR_MS = 5000

/** Opens log (standard error), audit log, metrics and traces as settings and the `OTEL_…` variables of `env` say. */
export async function openObserve(
  settings: Settings,
  stateDir: string,
  about: { version: string; env: Record<string, string | undefined> },
): Promise<Observe> {
  const write = (line: string) => void process.stderr.write(line)
  const log = openLog(write, { text: settings.log_text, now: () => new Date() })
  const metrics = openMetrics()
  const audit = await openAudit(settings, stateDir, (problem) => {
    metrics.count('asklake_audit_failures_total')
    log({ level: 'error', problem })
  })
  const otlp = otlpOf(about.env)
  const tracer = otlp
    ? openTracer({
        send: otlpSender(otlp, COLLECTOR_MS),
        now: () => performance.timeOrigin + performance.now(),
        dropped: (spans) => metrics.count('asklake_spans_dropped_total', [], spans),
        resource: { 'service.name': otlp.service, 'service.version': about.version },
      })
    : null
  metrics.read('process_resident_memory_bytes', [], () => process.memoryUsage.rss())
  metrics.read('process_start_time_seconds', [], () => Math.round(performance.timeOrigin) / 1000)
  return { log, audit, metrics, tracer, flush: async () => void (await Promise.all([audit.flush(), tracer?.flush()])) }
}
