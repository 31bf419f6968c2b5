import type { SlackJob } from '../slack/job.ts'
import { openWorker } from '../slack/open.ts'
import type { Worker } from '../worker.ts'
import { before, deadlineOf, type Invocation } from './deadline.ts'
import { deployment, startOpening } from './deployment.ts'

interface QueueEvent {
  Records: { messageId: string; body: string }[]
}

interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[]
}

/** Time kept back to draw and upload the chart and to post the answer, or to say that there was no time for one. */
const DELIVERING_MS = 8000

/** A worker, and the act that hands over what the operator is told: nothing goes on once an invocation has ended. */
interface Opened {
  worker: Worker
  flush(): Promise<void>
}

let opened: Promise<Opened> | undefined

/** Answers a batch of queued questions; those not delivered are named, so that the queue gives back only them. A question that cannot be answered in time is refused in time, and its asker told. */
export async function handler({ Records }: QueueEvent, invocation: Invocation): Promise<BatchResult> {
  const deadline_ms = deadlineOf(invocation)
  const { worker, flush } = await before(deadline_ms, open())
  const results = await Promise.all(Records.map((record) => answered(record, worker, deadline_ms)))
  await before(deadline_ms, flush()).catch((problem) => console.error(problem))
  return { batchItemFailures: results.filter((id) => id !== null).map((itemIdentifier) => ({ itemIdentifier })) }
}

async function answered(
  { messageId, body }: QueueEvent['Records'][number],
  worker: Worker,
  deadline_ms: number,
): Promise<string | null> {
  const left = deadline_ms - performance.now()
  const bounds = { deadline_ms: deadline_ms - Math.min(DELIVERING_MS, left / 4) }
  try {
    const outcome = await before(deadline_ms, worker(JSON.parse(body) as SlackJob, bounds))
    return outcome === 'done' ? null : messageId
  } catch (problem) {
    console.error(problem)
    return messageId
  }
}

function open(): Promise<Opened> {
  opened ??= deployment()
    .then(async (open) => ({ worker: (await openWorker(open)).worker, flush: open.observe.flush }))
    .catch((problem) => {
      opened = undefined
      throw problem
    })
  return opened
}

startOpening()
