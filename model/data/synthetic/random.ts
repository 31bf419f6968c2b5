/** A seeded source of choices: the same seed gives the same data. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  chance(probability: number): boolean
  /** Whole number in [low, high]. */
  int(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  pickOr<T>(list: readonly T[]): T | undefined
  sample<T>(list: readonly T[], count: number): T[]
  shuffle<T>(list: readonly T[]): T[]
  weighted<T>(list: readonly T[], weight: (item: T) => number): T
}

/** mulberry32: 32 bits of state, enough for training data. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Choices from one seed. */
export function randomOf(seed: number): Random {
  const next = mulberry32(seed)
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const pickOr = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]
  const shuffle = <T>(list: readonly T[]) => {
    const copy = [...list]
    for (let i = copy.length - 1; i > 0; i--) {
      const j = int(0, i)
      const held = copy[i] as T
      copy[i] = copy[j] as T
      copy[j] = held
    }
    return copy
  }
  return {
    next,
    chance: (probability) => next() < probability,
    int,
    pickOr,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('pick from an empty list')
      return pickOr(list) as T
    },
    shuffle,
    sample: (list, count) => shuffle(list).slice(0, count),
    weighted(list, weight) {
      const total = list.reduce((sum, item) => sum + weight(item), 0)
      let rest = next() * total
      for (const item of list) {
        rest -= weight(item)
        if (rest < 0) return item
      }
      return list[list.length - 1] as (typeof list)[number]
    },
  }
}
