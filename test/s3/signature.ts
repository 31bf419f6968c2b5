import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Credentials the test server knows. */
export const CREDENTIALS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret' }

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()

/** The S3 error code a request deserves by AWS Signature Version 4, or null when it is signed well. */
export function signatureError(request: IncomingMessage, body: Uint8Array): string | null {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const match = pattern.exec(request.headers.authorization ?? '')
  if (match === null) return 'AccessDenied'
  const [, access = '', day = '', region = '', names = '', signature] = match
  if (access !== CREDENTIALS.accessKeyId) return 'InvalidAccessKeyId'
  const payload = String(request.headers['x-amz-content-sha256'] ?? '')
  if (/^[0-9a-f]{64}$/.test(payload) && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch'
  const date = String(request.headers['x-amz-date'] ?? '')
  if (!date.startsWith(day) || Math.abs(Date.now() - parseDate(date)) > 15 * 60_000) return 'RequestTimeTooSkewed'
  const canonical = [
    request.method,
    ...canonicalAddress(request.url ?? '/'),
    canonicalHeaders(request, names),
    names,
    payload,
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = hmac(hmac(hmac(hmac(`AWS4${CREDENTIALS.secretAccessKey}`, day), region), 's3'), 'aws4_request')
  return hmac(key, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch'
}

function parseDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

function canonicalAddress(url: string): [string, string] {
  const { pathname, searchParams } = new URL(url, 'http://host')
  const path = pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const query = [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  return [path, query]
}

function canonicalHeaders(request: IncomingMessage, names: string): string {
  return names
    .split(';')
    .map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}\n`,
    )
    .join('')
}
