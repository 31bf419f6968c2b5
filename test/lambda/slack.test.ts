import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { S3Server } from '../s3/server.ts'
import { signed } from '../slack/requests.ts'
import { openWorkspace, type Workspace } from '../slack/workspace.ts'
import { cloudEnvironment, startBuckets, startQueue } from './cloud.ts'
import { queueEvent, replyOf, urlEvent } from './event.ts'
import { type Environment, packaged, startEnvironment } from './host.ts'

const SECRET = 'test-secret'

let s3: S3Server
let slack: Workspace
let queue: Awaited<ReturnType<typeof startQueue>>
let door: Environment
let worker: Environment

before(async () => {
  s3 = await startBuckets()
  slack = await openWorkspace()
  queue = await startQueue()
  door = await startEnvironment(packaged('slack'), 'slack.handler', {
    ASKLAKE_SLACK_SIGNING_SECRET: SECRET,
    ASKLAKE_SLACK_BOT_TOKEN: 'xoxb-test',
    ASKLAKE_QUEUE_URL: queue.url,
  })
  worker = await openWorker()
})
after(async () => {
  await Promise.all([door.close(), worker.close()])
  await Promise.all([s3.close(), slack.close(), queue.close()])
})

const LEASE_MS = 600

function openWorker(): Promise<Environment> {
  return startEnvironment(packaged('worker'), 'worker.handler', {
    ...cloudEnvironment(s3),
    ASKLAKE_SLACK_BOT_TOKEN: slack.token,
    ASKLAKE_SLACK_API_URL: `${slack.address}/api/`,
    ASKLAKE_SLACK_HOOKS_ORIGIN: slack.address,
    ASKLAKE_SLACK_LEASE_MS: String(LEASE_MS),
    ASKLAKE_SLACK_RIGHTS: '*=*',
  })
}

function command(text: string): string {
  return new URLSearchParams({
    command: '/ask',
    text,
    response_url: slack.responseUrl('C1', 'U1'),
    trigger_id: 't1',
    user_id: 'U1',
    channel_id: 'C1',
    team_id: 'T1',
  }).toString()
}

async function eventOf(request: Request) {
  const headers = Object.fromEntries(request.headers)
  return urlEvent({ method: 'POST', path: '/slack/events', headers, body: Buffer.from(await request.arrayBuffer()) })
}

test('a signed command is acknowledged and queued', async (context) => {
  const began = performance.now()
  const reply = replyOf(await door.invoke(await eventOf(signed(SECRET, command('northwind: how many orders')))))
  context.diagnostic(`acknowledged by a new environment after ${Math.round(performance.now() - began)} ms`)
  assert.equal(reply.status, 200, reply.body.toString())
  assert.match(reply.body.toString(), /Working on it/)
  assert.equal(queue.messages.length, 1)
  assert.deepEqual(queue.messages[0], {
    kind: 'ask',
    via: 'command',
    text: 'northwind: how many orders',
    responseUrl: `${slack.address}/hooks/1`,
    channel: 'C1',
    user: 'U1',
    team: 'T1',
    trigger: 't1',
  })
})

test('a wrong signature queues nothing', async () => {
  const before = queue.messages.length
  const reply = replyOf(await door.invoke(await eventOf(signed('another-secret', command('how many orders')))))
  assert.equal(reply.status, 401)
  assert.equal(queue.messages.length, before)
})

test('of a batch only the job that could not be delivered comes back', async () => {
  const job = { kind: 'ask', via: 'command', text: 'nowhere: how many orders', channel: 'C1', user: 'U1' }
  const told = { ...job, trigger: 'a', responseUrl: slack.responseUrl('C1', 'U1') }
  const lost = { ...job, trigger: 'b', responseUrl: 'https://elsewhere.example/commands/3' }
  const { pieces, failed } = await worker.invoke(queueEvent(told, lost))
  assert.equal(failed, undefined, JSON.stringify(failed))
  assert.deepEqual(JSON.parse(Buffer.concat(pieces).toString()), { batchItemFailures: [{ itemIdentifier: 'm1' }] })
  assert.deepEqual(
    slack.messages.map(({ by }) => by),
    ['response_url'],
  )
  // An environment may never run again after this: what the operator is told has been handed over.
  const audited = s3.keys('state', 'asklake/audit/').map((key) => s3.get('state', key)?.toString() ?? '')
  const lines = audited.flatMap((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  )
  assert.deepEqual(
    lines.map(({ person, what }) => [person, what]),
    [
      ['slack U1', 'slack command'],
      ['slack U1', 'slack command'],
    ],
  )
})

test('a worker that dies in mid-answer loses nothing: the queue gives the job to another, which says everything once', async () => {
  slack.messages.length = 0
  const job = {
    kind: 'ask',
    via: 'message',
    text: 'northwind: how many orders',
    channel: 'C1',
    user: 'U1',
    trigger: 'dying',
  }
  const event = queueEvent({ ...job, thread: '1700000000.5' })
  let release = () => {}
  const reached = new Promise<void>((resolve) => {
    const until = new Promise<void>((open) => {
      release = open
    })
    slack.holding.push({ path: /chat\.update/, reached: resolve, until })
  })
  const dying = await openWorker()
  const died = dying.invoke(event).then(
    () => assert.fail('it answered'),
    () => {},
  )
  await reached
  await dying.close()
  await died
  slack.holding.length = 0
  release()
  slack.messages[0]?.text.match(/Working on it/) ?? assert.fail('nothing stands in the thread')
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS))
  for (const _ of [1, 2]) {
    const { pieces } = await worker.invoke(event)
    assert.deepEqual(JSON.parse(Buffer.concat(pieces).toString()), { batchItemFailures: [] })
  }
  assert.equal(slack.messages.length, 1)
  assert.match(JSON.stringify(slack.messages[0]?.blocks), /830/)
})
