import type { Context } from 'hono'

/** Calls `done` when the response has been sent or its reader has left: at once for one that is whole, at the end of the stream for events. Bytes are those of the stream, or of the whole body. */
export function whenSent(context: Context, done: (bytes: number) => void): void {
  const { res } = context
  if (res.body === null || !res.headers.get('content-type')?.startsWith('text/event-stream')) {
    done(Number(res.headers.get('content-length') ?? 0))
    return
  }
  context.res = new Response(watched(res.body, done), res)
}

function watched(body: ReadableStream<Uint8Array>, done: (bytes: number) => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let bytes = 0
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done: ended, value } = await reader.read()
        if (!ended) {
          bytes += value.byteLength
          return controller.enqueue(value)
        }
        done(bytes)
        controller.close()
      } catch (problem) {
        done(bytes)
        controller.error(problem)
      }
    },
    cancel: (reason) => {
      done(bytes)
      return reader.cancel(reason)
    },
  })
}
