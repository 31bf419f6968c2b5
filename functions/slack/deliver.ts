import { SlackAPIClient } from 'slack-edge'
import type { Message } from './message.ts'

/** Where messages go. Every call is retried as Slack asks (Retry-After) and then with growing pauses; the last failure is thrown, so that the queue keeps the job. */
export interface Delivery {
  /** To a response_url (only Slack's own host is called) or, without one, into a channel or thread. */
  post(message: Message, to: { responseUrl?: string; channel: string; thread?: string }): Promise<void>
  /** A file with its alt text, into a channel or thread. */
  upload(
    file: { name: string; bytes: Uint8Array; alt: string },
    to: { channel: string; thread?: string },
  ): Promise<void>
}

export interface DeliveryOptions {
  botToken: string
  /** Slack's Web API, another one in tests. */
  apiUrl?: string
  /** The only origin a response_url may have. */
  hooksOrigin?: string
  pause?: (ms: number) => Promise<void>
}

const TRIES = 5

export function openDelivery(options: DeliveryOptions): Delivery {
  const { botToken, apiUrl = 'https://slack.com/api/', hooksOrigin = 'https://hooks.slack.com' } = options
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)))
  const client = new SlackAPIClient(botToken, { baseUrl: apiUrl })
  return {
    post: async (message, { responseUrl, channel, thread }) => {
      if (responseUrl !== undefined) return respond(responseUrl, message, hooksOrigin, pause)
      const { response_type: _type, replace_original: _replace, ...rest } = message
      await retried(
        () => client.chat.postMessage({ channel, ...(thread ? { thread_ts: thread } : {}), ...rest } as never),
        pause,
      )
    },
    upload: async (file, { channel, thread }) => {
      await retried(() => uploadFile(client, file, channel, thread), pause)
    },
  }
}

async function respond(
  url: string,
  message: Message,
  origin: string,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  if (new URL(url).origin !== origin) throw new Error('response_url does not lead to Slack')
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })
    if (response.ok) return
    const again = response.status === 429 || response.status >= 500
    if (!again || attempt === TRIES) throw new Error(`response_url answered ${response.status}`)
    await pause(waitFor(response.headers.get('retry-after'), attempt))
  }
}

async function uploadFile(
  client: SlackAPIClient,
  file: Parameters<Delivery['upload']>[0],
  channel: string,
  thread?: string,
) {
  const place = await client.files.getUploadURLExternal({
    filename: file.name,
    length: file.bytes.length,
    alt_text: file.alt,
  } as never)
  const sent = await fetch(place.upload_url as string, { method: 'POST', body: new Uint8Array(file.bytes) })
  if (!sent.ok) throw new Error(`The upload answered ${sent.status}`)
  const files = [{ id: place.file_id as string, title: file.alt.slice(0, 100) }]
  await client.files.completeUploadExternal({
    files,
    channel_id: channel,
    ...(thread ? { thread_ts: thread } : {}),
  } as never)
}

async function retried(work: () => Promise<unknown>, pause: (ms: number) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work()
      return
    } catch (problem) {
      if (attempt === TRIES || !isPassing(problem)) throw problem
      await pause(waitFor(null, attempt))
    }
  }
}

/** Rate limits, connection failures and server errors pass; a wrong token or channel does not. */
function isPassing(problem: unknown): boolean {
  const text = String((problem as Error)?.message ?? problem)
  return /ratelimited|rate_limited|429|5\d\d|fetch failed|ECONN|internal_error|service_unavailable/i.test(text)
}

function waitFor(retryAfter: string | null, attempt: number): number {
  const seconds = Number(retryAfter)
  return retryAfter !== null && Number.isFinite(seconds) ? seconds * 1000 : 250 * 2 ** attempt
}
