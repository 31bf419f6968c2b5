import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Prompts } from '../src/draft/large/prompt.ts'
import { openGrammar } from '../src/llm/grammar.ts'
import type { LanguageModel } from '../src/llm.ts'
import { recentMap } from '../src/recent.ts'
import { Refusal } from '../src/refusal.ts'
import type { Settings } from '../src/settings.ts'
import { addCompletions } from './model/completions.ts'
import { counted, metricsText, openCounts } from './model/counts.ts'
import { addDrafts } from './model/drafts.ts'
import { errorResponse } from './model/error.ts'
import type { Tracer } from './observe/trace.ts'

export interface ModelDoor {
  model: LanguageModel
  prompts: Prompts
  settings: Settings
  /** Seconds since 1970 and so on: for the times answers carry. */
  now(): Date
  newId(): string
  warn(problem: unknown): void
  tracer?: Tracer | null
}

export interface ModelServer {
  fetch(request: Request): Response | Promise<Response>
  /** Refuses what comes from now on; resolves when what was begun is answered. */
  stop(): Promise<void>
}

/** Grammars kept as recognizers: questions about one schema send the same text. */
const GRAMMARS = 32
/** Grammars of wide schemas are the largest part of a request. */
const MAX_BODY = 4 * 1024 * 1024

/** The model server's door: OpenAI's chat completions, `/v1/draft`, `/v1/models`, `/healthz`, `/metrics`. */
export function createModelServer(door: ModelDoor): ModelServer {
  const { model, settings } = door
  const app = new Hono()
  const counts = openCounts(() => performance.now())
  const grammars = recentMap<ReturnType<typeof openGrammar>>(GRAMMARS)
  const grammarOf = (text: string) => {
    const grammar = grammars.get(text) ?? openGrammar(text)
    grammars.set(text, grammar)
    return grammar
  }
  let stopping = false
  app.onError((thrown, context) => errorResponse(context, thrown, door.warn))
  app.notFound((context) =>
    errorResponse(
      context,
      new Refusal('not-found', `There is no ${context.req.method} ${context.req.path.slice(0, 200)}.`),
      door.warn,
    ),
  )
  app.get('/healthz', (context) =>
    context.json({ status: stopping ? 'stopping' : 'ok', model: model.id }, stopping ? 503 : 200),
  )
  app.get('/metrics', (context) => context.text(metricsText(counts, model.load, model.id)))
  app.use('/v1/*', async (context, next) => {
    if (settings.llm_key !== '' && context.req.header('authorization') !== `Bearer ${settings.llm_key}`)
      throw new Refusal('key-wrong', 'The key is missing or wrong.', {
        hint: 'Send Authorization: Bearer and the setting llm_key.',
      })
    await next()
  })
  app.get('/v1/models', (context) =>
    context.json({
      object: 'list',
      data: [{ id: model.id, object: 'model', owned_by: 'asklake', max_model_len: model.positions }],
    }),
  )
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new Refusal('body-too-large', `More than ${MAX_BODY} bytes.`)
      },
    }),
  )
  const admit = () => {
    if (stopping) throw new Refusal('busy', 'The model server is being stopped.')
    const waiting = counts.inside - model.load.running
    if (waiting >= settings.llm_queue_max)
      throw new Refusal('too-many-requests', `${waiting} requests wait already.`, { retry_s: 1 })
  }
  app.use('/v1/*', counted(counts, door.tracer ?? null, admit))
  addCompletions(app, door, grammarOf)
  addDrafts(app, door, grammarOf)
  return {
    fetch: (request) => app.fetch(request),
    stop: async () => {
      stopping = true
      await counts.idle()
    },
  }
}
