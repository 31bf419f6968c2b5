import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { createApi } from '../../functions/api.ts'
import { openDelivery } from '../../functions/slack/deliver.ts'
import { createSlack } from '../../functions/slack.ts'
import { createWorker, localQueue } from '../../functions/worker.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'
import { openSlackServer, type SlackServer, signed } from './slack-server.ts'

const SECRET = 'test-secret'
let scripted: Scripted
let slack: SlackServer
let door: (request: Request) => Promise<Response> | Response
let idle: () => Promise<void>
const warnings: unknown[] = []

before(async () => {
  scripted = await scriptedDeployment(
    'examples',
    {
      'average freight by ship country': [
        { sql: 'SELECT ShipCountry, avg(Freight) AS freight FROM Orders GROUP BY 1 ORDER BY 1' },
      ],
      'first contact name': [{ sql: "SELECT '<!channel> & <https://evil.example|x>' AS contact" }],
    },
    { ASKLAKE_SLACK_DATASET: 'northwind' },
  )
  slack = await openSlackServer()
  const delivery = openDelivery({
    botToken: 'xoxb-test',
    apiUrl: `${slack.address}/api/`,
    hooksOrigin: slack.address,
    pause: async () => {},
  })
  const queue = localQueue(createWorker(scripted.deployment, delivery), (problem) => warnings.push(problem))
  idle = queue.idle
  const app = createApi(scripted.deployment, {
    slack: createSlack({ signingSecret: SECRET, botToken: 'xoxb-test', queue }),
  })
  door = app.fetch
})
afterEach(() => {
  assert.deepEqual(warnings.splice(0), [])
  slack.calls.length = 0
})
after(async () => {
  await scripted.close()
  await slack.close()
})

let triggers = 0

function command(text: string, trigger = `t${++triggers}`): string {
  return new URLSearchParams({
    command: '/ask',
    text,
    response_url: `${slack.address}/commands/1`,
    trigger_id: trigger,
    user_id: 'U1',
    channel_id: 'C1',
    team_id: 'T1',
  }).toString()
}

function press(action: string, value: string): string {
  const payload = {
    type: 'block_actions',
    actions: [{ type: 'button', action_id: action, block_id: 'b', value }],
    response_url: `${slack.address}/actions/1`,
    trigger_id: `t${++triggers}`,
    user: { id: 'U2' },
    team: { id: 'T1', domain: 'x' },
    channel: { id: 'C1' },
    message: { ts: '1.2' },
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

const posted = (path: string) => slack.calls.filter((call) => call.path.startsWith(path))
const text = (value: unknown) => JSON.stringify(value)

describe('/ask', () => {
  test('is acknowledged at once, then answered with words, table, chart and buttons', async () => {
    const response = await door(signed(SECRET, command('average freight by ship country')))
    assert.equal(response.status, 200)
    assert.match(await response.text(), /Working on it/)
    await idle()
    const [message] = posted('/commands/1')
    assert.match(text(message?.body), /Austria/)
    assert.match(text(message?.body), /change-chart/)
    const [asked] = posted('/api/files.getUploadURLExternal')
    assert.match(String(asked?.body['alt_text']), /freight/i)
    assert.equal(posted('/upload/F1')[0]?.bytes.subarray(1, 4).toString(), 'PNG')
    assert.equal(posted('/api/files.completeUploadExternal')[0]?.body['channel_id'], 'C1')
  })

  test('cells cannot mention, link or format', async () => {
    await door(signed(SECRET, command('northwind: first contact name')))
    await idle()
    assert.ok(!text(posted('/commands/1')[0]?.body).includes('<!channel>'))
    assert.match(text(posted('/commands/1')[0]?.body), /&lt;!channel&gt;/)
  })

  test('a refusal says what was wrong to the asker alone, with questions as buttons', async () => {
    await door(signed(SECRET, command('zebra stripes of unicorn foals')))
    await idle()
    const [message] = posted('/commands/1')
    assert.equal(message?.body['response_type'], 'ephemeral')
    assert.match(text(message?.body), /ask-again/)
  })

  test('a rate limit is waited out, and the same request twice is answered once', async () => {
    slack.failures.push({ path: /commands/, status: 429, retryAfter: '0' }, { path: /commands/, status: 503 })
    await door(signed(SECRET, command('average freight by ship country', 'same')))
    await idle()
    await door(signed(SECRET, command('average freight by ship country', 'same')))
    await idle()
    assert.equal(posted('/commands/1').length, 1)
  })

  test('an empty question is told how to ask', async () => {
    const response = await door(signed(SECRET, command('')))
    assert.match(await response.text(), /Ask a question after the command/)
  })
})

describe('buttons', () => {
  test('SQL, CSV and verdicts', async () => {
    await door(signed(SECRET, command('average freight by ship country')))
    await idle()
    const value = /"action_id":"show-sql".*?"value":"([^"]+)"/.exec(text(posted('/commands/1')[0]?.body))?.[1] ?? ''
    slack.calls.length = 0
    for (const action of ['show-sql', 'download-csv', 'right']) await door(signed(SECRET, press(action, value)))
    await idle()
    assert.match(text(posted('/actions/1')), /SELECT ShipCountry/)
    assert.match(text(posted('/actions/1')), /verified/)
    assert.match(posted('/upload/F1')[0]?.bytes.toString() ?? '', /^ShipCountry,freight/)
  })

  test('another chart of the same answer', async () => {
    await door(signed(SECRET, command('average freight by ship country')))
    await idle()
    const id = /"action_id":"show-sql".*?"value":"([^"]+)"/.exec(text(posted('/commands/1')[0]?.body))?.[1] ?? ''
    slack.calls.length = 0
    await door(signed(SECRET, press('change-chart', JSON.stringify({ id, chart: 'pie' }))))
    await idle()
    assert.equal(posted('/actions/1').length, 1)
    assert.equal(posted('/upload/F1').length, 1)
  })
})

describe('what is not from Slack', () => {
  const forged: [string, () => Request][] = [
    ['a wrong secret', () => signed('other', command('x'))],
    ['an old request', () => signed(SECRET, command('x'), { at: Math.floor(Date.now() / 1000) - 3600 })],
    ['a body changed on the way', () => new Request(signed(SECRET, command('x')), { body: command('y') })],
  ]
  for (const [name, forge] of forged) {
    test(name, async () => {
      assert.equal((await door(forge())).status, 401)
      await idle()
      assert.equal(slack.calls.length, 0)
    })
  }
})
