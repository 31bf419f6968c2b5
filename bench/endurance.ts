// Memory over many different questions, and many questions at once. Prints the resident memory of this process and its
// children after each hundred, their ratio last to second hundred (the first fills caches), and how many of 20 at once were answered.
import { readdirSync, readFileSync } from 'node:fs'
import { openDeployment } from '../functions/effects.ts'
import { answer } from '../src/answer.ts'
import { readQuestion } from '../src/question.ts'
import { Refusal } from '../src/refusal.ts'
import { readSettings } from '../src/settings.ts'
import { quantile, report } from './report.ts'

const COUNT = 500
const TOGETHER = 20
const settings = readSettings()
const deployment = await openDeployment(settings)
const { effects } = deployment

const MEASURES = ['number of orders', 'average freight', 'total freight', 'highest freight', 'lowest freight']
const GROUPS = [
  'by ship country',
  'by ship city',
  'by employee',
  'by customer',
  'per shipper',
  'by month',
  'by year',
  'per ship region',
  'by quarter',
  'by weekday',
]
const FILTERS = [
  '',
  ' in 1996',
  ' in 1997',
  ' with freight over 10',
  ' shipped to France',
  ' with freight under 50',
  ' shipped to Germany',
  ' in 1998',
  ' shipped to Brazil',
  ' with freight over 200',
]
const questions = MEASURES.flatMap((measure) =>
  GROUPS.flatMap((group) => FILTERS.map((filter) => `${measure} ${group}${filter}`)),
)

async function ask(text: string): Promise<'answered' | 'refused'> {
  try {
    await answer(readQuestion({ question: text, dataset: 'northwind' }, ['northwind'], settings), effects)
    return 'answered'
  } catch (thrown) {
    if (thrown instanceof Refusal) return 'refused'
    throw thrown
  }
}

/** Megabytes resident in this process and all its descendants (Linux's /proc). */
function resident(): number {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]))
    } catch {} // it ended meanwhile
  }
  const mine = [...parents.keys()].filter((pid) => isMine(pid, parents))
  return mine.reduce((sum, pid) => sum + residentOf(pid), 0)
}

function isMine(pid: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
    if (at === process.pid) return true
  return false
}

function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0 // it ended meanwhile
  }
}

const together = await Promise.all(questions.slice(0, TOGETHER).map((text) => ask(text)))
const memory_mb: number[] = []
const times: number[] = []
let answered = 0
for (let i = 0; i < COUNT; i++) {
  const start = performance.now()
  if ((await ask(questions[(i * 7) % questions.length] as string)) === 'answered') answered += 1
  times.push(performance.now() - start)
  if ((i + 1) % 100 === 0) memory_mb.push(resident())
}
await deployment.close()
report('endurance', {
  together: { asked: TOGETHER, answered: together.filter((one) => one === 'answered').length },
  asked: COUNT,
  answered,
  memory_mb,
  memory_ratio: (memory_mb.at(-1) ?? 0) / (memory_mb[1] ?? 1),
  p50_ms: quantile(times, 0.5),
  p95_ms: quantile(times, 0.95),
})
