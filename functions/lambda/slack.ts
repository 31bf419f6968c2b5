import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { bodyLimit } from 'hono/body-limit'
import { readSettings } from '../../src/settings.ts'
import { openDelivery } from '../slack/deliver.ts'
import type { Queue } from '../slack/job.ts'
import { openSlackWeb, slackAddresses } from '../slack/web.ts'
import { createSlack } from '../slack.ts'

/** Slack's events are a few kB; a question fits a queue's message many times over. */
const MAX_BODY = 128 * 1024

/** The Slack door alone: no model, no data, so that a cold start acknowledges within Slack's three seconds. */
function openDoor(): Hono {
  const settings = readSettings()
  const { slack_signing_secret: signingSecret } = settings
  if (signingSecret === '') throw new Error('ASKLAKE_SLACK_SIGNING_SECRET is not set')
  const { openView } = openDelivery(openSlackWeb(slackAddresses(settings)))
  const slack = createSlack({ signingSecret, queue: openQueue(queueUrl()), openView, warn: console.error })
  const door = new Hono()
  door.post('/slack/events', bodyLimit({ maxSize: MAX_BODY }), (context) => slack(context.req.raw))
  return door
}

function queueUrl(): string {
  const url = process.env['ASKLAKE_QUEUE_URL']
  if (!url) throw new Error('ASKLAKE_QUEUE_URL is not set')
  return url
}

/** Jobs as messages of an SQS queue. The address decides the service, as tests use one of their own. */
function openQueue(QueueUrl: string): Queue {
  const client = new SQSClient({ endpoint: new URL(QueueUrl).origin })
  return {
    send: async (job) => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(job) }))
    },
  }
}

export const handler = handle(openDoor())
