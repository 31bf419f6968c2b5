import type { Answer } from '../../src/answer.ts'
import { renderPng } from '../../src/chart/render.ts'
import type { Delivery } from './deliver.ts'
import type { SlackJob } from './job.ts'
import type { Claim } from './ledger.ts'
import { altText, answerMessage, isOneValue, type Message, workingMessage } from './message.ts'
import type { Threads } from './threads.ts'
import { SlackProblem } from './web.ts'

/** What an answer is delivered with. */
export interface Reply {
  delivery: Delivery
  threads: Threads
  /** For the operator. */
  warn(problem: unknown): void
}

/** Says in the thread that an answer is on its way, once; the answer takes its place. Channels we may not speak in get none. */
export async function sayWorking(job: SlackJob, question: string, claim: Claim, { delivery }: Reply): Promise<void> {
  if (claim.progress.working !== undefined || claim.progress.posted !== undefined) return
  await claim.note({ working: await delivery.begin(workingMessage(question), job) })
}

/** Delivers an answer with its chart; what a first try has already done is not done again. */
export async function replyAnswer(made: Answer, job: SlackJob, claim: Claim, reply: Reply): Promise<void> {
  const picture = await chartOf(made, claim, reply)
  if (claim.progress.posted === undefined) await claim.note({ posted: await say(made, picture, job, claim, reply) })
  const root = job.thread ?? claim.progress.posted
  if (root) await reply.threads.put(job.channel, root, { answer: made.id })
}

/** Delivers words that take the place of the "working" message, for everyone or for the asker alone. */
export async function replyWords(
  message: Message,
  job: SlackJob,
  claim: Claim,
  { delivery, privately }: { delivery: Delivery; privately: boolean },
): Promise<void> {
  if (claim.progress.posted !== undefined) return
  const { working } = claim.progress
  if (working && !privately) await delivery.replace(message, job.channel, working)
  else if (privately) {
    if (working) await delivery.remove(job.channel, working)
    await claim.note({ working: '' })
    await delivery.whisper(message, job)
  } else await delivery.post(message, job)
  await claim.note({ posted: '' })
}

async function say(
  made: Answer,
  picture: string,
  job: SlackJob,
  claim: Claim,
  { delivery, warn }: Reply,
): Promise<string> {
  const speak = async (message: Message) => {
    const { working } = claim.progress
    if (!working) return delivery.post(message, job)
    await delivery.replace(message, job.channel, working)
    return working
  }
  try {
    return await speak(answerMessage(made, job.user, picture))
  } catch (problem) {
    if (picture === '' || !(problem instanceof SlackProblem && problem.code === 'invalid_blocks')) throw problem
    warn(problem)
    return speak(answerMessage(made, job.user, ''))
  }
}

/** The chart's picture at Slack, uploaded once; '' when there is none or Slack will not have it, which the operator is told. */
async function chartOf(made: Answer, claim: Claim, { delivery, warn }: Reply): Promise<string> {
  if (made.chart === null || isOneValue(made)) return ''
  if (claim.progress.picture !== undefined) return claim.progress.picture
  const bytes = await renderPng(made.chart, { scale: 2 })
  const file = { name: 'chart.png', bytes, title: made.question, alt: altText(made) }
  const id = await delivery.picture(file).catch((problem) => {
    if (!(problem instanceof SlackProblem)) throw problem
    warn(problem)
    return ''
  })
  await claim.note({ picture: id })
  return id
}
