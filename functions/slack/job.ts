/** Who asks, as Slack names people, workspaces and channels. */
export interface Person {
  user: string
  team?: string
  channel: string
}

/** What every job carries: who asked, where the answer goes, and what tells one request from another. */
interface Common extends Person {
  /** The thread the answer belongs into: the `ts` of its first message. */
  thread?: string
  /** Reaches the asker without any bot rights; valid for 30 minutes and five messages. */
  responseUrl?: string
  /** Slack's name of the request: the same again is a retry, whatever the reason. */
  trigger: string
  /** Slack's own account of a request it sent again. */
  retry?: { number: number; reason: string }
}

/** Where a question was put: a command, a mention or direct message, an unasked message in one of our threads, a form, a button. */
export type Via = 'command' | 'message' | 'thread' | 'form' | 'button'

export interface AskJob extends Common {
  kind: 'ask'
  text: string
  via: Via
  chart?: string
  /** The answer this follows up, by id. */
  previous?: string
}

export interface ActionJob extends Common {
  kind: 'action'
  action: ActionName
  value: string
}

/** A question or button press from Slack, as plain data: what the queue carries and the worker answers. */
export type SlackJob = AskJob | ActionJob

/** Buttons the worker answers. `ask-with` is not among them: its form must open while Slack still waits. */
export const ACTIONS = ['show-sql', 'download-csv', 'right', 'wrong', 'change-chart', 'ask-again'] as const

export type ActionName = (typeof ACTIONS)[number]

/** Hands jobs to whoever answers them: in this process, or over SQS. Resolves once the job can no longer be lost. */
export interface Queue {
  send(job: SlackJob): Promise<void>
}
