// Writes a channel of answers as a page to look at: node --import tsx test/slack/look.ts page.html
import { writeFileSync } from 'node:fs'
import { openDeployment } from '../../functions/effects.ts'
import { openLocalSlack } from '../../functions/slack/open.ts'
import { readSettings } from '../../src/settings.ts'
import { renderChannel } from './render.ts'
import { commandBody, messageBody, pressBody, SECRET, signed } from './requests.ts'
import { openWorkspace } from './workspace.ts'

const slack = await openWorkspace()
const settings = readSettings({
  ...process.env,
  ASKLAKE_SLACK_DATASET: 'northwind',
  ASKLAKE_SLACK_SIGNING_SECRET: SECRET,
  ASKLAKE_SLACK_BOT_TOKEN: slack.token,
  ASKLAKE_SLACK_API_URL: `${slack.address}/api/`,
  ASKLAKE_SLACK_HOOKS_ORIGIN: slack.address,
})
const deployment = await openDeployment(settings)
const { door, queue } = await openLocalSlack(deployment)
const send = async (body: string, type?: string) => {
  const response = await door(signed(SECRET, body, type ? { type } : {}))
  if (response.status !== 200) throw new Error(`${response.status}`)
  await queue.idle()
}
await send(commandBody(slack, 'number of orders per ship country'))
const [first] = slack.messages
if (first === undefined) throw new Error('nothing was said')
await send(messageBody('only the top 5', { ts: '1800000001.1', thread: first.ts, user: 'U7' }), 'application/json')
await send(messageBody('as a pie', { ts: '1800000002.1', thread: first.ts, user: 'U3' }), 'application/json')
await send(commandBody(slack, 'how many orders were there?'))
await send(commandBody(slack, 'orders per month as a line'))
const shown = first.blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === 'show-sql')
await send(pressBody(slack, first, { action: 'show-sql', value: shown?.value ?? '' }))
await send(commandBody(slack, 'zebra stripes of unicorn foals'))
writeFileSync(process.argv[2] ?? 'slack.html', renderChannel(slack, 'C1'))
await queue.close()
await deployment.close()
await slack.close()
