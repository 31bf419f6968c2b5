import type { Context, Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { Request, Token, Written } from '../../src/llm/decoding.ts'
import type { Grammar } from '../../src/llm/grammar.ts'
import { Refusal } from '../../src/refusal.ts'
import type { ModelDoor } from '../model.ts'
import { COMPLETION, type CompletionBody, grammarOf, readBody } from './asked.ts'
import { errorBody } from './error.ts'

/** Tokens written when a request names no number. */
const MAX_TOKENS = 1024

/** `POST /v1/chat/completions`, whole or streamed. */
export function addCompletions(app: Hono, door: ModelDoor, compile: (text: string) => Grammar): void {
  app.post('/v1/chat/completions', async (context) => {
    const body = readBody(COMPLETION, await context.req.json().catch(() => null))
    const request = requestOf(body, door, compile)
    const head = {
      id: `chatcmpl-${door.newId()}`,
      created: Math.floor(door.now().getTime() / 1000),
      model: door.model.id,
    }
    if (body.stream === true) return streamed(context, { body, request, head, door })
    const written = await door.model.write(request, { signal: context.req.raw.signal })
    const choices = written.map((one, index) => ({
      index,
      message: { role: 'assistant', content: one.text },
      finish_reason: one.finish,
      logprobs: body.logprobs === true ? { content: tokensOf(one, door) } : null,
    }))
    return context.json({ ...head, object: 'chat.completion', choices, usage: usageOf(request, written) })
  })
}

/** The request as the runtime takes it. Refuses `bad-request` for another model's name, an unreadable grammar or message order. */
function requestOf(body: CompletionBody, { model }: ModelDoor, compile: (text: string) => Grammar): Request {
  if (body.model !== undefined && body.model !== '' && body.model !== model.id)
    throw new Refusal('bad-request', `The model here is ${model.id}, not ${body.model}.`)
  const { n, temperature, top_p, top_k, seed, stop } = body
  return {
    prompt: attempted('messages', () => model.tokens.encode(model.chat(body.messages))),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? MAX_TOKENS,
    texts: n,
    beams: body.use_beam_search,
    temperature: temperature ?? 1,
    topP: top_p ?? 1,
    topK: Math.max(0, top_k ?? 0),
    seed: seed ?? Math.floor(Math.random() * 2 ** 32),
    stop: stop == null ? [] : [stop].flat(),
    ...grammarIn(body, compile),
  }
}

function grammarIn(body: CompletionBody, compile: (text: string) => Grammar): { grammar?: Grammar } {
  const text = grammarOf(body)
  return text === undefined ? {} : { grammar: attempted('grammar', () => compile(text)) }
}

function attempted<T>(what: string, make: () => T): T {
  try {
    return make()
  } catch (problem) {
    throw new Refusal('bad-request', `${what}: ${problem instanceof Error ? problem.message : problem}`)
  }
}

function usageOf({ prompt }: Request, written: Written[]) {
  const completion = written.reduce((sum, { tokens }) => sum + tokens.length, 0)
  return { prompt_tokens: prompt.length, completion_tokens: completion, total_tokens: prompt.length + completion }
}

function tokensOf({ tokens, logprobs }: Written, { model }: ModelDoor) {
  return tokens.map((id, at) => tokenOf({ id, logprob: logprobs[at] as number }, model.tokens.bytes(id)))
}

function tokenOf({ id, logprob }: Token, bytes: Uint8Array | undefined) {
  const own = Buffer.from(bytes ?? [])
  return { token: bytes === undefined ? `<${id}>` : own.toString(), bytes: [...own], logprob, top_logprobs: [] }
}

interface Streaming {
  body: CompletionBody
  request: Request
  head: { id: string; created: number; model: string }
  door: ModelDoor
}

/** Server-sent events: one chunk for each certain piece of text, then why it ended, then `[DONE]`. Beams are known at their end only, and sent then. */
function streamed(context: Context, { body, request, head, door }: Streaming): Response {
  return streamSSE(context, async (stream) => {
    const left = new AbortController()
    stream.onAbort(() => left.abort(new Refusal('cancelled', 'The asker left.')))
    const send = (index: number, delta: object, more: object = {}) =>
      sent(stream, {
        ...head,
        object: 'chat.completion.chunk',
        choices: [{ index, delta, finish_reason: null, ...more }],
      })
    const listen = (index: number, piece: string, token: Token) => {
      const own = token.id < 0 ? [] : [tokenOf(token, door.model.tokens.bytes(token.id))]
      if (piece !== '' || body.logprobs === true)
        void send(index, { content: piece }, body.logprobs === true ? { logprobs: { content: own } } : {})
    }
    const count = request.temperature === 0 && !request.beams ? 1 : request.texts
    for (let index = 0; index < count; index++) await send(index, { role: 'assistant', content: '' })
    try {
      const written = await door.model.write(request, { listen, signal: left.signal })
      for (const [index, one] of written.entries())
        await send(index, request.beams ? { content: one.text } : {}, { finish_reason: one.finish })
      if (body.stream_options?.include_usage === true)
        await sent(stream, { ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(request, written) })
    } catch (thrown) {
      if (left.signal.aborted) return
      await sent(stream, { error: errorBody(thrown, door.warn).error })
    }
    await stream.writeSSE({ data: '[DONE]' })
  })
}

function sent(stream: SSEStreamingApi, data: object): Promise<void> {
  return stream.writeSSE({ data: JSON.stringify(data) })
}
