import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openServed, type Said, type Served } from '../attack/served.ts'
import { type Chance, chance } from './random.ts'

const BODIES = 1500
const QUESTIONS = 150

let served: Served

before(async () => {
  served = await openServed('examples', 'embedded', { ASKLAKE_QUERY_TIMEOUT_MS: '5000' })
})
after(() => served.close())

const GOOD = [
  { question: 'total freight by ship country', dataset: 'northwind', chart: 'bar', limit: 5, language: 'en' },
  { dataset: 'northwind', sql: 'SELECT count(*) FROM Orders', question: 'orders', chart: 'pie', limit: 1 },
  { verdict: 'up', comment: 'right' },
]
const ROUTES = [
  '/v1/ask',
  '/v1/sql',
  '/v1/answers/none/feedback',
  '/v1/ask?format=csv',
  '/v1/datasets/northwind/verified',
]

/** Values that are not what a field expects. */
const ODD: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  1.5,
  '',
  ' ',
  '\0',
  [],
  {},
  [[]],
  { a: {} },
  '__proto__',
  'x'.repeat(9000),
]

type Mutation = (text: string, random: Chance) => string | Uint8Array

const MUTATIONS: Mutation[] = [
  (text, random) =>
    JSON.stringify({ ...JSON.parse(text), [random.pick(Object.keys(JSON.parse(text)))]: random.pick(ODD) }),
  (text, random) => JSON.stringify({ ...JSON.parse(text), [random.text(3)]: random.pick(ODD) }),
  (text, random) =>
    JSON.stringify({ ...JSON.parse(text), [random.pick(Object.keys(JSON.parse(text)))]: random.text(30) }),
  (text, random) => text.slice(0, random.number(text.length)),
  (text, random) => text.replace(/[{}[\]",:]/g, (sign) => (random.number(5) === 0 ? random.text(1) : sign)),
  (text) => `[${text}]`,
  (text) => text.replace(/^\{/, '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},'),
  (text) => text.replace(/^\{"(\w+)":/, '{"$1":1,"$1":'),
  (_text, random) => random.bytes(random.number(200)),
  (text, random) => Buffer.concat([Buffer.from(text), random.bytes(5)]),
  (_text, random) => '['.repeat(random.number(30_000)),
  (text) => `\ufeff${text}`,
  (text, random) => text + ' '.repeat(random.number(70_000)),
]

const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
  'application/json',
]

/** What is wrong about an answer, or nothing: any but a bug, and a problem where it is a refusal. */
function fault(said: Said): string | undefined {
  if (said.status >= 500 && said.code !== 'query-timeout' && said.code !== 'busy')
    return `${said.status} ${said.text.slice(0, 200)}`
  return said.status >= 400 && said.code === undefined ? `${said.status} without a code` : undefined
}

test(`${BODIES} mutated bodies are answered or refused with a code`, async () => {
  const random = chance(20261124)
  const found: string[] = []
  for (let i = 0; i < BODIES; i++) {
    const body = random.pick(MUTATIONS)(JSON.stringify(random.pick(GOOD)), random)
    const route = random.pick(ROUTES)
    const what = fault(await served.post(route, body, { 'content-type': random.pick(TYPES) }))
    if (what !== undefined) found.push(`${route} ${String(body).slice(0, 100)}: ${what}`)
  }
  assert.deepEqual(found, [])
  assert.equal(({} as { admin?: boolean }).admin, undefined)
})

const WORDS = [
  'total',
  'freight',
  'by',
  'ship',
  'country',
  'orders',
  'in',
  '1997',
  'top',
  '5',
  'per',
  'month',
  'average',
  'not',
  '"France"',
  '多少',
  '订单',
  '2024-02-31',
  '1e999',
  '-0',
]

test(`${QUESTIONS} questions of random signs, and of ordinary words among them, are answered or refused`, async () => {
  const random = chance(7)
  const found: string[] = []
  for (let i = 0; i < QUESTIONS; i++) {
    const words = Array.from({ length: 1 + random.number(12) }, () =>
      random.number(3) === 0 ? random.text(1 + random.number(6)) : random.pick(WORDS),
    )
    const question = i % 4 === 0 ? random.text(1 + random.number(i % 40 === 0 ? 1900 : 60)) : words.join(' ')
    const what = fault(await served.post('/v1/ask', { question, dataset: 'northwind' }))
    if (what !== undefined) found.push(`${JSON.stringify(question)}: ${what}`)
  }
  assert.deepEqual(found, [])
})

test('nothing of all that was a bug, and the server is whole', async () => {
  assert.deepEqual(served.warned, [])
  const { text } = await served.post('/v1/sql', { dataset: 'northwind', sql: 'SELECT count(*) FROM Orders' })
  assert.deepEqual(JSON.parse(text).rows, [[830]])
})
