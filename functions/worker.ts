import { type Answer, answer } from '../src/answer.ts'
import { renderPng } from '../src/chart/render.ts'
import { toCsv } from '../src/export/csv.ts'
import { readQuestion } from '../src/question.ts'
import { recentMap } from '../src/recent.ts'
import { Refusal } from '../src/refusal.ts'
import type { Deployment } from './effects.ts'
import type { Delivery } from './slack/deliver.ts'
import type { Queue, SlackJob } from './slack/job.ts'
import { answerMessage, plainMessage, refusalMessage } from './slack/message.ts'

/** Answers one job; rejects only when the answer could not be delivered, so that the queue gives the job again. */
export type Worker = (job: SlackJob) => Promise<void>

/** A worker that answers Slack's jobs. A trigger seen before is a retry and is left alone once it was answered. */
export function createWorker(deployment: Deployment, delivery: Delivery): Worker {
  const done = recentMap<true>(1000)
  return async (job) => {
    if (done.get(job.trigger)) return
    try {
      await (job.kind === 'ask' ? handleAsk(job, deployment, delivery) : handleAction(job, deployment, delivery))
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      await delivery.post(refusalMessage(thrown), job)
    }
    done.set(job.trigger, true)
  }
}

/** A queue answered in this process, two jobs at a time; a job that fails is told to the operator and to the asker. */
export function localQueue(worker: Worker, warn: (problem: unknown) => void): Queue & { idle(): Promise<void> } {
  const running = new Set<Promise<void>>()
  return {
    send: async (job) => {
      const run: Promise<void> = worker(job)
        .catch(warn)
        .finally(() => running.delete(run))
      running.add(run)
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

type Asked = Extract<SlackJob, { kind: 'ask' }>
type Acted = Extract<SlackJob, { kind: 'action' }>

async function handleAsk(job: Asked, deployment: Deployment, delivery: Delivery): Promise<void> {
  const made = await ask(job.text, undefined, deployment)
  await deliver(made, job, delivery)
}

/** `northwind: how many orders` names a dataset; without a name the only dataset, or the one of setting `slack_dataset`, is asked. */
async function ask(text: string, chart: string | undefined, { effects, answers }: Deployment): Promise<Answer> {
  const names = await effects.catalogs.names()
  const named = /^\s*([^\s:]+)\s*:\s*(.+)$/s.exec(text)
  const dataset = named && names.includes(named[1] ?? '') ? named[1] : effects.settings.slack_dataset || undefined
  const words = dataset !== undefined && named?.[1] === dataset ? (named[2] ?? '') : text
  const question = readQuestion({ question: words, dataset, chart }, names, effects.settings)
  const made = await answer(question, effects)
  await answers.put(made)
  return made
}

async function deliver(made: Answer, job: SlackJob, delivery: Delivery): Promise<void> {
  await delivery.post(answerMessage(made, job.user), job)
  if (made.chart === null) return
  const alt = String((made.chart as { description?: string }).description ?? made.question)
  await delivery.upload({ name: 'chart.png', bytes: await renderPng(made.chart, { scale: 2 }), alt }, job)
}

async function handleAction(job: Acted, deployment: Deployment, delivery: Delivery): Promise<void> {
  if (job.action === 'ask-again') return deliver(await ask(job.value, undefined, deployment), job, delivery)
  if (job.action === 'change-chart') return changeChart(job, deployment, delivery)
  const made = await keptAnswer(job.value, deployment)
  if (job.action === 'show-sql')
    return delivery.post({ ...plainMessage(`\`\`\`${made.sql}\`\`\``), response_type: 'ephemeral' }, job)
  if (job.action === 'download-csv') {
    const bytes = new TextEncoder().encode(toCsv(made))
    return delivery.upload({ name: 'answer.csv', bytes, alt: `Rows of: ${made.question}` }, job)
  }
  const verdict = job.action === 'right' ? 'up' : 'down'
  await deployment.feedback(made, { verdict })
  const said = verdict === 'up' ? 'Kept as a verified answer.' : 'Noted; this answer is no longer verified.'
  await delivery.post({ ...plainMessage(said), response_type: 'ephemeral' }, job)
}

async function changeChart(job: Acted, deployment: Deployment, delivery: Delivery): Promise<void> {
  const { id, chart } = JSON.parse(job.value) as { id: string; chart: string }
  const made = await keptAnswer(id, deployment)
  await deliver(await ask(`${made.dataset}: ${made.question}`, chart, deployment), job, delivery)
}

async function keptAnswer(id: string, { answers }: Deployment): Promise<Answer> {
  const kept = await answers.get(id)
  if (kept === undefined) throw new Refusal('answer-unknown', 'This answer is no longer kept.')
  return kept
}
