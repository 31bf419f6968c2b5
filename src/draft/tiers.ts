import type { Draft, Model } from '../draft.ts'
import { Refusal } from '../refusal.ts'

export interface Tiers {
  /** In the package, always there. */
  small: Model
  /** Behind a server that may be slow, busy or gone. */
  large: Model
  /** `unsure`: only where the small one gives its best draft a probability below `below`. */
  when: 'unsure' | 'always'
  below: number
  /** Milliseconds the large one has, repair included. */
  budget_ms: number
  /** Told of each question that wants the large model, before it is asked: servers are started by how many there are. */
  wanted?: (() => void) | undefined
  /** Told when the large model could not be asked. */
  warn(problem: unknown): void
}

/** The large model's share of the vote where both drafted: it decides where they differ, and their agreement still counts. */
const LARGE_SHARE = 0.7

/**
 * Two models as one: the large one is asked always, or where the small one is unsure; the small one answers alone where it
 * is sure, and where the large one refuses or fails, with drafts marked as makeshift so that they are not kept.
 */
export function tieredModel({ small, large, when, below, budget_ms, wanted, warn }: Tiers): Model {
  return {
    id: `${small.id}+${large.id}`,
    draft: async (question, catalog, links, options) => {
      const own = named(await small.draft(question, catalog, links, options), small)
      if (when === 'unsure' && isSure(own, below)) return own
      wanted?.()
      try {
        const signal = within(budget_ms, options.signal)
        const drafts = await large.draft(question, catalog, links, { ...options, signal })
        return drafts.length === 0 ? own : together(named(drafts, large), own)
      } catch (problem) {
        options.signal?.throwIfAborted()
        if (!(problem instanceof Refusal)) throw problem
        warn(problem)
        return own.map((draft) => ({ ...draft, makeshift: true }))
      }
    },
    close: async () => void (await Promise.all([small.close(), large.close()])),
  }
}

/** Fires when the asker leaves, or with a refusal when the time is over. */
function within(ms: number, asker: AbortSignal | undefined): AbortSignal {
  const late = new AbortController()
  const refusal = new Refusal('llm-unavailable', `The large model had no draft within ${ms} ms.`)
  setTimeout(() => late.abort(refusal), ms).unref()
  return asker === undefined ? late.signal : AbortSignal.any([asker, late.signal])
}

function named(drafts: Draft[], { id }: Model): Draft[] {
  return drafts.map((draft) => ({ ...draft, model: draft.model ?? id }))
}

function isSure(drafts: Draft[], below: number): boolean {
  const best = Math.max(...drafts.map(({ score }) => score))
  return Math.exp(best) >= below
}

/** Both models' drafts with scores on one scale: logarithms of shares that add up to 1. */
function together(large: Draft[], small: Draft[]): Draft[] {
  const scale = (drafts: Draft[], share: number) => {
    const top = Math.max(...drafts.map(({ score }) => score))
    const total = drafts.reduce((sum, { score }) => sum + Math.exp(score - top), 0)
    return drafts.map((draft) => ({ ...draft, score: draft.score - top - Math.log(total) + Math.log(share) }))
  }
  if (small.length === 0) return scale(large, 1)
  return [...scale(large, LARGE_SHARE), ...scale(small, 1 - LARGE_SHARE)]
}
