import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { createApi } from '../../functions/api.ts'
import type { Audited } from '../../functions/observe/audit.ts'
import { openLocalSlack } from '../../functions/slack/open.ts'
import {
  BOT,
  commandBody,
  messageBody,
  pressBody,
  SECRET,
  type SigningOptions,
  signed,
  submitBody,
} from '../slack/requests.ts'
import { openWorkspace, type Posted, type Workspace } from '../slack/workspace.ts'
import { type Scripted, scriptedDeployment } from './deployment.ts'

const FREIGHT = 'SELECT ShipCountry, avg(Freight) AS freight FROM Orders GROUP BY 1 ORDER BY 1'
const QUESTION = 'average freight by ship country'
const JSON_TYPE = { type: 'application/json' }

const audits = mkdtempSync(join(tmpdir(), 'asklake-slack-audit-'))
let scripted: Scripted
let slack: Workspace
let door: (request: Request) => Promise<Response> | Response
let idle: () => Promise<void>

before(async () => {
  slack = await openWorkspace()
  scripted = await scriptedDeployment(
    'examples',
    {
      [QUESTION]: [{ sql: FREIGHT }],
      [`${QUESTION} only France`]: [
        { sql: "SELECT ShipCountry, avg(Freight) AS freight FROM Orders WHERE ShipCountry = 'France' GROUP BY 1" },
      ],
      'number of orders': [{ sql: 'SELECT count(*) AS orders FROM Orders' }],
      'first contact name': [{ sql: "SELECT '<!channel> & <https://evil.example|x> ```' AS contact, 1 AS n" }],
      'average delay by origin': [{ sql: 'SELECT count(*) AS n FROM airports' }],
    },
    {
      ASKLAKE_SLACK_DATASET: 'northwind',
      ASKLAKE_SLACK_SIGNING_SECRET: SECRET,
      ASKLAKE_SLACK_BOT_TOKEN: slack.token,
      ASKLAKE_SLACK_API_URL: `${slack.address}/api/`,
      ASKLAKE_SLACK_HOOKS_ORIGIN: slack.address,
      ASKLAKE_SLACK_RIGHTS: 'user:U9=flights; *=*',
      ASKLAKE_AUDIT: audits,
    },
  )
  const opened = await openLocalSlack(scripted.deployment)
  idle = opened.queue.idle
  door = createApi(scripted.deployment, { slack: opened.door }).fetch
})
afterEach(() => {
  slack.calls.length = 0
  slack.messages.length = 0
  slack.views.length = 0
  slack.files.clear()
})
after(async () => {
  await scripted.close()
  await slack.close()
  rmSync(audits, { recursive: true })
})

/** Sends a signed request and waits for everything it set in motion. */
async function send(body: string, options: SigningOptions = {}): Promise<Response> {
  const response = await door(signed(SECRET, body, options))
  await idle()
  return response
}

let clock = 1_800_000_000
const nextTs = () => `${++clock}.000200`
const text = (value: unknown) => JSON.stringify(value)
const last = () => slack.messages.at(-1) as Posted
const buttonOf = (message: Posted, action: string) =>
  message.blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === action)?.value ?? ''

async function asked(question = QUESTION, options: Parameters<typeof commandBody>[2] = {}): Promise<Posted> {
  await send(commandBody(slack, question, options))
  return last()
}

describe('/ask', () => {
  test('is acknowledged at once, then answered with words, chart, table and buttons', async () => {
    const response = await send(commandBody(slack, QUESTION))
    assert.equal(response.status, 200)
    assert.match(await response.text(), /Working on it/)
    const message = last()
    assert.equal(message.by, 'chat.postMessage')
    assert.deepEqual(
      message.blocks.map(({ type }) => type),
      ['section', 'image', 'section', 'context', 'actions'],
    )
    assert.match(text(message), /Austria/)
    const file = slack.files.get(message.blocks[1]?.slack_file?.id ?? '')
    assert.equal(file?.bytes.subarray(1, 4).toString(), 'PNG')
    assert.match(file?.alt ?? '', /freight/i)
    assert.match(message.blocks[1]?.alt_text ?? '', /freight/i)
  })

  test('one value stands large, without a table', async () => {
    assert.match(text((await asked('number of orders')).blocks), /\*830\* {2}orders/)
  })

  test('cells cannot mention, link, format or end their block', async () => {
    const shown = text((await asked('northwind: first contact name')).blocks.filter(({ type }) => type !== 'image'))
    assert.ok(!shown.includes('<!channel>') && shown.includes('&lt;!channel&gt;'))
    assert.equal(shown.match(/```/g)?.length, 2)
  })

  test('where the app may not post, the response URL carries the answer', async () => {
    const message = await asked(QUESTION, { channel: 'C2' })
    assert.equal(message.by, 'response_url')
    assert.equal(message.to, undefined)
    assert.match(text(message.blocks), /Austria/)
  })

  test('a refusal is told to the asker alone, with questions as buttons that work', async () => {
    const message = await asked('zebra stripes of unicorn foals')
    assert.equal(message.to, 'U1')
    const suggestion = buttonOf(message, 'ask-again-0')
    assert.match(suggestion, /^northwind: /)
  })

  test('an empty question is told how to ask', async () => {
    assert.match(await (await send(commandBody(slack, ''))).text(), /Ask a question after the command/)
    assert.equal(slack.calls.length, 0)
  })

  test('a picture that is never ready, or not allowed, costs only the picture', async () => {
    slack.failures.push({ path: /getUploadURLExternal/, status: 200, error: 'file_uploads_disabled' })
    const message = await asked()
    assert.deepEqual(message.blocks.map(({ type }) => type).includes('image'), false)
    assert.match(text(message.blocks), /Austria/)
  })
})

describe('once', () => {
  test('the same command again is acknowledged and answered no second time', async () => {
    const body = commandBody(slack, QUESTION, { trigger: 'same' })
    await send(body)
    const again = await send(body, { retry: { number: 1, reason: 'http_timeout' } })
    assert.equal(again.status, 200)
    assert.equal(slack.messages.length, 1)
  })

  test('a mention arrives as two events and is answered once, in its thread', async () => {
    const ts = nextTs()
    const words = `<@${BOT}> northwind: number of orders`
    await Promise.all([
      send(messageBody(words, { ts, type: 'app_mention' }), JSON_TYPE),
      send(messageBody(words, { ts }), JSON_TYPE),
    ])
    await send(messageBody(words, { ts, type: 'app_mention' }), {
      ...JSON_TYPE,
      retry: { number: 2, reason: 'http_error' },
    })
    assert.equal(slack.messages.length, 1)
    assert.equal(last().thread, ts)
    assert.match(text(last().blocks), /830/)
  })

  test('rate limits are waited out as Retry-After says', async () => {
    slack.failures.push(
      { path: /chat\.postMessage/, status: 429, retryAfter: '1' },
      { path: /files\.info/, status: 200, error: 'ratelimited', retryAfter: '0' },
    )
    const began = performance.now()
    await asked()
    assert.ok(performance.now() - began >= 1000, 'it did not wait')
    assert.equal(slack.messages.length, 1)
  })

  test('Slack is told to send again what could not be queued, and not what it need not', async () => {
    const broken = await door(signed(SECRET, 'payload=%7Bbroken'))
    assert.equal(broken.status, 400)
    assert.equal(broken.headers.get('x-slack-no-retry'), '1')
  })
})

describe('threads', () => {
  test('anyone follows up an answer in its thread, and the follow-up is followed up', async () => {
    const first = await asked()
    await send(messageBody('only France', { ts: nextTs(), thread: first.ts, user: 'U7' }), JSON_TYPE)
    assert.equal(last().thread, first.ts)
    assert.match(text(last().blocks), /France/)
    assert.ok(!text(last().blocks).includes('Austria'))
    assert.match(text(last().blocks), /<@U7> asked/)
    await send(messageBody('as a pie', { ts: nextTs(), thread: first.ts }), JSON_TYPE)
    assert.equal(slack.messages.length, 3)
  })

  test('a working message stands there until the answer takes its place', async () => {
    const first = await asked()
    let release = () => {}
    const reached = new Promise<void>((resolve) => {
      slack.holding.push({
        path: /getUploadURLExternal/,
        reached: resolve,
        until: new Promise((open) => {
          release = open
        }),
      })
    })
    await door(signed(SECRET, messageBody('only France', { ts: nextTs(), thread: first.ts }), JSON_TYPE))
    await reached
    assert.match(last().text, /Working on it/)
    const { ts } = last()
    slack.holding.length = 0
    release()
    await idle()
    assert.equal(last().ts, ts)
    assert.match(text(last().blocks), /France/)
  })

  test('talk among people is left alone', async () => {
    const first = await asked()
    for (const words of ['thanks!', ':+1:', 'great, thank you']) {
      await send(messageBody(words, { ts: nextTs(), thread: first.ts }), JSON_TYPE)
    }
    await send(messageBody('hello all', { ts: nextTs() }), JSON_TYPE)
    await send(messageBody('how many?', { ts: nextTs(), thread: '1.5' }), JSON_TYPE)
    await send(messageBody('<@U5> what do you think?', { ts: nextTs(), thread: first.ts }), JSON_TYPE)
    assert.deepEqual(slack.messages, [first])
  })

  test('each with rights of their own: what one person may not see does not exist for them', async () => {
    const first = await asked()
    await send(messageBody('only France', { ts: nextTs(), thread: first.ts, user: 'U9' }), JSON_TYPE)
    assert.equal(last().to, 'U9')
    assert.match(last().text, /no longer kept/)
    await send(pressBody(slack, first, { action: 'show-sql', value: buttonOf(first, 'show-sql'), user: 'U9' }))
    assert.match(last().text, /no longer kept/)
    const own = await asked('flights: average delay by origin', { user: 'U9' })
    assert.equal(own.to, undefined)
  })

  test('a direct message is a question', async () => {
    await send(messageBody('northwind: number of orders', { ts: nextTs(), channel: 'D1', direct: true }), JSON_TYPE)
    assert.match(text(last().blocks), /830/)
  })
})

describe('buttons', () => {
  test('SQL, CSV and verdicts', async () => {
    const message = await asked()
    const id = buttonOf(message, 'show-sql')
    await send(pressBody(slack, message, { action: 'show-sql', value: id }))
    assert.match(text(last().blocks), /SELECT ShipCountry/)
    assert.equal(last().to, 'U2')
    await send(pressBody(slack, message, { action: 'download-csv', value: id }))
    const csv = [...slack.files.values()].find(({ name }) => name === 'answer.csv')
    assert.match(csv?.bytes.toString() ?? '', /^ShipCountry,freight/)
    assert.deepEqual(csv?.shared, [{ channel: 'C1', thread: message.ts }])
    await send(pressBody(slack, message, { action: 'right', value: id }))
    assert.match(last().text, /verified/)
    await send(pressBody(slack, message, { action: 'wrong', value: id }))
    assert.match(last().text, /no longer verified/)
  })

  test('a CSV from a channel without us comes as a direct message', async () => {
    const message = await asked(QUESTION, { channel: 'C2' })
    await send(pressBody(slack, message, { action: 'download-csv', value: buttonOf(message, 'show-sql') }))
    const csv = [...slack.files.values()].filter(({ name }) => name === 'answer.csv')
    assert.deepEqual(csv.at(-1)?.shared, [{ channel: 'D1' }])
    assert.match(last().text, /direct messages/)
  })

  test('another chart of the same answer, in its thread', async () => {
    const message = await asked()
    const value = JSON.stringify({ id: buttonOf(message, 'show-sql'), chart: 'pie' })
    await send(pressBody(slack, message, { action: 'change-chart', value, option: true }))
    assert.equal(last().thread, message.ts)
    assert.equal(last().blocks[1]?.type, 'image')
    assert.match(text(last().blocks), /Austria/)
  })

  test('"Ask again with…" opens a form at once; a change follows up, words anew stand alone', async () => {
    const message = await asked()
    const opened = await send(pressBody(slack, message, { action: 'ask-with', value: buttonOf(message, 'ask-with') }))
    assert.equal(opened.status, 200)
    const view = slack.views[0]?.view
    assert.ok(view)
    const empty = await send(submitBody(view, {}))
    assert.match(await empty.text(), /"response_action":"errors"/)
    await send(submitBody(view, { change: 'only France' }))
    assert.equal(last().thread, message.ts)
    assert.match(text(last().blocks), /France/)
    await send(submitBody(view, { question: 'number of orders' }))
    assert.match(text(last().blocks), /830/)
    await send(submitBody(view, { question: QUESTION, chart: 'pie' }))
    assert.equal(last().blocks[1]?.type, 'image')
  })
})

describe('what is not from Slack', () => {
  const forged: [string, () => Request][] = [
    ['a wrong secret', () => signed('other', commandBody(slack, 'x'))],
    ['an old request', () => signed(SECRET, commandBody(slack, 'x'), { at: Math.floor(Date.now() / 1000) - 3600 })],
    [
      'one from the future',
      () => signed(SECRET, commandBody(slack, 'x'), { at: Math.floor(Date.now() / 1000) + 3600 }),
    ],
    ['no signature', () => new Request('http://127.0.0.1/slack/events', { method: 'POST', body: 'text=x' })],
    [
      'a body changed on the way',
      () => new Request(signed(SECRET, commandBody(slack, 'x')), { body: commandBody(slack, 'y') }),
    ],
  ]
  for (const [name, forge] of forged) {
    test(name, async () => {
      const response = await door(forge())
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('x-slack-no-retry'), '1')
      await idle()
      assert.equal(slack.calls.length, 0)
    })
  }

  test('the address is proven by Slack’s challenge', async () => {
    const response = await send('{"type":"url_verification","challenge":"abc"}', JSON_TYPE)
    assert.equal(await response.text(), 'abc')
  })
})

describe('the audit log', () => {
  /** Lines written while `act` ran. */
  async function audited(act: () => Promise<unknown>): Promise<Audited[]> {
    const lines = async () => {
      await scripted.deployment.observe.flush()
      const texts = readdirSync(audits).map((name) => readFileSync(join(audits, name), 'utf8'))
      return texts.join('').split('\n').filter(Boolean)
    }
    const before = (await lines()).length
    await act()
    return (await lines()).slice(before).map((line) => JSON.parse(line) as Audited)
  }

  test('says who in Slack got what of which files, and how much was sent', async () => {
    const [line, ...more] = await audited(() => asked())
    assert.deepEqual(more, [])
    const { asker, person, what, status, dataset, tables, rows } = line as Audited
    assert.deepEqual(
      { asker, person, what, status, dataset, tables, rows },
      {
        asker: 'slack U1',
        person: 'slack U1',
        what: 'slack command',
        status: 200,
        dataset: 'northwind',
        tables: ['Orders'],
        rows: 21,
      },
    )
    const picture = [...slack.files.values()][0]?.bytes.length ?? 0
    assert.ok(picture > 1000 && (line?.bytes ?? 0) > picture + text(last().blocks).length)
    assert.doesNotMatch(text(line), /SELECT|average/)
  })

  test('buttons and refusals are lines of it', async () => {
    const message = await asked()
    const value = buttonOf(message, 'show-sql')
    const [file] = await audited(() => send(pressBody(slack, message, { action: 'download-csv', value })))
    assert.deepEqual([file?.what, file?.status], ['slack download-csv', 200])
    assert.ok((file?.bytes ?? 0) > 100)
    const [refused] = await audited(() => asked('zebra stripes of unicorn foals'))
    assert.ok((refused?.status ?? 0) >= 400 && refused?.code !== undefined)
  })
})
