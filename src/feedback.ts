import type { Answer, Effects } from './answer.ts'
import { approve } from './approval.ts'

/** What a person said of an answer. */
export interface Feedback {
  verdict: 'up' | 'down'
  comment?: string | undefined
  /** Who said it, when doors know. */
  by?: string | undefined
}

/** Approval makes the answer's question a verified one, which from then on is answered by its SQL before any model is asked; disapproval withdraws the approval of that SQL. */
export async function applyFeedback(answer: Answer, feedback: Feedback, effects: Effects): Promise<void> {
  const { dataset, question, sql } = answer
  const known = await effects.verified?.find(dataset, question)
  if (feedback.verdict === 'down') {
    if (known !== undefined && known.sql === sql) await effects.verified?.remove(dataset, known.id)
    return
  }
  if (known?.sql === sql) return
  const plan = await effects.plans.get(answer.plan.key)
  const made = plan?.sql === sql ? plan : undefined
  await approve(
    {
      dataset,
      question,
      sql,
      chart: made?.wish ?? null,
      origin: answer.plan.model,
      linked: made?.provenance.linked ?? [],
      today: made?.today,
      by: feedback.by,
    },
    effects,
  )
}
