import { createHmac, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../../src/refusal.ts'

/** What a signed link opens, and until when. */
export interface Grant {
  dataset: string
  /** A pinned question. */
  question?: string | undefined
  /** Id of a kept answer whose SQL is pinned. */
  answer?: string | undefined
  chart?: string | undefined
  limit?: number | undefined
  refresh_s?: number | undefined
  /** Name of the key that made the link: what it may see now, the link may see. */
  key?: string | undefined
  /** Seconds since 1970. */
  expires: number
}

/** `payload.signature`, both base64url: JSON that anybody may read and nobody can change (HMAC-SHA256). */
export function signGrant(grant: Grant, secret: string): string {
  const payload = Buffer.from(JSON.stringify(grant)).toString('base64url')
  return `${payload}.${signatureOf(payload, secret)}`
}

/** The grant of a token; refuses `embed-wrong` for one that was not signed with this secret and `embed-expired` for one whose time is over. */
export function readGrant(token: string, secret: string, nowSeconds: number): Grant {
  const [payload = '', signature = '', ...rest] = token.split('.')
  const right = Buffer.from(signatureOf(payload, secret))
  const given = Buffer.from(signature)
  if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new Refusal('embed-wrong', 'This link was not made here, or was changed.')
  }
  const grant = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Grant
  if (grant.expires > nowSeconds) return grant
  throw new Refusal('embed-expired', `This link ended on ${new Date(grant.expires * 1000).toISOString().slice(0, 10)}.`)
}

/** The purpose is signed too, so that the secret may serve another one day. */
function signatureOf(payload: string, secret: string): string {
  return createHmac('sha256', secret).update(`asklake-embed-1\n${payload}`).digest('base64url')
}
