import { type AskForm, formView } from './slack/form.ts'
import type { Queue } from './slack/job.ts'
import { type Received, readRequest } from './slack/request.ts'
import { isSigned } from './slack/signature.ts'
import { prose, shorten } from './slack/text.ts'

export interface SlackOptions {
  /** Setting `slack_signing_secret`. */
  signingSecret: string
  queue: Queue
  /** Calls Slack's `views.open`: a form opens only within three seconds of the press, so the door does it itself. */
  openView(trigger: string, view: object): Promise<void>
  /** For the operator. */
  warn(problem: unknown): void
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * The Slack door: commands, mentions, direct messages, threads, buttons and forms. It checks Slack's signature over the raw
 * body, hands the job to the queue and acknowledges; `functions/worker.ts` answers. A job that could not be queued is
 * answered with 500, so that Slack sends it again.
 */
export function createSlack(options: SlackOptions): (request: Request) => Promise<Response> {
  const { signingSecret, warn, now = Date.now } = options
  return async (request) => {
    const body = await request.text()
    if (!isSigned(signingSecret, request.headers, body, now())) return unwanted(401)
    let received: Received
    try {
      received = readRequest(body, request.headers)
    } catch (problem) {
      warn(problem)
      return unwanted(400)
    }
    try {
      return await acknowledge(received, options)
    } catch (problem) {
      warn(problem)
      return new Response('', { status: 500 })
    }
  }
}

/** Sending the same again would change nothing, so Slack is asked not to. */
function unwanted(status: 400 | 401): Response {
  return new Response('', { status, headers: { 'x-slack-no-retry': '1' } })
}

async function acknowledge(received: Received, { queue, openView }: SlackOptions): Promise<Response> {
  switch (received.kind) {
    case 'challenge':
      return new Response(received.challenge, { headers: { 'content-type': 'text/plain' } })
    case 'usage':
      return Response.json(USAGE)
    case 'form-empty':
      return Response.json(FORM_EMPTY)
    case 'open-form':
      await openForm(received.trigger, received.form, openView)
      return new Response('')
    case 'job':
      await queue.send(received.job)
      return received.job.kind === 'ask' && received.job.via === 'command'
        ? Response.json(working(received.job.text))
        : new Response('')
    case 'nothing':
      return new Response('')
  }
}

async function openForm(trigger: string, form: AskForm, openView: SlackOptions['openView']): Promise<void> {
  await openView(trigger, formView(form))
}

/** What the asker of a command sees at once. */
function working(question: string): object {
  return {
    response_type: 'ephemeral',
    text: `:hourglass_flowing_sand: Working on it: ${prose(shorten(question, 500))}`,
  }
}

const USAGE = {
  response_type: 'ephemeral',
  text: 'Ask a question after the command: `/ask total freight by ship country`. Name a dataset first when there are several: `/ask northwind: …`. Reply in the thread of an answer to follow it up: `only 1997`.',
}

const FORM_EMPTY = {
  response_action: 'errors',
  errors: { change: 'Say what should be different, write the question anew, or choose a chart.' },
}
