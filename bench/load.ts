// Ten times more askers than are answered at once, against a server of its own: how soon the extra ones are told to come back,
// and what becomes of the others' latency. `node --import tsx bench/load.ts [answered at once] [seconds a phase]`; the last line is JSON.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startServer } from '../test/fault/running.ts'
import { quantile, report } from './report.ts'

const [atOnce = 2, seconds = 15] = process.argv.slice(2).map(Number)
const OVER = 10

const GROUPS = ['ship country', 'ship city', 'employee', 'customer', 'shipper', 'year', 'month', 'ship region']
const MEASURES = ['average freight', 'total freight', 'number of orders', 'highest freight', 'lowest freight']
const QUESTIONS = MEASURES.flatMap((measure) => GROUPS.map((group) => `${measure} by ${group}`))

const state = mkdtempSync(join(tmpdir(), 'asklake-load-'))
const server = await startServer(state, { ASKLAKE_REQUESTS_AT_ONCE: String(atOnce), ASKLAKE_LOG_REQUESTS: 'false' })

interface Phase {
  answered: number[]
  refused: number[]
  wrong: string[]
}

/** One request: timed, and judged by its status. A refusal must say when to come back. */
async function ask(number: number, phase: Phase): Promise<boolean> {
  const start = performance.now()
  const question = QUESTIONS[number % QUESTIONS.length] as string
  const response = await server.post('/v1/ask', { dataset: 'northwind', question })
  const ms = performance.now() - start
  const body = await response.json()
  const isRefused = response.status === 503 || response.status === 429
  if (isRefused && response.headers.get('retry-after') === null) phase.wrong.push('a refusal without Retry-After')
  else if (isRefused) phase.refused.push(ms)
  else if (response.status === 200 && body.row_count > 0) phase.answered.push(ms)
  else phase.wrong.push(`${response.status} ${JSON.stringify(body).slice(0, 200)}`)
  return isRefused
}

/** `askers` at once for a while; one that is refused comes back after a second or two, as it is told. */
async function crowd(askers: number): Promise<Phase> {
  const phase: Phase = { answered: [], refused: [], wrong: [] }
  const end = performance.now() + seconds * 1000
  const asker = async (index: number) => {
    for (let turn = 0; performance.now() < end; turn++) {
      const isRefused = await ask(index * 7 + turn, phase)
      if (isRefused) await setTimeout(1000 + ((index * 137 + turn * 61) % 1000))
    }
  }
  await Promise.all(Array.from({ length: askers }, (_, index) => asker(index)))
  return phase
}

/** Every question once, so that each phase finds the same plans; those the model does not answer are left out. */
const warming: Phase = { answered: [], refused: [], wrong: [] }
for (const question of [...QUESTIONS]) {
  await ask(QUESTIONS.indexOf(question), warming)
  if (warming.wrong.splice(0).length > 0) QUESTIONS.splice(QUESTIONS.indexOf(question), 1)
}

const told = (phase: Phase) => ({
  answered: phase.answered.length,
  refused: phase.refused.length,
  p50_ms: quantile(phase.answered, 0.5),
  p95_ms: quantile(phase.answered, 0.95),
  refused_p50_ms: quantile(phase.refused, 0.5),
  refused_p95_ms: quantile(phase.refused, 0.95),
  refused_max_ms: Math.max(0, ...phase.refused),
})
const alone = await crowd(1)
const full = await crowd(atOnce)
const over = await crowd(atOnce * OVER)
server.child.kill('SIGTERM')
await server.ended
rmSync(state, { recursive: true, force: true })
const wrong = [...alone.wrong, ...full.wrong, ...over.wrong]
report('load', {
  at_once: atOnce,
  askers: atOnce * OVER,
  questions: QUESTIONS.length,
  alone: told(alone),
  full: told(full),
  over: told(over),
  ratio_p50: quantile(over.answered, 0.5) / quantile(full.answered, 0.5),
  ratio_p95: quantile(over.answered, 0.95) / quantile(full.answered, 0.95),
  wrong: wrong.length,
})
for (const line of wrong.slice(0, 5)) console.error(line)
process.exitCode = wrong.length > 0 ? 1 : 0
