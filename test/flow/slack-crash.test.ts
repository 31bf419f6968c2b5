import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandBody, messageBody, SECRET, signed } from '../slack/requests.ts'
import { openWorkspace, type Workspace } from '../slack/workspace.ts'

let slack: Workspace
const state = mkdtempSync(join(tmpdir(), 'asklake-crash-'))
const running = new Set<ChildProcess>()

before(async () => {
  slack = await openWorkspace()
})
after(async () => {
  for (const child of running) child.kill('SIGKILL')
  await slack.close()
  rmSync(state, { recursive: true, force: true })
})

/** `asklake serve` as a process of its own; gives its address and an end as sudden as a power cut. */
async function serve(): Promise<{ url: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'functions/cli.ts', 'serve'], {
    env: {
      ...process.env,
      PORT: '0',
      ASKLAKE_DATA: 'examples',
      ASKLAKE_STATE_DIR: state,
      ASKLAKE_SLACK_DATASET: 'northwind',
      ASKLAKE_SLACK_SIGNING_SECRET: SECRET,
      ASKLAKE_SLACK_BOT_TOKEN: slack.token,
      ASKLAKE_SLACK_API_URL: `${slack.address}/api/`,
      ASKLAKE_SLACK_HOOKS_ORIGIN: slack.address,
      ASKLAKE_SLACK_LEASE_MS: '900',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const said = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (part) => {
      text += part
      if (/http:\S+/.test(text)) resolve(text)
    })
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
    running.delete(child)
  }
  return { url: `${/http:\S+/.exec(said)?.[0]}/slack/events`, kill }
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
