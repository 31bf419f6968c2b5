import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'

export interface SlackCall {
  path: string
  body: Record<string, unknown>
  bytes: Buffer
}

export interface SlackServer {
  address: string
  calls: SlackCall[]
  /** Answers to give first, before the real ones: status and Retry-After. */
  failures: { path: RegExp; status: number; retryAfter?: string }[]
  close(): Promise<void>
}

/** Slack's side as far as the door speaks with it: Web API methods, the upload address and response URLs, on 127.0.0.1. */
export async function openSlackServer(): Promise<SlackServer> {
  const calls: SlackCall[] = []
  const failures: SlackServer['failures'] = []
  let address = ''
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const bytes = await readAll(request)
    const failing = failures.findIndex((failure) => failure.path.test(path))
    if (failing !== -1) {
      const [failure] = failures.splice(failing, 1)
      response.writeHead(failure?.status ?? 500, failure?.retryAfter ? { 'retry-after': failure.retryAfter } : {})
      response.end('{"ok":false,"error":"ratelimited"}')
      return
    }
    calls.push({ path, body: parse(bytes, request.headers['content-type'] ?? ''), bytes })
    response.writeHead(200, { 'content-type': 'application/json' })
    const upload = { ok: true, upload_url: `${address}/upload/F1`, file_id: 'F1' }
    response.end(JSON.stringify(path.includes('getUploadURLExternal') ? upload : { ok: true, files: [{ id: 'F1' }] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  return { address, calls, failures, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function parse(bytes: Buffer, type: string): Record<string, unknown> {
  if (type.includes('json')) return JSON.parse(bytes.toString())
  if (type.includes('urlencoded')) return Object.fromEntries(new URLSearchParams(bytes.toString()))
  return {}
}

/** A request as Slack sends it, signed by hand (v0 scheme of Slack's documentation). */
export function signed(secret: string, body: string, options: { at?: number; type?: string } = {}): Request {
  const at = String(options.at ?? Math.floor(Date.now() / 1000))
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`
  return new Request('http://127.0.0.1/slack/events', {
    method: 'POST',
    body,
    headers: {
      'content-type': options.type ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': signature,
    },
  })
}
