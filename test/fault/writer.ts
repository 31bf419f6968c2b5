// Keeps plans, answers and feedback as fast as it can, and says on standard output what has been kept. Killed by kill.test.ts.

import { openShared } from '../../functions/shared.ts'
import { readSettings } from '../../src/settings.ts'

const settings = readSettings()
const shared = await openShared(settings, settings.state_dir, () => {})
for (let i = 0; ; i++) {
  const key = `${process.pid.toString(16).padStart(8, '0')}${i.toString(16).padStart(24, '0')}`
  const plan = { key, question: `q${i}`, dataset: 'd', sql: `SELECT ${'x'.repeat(20_000)}`, wish: null, confidence: 1 }
  await shared.plans.put({ ...plan, alternatives: [], provenance: { model: 'm', catalog: 'c', linked: [] } })
  process.stdout.write(`plan ${key}\n`)
  await shared.keepFeedback(JSON.stringify({ verdict: 'up', plan: key, comment: 'y'.repeat(5000) }))
  process.stdout.write(`feedback ${key}\n`)
}
