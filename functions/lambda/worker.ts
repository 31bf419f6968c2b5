import { openDelivery } from '../slack/deliver.ts'
import type { SlackJob } from '../slack/job.ts'
import { createWorker, type Worker } from '../worker.ts'
import { deployment, startOpening } from './deployment.ts'

interface QueueEvent {
  Records: { messageId: string; body: string }[]
}

interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[]
}

let worker: Promise<Worker> | undefined

/** Answers a batch of queued questions; those not delivered are named, so that the queue gives back only them. */
export async function handler({ Records }: QueueEvent): Promise<BatchResult> {
  const work = await openWorker()
  const results = await Promise.all(Records.map((record) => answered(record, work)))
  return { batchItemFailures: results.filter((id) => id !== null).map((itemIdentifier) => ({ itemIdentifier })) }
}

async function answered({ messageId, body }: QueueEvent['Records'][number], work: Worker): Promise<string | null> {
  try {
    await work(JSON.parse(body) as SlackJob)
    return null
  } catch (problem) {
    console.error(problem)
    return messageId
  }
}

function openWorker(): Promise<Worker> {
  worker ??= deployment().then(
    (open) => createWorker(open, openDelivery(slackOf(open.effects.settings.slack_bot_token))),
    (problem) => {
      worker = undefined
      throw problem
    },
  )
  return worker
}

/** Slack's own addresses unless the environment names others, as tests do. */
function slackOf(botToken: string) {
  const { ASKLAKE_SLACK_API_URL: apiUrl, ASKLAKE_SLACK_HOOKS_ORIGIN: hooksOrigin } = process.env
  return { botToken, ...(apiUrl ? { apiUrl } : {}), ...(hooksOrigin ? { hooksOrigin } : {}) }
}

startOpening()
