/** Seconds: a recalled plan takes milliseconds, a first question tens, a large file seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Everything that is counted. Labels are routes, codes, step names: never a question, a value or a name of data. */
export const METRICS = {
  asklake_info: { kind: 'gauge', labels: ['version', 'model'], help: 'Always 1; says what runs.' },
  asklake_requests_total: {
    kind: 'counter',
    labels: ['method', 'route', 'status'],
    help: 'Requests answered or refused.',
  },
  asklake_request_seconds: {
    kind: 'histogram',
    labels: ['route'],
    help: 'From the first byte read to the last byte sent.',
  },
  asklake_requests_inside: { kind: 'gauge', labels: [], help: 'Requests being answered.' },
  asklake_refusals_total: { kind: 'counter', labels: ['code'], help: 'Refusals by code; internal is a bug.' },
  asklake_step_seconds: { kind: 'histogram', labels: ['step'], help: 'Time of each step of a question.' },
  asklake_answers_total: {
    kind: 'counter',
    labels: ['plan'],
    help: 'Answers by where their plan came from: recalled, verified, drafted, person.',
  },
  asklake_sent_bytes_total: { kind: 'counter', labels: [], help: 'Bytes of response bodies.' },
  asklake_queries_total: { kind: 'counter', labels: [], help: 'Queries run by the query processes.' },
  asklake_query_queue: { kind: 'gauge', labels: [], help: 'Requests that wait for a query process.' },
  asklake_query_processes: { kind: 'gauge', labels: ['state'], help: 'Query processes, at work and idle.' },
  asklake_query_processes_ended_total: {
    kind: 'counter',
    labels: ['how'],
    help: 'Query processes that were killed or crashed and replaced.',
  },
  asklake_spans_dropped_total: { kind: 'counter', labels: [], help: 'Spans that could not be handed over.' },
  asklake_audit_failures_total: { kind: 'counter', labels: [], help: 'Audit lines that could not be written.' },
  process_resident_memory_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'Memory of the serving process, without its children.',
  },
  process_start_time_seconds: { kind: 'gauge', labels: [], help: 'Start, in seconds since 1970.' },
} as const satisfies Record<string, { kind: 'counter' | 'gauge' | 'histogram'; labels: string[]; help: string }>

export type MetricName = keyof typeof METRICS

/** Label values in the order of the metric's labels. */
type Labels = string[]

export interface Metrics {
  count(name: MetricName, labels?: Labels, by?: number): void
  /** Seconds into a histogram. */
  observe(name: MetricName, labels: Labels, seconds: number): void
  /** A value read when somebody looks. */
  read(name: MetricName, labels: Labels, value: () => number): void
  /** Prometheus text exposition, version 0.0.4. */
  text(): string
}

interface Buckets {
  counts: number[]
  sum: number
  count: number
}

/** Series of one metric beyond this are one: labels come from tables, so that only a mistake gets here. */
const SERIES_MAX = 500

export function openMetrics(): Metrics {
  const numbers = new Map<string, number>()
  const buckets = new Map<string, Buckets>()
  const reads = new Map<string, () => number>()
  const sizes = new Map<string, number>()
  const key = (name: MetricName, labels: Labels, known: ReadonlyMap<string, unknown>) => {
    const own = series(name, labels)
    if (known.has(own)) return own
    const size = (sizes.get(name) ?? 0) + 1
    if (size > SERIES_MAX)
      return series(
        name,
        labels.map(() => 'other'),
      )
    sizes.set(name, size)
    return own
  }
  return {
    count: (name, labels = [], by = 1) => {
      const own = key(name, labels, numbers)
      numbers.set(own, (numbers.get(own) ?? 0) + by)
    },
    observe: (name, labels, seconds) => {
      const own = key(name, labels, buckets)
      const held = buckets.get(own) ?? { counts: SECONDS.map(() => 0), sum: 0, count: 0 }
      buckets.set(own, held)
      for (const [at, bound] of SECONDS.entries()) if (seconds <= bound) held.counts[at] = (held.counts[at] ?? 0) + 1
      held.sum += seconds
      held.count++
    },
    read: (name, labels, value) => void reads.set(series(name, labels), value),
    text: () =>
      exposition([...numbers, ...[...reads].map(([own, value]): [string, number] => [own, value()])], buckets),
  }
}

/** `asklake_requests_total{method="GET",route="/"}`. */
function series(name: MetricName, labels: Labels): string {
  const named = METRICS[name].labels.map((label, at) => `${label}="${escaped(labels[at] ?? '')}"`)
  return named.length === 0 ? name : `${name}{${named.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function exposition(numbers: [string, number][], buckets: Map<string, Buckets>): string {
  const nameOf = (own: string) => own.split('{')[0] ?? ''
  const lines = Object.entries(METRICS).flatMap(([name, { kind, help }]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    ...numbers.filter(([own]) => nameOf(own) === name).map(([own, value]) => `${own} ${value}`),
    ...[...buckets].filter(([own]) => nameOf(own) === name).flatMap(([own, held]) => histogram(own, held)),
  ])
  return `${lines.join('\n')}\n`
}

function histogram(own: string, { counts, sum, count }: Buckets): string[] {
  const [name = '', labels = ''] = own.replace(/\}$/, '').split(/\{(.*)/s)
  const inner = (more: string) => `{${[labels, more].filter(Boolean).join(',')}}`
  const outer = labels === '' ? '' : `{${labels}}`
  return [
    ...SECONDS.map((bound, at) => `${name}_bucket${inner(`le="${bound}"`)} ${counts[at]}`),
    `${name}_bucket${inner('le="+Inf"')} ${count}`,
    `${name}_sum${outer} ${sum}`,
    `${name}_count${outer} ${count}`,
  ]
}
