import type {
  AnswerData,
  AskBody,
  Catalog,
  Cell,
  Datasets,
  Edit,
  FeedbackBody,
  Format,
  Problem,
  SqlBody,
} from './types.ts'

export type * from './types.ts'

export interface Options {
  /** Address of the server; the local default when absent. */
  url?: string
  /** Sent as `Authorization: Bearer …` with every request. */
  key?: string
  /** For one answer. */
  timeout_ms?: number
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch
}

/** What may go with a question; `onStep` hears the name of each step as it begins, `signal` cancels the query. */
export type AskOptions = Omit<AskBody, 'question' | 'edits'> & Watching
export type FollowOptions = Omit<AskOptions, 'dataset' | 'previous'>
export type SqlOptions = Omit<SqlBody, 'sql'> & Watching

export interface Watching {
  onStep?: (step: string) => void
  signal?: AbortSignal
}

/** An answer: what the server sent, and what can be done with it. */
export type Answer = AnswerData & {
  /** A follow-up: `answer.ask('only 2024')`. */
  ask(question: string, options?: FollowOptions): Promise<Answer>
  /** The answer with its plan changed, without the model: what its chips offer. */
  edit(edits: Edit[], options?: Watching): Promise<Answer>
  /** The rows as objects by column name; a name that comes again gets _2, _3 … */
  objects(): Record<string, Cell>[]
  /** The answer as a file. */
  file(format: Format, options?: { scale?: number }): Promise<Uint8Array<ArrayBuffer>>
  /** Says whether it was right; a right answer answers its question from then on. */
  feedback(verdict: FeedbackBody['verdict'], comment?: string): Promise<void>
}

/** A connection to one asklake server. */
export interface Asklake {
  ask(question: string, options?: AskOptions): Promise<Answer>
  /** Your own SELECT, through the server's check. */
  sql(sql: string, options?: SqlOptions): Promise<Answer>
  datasets(): Promise<Datasets['datasets']>
  dataset(name: string): Promise<Catalog>
  /** A kept answer by its id. */
  answer(id: string): Promise<Answer>
}

/** A refusal, or a server that cannot be reached: `code` names it, `hint` says what to do, `suggestions` what can be asked. */
export class AsklakeError extends Error {
  readonly code: string
  readonly hint: string
  readonly suggestions: string[]
  /** HTTP status; 0 when no server answered. */
  readonly status: number

  constructor(problem: Partial<Problem> & { detail: string }) {
    super(problem.detail)
    this.name = 'AsklakeError'
    this.code = problem.code ?? 'unknown'
    this.hint = problem.hint ?? ''
    this.suggestions = problem.suggestions ?? []
    this.status = problem.status ?? 0
  }
}

const DEFAULT_URL = 'http://127.0.0.1:8787'
const DEFAULT_TIMEOUT_MS = 60_000

/** Connects to a server; nothing is sent until something is asked. */
export function connect(options: Options = {}): Asklake {
  const send = sender(options)
  const answerOf = (data: AnswerData): Answer => ({ ...data, ...actsOf(data, send, answerOf) })
  const asked = async (path: string, body: object, watching: Watching) =>
    answerOf(await streamed(await send(path, { body, accept: 'text/event-stream', ...watching }), watching.onStep))
  return {
    ask: (question, { onStep, signal, ...rest } = {}) => asked('/v1/ask', { ...rest, question }, watch(onStep, signal)),
    sql: (sql, { onStep, signal, ...rest } = {}) => asked('/v1/sql', { ...rest, sql }, watch(onStep, signal)),
    datasets: async () => ((await (await send('/v1/datasets')).json()) as Datasets).datasets,
    dataset: async (name) => (await (await send(`/v1/datasets/${encodeURIComponent(name)}`)).json()) as Catalog,
    answer: async (id) => answerOf((await (await send(`/v1/answers/${encodeURIComponent(id)}`)).json()) as AnswerData),
  }
}

function watch(onStep: Watching['onStep'], signal: Watching['signal']): Watching {
  return { ...(onStep ? { onStep } : {}), ...(signal ? { signal } : {}) }
}

type Acts = Omit<Answer, keyof AnswerData>

function actsOf(data: AnswerData, send: Send, answerOf: (data: AnswerData) => Answer): Acts {
  const again = async (body: Partial<AskBody>, { onStep, signal }: Watching) => {
    const whole = { ...body, dataset: data.dataset, previous: data.id }
    const response = await send('/v1/ask', { body: whole, accept: 'text/event-stream', ...watch(onStep, signal) })
    return answerOf(await streamed(response, onStep))
  }
  return {
    ask: (question, { onStep, signal, ...rest } = {}) => again({ ...rest, question }, watch(onStep, signal)),
    edit: (edits, watching = {}) => again({ edits }, watching),
    objects: () => objectsOf(data),
    file: async (format, { scale } = {}) => {
      const query = new URLSearchParams({ format, ...(scale === undefined ? {} : { scale: String(scale) }) })
      const response = await send(`/v1/answers/${data.id}?${query}`, { accept: '*/*' })
      return new Uint8Array(await response.arrayBuffer())
    },
    feedback: async (verdict, comment) => {
      const body = { verdict, ...(comment === undefined ? {} : { comment }) }
      await send(`/v1/answers/${data.id}/feedback`, { body })
    },
  }
}

function objectsOf({ columns, rows }: AnswerData): Record<string, Cell>[] {
  const seen = new Map<string, number>()
  const names = columns.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))
}

interface Sent extends Watching {
  body?: object
  accept?: string
}

type Send = (path: string, sent?: Sent) => Promise<Response>

function sender({ url = DEFAULT_URL, key, timeout_ms = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch }: Options): Send {
  const root = url.replace(/\/+$/, '')
  return async (path, { body, accept = 'application/json', signal } = {}) => {
    const headers: Record<string, string> = { accept, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const late = AbortSignal.timeout(timeout_ms)
    let response: Response
    try {
      response = await fetch(`${root}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (thrown) {
      throw unreached(thrown, root, signal)
    }
    if (!response.ok) throw new AsklakeError(await problemOf(response))
    return response
  }
}

/** An asker who left gets the reason they gave; anything else that kept the answer away is told in words. */
function unreached(thrown: unknown, root: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return thrown
  const late = thrown instanceof Error && thrown.name === 'TimeoutError'
  return late
    ? new AsklakeError({ detail: 'The answer took too long.', code: 'timeout', hint: 'Give a longer timeout_ms.' })
    : new AsklakeError({
        detail: `No asklake server at ${root}.`,
        code: 'offline',
        hint: 'Give its address to connect({ url }).',
      })
}

async function problemOf(response: Response): Promise<Problem | { detail: string; status: number }> {
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').includes('json')
  return json
    ? (JSON.parse(text) as Problem)
    : { detail: `The server answered ${response.status}.`, status: response.status }
}

/** The answer at the end of a stream of events. */
async function streamed(response: Response, onStep: Watching['onStep']): Promise<AnswerData> {
  for await (const { event, data } of events(response)) {
    if (event === 'answer') return JSON.parse(data) as AnswerData
    if (event === 'problem') throw new AsklakeError(JSON.parse(data) as Problem)
    const step = JSON.parse(data) as { step: string; state: string }
    if (step.state === 'start') onStep?.(step.step)
  }
  throw new AsklakeError({
    detail: 'The server ended the connection before the answer came.',
    code: 'cut-off',
    hint: 'Ask again.',
  })
}

/** Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */
async function* events(response: Response): AsyncGenerator<{ event: string; data: string }> {
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream())
    .getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = `${rest}${value}`.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split(/\r?\n/)
      const field = (name: string) =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart())
      const data = field('data').join('\n')
      if (data !== '') yield { event: field('event')[0] ?? 'message', data }
    }
  }
}
