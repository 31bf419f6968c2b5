import type { Answer, Effects } from './answer.ts'
import { type Plan, verifiedKey } from './plan.ts'
import { readQuestion } from './question.ts'

/** What a person said of an answer. */
export interface Feedback {
  verdict: 'up' | 'down'
  comment?: string | undefined
}

/** Approval makes the answer's plan a verified one, which from then on answers its question before any model is asked; disapproval withdraws it. */
export async function applyFeedback(answer: Answer, feedback: Feedback, effects: Effects): Promise<void> {
  const asked = { question: answer.question, dataset: answer.dataset }
  const question = readQuestion(asked, [answer.dataset], effects.settings)
  const catalog = await effects.catalogs.get(answer.dataset)
  const key = verifiedKey(question, catalog)
  if (feedback.verdict === 'down') return effects.plans.remove(key)
  const made = await effects.plans.get(answer.plan.key)
  const plan: Plan = {
    ...(made ?? planOfAnswer(answer)),
    key,
    confidence: 1,
    alternatives: [],
  }
  await effects.plans.put(plan)
}

function planOfAnswer(answer: Answer): Plan {
  return {
    key: '',
    question: answer.question,
    dataset: answer.dataset,
    sql: answer.sql,
    wish: null,
    confidence: 1,
    alternatives: [],
    provenance: { model: answer.plan.model, catalog: answer.plan.catalog, linked: [] },
  }
}
