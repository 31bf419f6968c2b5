import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Answer, Asking } from '../../src/answer.ts'
import { problemOf } from './problem.ts'

/** The answer as server-sent events: `step` for each step's start and end, then `answer`, or `problem` when it is refused. */
export function streamAnswer(
  context: Context,
  work: (asking: Asking) => Promise<Answer>,
  warn: (problem: unknown) => void,
): Response {
  return streamSSE(context, async (stream) => {
    let sent = Promise.resolve()
    const send = (event: string, data: unknown) => {
      sent = sent.then(() => stream.writeSSE({ event, data: JSON.stringify(data) }))
    }
    try {
      send('answer', await work({ listener: (event) => send('step', event) }))
    } catch (thrown) {
      const problem = problemOf(thrown, warn)
      context.get('seen').note.code = problem.code
      send('problem', problem)
    }
    await sent
  })
}
