import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { addLine } from '../../functions/lines.ts'
import { folderPlans } from '../../src/plan/stores.ts'
import { newState, QUESTION, startServer } from './running.ts'

const folders: string[] = []
const state = () => {
  folders.push(newState())
  return folders.at(-1) as string
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Lines of feedback that are whole, and how many are not. */
function feedbackIn(folder: string): { plans: Set<string>; torn: number } {
  const lines = readFileSync(join(folder, 'feedback.jsonl'), 'utf8').split('\n')
  const plans = new Set<string>()
  let torn = 0
  for (const line of lines.filter((text) => text !== '')) {
    try {
      plans.add(JSON.parse(line).plan)
    } catch {
      torn++
    }
  }
  return { plans, torn }
}

test('killed at any moment, ten times over, nothing that was kept is lost or torn', async () => {
  const folder = state()
  const kept = { plan: new Set<string>(), feedback: new Set<string>() }
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/fault/writer.ts'], {
      env: { ...process.env, ASKLAKE_STATE_DIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString()
    })
    await once(child.stdout, 'data')
    await setTimeout(13 + 29 * round)
    child.kill('SIGKILL')
    await once(child, 'close')
    for (const line of said.split('\n').slice(0, -1)) {
      const [kind, key] = line.split(' ') as ['plan' | 'feedback', string]
      kept[kind].add(key)
    }
  }
  assert.ok(kept.plan.size > 20, `${kept.plan.size} plans`)
  const plans = folderPlans(join(folder, 'plans'))
  for (const key of kept.plan) assert.equal((await plans.get(key))?.key, key)
  const feedback = feedbackIn(folder)
  assert.ok(feedback.torn <= 10)
  assert.deepEqual(
    [...kept.feedback].filter((key) => !feedback.plans.has(key)),
    [],
  )
  const files = readdirSync(join(folder, 'plans'), { recursive: true, withFileTypes: true })
  for (const file of files.filter((one) => one.isFile() && one.name.endsWith('.json')))
    JSON.parse(readFileSync(join(file.parentPath, file.name), 'utf8'))
})

test('a torn last line of feedback spoils only itself', async () => {
  const folder = state()
  const path = join(folder, 'feedback.jsonl')
  await addLine(path, '{"plan":"a"}')
  appendFileSync(path, '{"plan":"b","comm')
  await addLine(path, '{"plan":"c"}')
  await addLine(path, '{"plan":"d"}')
  assert.deepEqual(feedbackIn(folder), { plans: new Set(['a', 'c', 'd']), torn: 1 })
})

test('a server killed after a person approved knows the plan, the answer and the verdict when it is back', async () => {
  const folder = state()
  const first = await startServer(folder)
  const asked = await (await first.post('/v1/ask', QUESTION)).json()
  const said = await first.post(`/v1/answers/${asked.id}/feedback`, { verdict: 'up' })
  assert.equal(said.status, 204)
  first.child.kill('SIGKILL')
  assert.equal(await first.ended, 'SIGKILL')
  const second = await startServer(folder)
  const again = await (await second.post('/v1/ask', QUESTION)).json()
  assert.equal(again.plan.cached, true)
  assert.equal(again.sql, asked.sql)
  assert.equal(again.confidence, 1)
  assert.equal((await fetch(`${second.url}/v1/answers/${asked.id}`)).status, 200)
  assert.equal(feedbackIn(folder).plans.size, 1)
  second.child.kill('SIGTERM')
  await second.ended
})
