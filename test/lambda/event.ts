import { KEYED } from './cloud.ts'
import type { Invocation } from './host.ts'

interface Asked {
  method?: string
  path: string
  query?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** A function URL's event as CloudFront sends it, with a key; payload format 2.0: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html. A Buffer travels as base64. */
export function urlEvent({ method = 'GET', path, query = '', headers = {}, body }: Asked) {
  const encoded = Buffer.isBuffer(body)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'abc.lambda-url.eu-central-1.on.aws', ...KEYED, ...headers },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-central-1.on.aws',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'r',
      routeKey: '$default',
      stage: '$default',
      timeEpoch: Date.now(),
    },
    ...(body === undefined ? {} : { body: encoded ? body.toString('base64') : body }),
    isBase64Encoded: encoded,
  }
}

/** A POST of JSON. */
export function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body)
  return urlEvent({ method: 'POST', path, body: text, headers: { 'content-type': 'application/json', ...headers } })
}

/** An SQS batch of these bodies; message ids are m0, m1, … */
export function queueEvent(...bodies: unknown[]) {
  const Records = bodies.map((body, i) => ({
    messageId: `m${i}`,
    receiptHandle: 'h',
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    awsRegion: 'eu-central-1',
  }))
  return { Records }
}

export interface Reply {
  status: number
  headers: Record<string, string>
  body: Buffer
  /** Pieces the body arrived in. */
  pieces: number
}

/** The HTTP response in a result: of a streamed one after its JSON prelude and eight zero bytes, else a JSON document. */
export function replyOf({ pieces, streamed, failed }: Invocation): Reply {
  if (failed) throw new Error(`the function failed: ${failed.errorType}: ${failed.errorMessage}`)
  const whole = Buffer.concat(pieces)
  if (!streamed) {
    const { statusCode, headers, body, isBase64Encoded } = JSON.parse(whole.toString())
    return { status: statusCode, headers, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'), pieces: 1 }
  }
  const end = whole.indexOf(Buffer.alloc(8))
  const { statusCode, headers } = JSON.parse(whole.subarray(0, end).toString())
  return { status: statusCode, headers, body: whole.subarray(end + 8), pieces: pieces.length }
}
