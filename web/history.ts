/** A question that was asked in this browser. */
export interface Entry {
  question: string
  dataset: string
  /** Id of its answer. */
  id: string
  /** Milliseconds since 1970. */
  at: number
}

const KEY = 'asklake-history'
const KEPT = 50

/** The questions asked in this browser, newest first; kept there and nowhere else. */
export function history(): Entry[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? (kept as Entry[]) : []
  } catch (problem) {
    console.warn('The history could not be read and begins anew.', problem)
    return []
  }
}

/** Puts a question first; the same question of the same dataset stands once. */
export function remember(entry: Entry): void {
  const others = history().filter(({ question, dataset }) => question !== entry.question || dataset !== entry.dataset)
  localStorage.setItem(KEY, JSON.stringify([entry, ...others].slice(0, KEPT)))
}

export function forget(): void {
  localStorage.removeItem(KEY)
}

/** "just now", "5 minutes ago", "3 days ago". */
export function ago(at: number, now = Date.now()): string {
  const minutes = Math.round((now - at) / 60_000)
  if (minutes < 1) return 'just now'
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  if (minutes < 60) return words.format(-minutes, 'minute')
  if (minutes < 48 * 60) return words.format(-Math.round(minutes / 60), 'hour')
  return words.format(-Math.round(minutes / 1440), 'day')
}
