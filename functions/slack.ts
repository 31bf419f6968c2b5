import { SlackApp } from 'slack-edge'
import { ACTIONS, type ActionName, type Queue, type SlackJob } from './slack/job.ts'

export interface SlackOptions {
  /** Setting `slack_signing_secret`. */
  signingSecret: string
  /** Setting `slack_bot_token`. */
  botToken: string
  queue: Queue
}

/**
 * The Slack door: `/ask`, mentions, direct messages and buttons. It checks Slack's signature over the raw body, answers
 * within milliseconds that it is working, and hands the job to the queue; `functions/worker.ts` answers.
 */
export function createSlack({ signingSecret, botToken, queue }: SlackOptions): (request: Request) => Promise<Response> {
  const app = new SlackApp({
    env: { SLACK_SIGNING_SECRET: signingSecret, SLACK_BOT_TOKEN: botToken, SLACK_LOGGING_LEVEL: 'ERROR' },
    // The token is ours: asking Slack who we are would cost a round trip before every acknowledgement.
    authorize: async () => ({ botId: 'asklake', botUserId: 'asklake', botToken, botScopes: [] }),
  })
  app.command('/ask', async ({ payload }) => {
    if (payload.text?.trim() === '' || payload.text === undefined) return USAGE
    await queue.send({
      kind: 'ask',
      text: payload.text,
      responseUrl: payload.response_url,
      channel: payload.channel_id,
      user: payload.user_id,
      trigger: payload.trigger_id,
    })
    return { response_type: 'ephemeral', text: `Working on it: ${payload.text}` }
  })
  for (const action of ACTIONS) {
    app.action(new RegExp(`^${action}(-\\d)?$`), async ({ payload }) => {
      const job = actionJob(action, payload as never)
      if (job !== null) await queue.send(job)
    })
  }
  app.anyMessage(async ({ payload }) => {
    const job = messageJob(payload as never)
    if (job !== null) await queue.send(job)
  })
  return (request) => app.run(request)
}

const USAGE = {
  response_type: 'ephemeral' as const,
  text: 'Ask a question after the command: `/ask total freight by ship country`. Name a dataset first when there are several: `/ask northwind: …`.',
}

interface ActionPayload {
  actions: { value?: string; selected_option?: { value: string } }[]
  response_url: string
  trigger_id: string
  channel?: { id: string }
  message?: { thread_ts?: string; ts: string }
  user: { id: string }
}

function actionJob(action: ActionName, payload: ActionPayload): SlackJob | null {
  const [pressed] = payload.actions
  const value = pressed?.selected_option?.value ?? pressed?.value
  if (value === undefined) return null
  return {
    kind: 'action',
    action,
    value,
    responseUrl: payload.response_url,
    channel: payload.channel?.id ?? '',
    ...(payload.message ? { thread: payload.message.thread_ts ?? payload.message.ts } : {}),
    user: payload.user.id,
    trigger: payload.trigger_id,
  }
}

interface MessagePayload {
  type: string
  subtype?: string
  bot_id?: string
  text?: string
  user?: string
  channel: string
  channel_type?: string
  ts: string
  thread_ts?: string
}

/** A direct message or a mention is a question; anything else people write is none of our business. */
function messageJob(payload: MessagePayload): SlackJob | null {
  if (payload.bot_id !== undefined || payload.subtype !== undefined || payload.user === undefined) return null
  const mentioned = /^\s*<@[A-Z0-9]+>/.test(payload.text ?? '')
  if (payload.channel_type !== 'im' && !mentioned) return null
  return {
    kind: 'ask',
    text: (payload.text ?? '').replace(/^\s*<@[A-Z0-9]+>\s*/, ''),
    channel: payload.channel,
    thread: payload.thread_ts ?? payload.ts,
    user: payload.user,
    trigger: `${payload.channel}-${payload.ts}`,
  }
}
