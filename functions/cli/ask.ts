import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Answer, answer, answerSql } from '../../src/answer.ts'
import { renderPng } from '../../src/chart/render.ts'
import { terminalChart } from '../../src/chart/terminal.ts'
import { toCsv } from '../../src/export/csv.ts'
import { readQuestion } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { textTable } from '../text-table.ts'
import { fail } from './fail.ts'

const OPTIONS = {
  data: { type: 'string' },
  dataset: { type: 'string' },
  sql: { type: 'string' },
  chart: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  png: { type: 'string' },
} as const

interface Flags {
  data?: string | undefined
  dataset?: string | undefined
  sql?: string | undefined
  chart?: string | undefined
  limit?: string | undefined
  json?: boolean | undefined
  csv?: boolean | undefined
  png?: string | undefined
}

/** `asklake ask`: one answer on standard output; progress on standard error when it is a terminal. */
export async function runAsk(args: string[]): Promise<number> {
  let deployment: Deployment | undefined
  const left = new AbortController()
  const leave = () => left.abort()
  process.once('SIGINT', leave)
  try {
    const { values: flags, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    const settings = readSettings({ ...process.env, ...(flags.data ? { ASKLAKE_DATA: flags.data } : {}) })
    deployment = await openDeployment(settings)
    const made = await askOnce(positionals.join(' '), flags, deployment, left.signal)
    await print(made, flags)
    return 0
  } catch (thrown) {
    return fail(thrown)
  } finally {
    process.removeListener('SIGINT', leave)
    await deployment?.close()
  }
}

async function askOnce(text: string, flags: Flags, deployment: Deployment, signal: AbortSignal): Promise<Answer> {
  const { effects } = deployment
  const asked = {
    question: flags.sql !== undefined && text === '' ? 'SQL' : text,
    dataset: flags.dataset,
    chart: flags.chart,
    limit: flags.limit === undefined ? undefined : wholeNumber(flags.limit),
  }
  const question = readQuestion(asked, await effects.catalogs.names(), effects.settings)
  const asking = { signal, listener: showProgress() }
  try {
    return await (flags.sql === undefined
      ? answer(question, effects, asking)
      : answerSql({ sql: flags.sql, question }, effects, asking))
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Refusal('bad-request', `--limit ${text} is not a whole number above 0.`, { hint: 'Give --limit 10, say.' })
}

function showProgress() {
  return ({ step, state }: { step: string; state: 'start' | 'end' }) => {
    if (state === 'start' && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${step} …`)
  }
}

async function print(made: Answer, flags: Flags): Promise<void> {
  if (flags.png !== undefined) await writePng(made, flags.png)
  if (flags.json) return void process.stdout.write(`${JSON.stringify(made, null, 1)}\n`)
  if (flags.csv) return void process.stdout.write(toCsv(made))
  const width = process.stdout.columns ?? 100
  const picture = made.chart === null ? '' : terminalChart(made.chart, width)
  const findings = made.findings.map((finding) => `${finding.level === 'warning' ? '!' : '·'} ${finding.text}`)
  const seconds = `${Math.round(made.timings_ms['total'] ?? 0)} ms`
  const foot = `${Math.round(made.confidence * 100)} % sure, ${seconds}, ${made.plan.cached ? 'recalled plan' : made.plan.model}`
  const others = made.alternatives.map((other) => `It may also mean: ${other.reading}`)
  const parts = [
    made.explanation,
    textTable(made, width, 40),
    picture,
    findings.join('\n'),
    others.join('\n'),
    made.sql,
    foot,
  ]
  process.stdout.write(`${parts.filter((part) => part !== '').join('\n\n')}\n`)
}

async function writePng(made: Answer, path: string): Promise<void> {
  if (made.chart === null) throw new Refusal('no-chart', 'This answer is best read as a table; it has no chart.')
  await writeFile(path, await renderPng(made.chart, { scale: 2 }))
}
