import type { Socket } from 'node:net'
import { Refusal } from '../../src/refusal.ts'
import { problemOf } from '../api/problem.ts'

/** What Node's parser says of a request it cannot read, before any of our code sees it. */
const REASONS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The address and headers are longer than 16 kB.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
}

/** Answers a request that is no HTTP, or too much of it, with the problem every refusal is, and ends its connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const detail = REASONS[error.code ?? ''] ?? 'The request is no HTTP.'
  const body = JSON.stringify(problemOf(new Refusal('bad-request', detail), () => {}))
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
