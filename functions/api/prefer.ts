import type { Context } from 'hono'

/** What a request prefers (RFC 7240): at most so many seconds of waiting. Undefined when it says nothing of it. */
export function preferredWait(context: Context): number | undefined {
  const preferences = (context.req.header('prefer') ?? '').split(/[,;]/).map((part) => part.trim().toLowerCase())
  const wait = preferences
    .map((one) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(one)?.[1])
    .find((found) => found !== undefined)
  if (wait !== undefined) return Number(wait)
  return preferences.includes('respond-async') ? 0 : undefined
}

/** Says which preference was kept. */
export function applied(context: Context, wait: number): void {
  const asked = (context.req.header('prefer') ?? '').toLowerCase()
  const names = [
    ...(asked.includes('respond-async') ? ['respond-async'] : []),
    ...(/\bwait\s*=/.test(asked) ? [`wait=${wait}`] : []),
  ]
  context.header('Preference-Applied', names.join(', '))
  context.header('Vary', 'Prefer', { append: true })
}
