import { type AskForm, FORM } from './form.ts'
import { ACTIONS, type ActionName, type AskJob, type SlackJob } from './job.ts'

/** What one request of Slack's asks of the door. */
export type Received =
  | { kind: 'job'; job: SlackJob }
  | { kind: 'open-form'; trigger: string; form: AskForm }
  | { kind: 'usage' }
  | { kind: 'form-empty' }
  | { kind: 'challenge'; challenge: string }
  | { kind: 'nothing' }

const NOTHING: Received = { kind: 'nothing' }

/** Reads a body whose signature holds: a command, an event, a button or a form; whatever else Slack sends is nothing to us. */
export function readRequest(body: string, headers: Headers): Received {
  const retry = retryOf(headers)
  const received = readBody(body, headers.get('content-type') ?? '')
  if (received.kind !== 'job' || retry === undefined) return received
  return { kind: 'job', job: { ...received.job, retry } }
}

/** https://docs.slack.dev/apis/events-api/#retries */
function retryOf(headers: Headers): { number: number; reason: string } | undefined {
  const number = Number(headers.get('x-slack-retry-num') ?? Number.NaN)
  if (!Number.isInteger(number)) return undefined
  return { number, reason: (headers.get('x-slack-retry-reason') ?? '').slice(0, 100) }
}

function readBody(body: string, type: string): Received {
  if (type.includes('json')) return readEvent(JSON.parse(body) as EventBody)
  const fields = new URLSearchParams(body)
  const payload = fields.get('payload')
  if (payload !== null) return readInteraction(JSON.parse(payload) as Interaction)
  return fields.get('command') === null ? NOTHING : readCommand(fields)
}

function readCommand(fields: URLSearchParams): Received {
  const field = (name: string) => fields.get(name) ?? ''
  const text = field('text').trim()
  if (text === '' || /^help$/i.test(text)) return { kind: 'usage' }
  const job: AskJob = {
    kind: 'ask',
    via: 'command',
    text,
    responseUrl: field('response_url'),
    channel: field('channel_id'),
    user: field('user_id'),
    ...some({ team: field('team_id') }),
    trigger: field('trigger_id'),
  }
  return { kind: 'job', job }
}

interface EventBody {
  type: string
  challenge?: string
  team_id?: string
  authorizations?: { user_id?: string }[]
  event?: MessageEvent
}

interface MessageEvent {
  type: string
  subtype?: string
  bot_id?: string
  text?: string
  user?: string
  team?: string
  user_team?: string
  channel: string
  channel_type?: string
  ts: string
  thread_ts?: string
}

function readEvent(body: EventBody): Received {
  if (body.type === 'url_verification') return { kind: 'challenge', challenge: String(body.challenge ?? '') }
  const { event } = body
  if (event === undefined || (event.type !== 'message' && event.type !== 'app_mention')) return NOTHING
  if (event.bot_id !== undefined || event.subtype !== undefined || event.user === undefined) return NOTHING
  return readMessage(event, event.user, body)
}

const MENTION = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>\s*/

/** A direct message or a mention is a question; a message in a thread may follow up an answer; anything else is none of our business. */
function readMessage(event: MessageEvent, user: string, body: EventBody): Received {
  const text = event.text ?? ''
  const us = body.authorizations?.[0]?.user_id
  const named = MENTION.exec(text)?.[1]
  const mentioned = event.type === 'app_mention' || (named !== undefined && named === us)
  const direct = event.channel_type === 'im'
  if (!direct && !mentioned && (event.thread_ts === undefined || named !== undefined)) return NOTHING
  const words = mentioned ? text.replace(MENTION, '') : text
  if (words.trim() === '') return NOTHING
  const job: AskJob = {
    kind: 'ask',
    via: direct || mentioned ? 'message' : 'thread',
    text: plainText(words),
    channel: event.channel,
    thread: event.thread_ts ?? event.ts,
    user,
    ...some({ team: event.user_team ?? event.team ?? body.team_id }),
    // The same message arrives as app_mention and as message: one name for both.
    trigger: `${event.channel}-${event.ts}`,
  }
  return { kind: 'job', job }
}

/** Slack's text back as it was typed: links and names unwrapped, the three escaped signs restored. */
function plainText(text: string): string {
  return text
    .replace(/<(?:[#@!][^>|]*|[^>|]*)\|([^>]*)>/g, '$1')
    .replace(/<((?:https?|mailto):[^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim()
}

interface Interaction {
  type: string
  trigger_id: string
  response_url?: string
  actions?: { action_id: string; value?: string; selected_option?: { value: string } }[]
  channel?: { id: string }
  message?: { thread_ts?: string; ts: string }
  user: { id: string; team_id?: string }
  team?: { id: string } | null
  view?: View
}

interface View {
  id: string
  hash?: string
  callback_id?: string
  private_metadata?: string
  state?: {
    values: Record<string, Record<string, { value?: string | null; selected_option?: { value: string } | null }>>
  }
}

function readInteraction(payload: Interaction): Received {
  if (payload.type === 'view_submission' && payload.view?.callback_id === FORM) return readForm(payload, payload.view)
  const [pressed] = payload.actions ?? []
  const value = pressed?.selected_option?.value ?? pressed?.value
  if (payload.type !== 'block_actions' || pressed === undefined || value === undefined) return NOTHING
  const name = pressed.action_id.replace(/-\d$/, '')
  const place = placeOf(payload)
  if (name === 'ask-with') {
    return { kind: 'open-form', trigger: payload.trigger_id, form: { ...(JSON.parse(value) as AskForm), ...place } }
  }
  if (!(ACTIONS as readonly string[]).includes(name)) return NOTHING
  const job: SlackJob = {
    kind: 'action',
    action: name as ActionName,
    value,
    ...place,
    ...askerOf(payload),
    trigger: payload.trigger_id,
  }
  return { kind: 'job', job }
}

function placeOf({ channel, message, response_url: responseUrl }: Interaction) {
  return {
    channel: channel?.id ?? '',
    ...some({ thread: message?.thread_ts ?? message?.ts, responseUrl }),
  }
}

function askerOf({ user, team }: Interaction) {
  return { user: user.id, ...some({ team: user.team_id ?? team?.id }) }
}

/** A question written anew stands alone; a change follows up the answer. */
function readForm(payload: Interaction, view: View): Received {
  const form = JSON.parse(view.private_metadata ?? '{}') as AskForm
  const field = (name: string) => Object.values(view.state?.values[name] ?? {})[0]
  const question = field('question')?.value?.trim() ?? ''
  const change = field('change')?.value?.trim() ?? ''
  const chart = field('chart')?.selected_option?.value
  const anew = question !== '' && question !== form.question
  if (!anew && change === '' && chart === undefined) return { kind: 'form-empty' }
  const job: AskJob = {
    kind: 'ask',
    via: 'form',
    text: anew
      ? `${form.dataset}: ${[question, change].filter(Boolean).join(' ')}`
      : change || `${form.dataset}: ${form.question}`,
    ...(anew || change === '' ? {} : { previous: form.answer }),
    ...some({ chart, thread: form.thread, responseUrl: form.responseUrl }),
    channel: form.channel,
    ...askerOf(payload),
    trigger: `${view.id}-${view.hash ?? ''}`,
  }
  return { kind: 'job', job }
}

/** The fields that have a value. */
function some<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as { [K in keyof T]?: string }
}
