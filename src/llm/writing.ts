import { StringDecoder } from 'node:string_decoder'

/** Text that tokens make, given out as soon as it is certain: no half characters, nothing that may be a stop string's beginning. */
export interface Writing {
  /** Adds a token's bytes; gives the text that is certain now, and whether a stop string was met. */
  add(bytes: Uint8Array): { text: string; stopped: boolean }
  /** The text that was held back. */
  end(): string
}

/** `stop` strings end the text and are no part of it. */
export function openWriting(stop: readonly string[]): Writing {
  const decoder = new StringDecoder('utf8')
  const stops = stop.filter((word) => word !== '')
  let held = ''
  let stopped = false
  return {
    add: (bytes) => {
      if (stopped) return { text: '', stopped }
      held += decoder.write(Buffer.from(bytes))
      const at = firstStop(held, stops)
      if (at >= 0) {
        stopped = true
        const text = held.slice(0, at)
        held = ''
        return { text, stopped }
      }
      const kept = possibleBeginning(held, stops)
      const text = held.slice(0, held.length - kept)
      held = held.slice(held.length - kept)
      return { text, stopped }
    },
    end: () => {
      const rest = stopped ? '' : held + decoder.end()
      held = ''
      return rest
    },
  }
}

function firstStop(text: string, stops: string[]): number {
  const places = stops.map((word) => text.indexOf(word)).filter((at) => at >= 0)
  return places.length === 0 ? -1 : Math.min(...places)
}

/** How many characters at the end could be the beginning of a stop string. */
function possibleBeginning(text: string, stops: string[]): number {
  let most = 0
  for (const word of stops) {
    for (let length = Math.min(word.length - 1, text.length); length > most; length--) {
      if (text.endsWith(word.slice(0, length))) most = length
    }
  }
  return most
}
