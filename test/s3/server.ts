import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signatureError } from './signature.ts'

/**
 * A small S3 for tests, in memory: path-style addresses, SigV4 in headers, ListObjectsV2 in pages, GET and HEAD with
 * Range and If-Match, PUT with If-None-Match and If-Match, DELETE, multipart uploads. Held to test/contract/s3.test.ts.
 */
export interface S3Server {
  endpoint: string
  /** Requests answered so far, `METHOD /path?query`, in order. */
  requests: string[]
  /** Called before a request is answered: a test changes objects in mid-read here. */
  before: (request: IncomingMessage) => void
  /** What goes wrong with a request, by its turn among those like it; nothing as it is. */
  fault: (request: IncomingMessage) => Fault | undefined
  set(bucket: string, key: string, body: string | Uint8Array): void
  get(bucket: string, key: string): Buffer | undefined
  /** Keys of a bucket that begin so. */
  keys(bucket: string, prefix: string): string[]
  close(): Promise<void>
}

/** Wait so long before the answer; refuse with a status; cut the connection; end a body (that has been promised whole) after some bytes, or stop in it. */
export type Fault =
  | { kind: 'slow'; ms: number }
  | { kind: 'refuse'; status: number; code: string }
  | { kind: 'reset' }
  | { kind: 'truncate'; bytes: number }
  | { kind: 'stall'; bytes: number }

interface Stored {
  body: Buffer
  etag: string
  modified: Date
}

type Buckets = Map<string, Map<string, Stored>>

/** Starts the server on a free port with empty buckets of the given names. */
export async function startS3(...names: string[]): Promise<S3Server> {
  const buckets: Buckets = new Map(names.map((name) => [name, new Map()]))
  const uploads = new Map<string, Map<number, Buffer>>()
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    self.requests.push(`${request.method} ${request.url}`)
    self.before(request)
    const refused = signatureError(request, body)
    if (refused !== null) return fail(response, 403, refused)
    if (await spoiled(self.fault(request), response)) return
    answer({ request, response, body, ...addressOf(request), buckets, uploads })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const self: S3Server = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    before: () => {},
    fault: () => undefined,
    get: (bucket, key) => buckets.get(bucket)?.get(key)?.body,
    keys: (bucket, prefix) => [...(buckets.get(bucket)?.keys() ?? [])].filter((key) => key.startsWith(prefix)),
    set: (bucket, key, body) => buckets.get(bucket)?.set(key, stored(Buffer.from(body))),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return self
}

/** Does what the fault says; true when there is nothing left to answer. */
async function spoiled(fault: Fault | undefined, response: ServerResponse): Promise<boolean> {
  if (fault === undefined) return false
  if (fault.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
  if (fault.kind === 'reset') response.socket?.resetAndDestroy()
  if (fault.kind === 'refuse') fail(response, fault.status, fault.code)
  if (fault.kind === 'truncate' || fault.kind === 'stall') breakOff(response, fault)
  return fault.kind === 'reset' || fault.kind === 'refuse'
}

function breakOff(response: ServerResponse, { kind, bytes }: { kind: 'truncate' | 'stall'; bytes: number }): void {
  const end = response.end.bind(response)
  response.end = ((part?: Buffer) => {
    if (!Buffer.isBuffer(part)) return end()
    response.write(part.subarray(0, bytes), () => {
      if (kind === 'truncate') response.socket?.destroy()
    })
    return response
  }) as never
}

interface Call {
  request: IncomingMessage
  response: ServerResponse
  body: Buffer
  bucket: string
  key: string
  query: URLSearchParams
  buckets: Buckets
  uploads: Map<string, Map<number, Buffer>>
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function addressOf(request: IncomingMessage) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
  const [, bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent)
  return { bucket, key: rest.join('/'), query: searchParams }
}

const stored = (body: Buffer): Stored => ({
  body,
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
  modified: new Date(),
})

function answer(call: Call) {
  const objects = call.buckets.get(call.bucket)
  if (objects === undefined) return fail(call.response, 404, 'NoSuchBucket')
  const { method } = call.request
  if (call.key === '' && method === 'GET') return list(call, objects)
  if (call.query.has('uploads') || call.query.has('uploadId')) return multipart(call, objects)
  if (method === 'GET' || method === 'HEAD') return read(call, objects)
  if (method === 'PUT') return write(call, objects)
  if (method === 'DELETE') {
    objects.delete(call.key)
    return call.response.writeHead(204).end()
  }
  fail(call.response, 405, 'MethodNotAllowed')
}

function list({ query, response, bucket }: Call, objects: Map<string, Stored>) {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? query.get('start-after') ?? ''
  const most = Math.min(Number(query.get('max-keys') ?? 1000), 1000)
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0).sort(byBytes)
  const page = keys.slice(0, most)
  const more = keys.length > page.length
  const contents = page.map((key) => {
    const { etag, body, modified } = objects.get(key) as Stored
    return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${escapeXml(etag)}</ETag><Size>${body.length}</Size></Contents>`
  })
  const next = more ? `<NextContinuationToken>${escapeXml(page.at(-1) as string)}</NextContinuationToken>` : ''
  xml(
    response,
    200,
    `<ListBucketResult><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  )
}

function read({ request, response, key }: Call, objects: Map<string, Stored>) {
  const found = objects.get(key)
  if (found === undefined) return fail(response, 404, 'NoSuchKey')
  const { 'if-match': same, 'if-none-match': other, range } = request.headers
  if (same !== undefined && same !== found.etag) return fail(response, 412, 'PreconditionFailed')
  if (other === found.etag) return response.writeHead(304, { etag: found.etag }).end()
  const cut = range === undefined ? null : rangeOf(range, found.body.length)
  if (cut === 'bad') return fail(response, 416, 'InvalidRange')
  const part = cut === null ? found.body : found.body.subarray(cut.from, cut.to + 1)
  const headers: Record<string, string> = {
    etag: found.etag,
    'content-length': String(part.length),
    'last-modified': found.modified.toUTCString(),
    'accept-ranges': 'bytes',
  }
  if (cut !== null) headers['content-range'] = `bytes ${cut.from}-${cut.to}/${found.body.length}`
  response.writeHead(cut === null ? 200 : 206, headers).end(request.method === 'HEAD' ? undefined : part)
}

function rangeOf(header: string, size: number): { from: number; to: number } | null | 'bad' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header)
  if (match === null || (match[1] === '' && match[2] === '')) return null
  const from = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const to = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return from >= size || from > to ? 'bad' : { from, to }
}

function write({ request, response, key, body }: Call, objects: Map<string, Stored>) {
  const { 'if-none-match': absent, 'if-match': same } = request.headers
  const known = objects.get(key)
  if (absent === '*' && known !== undefined) return fail(response, 412, 'PreconditionFailed')
  if (same !== undefined && known === undefined) return fail(response, 404, 'NoSuchKey')
  if (same !== undefined && known?.etag !== same) return fail(response, 412, 'PreconditionFailed')
  const fresh = stored(body)
  objects.set(key, fresh)
  response.writeHead(200, { etag: fresh.etag }).end()
}

function multipart({ request, response, key, query, body, uploads, bucket }: Call, objects: Map<string, Stored>) {
  if (request.method === 'POST' && query.has('uploads')) {
    const id = randomUUID()
    uploads.set(id, new Map())
    return xml(
      response,
      200,
      `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    )
  }
  const id = query.get('uploadId') ?? ''
  const parts = uploads.get(id)
  if (parts === undefined) return fail(response, 404, 'NoSuchUpload')
  if (request.method === 'PUT') {
    parts.set(Number(query.get('partNumber')), body)
    return response.writeHead(200, { etag: stored(body).etag }).end()
  }
  uploads.delete(id)
  if (request.method === 'DELETE') return response.writeHead(204).end()
  const whole = Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part))
  const fresh = { ...stored(whole), etag: `"${createHash('md5').update(whole).digest('hex')}-${parts.size}"` }
  objects.set(key, fresh)
  xml(
    response,
    200,
    `<CompleteMultipartUploadResult><Key>${escapeXml(key)}</Key><ETag>${escapeXml(fresh.etag)}</ETag></CompleteMultipartUploadResult>`,
  )
}

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${body}`)
}

function fail(response: ServerResponse, status: number, code: string): void {
  xml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}
