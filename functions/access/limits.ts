import { type Asker, EVERYONE } from '../../src/asker.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Settings } from '../../src/settings.ts'

/** Lets a request in, or refuses it at once: `too-many-requests` when its asker asks too much, `busy` when everyone together does. */
export interface Limits {
  /** Gives the act that lets the place go again; letting go twice is once. */
  enter(asker: Asker): () => void
  /** Whether whoever comes now is refused with FULL. */
  full(): boolean
  /** Requests that are in. */
  inside(): number
  /** Keys that are remembered. */
  accounts(): number
}

type LimitSettings = Pick<
  Settings,
  'requests_at_once' | 'key_requests_at_once' | 'key_rate_per_minute' | 'key_rate_burst'
>

interface Account {
  inside: number
  /** Requests that may come at once, refilled with time. */
  tokens: number
  at: number
}

/** A wait that is worth telling, in whole seconds. */
const RETRY_S = 1
/** What everyone is told while as many requests are in as can be answered. */
export const FULL = new Refusal('busy', 'The server answers as many requests as it can.', { retry_s: RETRY_S })

/** At what number of requests at once a core is full, where setting `requests_at_once` says 0: a question that needs the model takes it about 50 ms, so that the last of them is answered within a second. */
const AT_ONCE_PER_CORE = 12

/** Accounts nobody used for this long are full again and can be forgotten. */
const FORGET_MS = 10 * 60_000
const ACCOUNTS_MAX = 1000

/** Opens limits over one clock (milliseconds from any origin), on a machine of so many cores. EVERYONE has no account: only the limit of all together holds them. */
export function openLimits(settings: LimitSettings, now: () => number, cores: number): Limits {
  const most = settings.requests_at_once || AT_ONCE_PER_CORE * cores
  const accounts = new Map<string, Account>()
  let inside = 0
  const enter = (asker: Asker) => {
    if (inside >= most) throw FULL
    const account = accountOf(asker, accounts, settings, now())
    if (account !== undefined) spend(account, asker, settings, now())
    inside++
    let left = false
    return () => {
      if (left) return
      left = true
      inside--
      if (account !== undefined) account.inside--
    }
  }
  return { enter, full: () => inside >= most, inside: () => inside, accounts: () => accounts.size }
}

function accountOf(
  asker: Asker,
  accounts: Map<string, Account>,
  settings: LimitSettings,
  now: number,
): Account | undefined {
  if (asker === EVERYONE) return undefined
  if (accounts.size > ACCOUNTS_MAX) forget(accounts, now)
  const known = accounts.get(asker.name)
  if (known !== undefined) return known
  const fresh = { inside: 0, tokens: settings.key_rate_burst, at: now }
  accounts.set(asker.name, fresh)
  return fresh
}

function forget(accounts: Map<string, Account>, now: number): void {
  for (const [name, { inside, at }] of accounts) if (inside === 0 && now - at > FORGET_MS) accounts.delete(name)
}

/** A token bucket: `key_rate_burst` tokens at the most, `key_rate_per_minute` come back in a minute. */
function spend(account: Account, asker: Asker, settings: LimitSettings, now: number): void {
  const atOnce = asker.concurrent ?? settings.key_requests_at_once
  if (account.inside >= atOnce) {
    throw new Refusal('too-many-requests', `At most ${atOnce} requests of one key are answered at once.`, {
      retry_s: RETRY_S,
    })
  }
  const perMs = (asker.rate_per_minute ?? settings.key_rate_per_minute) / 60_000
  const tokens = Math.min(settings.key_rate_burst, account.tokens + (now - account.at) * perMs)
  account.at = now
  account.tokens = tokens
  if (tokens < 1) {
    const retry_s = Math.max(RETRY_S, Math.ceil((1 - tokens) / perMs / 1000))
    throw new Refusal('too-many-requests', 'This key asks more often than it may.', { retry_s })
  }
  account.tokens = tokens - 1
  account.inside++
}
