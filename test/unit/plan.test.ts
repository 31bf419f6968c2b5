import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Catalog } from '../../src/catalog.ts'
import { singleFlight } from '../../src/plan/flight.ts'
import { folderPlans, layeredPlans, memoryPlans, storePlans } from '../../src/plan/stores.ts'
import { type Plan, type PlanStore, planKey, recall } from '../../src/plan.ts'
import type { Question } from '../../src/question.ts'
import { openFolder } from '../../src/store.ts'

const folder = await mkdtemp(join(tmpdir(), 'asklake-plans-'))
after(() => rm(folder, { recursive: true }))

const catalog: Catalog = {
  dataset: 'shop',
  tables: [],
  joins: [],
  metrics: [],
  questions: [],
  fingerprint: { schema: 's1', data: 'd1' },
  notes: [],
}
const question: Question = { text: 'How many orders?', dataset: 'shop', limit: 10, language: 'en' }

function plan(key: string, more: Partial<Plan> = {}): Plan {
  return {
    key,
    question: 'How many orders?',
    dataset: 'shop',
    sql: 'SELECT count(*) FROM orders',
    wish: null,
    confidence: 0.9,
    alternatives: [],
    provenance: { model: 'm', catalog: 's1', linked: [] },
    ...more,
  }
}

const stores: [string, () => PlanStore][] = [
  ['memory', () => memoryPlans(100)],
  ['folder', () => folderPlans(join(folder, 'contract'))],
  ['store', () => storePlans(openFolder(join(folder, 'store')))],
  [
    'layered',
    () => layeredPlans(memoryPlans(1), folderPlans(join(folder, 'layered')), (problem) => assert.fail(String(problem))),
  ],
]

for (const [name, open] of stores) {
  describe(`plan store: ${name}`, () => {
    test('gives back what was put, nothing for an unknown key, nothing after remove', async () => {
      const store = open()
      await Promise.all([store.put(plan('aa11')), store.put(plan('bb22', { confidence: 0.5 }))])
      assert.deepEqual(await store.get('aa11'), plan('aa11'))
      assert.equal((await store.get('bb22'))?.confidence, 0.5)
      assert.equal(await store.get('cc33'), undefined)
      await store.remove('aa11')
      assert.equal(await store.get('aa11'), undefined)
    })
    test('many writers of one key leave one whole plan', async () => {
      const store = open()
      await Promise.all(Array.from({ length: 20 }, (_, i) => store.put(plan('dd44', { confidence: i / 20 }))))
      assert.equal((await store.get('dd44'))?.sql, 'SELECT count(*) FROM orders')
    })
  })
}

test('a torn plan file counts as absent and is removed', async () => {
  const store = folderPlans(join(folder, 'torn'))
  await mkdir(join(folder, 'torn', 'ee'), { recursive: true })
  await writeFile(join(folder, 'torn', 'ee', 'ee55.json'), '{"key":"ee55","sql":"SEL')
  assert.equal(await store.get('ee55'), undefined)
  assert.deepEqual(await readdir(join(folder, 'torn', 'ee')), [])
})

test('a torn plan object counts as absent and is removed', async () => {
  const store = openFolder(join(folder, 'torn-objects'))
  await store.put('plans/ee/ee55.json', new TextEncoder().encode('{"key":"ee55","sql":"SEL'))
  assert.equal(await storePlans(store).get('ee55'), undefined)
  assert.equal(await store.get('plans/ee/ee55.json'), null)
})

test('a failing far store is reported and the answer goes on', async () => {
  const problems: unknown[] = []
  const broken: PlanStore = {
    get: () => Promise.reject(new Error('down')),
    put: () => Promise.reject(new Error('down')),
    remove: () => Promise.reject(new Error('down')),
  }
  const store = layeredPlans(memoryPlans(5), broken, (problem) => problems.push(problem))
  assert.equal(await store.get('x'), undefined)
  await store.put(plan('x'))
  assert.equal((await store.get('x'))?.key, 'x')
  assert.equal(problems.length, 2)
})

test('the key is blind to case and closing marks, and sees schema, model and wish', () => {
  const key = planKey(question, catalog, 'm')
  assert.equal(planKey({ ...question, text: 'how many orders' }, catalog, 'm'), key)
  assert.notEqual(planKey({ ...question, chart: 'pie' }, catalog, 'm'), key)
  assert.notEqual(planKey(question, catalog, 'other'), key)
  assert.notEqual(planKey(question, { ...catalog, fingerprint: { schema: 's2', data: 'd1' } }, 'm'), key)
  assert.equal(planKey(question, { ...catalog, fingerprint: { schema: 's1', data: 'd2' } }, 'm'), key)
})

test('a plan that speaks of another day is not recalled', async () => {
  const store = memoryPlans(5)
  await store.put(plan('k', { today: '2024-05-01' }))
  assert.equal(await recall(['k'], '2024-05-02', store), undefined)
  assert.equal((await recall(['none', 'k'], '2024-05-01', store))?.key, 'k')
})

test('equal work at once is done once, and again later', async () => {
  const flight = singleFlight<number>()
  let runs = 0
  const work = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    runs += 1
    return runs
  }
  assert.deepEqual(await Promise.all([flight('a', work), flight('a', work), flight('b', work)]), [1, 1, 2])
  assert.equal(await flight('a', work), 3)
})
