import type { Asker } from '../../src/asker.ts'
import { Refusal } from '../../src/refusal.ts'
import { askerOf, type KeyEntry, openedBy } from './keys.ts'

/** Who may ask, as the key file says now or a few seconds ago. */
export interface Keyring {
  /** The asker of a presented key; undefined for a wrong or revoked one. */
  asker(presented: string): Promise<Asker | undefined>
  /** The asker of the key with this name, for doors that know askers by other means (Slack, signed links). */
  named(name: string): Promise<Asker | undefined>
  /** Every asker there is. */
  all(): Promise<Asker[]>
}

export interface KeyringEffects {
  read(): Promise<KeyEntry[]>
  /** Milliseconds from any origin. */
  now(): number
  /** Setting `keys_check_ms`. */
  check_ms: number
  warn(problem: unknown): void
}

/** How long keys that could not be read again stay good: long enough for a store's bad minute, short enough for a revocation. */
const STALE_MS = 5 * 60_000

interface Held {
  entries: KeyEntry[]
  at: number
}

/** A keyring that looks at the key file again every `check_ms`. A read that fails is told to `warn` and the last good one stands for five minutes; then everyone is refused. */
export async function openKeyring(effects: KeyringEffects): Promise<Keyring> {
  let held: Held = { entries: await effects.read(), at: effects.now() }
  let reading: Promise<void> | undefined
  const readAgain = () => {
    reading ??= effects
      .read()
      .then((entries) => {
        held = { entries, at: effects.now() }
      })
      .catch(effects.warn)
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  /** Nobody waits for the file unless what is known is twice as old as it should be. */
  const entries = async (): Promise<KeyEntry[]> => {
    const age = effects.now() - held.at
    if (age > effects.check_ms) {
      const again = readAgain()
      if (age > 2 * effects.check_ms) await again
    }
    if (effects.now() - held.at > STALE_MS) throw new Refusal('store-unavailable', 'The key file cannot be read.')
    return held.entries
  }
  const live = async () => (await entries()).filter(({ revoked }) => revoked === undefined)
  return {
    asker: async (presented) => {
      const entry = openedBy(presented, await entries())
      return entry && askerOf(entry)
    },
    named: async (name) => {
      const entry = (await live()).find((one) => one.name === name)
      return entry && askerOf(entry)
    },
    all: async () => (await live()).map(askerOf),
  }
}
