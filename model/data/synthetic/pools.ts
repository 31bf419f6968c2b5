import { readFileSync } from 'node:fs'

/** One possible value of a text column and, where people use another word for it ("M" → "male"), that word. */
export interface PoolValue {
  value: string
  said?: string
}

function readPools(): Map<string, PoolValue[]> {
  const text = readFileSync(new URL('pools.txt', import.meta.url), 'utf8')
  const pools = new Map<string, PoolValue[]>()
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ')
    if (line.startsWith('#') || colon < 0) continue
    const values = line
      .slice(colon + 2)
      .split(' | ')
      .map((entry): PoolValue => {
        const [value = '', said] = entry.trim().split('~')
        return said === undefined ? { value } : { value, said }
      })
    pools.set(line.slice(0, colon), values)
  }
  return pools
}

const POOLS = readPools()

/** The values of a pool of `pools.txt`; throws for a name it does not have. */
export function pool(name: string): PoolValue[] {
  const values = POOLS.get(name)
  if (values === undefined) throw new Error(`pools.txt has no pool "${name}"`)
  return values
}

/** What people say for a stored value that is a code or a place ("France" → "French"), whatever its column. */
export function saidFor(poolName: string, value: string): string | undefined {
  return POOLS.get(poolName)?.find((entry) => entry.value === value)?.said
}
