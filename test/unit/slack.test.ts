import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isChatter } from '../../functions/slack/ask.ts'
import type { SlackJob } from '../../functions/slack/job.ts'
import { openLedger } from '../../functions/slack/ledger.ts'
import { SCOPES, slackManifest } from '../../functions/slack/manifest.ts'
import { readRequest } from '../../functions/slack/request.ts'
import { readRights } from '../../functions/slack/rights.ts'
import { openSlackWeb, SlackProblem } from '../../functions/slack/web.ts'
import { EVERYONE, NOBODY } from '../../src/asker.ts'
import { openFolder } from '../../src/store.ts'
import { messageBody } from '../slack/requests.ts'

const folder = mkdtempSync(join(tmpdir(), 'asklake-slack-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const job = (trigger: string): SlackJob => ({
  kind: 'ask',
  via: 'command',
  text: 'x',
  channel: 'C1',
  user: 'U1',
  trigger,
})

function ledgerAt(clock: { now: number }) {
  return openLedger(openFolder(folder), { lease_ms: 1000, now: () => clock.now })
}

test('a job is claimed by one worker, taken up by another when that one has died, and finished once', async () => {
  const clock = { now: Date.UTC(2026, 0, 2) }
  const [one, two] = [ledgerAt(clock), ledgerAt(clock)]
  assert.deepEqual([await one.add(job('a')), await two.add(job('a'))], [true, false])
  const first = await one.claim(job('a'))
  assert.ok(typeof first === 'object')
  await first.note({ working: '1.1' })
  assert.equal(await two.claim(job('a')), 'held')
  assert.deepEqual(await two.waiting(), [])
  clock.now += 1001
  assert.deepEqual(await two.waiting(), [job('a')])
  const second = await two.claim(job('a'))
  assert.ok(typeof second === 'object')
  assert.deepEqual([second.progress, second.attempts], [{ working: '1.1' }, 1])
  await assert.rejects(first.note({ posted: '1.2' }), /another worker/)
  await second.finish()
  assert.equal(await one.claim(job('a')), 'done')
  assert.equal(await one.add(job('a')), false)
  clock.now += 3 * 24 * 3600 * 1000
  await one.tidy()
  assert.equal(await one.add(job('a')), true)
})

test('of many workers that reach for a job at once, one gets it', async () => {
  const clock = { now: Date.UTC(2026, 0, 9) }
  const ledgers = Array.from({ length: 8 }, () => ledgerAt(clock))
  const claims = await Promise.all(ledgers.map((ledger) => ledger.claim(job('b'))))
  const taken = claims.filter((claim) => typeof claim === 'object')
  assert.equal(taken.length, 1)
  for (const claim of taken) await claim.finish()
})

test('a job given back waits its time', async () => {
  const clock = { now: Date.UTC(2026, 0, 12) }
  const ledger = ledgerAt(clock)
  await ledger.add(job('c'))
  const claim = await ledger.claim(job('c'))
  assert.ok(typeof claim === 'object')
  await claim.release(500)
  assert.equal(await ledger.claim(job('c')), 'held')
  clock.now += 501
  assert.ok(typeof (await ledger.claim(job('c'))) === 'object')
})

test('the most particular rule decides alone; without rules everybody, with keys nobody', async () => {
  const finance = { ...EVERYONE, name: 'finance', datasets: ['books'] }
  const keyring = {
    asker: async () => undefined,
    named: async (name: string) => (name === 'finance' ? finance : undefined),
    all: async () => [finance],
  }
  const rights = readRights('user:U1=key:finance; channel:C2=northwind, flights; team:T3=*; *=none', keyring)
  const datasets = async (user: string, channel: string, team: string) =>
    (await rights({ user, channel, team })).datasets
  assert.deepEqual(await datasets('U1', 'C2', 'T3'), ['books'])
  assert.deepEqual(await datasets('U2', 'C2', 'T3'), ['northwind', 'flights'])
  assert.deepEqual(await datasets('U2', 'C9', 'T3'), '*')
  assert.deepEqual(await datasets('U2', 'C9', 'T9'), [])
  const person = { user: 'U1', channel: 'C1' }
  assert.equal(await readRights('', null)(person), EVERYONE)
  assert.equal(await readRights('', keyring)(person), NOBODY)
  assert.equal(await readRights('user:U7=*', null)(person), NOBODY)
  assert.equal(await readRights('*=key:gone', keyring)(person), NOBODY)
  assert.throws(() => readRights('user:U1=*; people=all; x', null), /"people=all", "x"/)
})

test('a pause longer than the worker should wait, and a refusal that stays, are thrown at once', async () => {
  const pauses: number[] = []
  const answers = [
    new Response('{"ok":false,"error":"ratelimited"}', { status: 429, headers: { 'retry-after': '2' } }),
    new Response('{"ok":false,"error":"ratelimited"}', { status: 429, headers: { 'retry-after': '600' } }),
    new Response('{"ok":false,"error":"channel_not_found"}'),
  ]
  const real = globalThis.fetch
  globalThis.fetch = async () => answers.shift() ?? Response.error()
  try {
    const web = openSlackWeb({ botToken: 'x', pause: async (ms) => void pauses.push(ms) })
    const told = (code: string) => (problem: unknown) => problem instanceof SlackProblem && problem.code === code
    await assert.rejects(web.call('chat.postMessage', {}), told('ratelimited'))
    assert.deepEqual(pauses, [2000])
    await assert.rejects(web.call('chat.postMessage', {}), told('channel_not_found'))
    await assert.rejects(web.respond('https://elsewhere.example/x', {}), /does not lead to Slack/)
  } finally {
    globalThis.fetch = real
  }
})

test('Slack’s text is read as it was typed', () => {
  const body = messageBody('<@UBOT> orders &gt; 5 on <http://x.example|x.example> for <#C1|general>', { ts: '1.1' })
  const received = readRequest(body, new Headers({ 'content-type': 'application/json' }))
  assert.ok(received.kind === 'job' && received.job.kind === 'ask')
  assert.equal(received.job.text, 'orders > 5 on x.example for general')
})

test('what people say among themselves is told from what asks for something', () => {
  for (const words of ['thanks', 'Thank you so much!', ':tada:', '👍', 'ok great', 'nice work'])
    assert.ok(isChatter(words), words)
  for (const words of ['only France', 'by month', '1997', 'top 5 good customers', '按月'])
    assert.ok(!isChatter(words), words)
})

test('the manifest asks for every right that is told, and for no other', () => {
  const manifest = JSON.parse(JSON.stringify(slackManifest('https://ask.example')))
  assert.deepEqual(manifest.oauth_config.scopes.bot, Object.keys(SCOPES))
  assert.throws(() => slackManifest('http://ask.example'), /https/)
})
