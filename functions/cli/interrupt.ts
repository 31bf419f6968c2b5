import { Refusal } from '../../src/refusal.ts'

/** Ctrl-C as a signal for the work under way. */
export interface Interrupt {
  signal: AbortSignal
  /** The work's outcome, or `cancelled` as soon as Ctrl-C is pressed. */
  race<T>(work: Promise<T>): Promise<T>
  /** Ctrl-C is the program's own again. */
  end(): void
}

/** Exit code of a program that was interrupted, as shells have it: 128 and the signal's number. */
export const INTERRUPTED = 130

/** Takes Ctrl-C: the first press cancels, a second one ends the program at once. */
export function onInterrupt(): Interrupt {
  const left = new AbortController()
  const press = () => (left.signal.aborted ? process.exit(INTERRUPTED) : left.abort())
  process.on('SIGINT', press)
  const gone = new Promise<never>((_, reject) => {
    left.signal.addEventListener('abort', () => reject(new Refusal('cancelled', 'Cancelled.')), { once: true })
  })
  gone.catch(() => {}) // Told to whoever races against it.
  return {
    signal: left.signal,
    race: (work) => {
      work.catch(() => {}) // The one who left hears no more of it.
      return Promise.race([work, gone])
    },
    end: () => void process.removeListener('SIGINT', press),
  }
}
