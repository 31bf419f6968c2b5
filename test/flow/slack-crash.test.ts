import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandBody, messageBody, SECRET, signed } from '../slack/requests.ts'
import { type Killable, serveSlack } from '../slack/served.ts'
import { openWorkspace, type Workspace } from '../slack/workspace.ts'

let slack: Workspace
const state = mkdtempSync(join(tmpdir(), 'asklake-crash-'))
const running = new Set<Killable>()

before(async () => {
  slack = await openWorkspace()
})
after(async () => {
  for (const { kill } of running) await kill()
  await slack.close()
  rmSync(state, { recursive: true, force: true })
})

async function serve(): Promise<Killable> {
  const env = { ASKLAKE_SLACK_LEASE_MS: '900' }
  const served = await serveSlack(['--import', 'tsx', 'functions/cli.ts'], slack, state, env)
  running.add(served)
  return served
}

/** The next call to this path waits; `reached` when it has come. */
function hold(path: RegExp): { reached: Promise<void>; release(): void } {
  let release = () => {}
  const until = new Promise<void>((open) => {
    release = open
  })
  const reached = new Promise<void>((resolve) => {
    slack.holding.push({ path, reached: resolve, until })
  })
  return {
    reached,
    release: () => {
      slack.holding.length = 0
      release()
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 2400, `it did not come: ${JSON.stringify(slack.messages.map(({ text }) => text))}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a server killed in mid-answer and started again answers what it had acknowledged, once', async () => {
  const first = await serve()
  const held = hold(/getUploadURLExternal/)
  const acknowledged = [
    signed(SECRET, commandBody(slack, 'how many orders per ship country'), { url: first.url }),
    signed(SECRET, messageBody('how many orders per ship city', { ts: '1.1', channel: 'D1', direct: true }), {
      url: first.url,
      type: 'application/json',
    }),
    signed(SECRET, commandBody(slack, 'how many orders per ship via'), { url: first.url }),
  ]
  for (const request of acknowledged) assert.equal((await fetch(request)).status, 200)
  await held.reached
  await first.kill()
  held.release()
  slack.calls.length = 0
  const second = await serve()
  await until(() => slack.messages.length === 3 && slack.messages.every(({ text }) => !/Working/.test(text)))
  await new Promise((resolve) => setTimeout(resolve, 2000))
  assert.equal(slack.messages.length, 3)
  assert.deepEqual(slack.messages.map(({ channel }) => channel).sort(), ['C1', 'C1', 'D1'])
  await second.kill()
})
