/** Runs `work` once for all who ask for the same key at the same time; all get its outcome. */
export type SingleFlight<T> = (key: string, work: () => Promise<T>) => Promise<T>

/** A SingleFlight that remembers nothing once the work has ended. */
export function singleFlight<T>(): SingleFlight<T> {
  const flying = new Map<string, Promise<T>>()
  return (key, work) => {
    const running = flying.get(key)
    if (running) return running
    const started = work().finally(() => flying.delete(key))
    flying.set(key, started)
    return started
  }
}
