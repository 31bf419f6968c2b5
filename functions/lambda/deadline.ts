import { Refusal } from '../../src/refusal.ts'

/** What Lambda tells of an invocation, as far as we look. */
export interface Invocation {
  getRemainingTimeInMillis(): number
}

/** Time kept back to send a refusal before Lambda ends the environment: a cold connection to Slack takes half of it. */
const SENDING_MS = 1500

/** When work for this invocation must end, in milliseconds of `performance.now()`; short invocations keep back a quarter. */
export function deadlineOf({ getRemainingTimeInMillis }: Invocation): number {
  const left = getRemainingTimeInMillis()
  return performance.now() + left - Math.min(SENDING_MS, left / 4)
}

/** The work's outcome, or the refusal `out-of-time` at the deadline; the work itself may go on. */
export async function before<T>(deadline_ms: number, work: Promise<T>): Promise<T> {
  work.catch(() => {}) // Whoever waits no longer has been told.
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const refusal = new Refusal('out-of-time', 'There was not enough time to answer.')
    timer = setTimeout(() => reject(refusal), Math.max(0, deadline_ms - performance.now()))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
