import { type Answer, type Asking, answer } from '../../src/answer.ts'
import { followUp } from '../../src/follow.ts'
import { readQuestion } from '../../src/question.ts'
import type { Deployment } from '../effects.ts'
import type { Thread } from './threads.ts'

/** What is asked: words as typed, the chart and dataset wanted, and what went before. */
export interface SlackQuestion {
  text: string
  chart?: string | undefined
  dataset?: string | undefined
  previous?: Thread | undefined
}

/** The dataset that words name: `northwind: how many orders`; undefined when they name none of these. */
export function namedDataset(text: string, datasets: string[]): { dataset: string; rest: string } | undefined {
  const [, dataset = '', rest = ''] = /^\s*([^\s:]+)\s*:\s*(.+)$/s.exec(text) ?? []
  return datasets.includes(dataset) ? { dataset, rest } : undefined
}

/** The answer to a question from Slack, kept for its buttons. Words that name a dataset stand alone; others follow up what went before; else the only dataset, or the one of setting `slack_dataset`, is asked. */
export async function askQuestion(asked: SlackQuestion, world: Deployment, asking: Asking): Promise<Answer> {
  const { effects, answers } = world
  const names = await effects.catalogs.names()
  const named = namedDataset(asked.text, names)
  const question = readQuestion(
    {
      chart: asked.chart,
      ...(named ? { question: named.rest, dataset: named.dataset } : unnamed(asked, names, world)),
    },
    names,
    effects.settings,
  )
  const made = await answer(question, effects, asking)
  await answers.put(made)
  return made
}

function unnamed({ text, dataset, previous }: SlackQuestion, names: string[], { effects }: Deployment) {
  if (previous !== undefined) return { dataset: previous.dataset, ...followUp(previous.question, text) }
  const usual = effects.settings.slack_dataset
  return { question: text, dataset: dataset ?? (names.includes(usual) ? usual : undefined) }
}

/** Words between people in a thread that ask for nothing. */
const CHATTER =
  /^\W*((thank(s| you)|thx|ty|great|nice|cool|wow|ok(ay)?|perfect|awesome|good|got it|yes|no|yep|nope|lol|haha|hm+|interesting|so much|very|a lot|work|job|one|very much|everyone|all|:[a-z0-9_+-]+:)[\s\W]*)+$/i

/** Whether a message in a thread says nothing that could be looked up. */
export function isChatter(text: string): boolean {
  return !/\p{L}|\d/u.test(text.replaceAll(/:[a-z0-9_+-]+:/g, '')) || CHATTER.test(text)
}
