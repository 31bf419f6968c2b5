/** Leaves a failing server alone: after so many failures in a row nothing is sent for a while, then one request tries it. */
export interface Breaker {
  /** Whether a request may be sent now; the one that tries the server again takes the place of all others until it is told of. */
  mayTry(): boolean
  succeeded(): void
  failed(): void
}

/** `now` gives milliseconds from any origin. */
export function openBreaker(options: { failures: number; pause_ms: number }, now: () => number): Breaker {
  let failures = 0
  let openUntil = 0
  return {
    mayTry: () => {
      if (failures < options.failures) return true
      if (now() < openUntil) return false
      openUntil = now() + options.pause_ms
      return true
    },
    succeeded: () => {
      failures = 0
    },
    failed: () => {
      failures++
      if (failures >= options.failures) openUntil = now() + options.pause_ms
    },
  }
}
