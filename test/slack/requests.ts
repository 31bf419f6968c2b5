import { createHmac } from 'node:crypto'
import type { Workspace } from './workspace.ts'

export const SECRET = 'test-secret'
/** The app's own user, as Slack names it in `authorizations`. */
export const BOT = 'UBOT'

export interface SigningOptions {
  /** Seconds since 1970; now when absent. */
  at?: number
  type?: string
  /** Slack's account of a request it sends again. */
  retry?: { number: number; reason: string }
  url?: string
}

/** A request as Slack sends it, signed by hand (v0 scheme of Slack's documentation). */
export function signed(secret: string, body: string, options: SigningOptions = {}): Request {
  const at = String(options.at ?? Math.floor(Date.now() / 1000))
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`
  const { retry, url = 'http://127.0.0.1/slack/events' } = options
  return new Request(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': options.type ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': signature,
      ...(retry ? { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason } : {}),
    },
  })
}

let triggers = 0
export const nextTrigger = () => `trigger.${process.pid}.${++triggers}`

/** The body of `/ask …`. */
export function commandBody(
  workspace: Workspace,
  text: string,
  { user = 'U1', channel = 'C1', trigger = nextTrigger() }: { user?: string; channel?: string; trigger?: string } = {},
): string {
  return new URLSearchParams({
    command: '/ask',
    text,
    response_url: workspace.responseUrl(channel, user),
    trigger_id: trigger,
    user_id: user,
    channel_id: channel,
    team_id: 'T1',
  }).toString()
}

/** The body of a pressed button or chosen option below a message. */
export function pressBody(
  workspace: Workspace,
  message: { ts: string; channel: string; thread?: string },
  { action, value, user = 'U2', option = false }: { action: string; value: string; user?: string; option?: boolean },
): string {
  const pressed = option ? { selected_option: { value } } : { value }
  const payload = {
    type: 'block_actions',
    actions: [{ type: option ? 'static_select' : 'button', action_id: action, block_id: 'b', ...pressed }],
    response_url: workspace.responseUrl(message.channel, user),
    trigger_id: nextTrigger(),
    user: { id: user },
    team: { id: 'T1', domain: 'x' },
    channel: { id: message.channel },
    message: { ts: message.ts, ...(message.thread ? { thread_ts: message.thread } : {}) },
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

/** The body of a sent form: values by block id; options by `chart`. */
export function submitBody(view: { private_metadata: string }, fields: Record<string, string>, user = 'U2'): string {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name === 'chart' ? { kind: { selected_option: { value } } } : { text: { value } },
    ]),
  )
  const payload = {
    type: 'view_submission',
    user: { id: user },
    team: { id: 'T1' },
    view: {
      id: nextTrigger(),
      hash: 'h',
      callback_id: 'ask-with',
      private_metadata: view.private_metadata,
      state: { values },
    },
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

/** The body of an event: somebody wrote something. */
export function messageBody(
  text: string,
  event: { ts: string; user?: string; channel?: string; thread?: string; type?: string; direct?: boolean },
): string {
  const { ts, user = 'U3', channel = 'C1', thread, type = 'message', direct = false } = event
  return JSON.stringify({
    type: 'event_callback',
    event_id: `Ev${ts}`,
    team_id: 'T1',
    authorizations: [{ user_id: BOT, is_bot: true }],
    event: {
      type,
      text,
      user,
      channel,
      channel_type: direct ? 'im' : 'channel',
      ts,
      ...(thread ? { thread_ts: thread } : {}),
    },
  })
}
