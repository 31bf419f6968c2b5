import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ViewedCatalogs, viewedCatalogs } from '../../src/view.ts'
import { type Scripted, scriptedDeployment } from '../flow/deployment.ts'

const DAY_MS = 24 * 3600_000
const folder = mkdtempSync(join(tmpdir(), 'asklake-view-'))
const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10)

let scripted: Scripted
before(async () => {
  mkdirSync(join(folder, 'shop'))
  const rows = [0, 1, 2, 40, 50].map((ago, index) => `${index + 1},${day(ago)}`)
  writeFileSync(join(folder, 'shop', 'orders.csv'), `order_id,placed\n${rows.join('\n')}\n`)
  scripted = await scriptedDeployment(folder, {})
})
after(async () => {
  await scripted.close()
  rmSync(folder, { recursive: true })
})

/** The catalogs under a clock of the test's. */
function opened() {
  const clock = { ahead_ms: 0 }
  const told: unknown[] = []
  const { catalogs, database, settings } = scripted.deployment.effects
  const now = () => new Date(Date.now() + clock.ahead_ms)
  const viewed = viewedCatalogs(catalogs as ViewedCatalogs, {
    database,
    settings,
    now,
    warn: (problem) => told.push(problem),
  })
  const get = (condition: string) => viewed.get('shop', { rows: { orders: condition }, hidden: {} })
  return { clock, told, get }
}

test('a condition that speaks of today is worked out anew each day, once', async () => {
  const { clock, get } = opened()
  const recent = 'placed >= current_date - 7'
  const first = await get(recent)
  assert.equal(first.tables[0]?.rows, 3)
  assert.equal(await get(recent), first)
  clock.ahead_ms = DAY_MS
  const [one, two] = await Promise.all([get(recent), get(recent)])
  assert.equal(one, two)
  assert.notEqual(one.fingerprint.data, first.fingerprint.data)
  assert.notDeepEqual(one.tables[0]?.source.files, first.tables[0]?.source.files)
  assert.equal(one.view, first.view)
  assert.equal(await get(recent), one)
})

test('any other condition is not', async () => {
  const { clock, get } = opened()
  const first = await get('order_id < 3')
  clock.ahead_ms = 10 * DAY_MS
  assert.equal(await get('order_id < 3'), first)
})

const FLEETING = [
  "placed > now() - INTERVAL '1 hour'",
  'placed > current_timestamp',
  'placed > LocalTimestamp',
  'order_id IN (SELECT order_id FROM orders WHERE random() < 0.5)',
  'CASE WHEN order_id > 1 THEN get_current_timestamp() > placed END',
]
for (const condition of FLEETING) {
  test(`a condition that speaks of the moment opens nothing: ${condition}`, async () => {
    const { told, get } = opened()
    await assert.rejects(get(condition), { code: 'view-broken' })
    assert.match(JSON.stringify(told), /current_date alone/)
  })
}
