/** Slack's Web API and response URLs. Every call is retried as Slack asks (Retry-After) and otherwise with growing pauses. */
export interface SlackWeb {
  /** One method of the Web API; gives the body, rejects with a SlackProblem when Slack says `ok: false`. */
  call(method: string, fields: Record<string, unknown>): Promise<Record<string, unknown>>
  /** A message to a response_url; only Slack's own host is called. */
  respond(url: string, message: object): Promise<void>
  /** The bytes of a file to the address Slack gave for it. */
  send(url: string, bytes: Uint8Array): Promise<void>
}

/** What Slack refused: `code` is its word for it, such as `not_in_channel`. */
export class SlackProblem extends Error {
  readonly code: string

  constructor(what: string, code: string, detail = '') {
    super(`${what}: ${code}${detail}`)
    this.name = 'SlackProblem'
    this.code = code
  }
}

export interface SlackWebOptions {
  botToken: string
  /** Slack's Web API, another one in tests. */
  apiUrl?: string
  /** The only origin a response_url may have. */
  hooksOrigin?: string
  pause?: (ms: number) => Promise<void>
}

const TRIES = 5
/** A longer pause is the queue's business: the job comes back later instead of holding a worker. */
const LONGEST_PAUSE_MS = 30_000
const SLACK_API = 'https://slack.com/api/'
const SLACK_HOOKS = 'https://hooks.slack.com'
/** Slack's words for "not now": https://docs.slack.dev/reference/methods/chat.postMessage */
const PASSING = [
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]

/** Speaks with Slack; every address but a test's is Slack's own. */
export function openSlackWeb(options: SlackWebOptions): SlackWeb {
  const { botToken, apiUrl = SLACK_API, hooksOrigin = SLACK_HOOKS } = options
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)))
  const post = (what: string, url: string, body: string | Uint8Array, headers: Record<string, string>) =>
    persistently(
      what,
      () => fetch(url, { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) }),
      pause,
    )
  return {
    call: async (method, fields) => {
      const headers = { authorization: `Bearer ${botToken}`, 'content-type': 'application/x-www-form-urlencoded' }
      return post(method, `${apiUrl}${method}`, formOf(fields), headers)
    },
    respond: async (url, message) => {
      if (new URL(url).origin !== hooksOrigin) throw new Error('response_url does not lead to Slack')
      await post('response_url', url, JSON.stringify(message), { 'content-type': 'application/json' })
    },
    send: async (url, bytes) => void (await post('upload', url, bytes, { 'content-type': 'application/octet-stream' })),
  }
}

/** Slack's own addresses unless the settings name others. */
export function slackAddresses(settings: {
  slack_bot_token: string
  slack_api_url: string
  slack_hooks_origin: string
}) {
  const { slack_bot_token: botToken, slack_api_url: apiUrl, slack_hooks_origin: hooksOrigin } = settings
  return { botToken, ...(apiUrl ? { apiUrl } : {}), ...(hooksOrigin ? { hooksOrigin } : {}) }
}

/** Form fields as every method of the Web API reads them: objects as JSON, absent ones left out. */
function formOf(fields: Record<string, unknown>): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  return new URLSearchParams(
    Object.fromEntries(
      known.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
    ),
  ).toString()
}

async function persistently(
  what: string,
  send: () => Promise<Response>,
  pause: (ms: number) => Promise<void>,
): Promise<Record<string, unknown>> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(what, send)
    if ('body' in outcome) return outcome.body
    const wait = outcome.wait_ms ?? 250 * 2 ** attempt
    if (attempt === TRIES || !outcome.passing || wait > LONGEST_PAUSE_MS) throw outcome.problem
    await pause(wait)
  }
}

type Outcome = { body: Record<string, unknown> } | { problem: Error; passing: boolean; wait_ms?: number }

async function attemptOnce(what: string, send: () => Promise<Response>): Promise<Outcome> {
  let response: Response
  try {
    response = await send()
  } catch (problem) {
    return { problem: problem as Error, passing: true }
  }
  const text = await response.text()
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>
  const code = String(body['error'] ?? `http_${response.status}`)
  if (response.ok && body['ok'] !== false) return { body }
  const detail = JSON.stringify((body['response_metadata'] as { messages?: string[] } | undefined)?.messages ?? '')
  const problem = new SlackProblem(what, code, detail === '""' ? '' : ` ${detail}`)
  const passing = response.status === 429 || response.status >= 500 || PASSING.includes(code)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return { problem, passing, ...(Number.isFinite(seconds) ? { wait_ms: seconds * 1000 } : {}) }
}
