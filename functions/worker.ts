import type { Asking } from '../src/answer.ts'
import { toCsv } from '../src/export/csv.ts'
import { REFUSALS, Refusal, type RefusalCode } from '../src/refusal.ts'
import { scoped } from './access/scope.ts'
import { problemOf } from './api/problem.ts'
import type { Deployment } from './effects.ts'
import { auditLine } from './observe/audit.ts'
import type { Note } from './observe/note.ts'
import { askQuestion, isChatter, namedDataset, redraw } from './slack/ask.ts'
import { counted } from './slack/counted.ts'
import type { ActionJob, AskJob, SlackJob } from './slack/job.ts'
import type { Claim, Ledger } from './slack/ledger.ts'
import { plainMessage, refusalMessage, sqlMessage } from './slack/message.ts'
import { type Reply, replyAnswer, replyWords, sayWorking } from './slack/reply.ts'
import type { Rights } from './slack/rights.ts'

/** What a worker works with. */
export interface WorkerParts extends Reply {
  deployment: Deployment
  ledger: Ledger
  rights: Rights
}

/** Time bounds of one job, as the queue knows them. */
export type Bounds = Pick<Asking, 'deadline_ms'>

/** Answers one job: `done` also when it was done before, `held` when another worker has it; rejects when it is to be tried again. */
export type Worker = (job: SlackJob, bounds?: Bounds) => Promise<'done' | 'held'>

/** A job is begun this often; then its asker is told that it failed. */
const TRIES = 4
const PAUSE_MS = 2000

/** A worker that answers Slack's jobs, each once: a job is claimed, what is done of it is noted, and it is finished or given back. */
export function createWorker(parts: WorkerParts): Worker {
  return async (job, bounds = {}) => {
    const claim = await parts.ledger.claim(job)
    if (claim === 'done' || claim === 'held') return claim
    const last = claim.attempts + 1 >= TRIES
    try {
      await work(job, claim, { ...parts, bounds, last })
    } catch (problem) {
      if (!last) {
        await claim.release(PAUSE_MS * 2 ** claim.attempts)
        throw problem
      }
      parts.warn({ given_up: job.trigger, problem })
    }
    await claim.finish()
    return 'done'
  }
}

interface Work extends WorkerParts {
  bounds: Bounds
  /** No further try will follow. */
  last: boolean
  /** The deployment as whoever asks meets it. */
  world: Deployment
  /** What it turns out to be about, for the audit log. */
  note: Note
}

async function work(job: SlackJob, claim: Claim, parts: Omit<Work, 'world' | 'note'>): Promise<void> {
  const asker = await parts.rights(job)
  const note: Note = {}
  const world = scoped(parts.deployment, asker, { id: job.trigger, note, trace: null })
  const { delivery, bytes } = counted(parts.delivery)
  const own = { ...parts, delivery, world, note }
  try {
    await (job.kind === 'ask' ? workAsk(job, claim, own) : workAction(job, claim, own))
  } catch (thrown) {
    noteProblem(note, thrown)
    throw thrown
  } finally {
    const what = `slack ${job.kind === 'ask' ? job.via : job.action}`
    const who = { id: job.trigger, asker: asker.name, person: `slack ${job.user}` }
    const { observe, effects } = parts.deployment
    const { settings } = effects
    observe.audit.write(
      auditLine({ ...who, what, note, status: statusOf(note), bytes: bytes(), text: settings.log_text }),
    )
  }
}

function noteProblem(note: Note, thrown: unknown): void {
  note.code = thrown instanceof Refusal ? thrown.code : 'internal'
}

/** The status that the code of a note has over HTTP. */
function statusOf({ code }: Note): number {
  if (code === undefined) return 200
  return code in REFUSALS ? REFUSALS[code as RefusalCode].status : 500
}

/** A question: asked by command, message, form or button, or following up in one of our threads. */
async function workAsk(job: AskJob, claim: Claim, own: Work): Promise<void> {
  const before = await beforeOf(job, own)
  if (job.via === 'thread' && (before === undefined || isChatter(job.text))) return
  if (job.via !== 'command') await sayWorking(job, job.text, claim, own)
  await answerOr(job, claim, own, async () => {
    const previous = before === undefined ? undefined : await keptAnswer(before, own.world)
    return askQuestion({ text: job.text, chart: job.chart, previous }, own.world, own.bounds)
  })
}

/** The id of what a question follows up: the answer a form was opened from, else the last one of its thread. */
async function beforeOf(job: AskJob, { threads }: Work): Promise<string | undefined> {
  if (job.previous !== undefined) return job.previous
  if (job.thread === undefined || job.via === 'form' || job.via === 'button') return undefined
  return (await threads.get(job.channel, job.thread))?.answer
}

/** Makes an answer and delivers it, or says why there is none. A refusal that passes (busy, rate limits) is tried again first. */
async function answerOr(
  job: SlackJob,
  claim: Claim,
  own: Work,
  make: () => ReturnType<typeof askQuestion>,
): Promise<void> {
  let made: Awaited<ReturnType<typeof make>>
  try {
    made = await make()
  } catch (thrown) {
    if (thrown instanceof Refusal && (thrown.status === 503 || thrown.status === 429) && !own.last) throw thrown
    return tell(thrown, job, claim, own)
  }
  await replyAnswer(made, job, claim, own)
}

/** A refusal of a mention or direct message stands in its thread; any other is told to the asker alone. */
async function tell(thrown: unknown, job: SlackJob, claim: Claim, own: Work): Promise<void> {
  const { warn, delivery, world, note } = own
  noteProblem(note, thrown)
  const privately = !(job.kind === 'ask' && job.via === 'message')
  if (!(thrown instanceof Refusal)) {
    const { detail, hint } = problemOf(thrown, warn)
    return replyWords(plainMessage(`${detail} ${hint}`), job, claim, { delivery, privately })
  }
  const message = refusalMessage(thrown, await datasetOf(job, world))
  await replyWords(message, job, claim, { delivery, privately })
}

async function datasetOf(job: SlackJob, { effects }: Deployment): Promise<string | undefined> {
  const names = await effects.catalogs.names()
  const text = job.kind === 'ask' ? job.text : job.value
  const usual = names.includes(effects.settings.slack_dataset) ? effects.settings.slack_dataset : undefined
  return namedDataset(text, names)?.dataset ?? usual
}

async function workAction(job: ActionJob, claim: Claim, own: Work): Promise<void> {
  if (job.action === 'ask-again') return workAsk({ ...job, kind: 'ask', via: 'button', text: job.value }, claim, own)
  if (job.action === 'change-chart') return changeChart(job, claim, own)
  if (claim.progress.posted !== undefined) return
  try {
    await ACTS[job.action](await keptAnswer(job.value, own.world), job, own)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return tell(thrown, job, claim, own)
  }
  await claim.note({ posted: '' })
}

async function changeChart(job: ActionJob, claim: Claim, own: Work): Promise<void> {
  const { id, chart } = JSON.parse(job.value) as { id: string; chart: string }
  await sayWorking(job, `as ${chart}`, claim, own)
  await answerOr(job, claim, own, async () => {
    return redraw(await keptAnswer(id, own.world), chart, own.world, own.bounds)
  })
}

type Kept = Awaited<ReturnType<typeof keptAnswer>>

/** Buttons that need no new answer. */
const ACTS = {
  'show-sql': (kept: Kept, job: ActionJob, { delivery }: Work) => delivery.whisper(sqlMessage(kept), job),
  'download-csv': async (kept: Kept, job: ActionJob, { delivery }: Work) => {
    const file = {
      name: 'answer.csv',
      bytes: new TextEncoder().encode(toCsv(kept)),
      title: `Rows of: ${kept.question}`,
    }
    if ((await delivery.share(file, job)) === 'thread') return
    await delivery.whisper(plainMessage('The file is in your direct messages with asklake.'), job)
  },
  right: async (kept: Kept, job: ActionJob, { delivery, world }: Work) => {
    await world.feedback(kept, { verdict: 'up', by: `slack ${job.user}` })
    await delivery.whisper(plainMessage('Kept as a verified answer.'), job)
  },
  wrong: async (kept: Kept, job: ActionJob, { delivery, world }: Work) => {
    await world.feedback(kept, { verdict: 'down', by: `slack ${job.user}` })
    await delivery.whisper(plainMessage('Noted; this answer is no longer verified.'), job)
  },
}

async function keptAnswer(id: string, { answers }: Deployment) {
  const kept = await answers.get(id)
  if (kept === undefined) throw new Refusal('answer-unknown', 'This answer is no longer kept.')
  return kept
}
