/** A question or button press from Slack, as plain data: what the queue carries and the worker answers. */
export type SlackJob =
  | {
      kind: 'ask'
      text: string
      /** Where the answer goes without any bot rights; valid for 30 minutes and five messages. */
      responseUrl?: string
      channel: string
      thread?: string
      user: string
      /** Slack's id of the request: the same again is a retry. */
      trigger: string
    }
  | {
      kind: 'action'
      action: ActionName
      value: string
      responseUrl: string
      channel: string
      thread?: string
      user: string
      trigger: string
    }

export const ACTIONS = ['show-sql', 'download-csv', 'right', 'wrong', 'change-chart', 'ask-again'] as const

export type ActionName = (typeof ACTIONS)[number]

/** Hands jobs to whoever answers them: in this process, or over SQS. */
export interface Queue {
  send(job: SlackJob): Promise<void>
}
