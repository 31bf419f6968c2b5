import type { Answer, Effects } from '../../src/answer.ts'
import { type Asker, EVERYONE, placeOf, requireRight, seesDataset, viewKey, viewOf } from '../../src/asker.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Verified, VerifiedQuestions } from '../../src/verified.ts'
import type { Deployment } from '../effects.ts'
import { type Note, noteAnswer, noteCarried } from '../observe/note.ts'
import type { Trace } from '../observe/trace.ts'

/** The request an asker's deployment is for. */
export interface Request {
  id: string
  note: Note
  trace: Trace | null
}

/**
 * The deployment as one asker meets it: datasets, catalogs, kept answers and feedback that are not theirs do not exist, and
 * what leaves is noted. Doors work with this one only, so that forgetting to ask who asks cannot show anything.
 */
export function scoped(deployment: Deployment, asker: Asker, request: Request): Deployment {
  const { catalogs, verified, listener, warn } = deployment.effects
  const { note, trace } = request
  let drafted = false
  const effects: Effects = {
    ...deployment.effects,
    asker,
    listener: (event) => {
      listener?.(event)
      trace?.listener(event)
      drafted ||= event.step === 'link'
    },
    carried: (out) => {
      noteCarried(note, out, drafted)
      deployment.observe.metrics.count('asklake_answers_total', [note.from ?? ''])
    },
    ...(trace ? { traceparent: trace.traceparent } : {}),
    warn: (problem) => warn({ request: request.id, asker: asker.name, thrown: problem }),
    catalogs: scopedCatalogs(catalogs, asker),
    ...(verified === undefined ? {} : { verified: scopedVerified(verified, asker) }),
  }
  return {
    ...deployment,
    effects,
    answers: notedAnswers(scopedAnswers(deployment.answers, asker), note),
    feedback: async (answer, feedback) => {
      requireRight(asker, 'feedback')
      const by = feedback.by ?? (asker === EVERYONE ? undefined : asker.name)
      return deployment.feedback(answer, by === undefined ? feedback : { ...feedback, by }, effects)
    },
  }
}

function scopedCatalogs(catalogs: Effects['catalogs'], asker: Asker): Effects['catalogs'] {
  return {
    names: async () => (await catalogs.names()).filter((name) => seesDataset(asker, name)),
    get: async (dataset) => {
      if (!seesDataset(asker, dataset)) {
        throw new Refusal('dataset-unknown', `There is no dataset "${dataset.slice(0, 80)}".`)
      }
      return catalogs.get(dataset, viewOf(asker, dataset))
    },
  }
}

/** Answers that are noted as they are made and fetched. */
function notedAnswers(answers: Deployment['answers'], note: Note): Deployment['answers'] {
  return {
    ...answers,
    get: async (id) => {
      const kept = await answers.get(id)
      if (kept !== undefined) noteAnswer(note, kept)
      return kept
    },
    put: async (answer, asked) => {
      noteAnswer(note, answer)
      await answers.put(answer, asked)
    },
  }
}

/** An answer as it is kept: beside it, what its asker saw of the dataset. */
type Kept = Answer & { view?: string }

/** A kept answer is read by those who see the same of its dataset, and by those who see all of it. */
function scopedAnswers(answers: Deployment['answers'], asker: Asker): Deployment['answers'] {
  const eyes = (dataset: string) => viewKey(viewOf(asker, dataset))
  const get = async (id: string) => {
    const kept = (await answers.get(id)) as Kept | undefined
    if (kept === undefined || !seesDataset(asker, kept.dataset)) return undefined
    const { view = '', ...answer } = kept
    return eyes(kept.dataset) === '' || eyes(kept.dataset) === view ? answer : undefined
  }
  return {
    get,
    made: async (id) => ((await get(id)) === undefined ? undefined : answers.made(id)),
    files: async (fingerprint) => (Object.keys(asker.views).length > 0 ? undefined : answers.files(fingerprint)),
    put: async (answer, asked) => {
      const view = eyes(answer.dataset)
      const kept: Kept = view === '' ? answer : { ...answer, view }
      await answers.put(kept, asked)
    },
  }
}

/** Approved SQL names values: those who see something else of a dataset have approvals of their own. */
function scopedVerified(verified: VerifiedQuestions, asker: Asker): VerifiedQuestions {
  const own = (dataset: string) => {
    if (!seesDataset(asker, dataset))
      throw new Refusal('dataset-unknown', `There is no dataset "${dataset.slice(0, 80)}".`)
    return placeOf(dataset, viewKey(viewOf(asker, dataset)))
  }
  const named = (dataset: string) => (entry: Verified) => ({ ...entry, dataset })
  return {
    list: async (dataset) => (await verified.list(own(dataset))).map(named(dataset)),
    find: async (dataset, text) => {
      const found = await verified.find(own(dataset), text)
      return found && named(dataset)(found)
    },
    put: async (entry) => verified.put({ ...entry, dataset: own(entry.dataset) }),
    remove: async (dataset, id) => verified.remove(own(dataset), id),
  }
}
