import type { Context } from 'hono'

/** Calls `done` with the bytes of the body when the last of them has been read or its reader has left; at once when they are few and counted already. */
export async function whenSent(context: Context, done: Done): Promise<void> {
  const { res } = context
  const counted = res.headers.get('content-length')
  if (counted !== null) return done(Number(counted))
  if (res.body === null) return done(0)
  context.res = new Response(watched(res.body, done), res)
}

/** Longer than any question takes: who has not read its events by then holds nothing up any more. */
const READ_MOST_MS = 120_000

/** Calls `done` when the answer has been made: at the end of a stream of events, or when nobody reads it for two minutes; else at once. */
export async function whenMade(context: Context, done: () => void): Promise<void> {
  if (!context.res.headers.get('content-type')?.startsWith('text/event-stream')) return done()
  const timer = setTimeout(done, READ_MOST_MS).unref()
  await whenSent(context, () => {
    clearTimeout(timer)
    done()
  })
}

type Done = (bytes: number) => void | Promise<void>

function watched(body: ReadableStream<Uint8Array>, done: Done): ReadableStream<Uint8Array> {
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
        await done(bytes)
        controller.close()
      } catch (problem) {
        await done(bytes)
        controller.error(problem)
      }
    },
    cancel: async (reason) => {
      await done(bytes)
      return reader.cancel(reason)
    },
  })
}
