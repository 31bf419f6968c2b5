/** A map that keeps the `max` most recently used entries. */
export interface RecentMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  readonly size: number
  values(): IterableIterator<V>
}

/** An empty RecentMap; `onDrop` is told of each entry that made room. */
export function recentMap<V>(max: number, onDrop?: (value: V) => void): RecentMap<V> {
  const entries = new Map<string, V>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      while (entries.size > max) {
        const [oldest, dropped] = entries.entries().next().value as [string, V]
        entries.delete(oldest)
        onDrop?.(dropped)
      }
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size
    },
    values: () => entries.values(),
  }
}
