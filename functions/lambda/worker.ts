import { Refusal } from '../../src/refusal.ts'
import { type Delivery, openDelivery } from '../slack/deliver.ts'
import type { SlackJob } from '../slack/job.ts'
import { refusalMessage } from '../slack/message.ts'
import { createWorker, type Worker } from '../worker.ts'
import { before, deadlineOf, type Invocation } from './deadline.ts'
import { deployment, startOpening } from './deployment.ts'

interface QueueEvent {
  Records: { messageId: string; body: string }[]
}

interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[]
}

interface Opened {
  work: Worker
  delivery: Delivery
}

let opened: Promise<Opened> | undefined

/** Answers a batch of queued questions; those not delivered are named, so that the queue gives back only them. */
export async function handler({ Records }: QueueEvent, invocation: Invocation): Promise<BatchResult> {
  const deadline_ms = deadlineOf(invocation)
  const open = await before(deadline_ms, openWorker())
  const results = await Promise.all(Records.map((record) => answered(record, open, deadline_ms)))
  return { batchItemFailures: results.filter((id) => id !== null).map((itemIdentifier) => ({ itemIdentifier })) }
}

async function answered(
  { messageId, body }: QueueEvent['Records'][number],
  { work, delivery }: Opened,
  deadline_ms: number,
): Promise<string | null> {
  try {
    const job = JSON.parse(body) as SlackJob
    await before(deadline_ms, work(job)).catch((problem) => tellLate(problem, job, delivery))
    return null
  } catch (problem) {
    console.error(problem)
    return messageId
  }
}

/** A question that took too long once does so again: its asker is told, and the queue need not repeat it. */
async function tellLate(problem: unknown, job: SlackJob, delivery: Delivery): Promise<void> {
  if (!(problem instanceof Refusal) || problem.code !== 'out-of-time') throw problem
  await delivery.post(refusalMessage(problem), job)
}

function openWorker(): Promise<Opened> {
  opened ??= deployment().then(
    (open) => {
      const delivery = openDelivery(slackOf(open.effects.settings.slack_bot_token))
      return { work: createWorker(open, delivery), delivery }
    },
    (problem) => {
      opened = undefined
      throw problem
    },
  )
  return opened
}

/** Slack's own addresses unless the environment names others, as tests do. */
function slackOf(botToken: string) {
  const { ASKLAKE_SLACK_API_URL: apiUrl, ASKLAKE_SLACK_HOOKS_ORIGIN: hooksOrigin } = process.env
  return { botToken, ...(apiUrl ? { apiUrl } : {}), ...(hooksOrigin ? { hooksOrigin } : {}) }
}

startOpening()
