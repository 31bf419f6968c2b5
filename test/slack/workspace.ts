import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Block, blockProblems } from './blocks.ts'

export interface Posted {
  ts: string
  channel: string
  thread?: string
  text: string
  blocks: Block[]
  /** Only this person sees it. */
  to?: string
  files: string[]
  /** How it came: a Web API method or a response URL. */
  by: string
}

export interface Call {
  path: string
  body: Record<string, unknown>
  bytes: Buffer
}

export interface Upload {
  name: string
  alt: string
  bytes: Buffer
  /** Calls of `files.info` after which it has a type. */
  readyAfter: number
  asked: number
  shared: { channel: string; thread?: string }[]
}

export interface Workspace {
  address: string
  token: string
  /** Every call that was taken, in order. */
  calls: Call[]
  /** What stands in the channels now, in order; ephemeral messages too. */
  messages: Posted[]
  files: Map<string, Upload>
  views: { trigger: string; view: { private_metadata: string; blocks: Block[] } }[]
  /** Channels by id; the app is a member where `member`, may post anywhere `open`. */
  channels: Record<string, { name: string; member: boolean; open: boolean }>
  /** Answers to give first, before the real ones. */
  failures: { path: RegExp; status: number; retryAfter?: string; error?: string }[]
  /** Calls whose path matches wait until released. */
  holding: { path: RegExp; reached(): void; until: Promise<void> }[]
  /** A fresh response URL. */
  responseUrl(channel: string, user: string): string
  /** Pictures take this many `files.info` until they are ready. */
  slowFiles: number
  close(): Promise<void>
}

type Answer = Record<string, unknown> & { ok: boolean }

/**
 * A Slack workspace as far as an app meets it, on 127.0.0.1: channels, threads, ephemeral messages, uploads, forms and
 * response URLs, with Slack's own checks of tokens, membership, blocks, files and uses.
 */
export async function openWorkspace(): Promise<Workspace> {
  const urls = new Map<string, { channel: string; user: string; uses: number }>()
  let time = 1_700_000_000
  const workspace: Workspace = {
    address: '',
    token: 'xoxb-test',
    calls: [],
    messages: [],
    files: new Map(),
    views: [],
    channels: {
      C1: { name: 'general', member: true, open: true },
      C2: { name: 'private-elsewhere', member: false, open: false },
      D1: { name: 'direct', member: true, open: true },
    },
    failures: [],
    holding: [],
    slowFiles: 1,
    responseUrl: (channel, user) => {
      const path = `/hooks/${urls.size + 1}`
      urls.set(path, { channel, user, uses: 0 })
      return `${workspace.address}${path}`
    },
    close: async () => {},
  }
  const tick = () => `${++time}.000100`
  const server = createServer(async (request, response) => {
    const call = await readCall(request)
    for (const hold of workspace.holding.filter(({ path }) => path.test(call.path))) {
      hold.reached()
      await hold.until
    }
    if (fails(workspace, call.path, response)) return undefined
    workspace.calls.push(call)
    const hook = urls.get(call.path)
    if (hook !== undefined) return answerHook(workspace, call, hook, response, tick)
    if (call.path.startsWith('/upload/')) return takeUpload(workspace, call, response)
    const allowed = request.headers.authorization === `Bearer ${workspace.token}`
    return reply(response, allowed ? answerMethod(workspace, call, tick) : { ok: false, error: 'invalid_auth' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  workspace.address = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  workspace.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return workspace
}

function fails(workspace: Workspace, path: string, response: ServerResponse): boolean {
  const at = workspace.failures.findIndex((failure) => failure.path.test(path))
  if (at === -1) return false
  const [failure] = workspace.failures.splice(at, 1)
  response.writeHead(failure?.status ?? 500, failure?.retryAfter ? { 'retry-after': failure.retryAfter } : {})
  response.end(JSON.stringify({ ok: false, error: failure?.error ?? 'ratelimited' }))
  return true
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const bytes = Buffer.concat(parts)
  const type = request.headers['content-type'] ?? ''
  const body = type.includes('json')
    ? JSON.parse(bytes.toString())
    : type.includes('urlencoded')
      ? Object.fromEntries([...new URLSearchParams(bytes.toString())].map(([name, value]) => [name, readField(value)]))
      : {}
  return { path: request.url ?? '', body, bytes }
}

/** Lists and objects travel as JSON inside the form. */
function readField(value: string): unknown {
  return value.startsWith('[') || value.startsWith('{') ? JSON.parse(value) : value
}

function reply(response: ServerResponse, answer: Answer, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer))
}

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
function answerHook(
  workspace: Workspace,
  { body }: Call,
  hook: { channel: string; user: string; uses: number },
  response: ServerResponse,
  tick: () => string,
): unknown {
  hook.uses += 1
  if (hook.uses > 5) return reply(response, { ok: false, error: 'used_url' }, 404)
  const answer = post(workspace, { channel: hook.channel, ...body }, tick(), 'response_url')
  const posted = workspace.messages.at(-1)
  if (answer.ok && posted && body['response_type'] !== 'in_channel') posted.to = hook.user
  return reply(response, answer, answer.ok ? 200 : 404)
}

function takeUpload(workspace: Workspace, { path, bytes }: Call, response: ServerResponse): unknown {
  const file = workspace.files.get(path.split('/').at(-1) ?? '')
  if (file === undefined) return reply(response, { ok: false }, 404)
  file.bytes = bytes
  response.writeHead(200, { 'content-type': 'text/plain' })
  return response.end(`OK - ${bytes.length}`)
}

function answerMethod(workspace: Workspace, { path, body }: Call, tick: () => string): Answer {
  const method = METHODS[path.replace('/api/', '')]
  return method === undefined ? { ok: false, error: 'unknown_method' } : method(workspace, body, tick())
}

type Method = (workspace: Workspace, body: Record<string, unknown>, ts: string) => Answer

const METHODS: Record<string, Method> = {
  'chat.postMessage': (workspace, body, ts) => {
    const channel = workspace.channels[String(body['channel'])]
    if (channel === undefined) return { ok: false, error: 'channel_not_found' }
    if (!channel.member && !channel.open) return { ok: false, error: 'not_in_channel' }
    return post(workspace, body, ts, 'chat.postMessage')
  },
  'chat.postEphemeral': (workspace, body, ts) => {
    if (!workspace.channels[String(body['channel'])]?.member) return { ok: false, error: 'channel_not_found' }
    const answer = post(workspace, body, ts, 'chat.postEphemeral')
    const posted = workspace.messages.at(-1)
    if (answer.ok && posted) posted.to = String(body['user'])
    return answer
  },
  'chat.update': (workspace, body) => {
    const message = find(workspace, body)
    if (message === undefined) return { ok: false, error: 'message_not_found' }
    const problems = blockProblems(body['blocks'], ready(workspace))
    if (problems.length > 0) return invalidBlocks(problems)
    message.text = String(body['text'])
    message.blocks = body['blocks'] as Block[]
    return { ok: true, ts: message.ts }
  },
  'chat.delete': (workspace, body) => {
    const message = find(workspace, body)
    if (message === undefined) return { ok: false, error: 'message_not_found' }
    workspace.messages.splice(workspace.messages.indexOf(message), 1)
    return { ok: true }
  },
  'files.getUploadURLExternal': (workspace, body) => {
    const id = `F${String(workspace.files.size + 1).padStart(8, '0')}`
    if (Number(body['length']) === 0) return { ok: false, error: 'missing_argument' }
    const upload = { name: String(body['filename']), alt: String(body['alt_txt'] ?? ''), bytes: Buffer.alloc(0) }
    workspace.files.set(id, { ...upload, readyAfter: workspace.slowFiles, asked: 0, shared: [] })
    return { ok: true, file_id: id, upload_url: `${workspace.address}/upload/${id}` }
  },
  'files.completeUploadExternal': (workspace, body) => {
    const [{ id }] = body['files'] as [{ id: string }]
    const file = workspace.files.get(id)
    if (file === undefined || file.bytes.length === 0) return { ok: false, error: 'file_not_found' }
    if (body['channel_id'] === undefined) return { ok: true, files: [{ id }] }
    const channel = String(body['channel_id'])
    if (!workspace.channels[channel]?.member) return { ok: false, error: 'not_in_channel' }
    file.shared.push({ channel, ...(body['thread_ts'] ? { thread: String(body['thread_ts']) } : {}) })
    return { ok: true, files: [{ id }] }
  },
  'files.info': (workspace, body) => {
    const file = workspace.files.get(String(body['file']))
    if (file === undefined) return { ok: false, error: 'file_not_found' }
    file.asked += 1
    return { ok: true, file: { id: body['file'], mimetype: file.asked > file.readyAfter ? 'image/png' : '' } }
  },
  'conversations.open': () => ({ ok: true, channel: { id: 'D1' } }),
  'views.open': (workspace, body) => {
    const view = body['view'] as Workspace['views'][number]['view']
    const problems = blockProblems(view.blocks, ready(workspace))
    if (problems.length > 0 || view.private_metadata.length > 3000) return { ok: false, error: 'invalid_arguments' }
    workspace.views.push({ trigger: String(body['trigger_id']), view })
    return { ok: true, view: { id: `V${workspace.views.length}` } }
  },
}

function find(workspace: Workspace, body: Record<string, unknown>): Posted | undefined {
  return workspace.messages.find(({ ts, channel }) => ts === body['ts'] && channel === body['channel'])
}

function ready(workspace: Workspace): Set<string> {
  return new Set([...workspace.files].filter(([, file]) => file.asked > file.readyAfter).map(([id]) => id))
}

function post(workspace: Workspace, body: Record<string, unknown>, ts: string, by: string): Answer {
  if (body['blocks'] !== undefined) {
    const problems = blockProblems(body['blocks'], ready(workspace))
    if (problems.length > 0) return invalidBlocks(problems)
  }
  const blocks = (body['blocks'] ?? []) as Block[]
  const thread = body['thread_ts'] === undefined ? {} : { thread: String(body['thread_ts']) }
  workspace.messages.push({
    ts,
    channel: String(body['channel']),
    ...thread,
    text: String(body['text']),
    blocks,
    files: [],
    by,
  })
  return { ok: true, ts, channel: String(body['channel']) }
}

function invalidBlocks(problems: string[]): Answer {
  return { ok: false, error: 'invalid_blocks', response_metadata: { messages: problems } }
}
