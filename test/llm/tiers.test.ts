import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { serve } from '@hono/node-server'
import { createModelServer } from '../../functions/model.ts'
import { readPrompts } from '../../functions/prompts.ts'
import { answer } from '../../src/answer.ts'
import { checkPrompts, fill, promptHash } from '../../src/draft/large/prompt.ts'
import { openLanguageModel } from '../../src/llm.ts'
import { readQuestion } from '../../src/question.ts'
import { readSettings } from '../../src/settings.ts'
import { type Script, type Scripted, scriptedDeployment } from '../flow/deployment.ts'

let data: string
const closing: (() => unknown)[] = []

before(() => {
  data = mkdtempSync(join(tmpdir(), 'asklake-tiers-'))
  mkdirSync(join(data, 'shop'))
  writeFileSync(join(data, 'shop', 'customers.csv'), 'id,name,country\n1,Ada,Germany\n2,Bo,Sweden\n3,Cy,Germany\n')
  writeFileSync(join(data, 'shop', 'orders.csv'), 'id,customer_id,amount\n1,1,10.5\n2,1,20\n3,2,5\n4,3,7.5\n')
})
after(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(data, { recursive: true, force: true })
})

interface Fake {
  url: string
  /** The messages of each request. */
  asked: { messages: { role: string; content: string }[]; structured_outputs?: { grammar: string } }[]
}

/** A server that gives these texts, a list a request; a number is the status it fails with. */
async function fake(...replies: (string[] | number)[]): Promise<Fake> {
  const asked: Fake['asked'] = []
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    asked.push(JSON.parse(Buffer.concat(parts).toString()))
    const reply = replies[Math.min(asked.length, replies.length) - 1] ?? 500
    if (typeof reply === 'number') return void response.writeHead(reply).end('{}')
    const choices = reply.map((content) => ({ message: { content }, finish_reason: 'stop' }))
    response.end(JSON.stringify({ choices }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }
}

async function deployed(url: string, script: Script, env: Record<string, string> = {}): Promise<Scripted> {
  const own = { ASKLAKE_LLM_URL: url, ASKLAKE_LLM_MODEL: 'big', ASKLAKE_LLM_ATTEMPTS: '1', ...env }
  const scripted = await scriptedDeployment(data, script, own)
  closing.push(scripted.close)
  return scripted
}

const QUESTION = 'How many customers are from Germany?'
const RIGHT = "SELECT count(*) FROM customers WHERE country = 'Germany'"
const SURE: Script = { [QUESTION]: [{ sql: 'SELECT count(*) AS sure FROM customers', score: -0.05 }] }
const UNSURE: Script = { [QUESTION]: [{ sql: 'SELECT count(*) AS unsure FROM orders', score: -2 }] }

async function ask({ deployment }: Scripted, text = QUESTION) {
  const { effects } = deployment
  return answer(await readQuestion({ question: text, dataset: 'shop' }, ['shop'], effects.settings), effects)
}

test('a sure small model answers alone', async () => {
  const { url, asked } = await fake([RIGHT])
  const given = await ask(await deployed(url, SURE))
  assert.deepEqual([asked.length, given.plan.model, given.columns[0]?.name], [0, 'script', 'sure'])
})

test('where the small model is unsure the large one decides, and the answer says so', async () => {
  const { url, asked } = await fake([RIGHT, RIGHT, 'SELECT count(*) FROM customers'])
  const given = await ask(await deployed(url, UNSURE))
  assert.equal(asked.length, 1)
  assert.match(given.plan.model, /^big-[0-9a-f]{8}$/)
  assert.deepEqual(given.rows, [[2]])
})

test('the prompt holds the linked schema, what the words were read as, and today; the grammar is bound to the schema', async () => {
  const { url, asked } = await fake([RIGHT])
  await ask(await deployed(url, UNSURE))
  const [system, question] = asked[0]?.messages ?? []
  assert.match(
    system?.content ?? '',
    /CREATE TABLE customers \( -- 3 rows[\s\S]*country VARCHAR -- .*'Germany', 'Sweden'/,
  )
  assert.match(system?.content ?? '', /orders\.customer_id = customers\.id/)
  assert.match(question?.content ?? '', /customers\.country = 'Germany'/)
  assert.match(question?.content ?? '', /Question: How many customers are from Germany\?$/)
  assert.match(asked[0]?.structured_outputs?.grammar ?? '', /^root ::= query/)
})

test('no value of the data is sent where the setting says 0', async () => {
  const { url, asked } = await fake([RIGHT])
  await ask(await deployed(url, UNSURE, { ASKLAKE_LLM_VALUES: '0' }))
  assert.doesNotMatch(JSON.stringify(asked[0]?.messages), /Sweden|Ada/)
})

test('a statement DuckDB refuses is repaired once, with its error', async () => {
  const { url, asked } = await fake(['SELECT count(*) FROM customers WHERE land = 1'], [`\`\`\`sql\n${RIGHT};\n\`\`\``])
  const given = await ask(await deployed(url, UNSURE))
  assert.equal(asked.length, 2)
  assert.match(asked[1]?.messages.at(-1)?.content ?? '', /"?land"?.*not found/)
  assert.deepEqual([given.sql, given.rows], [RIGHT, [[2]]])
})

test('what the check refuses is never run: the small model answers', async () => {
  const { url, asked } = await fake(["SELECT * FROM read_text('/etc/passwd')"], ['DROP TABLE customers'])
  const given = await ask(await deployed(url, UNSURE))
  assert.deepEqual([asked.length, given.plan.model], [2, 'script'])
})

test('without the server the small model answers, and the next question tries the server again', async () => {
  const { url, asked } = await fake(503, [RIGHT])
  const scripted = await deployed(url, UNSURE)
  assert.equal((await ask(scripted)).plan.model, 'script')
  assert.match((await ask(scripted)).plan.model, /^big-/)
  assert.equal((await ask(scripted)).plan.cached, true)
  assert.equal(asked.length, 2)
})

test('a server that takes too long is not waited for', async () => {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const given = await ask(await deployed(url, UNSURE, { ASKLAKE_LLM_BUDGET_MS: '50', ASKLAKE_LLM_TIMEOUT_MS: '60000' }))
  assert.equal(given.plan.model, 'script')
})

test('a question both have no draft for is refused as ever', async () => {
  const { url } = await fake(['I cannot answer that.'])
  await assert.rejects(ask(await deployed(url, {}), QUESTION), { code: 'no-draft' })
})

test('verified questions like this one are shown as examples', async () => {
  const { url, asked } = await fake([RIGHT])
  const scripted = await deployed(url, UNSURE)
  const entry = (id: string, question: string, sql: string) => ({
    ...{ id, dataset: 'shop', question, sql, paraphrases: [], chart: null, linked: [], origin: 'person', schema: '' },
    ...{ result: { columns: [], rows: 1, digest: '', data: '' }, approved_at: '2026-01-01T00:00:00Z' },
  })
  const verified = scripted.deployment.effects.verified ?? assert.fail()
  await verified.put(
    entry('1', 'How many customers are from Sweden?', "SELECT count(*) AS n FROM customers WHERE country = 'Sweden'"),
  )
  await verified.put(entry('2', 'How many customers are hidden?', 'SELECT count(*) FROM secrets'))
  await verified.put(entry('3', 'Largest order', 'SELECT max(amount) FROM orders'))
  await ask(scripted)
  const question = asked[0]?.messages[1]?.content ?? ''
  assert.match(question, /^Question: How many customers are from Sweden\?\nSELECT count\(\*\) AS n/)
  assert.doesNotMatch(question, /secrets|Largest/)
})

test('our own model end to end: question, prompt, grammar, beams of text, check, rows', async () => {
  const settings = readSettings({ ASKLAKE_LLM_THREADS: '1', ASKLAKE_LLM_PROMPT: 'compact' })
  const model = await openLanguageModel({ weights: join(import.meta.dirname, '../../model/llm/weights'), settings })
  const warnings: unknown[] = []
  const door = createModelServer({
    ...{ model, prompts: readPrompts('compact'), settings, now: () => new Date(), newId: () => 'id' },
    warn: (problem) => void warnings.push(problem),
  })
  const server = serve({ fetch: door.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  closing.push(async () => {
    await door.stop()
    server.close()
    await model.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const own = {
    ASKLAKE_LLM_MODEL: '',
    ASKLAKE_LLM_PROMPT: 'compact',
    ASKLAKE_LLM_WHEN: 'always',
    ASKLAKE_LLM_TEMPERATURE: '0',
  }
  const given = await ask(await deployed(url, {}, own), 'How many customers are there?')
  assert.match(given.plan.model, /^large-/)
  assert.match(given.sql, /^SELECT /)
  assert.deepEqual(given.rows, [[3]])
  assert.ok(model.load.tokens > 3)
  assert.deepEqual(warnings, [])
})

test('prompts: an unknown hole, a missing one, and nothing to fill one with are errors', () => {
  const prompts = readPrompts('full')
  assert.throws(() => checkPrompts({ ...prompts, system: '{{schema}} {{rows}}' }), /no \{\{rows\}\}/)
  assert.throws(() => checkPrompts({ ...prompts, repair: 'again' }), /\{\{error\}\} is missing/)
  assert.throws(() => fill('{{schema}}', {}), /nothing to put/)
  assert.equal(fill('{{question}}', { question: 'what is {{schema}}?' }), 'what is {{schema}}?')
  assert.notEqual(promptHash(prompts), promptHash({ ...prompts, repair: '{{error}} again' }))
  assert.throws(() => readPrompts('../docs'), { code: 'bad-setting' })
})
