import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'
import { type Breaker, openBreaker } from './breaker.ts'
import type { Message } from './chat.ts'

/** A server that speaks OpenAI's chat completions. */
export interface Remote {
  /** Name of the model that is asked. */
  model(signal?: AbortSignal): Promise<string>
  /** Texts for the messages. Refuses `llm-unavailable` when the server does not answer in time, in any attempt. */
  complete(asked: Completion, signal?: AbortSignal): Promise<string[]>
}

export interface Completion {
  messages: readonly Message[]
  texts: number
  temperature: number
  maxTokens: number
  /** GBNF. */
  grammar?: string
  /** W3C trace the request belongs to. */
  traceparent?: string
}

type RemoteSettings = Pick<
  Settings,
  | 'llm_url'
  | 'llm_model'
  | 'llm_key'
  | 'llm_grammar'
  | 'llm_timeout_ms'
  | 'llm_attempts'
  | 'llm_retry_ms'
  | 'llm_breaker_failures'
  | 'llm_breaker_ms'
>

/** The outside world, for tests. */
export interface RemoteEffects {
  now(): number
  random(): number
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

const EFFECTS: RemoteEffects = {
  now: () => performance.now(),
  random: Math.random,
  wait: async (ms, signal) => void (await wait(ms, undefined, signal === undefined ? {} : { signal })),
}

/** A client of the server the settings name. Nothing is sent before it is used. */
export function openRemote(settings: RemoteSettings, effects: RemoteEffects = EFFECTS): Remote {
  const breaker = openBreaker(
    { failures: settings.llm_breaker_failures, pause_ms: settings.llm_breaker_ms },
    effects.now,
  )
  const call = <T>(request: Call<T>, signal?: AbortSignal) =>
    attempts(request, settings, { ...effects, breaker }, signal)
  let named = settings.llm_model
  const model = async (signal?: AbortSignal) => {
    if (named === '')
      named = await call({ path: '/models', read: (body) => MODELS.parse(body).data[0]?.id ?? '' }, signal)
    return named
  }
  return {
    model,
    complete: async (asked, signal) => {
      const body = bodyOf(asked, await model(signal), settings.llm_grammar)
      const headers: Record<string, string> = asked.traceparent === undefined ? {} : { traceparent: asked.traceparent }
      return call({ path: '/chat/completions', body, headers, read: textsOf }, signal)
    },
  }
}

const MODELS = z.object({ data: z.array(z.object({ id: z.string() })) })
const COMPLETION = z.object({
  choices: z.array(
    z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }),
  ),
})

/** Texts that ended by themselves: one cut off by its length is no statement. */
function textsOf(body: unknown): string[] {
  return COMPLETION.parse(body).choices.flatMap(({ message, finish_reason }) =>
    message.content && finish_reason !== 'length' ? [message.content] : [],
  )
}

function bodyOf({ messages, texts, temperature, maxTokens, grammar }: Completion, model: string, way: string): object {
  const bound = grammar === undefined ? {} : way === 'grammar' ? { grammar } : { structured_outputs: { grammar } }
  return {
    model,
    messages,
    n: temperature === 0 ? 1 : texts,
    temperature,
    max_tokens: maxTokens,
    stream: false,
    ...bound,
  }
}

interface Call<T> {
  path: string
  body?: object
  headers?: Record<string, string>
  /** Throws for a body of another shape. */
  read(body: unknown): T
}

/** An attempt that failed; `again` when another may do better, after `after_ms` at least. */
class Failed extends Error {
  readonly again: boolean
  readonly after_ms: number

  constructor(message: string, again: boolean, after_ms = 0) {
    super(message)
    this.again = again
    this.after_ms = after_ms
  }
}

/** Waits between attempts are drawn evenly below a bound that doubles (full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/). */
async function attempts<T>(
  request: Call<T>,
  settings: RemoteSettings,
  effects: RemoteEffects & { breaker: Breaker },
  signal?: AbortSignal,
): Promise<T> {
  const { breaker, random } = effects
  let last = ''
  for (let attempt = 0; attempt < Math.max(1, settings.llm_attempts); attempt++) {
    signal?.throwIfAborted()
    if (!breaker.mayTry()) throw unavailable(last || 'The server failed repeatedly and is left alone for a while.')
    try {
      const answer = await once(request, settings, signal)
      breaker.succeeded()
      return answer
    } catch (problem) {
      if (!(problem instanceof Failed)) throw problem
      last = problem.message
      // A server that answers "wrong request" is alive.
      if (problem.again) breaker.failed()
      else throw unavailable(last)
      const bound = settings.llm_retry_ms * 2 ** attempt
      if (problem.after_ms > settings.llm_timeout_ms) break
      if (attempt + 1 < settings.llm_attempts) await effects.wait(problem.after_ms + random() * bound, signal)
    }
  }
  throw unavailable(last)
}

function unavailable(message: string): Refusal {
  return new Refusal('llm-unavailable', `The language-model server: ${message}`)
}

/** One attempt. Throws Failed for what the server did, and the signal's reason when the asker left. */
async function once<T>(
  { path, body, headers, read }: Call<T>,
  settings: RemoteSettings,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(settings.llm_timeout_ms)
  try {
    const response = await fetch(settings.llm_url.replace(/\/+$/, '') + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'content-type': 'application/json',
        ...(settings.llm_key === '' ? {} : { authorization: `Bearer ${settings.llm_key}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    const text = await response.text()
    if (!response.ok) throw refusedBy(response, text)
    return read(JSON.parse(text))
  } catch (problem) {
    if (problem instanceof Failed) throw problem
    if (signal?.aborted === true) throw signal.reason
    if (timeout.aborted) throw new Failed(`no answer within ${settings.llm_timeout_ms} ms.`, true)
    if (problem instanceof SyntaxError || problem instanceof z.ZodError)
      throw new Failed('its answer is no chat completion.', false)
    throw new Failed(reasonOf(problem), true)
  }
}

function refusedBy(response: Response, text: string): Failed {
  const { status } = response
  const again = status === 408 || status === 429 || status >= 500
  const seconds = Number(response.headers.get('retry-after') ?? 0)
  const said = text.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 200)
  return new Failed(`HTTP ${status}: ${said}`, again, Number.isFinite(seconds) ? seconds * 1000 : 0)
}

/** Why fetch failed: it hides the reason in `cause`. */
function reasonOf(problem: unknown): string {
  const cause = problem instanceof Error ? (problem.cause ?? problem) : problem
  const { code, message } = cause as { code?: string; message?: string }
  return `it cannot be reached (${code ?? message ?? String(cause)}).`
}
