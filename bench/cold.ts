// A cold start as Lambda makes it: from starting the environment to the first answer, with a recalled plan and with the
// model. Wall time says what this machine did at this moment; processor time of all processes is what another machine can
// be reckoned with. Checks its answers; the last line is JSON.
// node infra/package.mjs --out dist/lambda-test && node --import tsx bench/cold.ts [rounds]
import assert from 'node:assert/strict'
import { cloudEnvironment, startBuckets } from '../test/lambda/cloud.ts'
import { post, replyOf } from '../test/lambda/event.ts'
import { packaged, startEnvironment } from '../test/lambda/host.ts'

const rounds = Number(process.argv[2] ?? 5)
const RECALLED = 'How many orders are there?'
const DRAFTED = ['suppliers', 'products', 'customers', 'employees', 'shippers', 'categories', 'territories', 'regions']

const s3 = await startBuckets()
const times = { recalled: [] as Time[], drafted: [] as Time[] }

interface Time {
  wall_ms: number
  cpu_ms: number
  peak_mb: number
}

async function cold(question: string): Promise<Time & { cached: boolean }> {
  const began = performance.now()
  const environment = await startEnvironment(packaged('api'), 'api.handler', cloudEnvironment(s3))
  try {
    const reply = replyOf(await environment.invoke(post('/v1/ask', { dataset: 'northwind', question })))
    const wall_ms = Math.round(performance.now() - began)
    assert.equal(reply.status, 200, reply.body.toString())
    const { plan, rows } = JSON.parse(reply.body.toString())
    assert.equal(rows.length, 1)
    return { wall_ms, cpu_ms: environment.cpuMs(), peak_mb: environment.peakMb() ?? 0, cached: plan.cached }
  } finally {
    await environment.close()
  }
}

await cold(RECALLED)
for (let round = 0; round < rounds; round++) {
  const { cached: kept, ...recalled } = await cold(RECALLED)
  assert.equal(kept, true)
  times.recalled.push(recalled)
  const { cached: made, ...drafted } = await cold(`How many ${DRAFTED[round % DRAFTED.length]} are there?`)
  assert.equal(made, round >= DRAFTED.length)
  times.drafted.push(drafted)
}
await s3.close()

const least = (list: Time[], part: keyof Time) => Math.min(...list.map((time) => time[part]))
const middle = (list: Time[], part: keyof Time) =>
  list.map((time) => time[part]).sort((a, b) => a - b)[list.length >> 1] ?? 0
const summary = (list: Time[]) => ({
  least_wall_ms: least(list, 'wall_ms'),
  median_wall_ms: middle(list, 'wall_ms'),
  median_cpu_ms: middle(list, 'cpu_ms'),
  peak_mb: Math.max(...list.map(({ peak_mb }) => peak_mb)),
})
console.log(
  JSON.stringify({ bench: 'cold', rounds, recalled: summary(times.recalled), drafted: summary(times.drafted) }),
)
