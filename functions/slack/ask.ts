import { type Answer, type Asking, answer } from '../../src/answer.ts'
import type { ChartKind } from '../../src/chart/wish.ts'
import { answerEdited, answerFollowUp } from '../../src/converse.ts'
import { readQuestion } from '../../src/question.ts'
import type { Deployment } from '../effects.ts'

/** What is asked: words as typed, the chart wanted, and the answer before. */
export interface SlackQuestion {
  text: string
  chart?: string | undefined
  previous?: Answer | undefined
}

/** The dataset that words name: `northwind: how many orders`; undefined when they name none of these. */
export function namedDataset(text: string, datasets: string[]): { dataset: string; rest: string } | undefined {
  const [, dataset = '', rest = ''] = /^\s*([^\s:]+)\s*:\s*(.+)$/s.exec(text) ?? []
  return datasets.includes(dataset) ? { dataset, rest } : undefined
}

/** The answer to a question from Slack, kept for its buttons. Words that name a dataset stand alone; others follow up what went before; else the only dataset, or the one of setting `slack_dataset`, is asked. */
export async function askQuestion(asked: SlackQuestion, world: Deployment, asking: Asking): Promise<Answer> {
  const { effects, answers } = world
  const { text, chart, previous } = asked
  const names = await effects.catalogs.names()
  const named = namedDataset(text, names)
  const usual = names.includes(effects.settings.slack_dataset) ? effects.settings.slack_dataset : undefined
  const dataset = named?.dataset ?? previous?.dataset ?? usual
  const question = readQuestion({ question: named?.rest ?? text, dataset, chart }, names, effects.settings)
  const follows = named === undefined && previous !== undefined
  const made = await (follows
    ? answerFollowUp({ previous, question }, effects, asking)
    : answer(question, effects, asking))
  await answers.put(made, { chart })
  return made
}

/** A kept answer drawn as another chart; its plan stays. */
export async function redraw(previous: Answer, chart: string, world: Deployment, asking: Asking): Promise<Answer> {
  const { effects, answers } = world
  const question = readQuestion(
    { question: previous.question, dataset: previous.dataset },
    [previous.dataset],
    effects.settings,
  )
  const edits = [{ slot: 'chart', do: 'set', chart: chart as ChartKind } as const]
  const made = await answerEdited({ previous, question, edits }, effects, asking)
  await answers.put(made)
  return made
}

/** Words between people in a thread that ask for nothing. */
const CHATTER =
  /^\W*((thank(s| you)|thx|ty|great|nice|cool|wow|ok(ay)?|perfect|awesome|good|got it|yes|no|yep|nope|lol|haha|hm+|interesting|so much|very|a lot|work|job|one|very much|everyone|all|:[a-z0-9_+-]+:)[\s\W]*)+$/i

/** Whether a message in a thread says nothing that could be looked up. */
export function isChatter(text: string): boolean {
  return !/\p{L}|\d/u.test(text.replaceAll(/:[a-z0-9_+-]+:/g, '')) || CHATTER.test(text)
}
