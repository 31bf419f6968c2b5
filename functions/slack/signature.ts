import { createHmac, timingSafeEqual } from 'node:crypto'

/** Five minutes either way, as Slack advises against replays: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const CLOCK_SKEW_S = 300

/** Whether Slack signed these very bytes a moment ago (`v0` scheme over the raw body). `now` is in milliseconds. */
export function isSigned(secret: string, headers: Headers, body: string, now: number): boolean {
  const at = headers.get('x-slack-request-timestamp') ?? ''
  if (!/^\d{1,12}$/.test(at) || Math.abs(now / 1000 - Number(at)) > CLOCK_SKEW_S) return false
  const expected = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`)
  const given = Buffer.from(headers.get('x-slack-signature') ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
