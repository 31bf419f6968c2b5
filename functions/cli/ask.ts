import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Answer, answer, answerSql } from '../../src/answer.ts'
import { renderPng } from '../../src/chart/render.ts'
import { CHART_KINDS } from '../../src/chart/wish.ts'
import { toCsv } from '../../src/export/csv.ts'
import { readQuestion } from '../../src/question.ts'
import { Refusal } from '../../src/refusal.ts'
import { readSettings } from '../../src/settings.ts'
import { type Deployment, openDeployment } from '../effects.ts'
import { fail } from './fail.ts'
import { type Interrupt, onInterrupt } from './interrupt.ts'
import { isPiped, type Piped, readPiped } from './piped.ts'
import { presentAnswer } from './present.ts'
import { showProgress } from './progress.ts'
import { terminalOf } from './terminal.ts'

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

/** `asklake ask`: one answer on standard output; progress on standard error when it is a terminal. Data piped in is asked as a file named stdin. */
export async function runAsk(args: string[]): Promise<number> {
  let deployment: Deployment | undefined
  let piped: Piped | undefined
  const interrupt = onInterrupt()
  try {
    const { values: flags, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    const limit = flags.limit === undefined ? undefined : wholeNumber(flags.limit)
    if (flags.chart !== undefined) requireKind(flags.chart)
    const own = flags.data ?? process.env['ASKLAKE_DATA']
    piped = own === undefined && isPiped() ? await interrupt.race(readPiped(process.stdin)) : undefined
    const data = piped?.folder ?? own
    const settings = readSettings({ ...process.env, ...(data ? { ASKLAKE_DATA: data } : {}) })
    deployment = await openDeployment(settings)
    const made = await interrupt.race(askOnce(positionals.join(' '), { ...flags, limit }, deployment, interrupt))
    await print(made, flags)
    return 0
  } catch (thrown) {
    return fail(thrown)
  } finally {
    interrupt.end()
    await deployment?.close()
    await piped?.remove()
  }
}

type Wanted = Omit<Flags, 'limit'> & { limit: number | undefined }

async function askOnce(text: string, wanted: Wanted, { effects }: Deployment, { signal }: Interrupt): Promise<Answer> {
  const { sql, dataset, chart, limit } = wanted
  const asked = { question: sql !== undefined && text === '' ? 'SQL' : text, dataset, chart, limit }
  const question = readQuestion(asked, await effects.catalogs.names(), effects.settings)
  const progress = showProgress(process.stderr, terminalOf(process.stderr, process.env))
  const asking = { signal, listener: progress.listener }
  try {
    return await (sql === undefined ? answer(question, effects, asking) : answerSql({ sql, question }, effects, asking))
  } finally {
    progress.clear()
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Refusal('bad-request', `--limit ${text} is not a whole number above 0.`, { hint: 'Give --limit 10, say.' })
}

function requireKind(kind: string): void {
  if ((CHART_KINDS as readonly string[]).includes(kind)) return
  throw new Refusal('bad-request', `--chart ${kind} is no kind of chart.`, {
    hint: `Known: ${CHART_KINDS.join(', ')}.`,
  })
}

async function print(made: Answer, flags: Flags): Promise<void> {
  if (flags.png !== undefined) await writePng(made, flags.png)
  if (flags.json) process.stdout.write(`${JSON.stringify(made, null, 1)}\n`)
  else if (flags.csv) process.stdout.write(toCsv(made))
  else process.stdout.write(presentAnswer(made, terminalOf(process.stdout, process.env)))
}

async function writePng(made: Answer, path: string): Promise<void> {
  if (made.chart === null) throw new Refusal('no-chart', 'This answer is best read as a table; it has no chart.')
  await writeFile(path, await renderPng(made.chart, { scale: 2 }))
}
