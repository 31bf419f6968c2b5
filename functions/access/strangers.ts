import { recentMap } from '../../src/recent.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Settings } from '../../src/settings.ts'

/** Addresses that are remembered, those that tried last. */
const ADDRESSES_MAX = 10_000

interface Tries {
  left: number
  at: number
}

/**
 * What somebody with a wrong key is told: `key-wrong`, and `too-many-requests` while their address has tried more often than
 * setting `wrong_keys_per_minute`. A right key is never refused for others' wrong ones: an address may be a whole company's.
 */
export function openStrangers(
  { wrong_keys_per_minute: most }: Pick<Settings, 'wrong_keys_per_minute'>,
  now: () => number,
): (address: string | undefined) => Refusal {
  const known = recentMap<Tries>(ADDRESSES_MAX)
  const perMs = most / 60_000
  return (address) => {
    const wrong = new Refusal('key-wrong', 'This key opens nothing.')
    if (address === undefined) return wrong
    const { left, at } = known.get(networkOf(address)) ?? { left: most, at: now() }
    const tries = Math.min(most, left + (now() - at) * perMs)
    known.set(networkOf(address), { left: tries >= 1 ? tries - 1 : tries, at: now() })
    if (tries >= 1) return wrong
    const retry_s = Math.min(60, Math.max(1, Math.ceil((1 - tries) / perMs / 1000)))
    return new Refusal('too-many-requests', 'Too many wrong keys came from this address.', { retry_s })
  }
}

/** One subscriber has a /64 of IPv6: its addresses count as one. */
function networkOf(address: string): string {
  return address.includes('.') ? address : address.split(':').slice(0, 4).join(':')
}
