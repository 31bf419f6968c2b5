// How soon Slack is acknowledged, with a worker that is cold: every round starts a server of its own and sends it a signed
// command before it has read any data or answered anything, then three more while the first is being answered. The second
// figure is the cloud's: the door alone as a packaged function in a new execution environment, its queue answering at once.
// Needs `node build.mjs`; the second figure `npm run test:lambda` once, for the packaged functions and Lambda's own client.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startQueue } from '../test/lambda/cloud.ts'
import { replyOf, urlEvent } from '../test/lambda/event.ts'
import { packaged, startEnvironment } from '../test/lambda/host.ts'
import { commandBody, SECRET, signed } from '../test/slack/requests.ts'
import { serveSlack } from '../test/slack/served.ts'
import { openWorkspace, type Workspace } from '../test/slack/workspace.ts'
import { median, quantile, report } from './report.ts'

const ROUNDS = 10
const QUESTIONS = [
  'how many orders per ship country',
  'how many orders per ship city',
  'number of products',
  'how many employees',
]

const slack = await openWorkspace()
const [first, during]: [number[], number[]] = [[], []]
for (let round = 0; round < ROUNDS; round++) {
  const [cold = 0, ...others] = await serverRound(slack)
  first.push(cold)
  during.push(...others)
}
const door = existsSync(packaged('slack')) ? await doorRounds(slack) : []
await slack.close()
report('slack-ack', {
  ack_ms_p95: quantile([...first, ...during], 0.95),
  first_ms: { p50: median(first), p95: quantile(first, 0.95) },
  during_answer_ms: { p50: median(during), p95: quantile(during, 0.95) },
  function_ms: door.length === 0 ? 'not packaged' : { cold: door[0], warm_p50: median(door.slice(1)) },
})

/** Milliseconds of each acknowledgement of one fresh server, which is killed afterwards. */
async function serverRound(workspace: Workspace): Promise<number[]> {
  const state = mkdtempSync(join(tmpdir(), 'asklake-ack-'))
  const { url, kill } = await serveSlack(['dist/cli.js'], workspace, state)
  const taken: number[] = []
  for (const question of QUESTIONS) {
    const request = signed(SECRET, commandBody(workspace, question), { url })
    const began = performance.now()
    const response = await fetch(request)
    const text = await response.text()
    taken.push(performance.now() - began)
    if (!text.includes('Working on it')) throw new Error(`not acknowledged: ${response.status} ${text}`)
  }
  await kill()
  rmSync(state, { recursive: true, force: true })
  return taken
}

/** Milliseconds of acknowledgements by the packaged door: the first of a new environment, begun before it has loaded, then five more. */
async function doorRounds(workspace: Workspace): Promise<number[]> {
  const queue = await startQueue()
  const environment = await startEnvironment(packaged('slack'), 'slack.handler', {
    ASKLAKE_SLACK_SIGNING_SECRET: SECRET,
    ASKLAKE_SLACK_BOT_TOKEN: workspace.token,
    ASKLAKE_QUEUE_URL: queue.url,
  })
  const taken: number[] = []
  for (let call = 0; call < 6; call++) {
    const request = signed(SECRET, commandBody(workspace, QUESTIONS[0] ?? ''))
    const event = urlEvent({
      method: 'POST',
      path: '/slack/events',
      headers: Object.fromEntries(request.headers),
      body: Buffer.from(await request.arrayBuffer()),
    })
    const began = performance.now()
    const reply = replyOf(await environment.invoke(event))
    taken.push(performance.now() - began)
    if (!reply.body.toString().includes('Working on it')) throw new Error(`not acknowledged: ${reply.status}`)
  }
  await environment.close()
  await queue.close()
  return taken
}
