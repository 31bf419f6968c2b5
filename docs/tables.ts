import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { METRICS } from '../functions/observe/metrics.ts'
import { REFUSALS } from '../src/refusal.ts'
import { SETTINGS } from '../src/settings.ts'
import { chartsPage, findingsPage } from './chart-pages.ts'

/** The pages that are tables of the code, by file name: written by `npm run docs`, held equal by a test. */
export function tablePages(): Record<string, string> {
  return {
    'settings.md': settingsPage(),
    'refusals.md': refusalsPage(),
    'charts.md': chartsPage(),
    'findings.md': findingsPage(),
    'observing.md': observingPage(),
  }
}

function settingsPage(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { default: value, why }]) =>
      `| \`${name}\` | \`ASKLAKE_${name.toUpperCase()}\` | \`${value === '' ? '(empty)' : value}\` | ${why} |`,
  )
  return `# Settings

Each is read from its environment variable when the program starts (\`PORT\` also sets \`port\`); every bad value is printed at once.
A name ends in its unit: \`_ms\`, \`_mb\`, \`_bytes\`.

| Setting | Variable | Default | Why |
|-|-|-|-|
${rows.join('\n')}
`
}

function refusalsPage(): string {
  const rows = Object.entries(REFUSALS).map(
    ([code, { status, kind, hint }]) => `| \`${code}\` | ${status} | ${kind} | ${hint} |`,
  )
  return `# Refusals

Every expected "no" has a code. Over HTTP it is an RFC 9457 \`application/problem+json\` body with \`detail\` (what was wrong),
\`code\`, \`hint\` (what to do) and, for a question the data cannot answer, \`suggestions\` (questions that can be asked). The command
line prints the same and exits with 1. Anything else is a bug and is answered as \`internal\` (500) with a number to look up.

| Code | Status | Whose | Hint |
|-|-|-|-|
${rows.join('\n')}
`
}

function observingPage(): string {
  const rows = Object.entries(METRICS).map(
    ([name, { kind, labels, help }]) => `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${help} |`,
  )
  return `# Observing

Nothing here holds a question, SQL or a value of the data unless setting \`log_text\` is on.

## Log

One line of JSON for every request on standard error (setting \`log_requests\`): \`at\`, \`level\`, \`request\` (the caller's
\`X-Request-Id\` when it is a plain word, else our own; it is sent back), \`asker\` (the key's name), \`method\`, \`route\` (its
pattern), \`status\`, \`ms\`, \`bytes\`, and where they apply \`dataset\`, \`answer\` and \`code\` (of a refusal). Problems are lines of
level \`warn\` or \`error\` with the request they belong to.

## Audit log

Who got what: one line for every request of the API, refused ones too, with \`asker\`, \`what\` (method and route, or \`slack\` and how it came), \`status\`, \`code\`,
\`dataset\`, \`answer\`, \`plan\` and where it came from (\`from\`: recalled, verified, drafted, person), \`statement\` (a hash, so that two
lines can be told to be of one statement), \`tables\`, \`files\` (at most 20), \`data\` (fingerprint), \`rows\` and \`bytes\`; from Slack also \`person\`, since many may ask as one, and \`bytes\` of messages, pictures and files. Setting
\`audit\` says where: a file per day, or objects below a bucket's prefix, which are only ever added. Where keys are set it is on. A line
that cannot be written is counted and told in the log; the answer goes out.

## Traces

With \`OTEL_EXPORTER_OTLP_ENDPOINT\` (or \`…_TRACES_ENDPOINT\`; \`OTEL_EXPORTER_OTLP_HEADERS\`, \`OTEL_SERVICE_NAME\`) every request is a
span with one per step, sent as OTLP over HTTP in JSON. A caller's \`traceparent\` is continued and handed on to models.

## Metrics

\`GET /metrics\`, in Prometheus text; where keys are set, for those with the right \`metrics\`.

| Metric | Kind | Labels | Means |
|-|-|-|-|
${rows.join('\n')}
`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of Object.entries(tablePages())) writeFileSync(join(import.meta.dirname, name), text)
}
