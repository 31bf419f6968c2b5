import type { Server } from 'node:http'
import { Refusal } from '../../src/refusal.ts'
import { problemOf } from '../api/problem.ts'

type Fetch<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Response | Promise<Response>

/** A door that can be closed in order. */
export interface Drain<Rest extends unknown[]> {
  fetch: Fetch<Rest>
  /** New requests are refused from now on; settles when those under way have been answered, or after `most_ms`. */
  close(server: Server, most_ms: number): Promise<void>
}

/** Puts a door in front of `fetch`. */
export function openDrain<Rest extends unknown[]>(fetch: Fetch<Rest>): Drain<Rest> {
  let closing = false
  return {
    fetch: (request, ...rest) => (closing ? stopping() : fetch(request, ...rest)),
    close: async (server, most_ms) => {
      closing = true
      const late = setTimeout(() => server.closeAllConnections(), most_ms)
      // Connections that are kept open between requests would hold the end up.
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      await new Promise<void>((resolve) => server.close(() => resolve()))
      clearTimeout(late)
      clearInterval(idle)
    },
  }
}

function stopping(): Response {
  const problem = problemOf(new Refusal('busy', 'The server is stopping.'), () => {})
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '5', connection: 'close' }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
