import type { Checked } from './check.ts'
import { confidenceOf, type Signs } from './choose/confidence.ts'
import { resultKey } from './choose/result.ts'
import type { Rows } from './database.ts'
import type { Draft } from './draft.ts'
import { Refusal } from './refusal.ts'

/** A draft that was checked and run. */
export interface Candidate {
  draft: Draft
  checked: Checked
  rows: Rows
}

export interface Choice {
  best: Candidate
  /** 0 to 1, see `confidenceOf`. */
  confidence: number
  signs: Signs
  /** Candidates whose results differ from the best's, with their share of the drafts' probability, likeliest first. */
  others: { candidate: Candidate; share: number }[]
}

/** Checks and runs one draft; a Refusal drops the draft, anything else is a bug and is thrown. */
export type Trial = (draft: Draft) => Promise<Candidate>

/**
 * The candidate whose *result* holds most of the drafts' probability (self-consistency, Wang et al. 2022, with the
 * beam's own scores as votes); `strange` as `answerable` tells it. Refuses with `no-draft` when no draft survives its trial.
 */
export async function choose(drafts: Draft[], trial: Trial, strange = 0): Promise<Choice> {
  const candidates = (await Promise.all(drafts.map((draft) => survivor(draft, trial)))).flat()
  const groups = groupByResult(candidates)
  const [first, ...rest] = groups
  if (first === undefined) throw new Refusal('no-draft', 'No reading of the question could be run over this data.')
  const best = first.candidates[0] as Candidate
  const signs = { share: first.share, score: best.draft.score, empty: best.rows.rows.length === 0, strange }
  return {
    best,
    confidence: confidenceOf(signs),
    signs,
    others: rest.map((group) => ({ candidate: group.candidates[0] as Candidate, share: group.share })),
  }
}

async function survivor(draft: Draft, trial: Trial): Promise<Candidate[]> {
  try {
    return [await trial(draft)]
  } catch (problem) {
    if (problem instanceof Refusal) return []
    throw problem
  }
}

interface Group {
  candidates: Candidate[]
  /** Sum of its drafts' probabilities, as a share of all groups'. */
  share: number
}

function groupByResult(candidates: Candidate[]): Group[] {
  const top = Math.max(...candidates.map((candidate) => candidate.draft.score))
  const groups = new Map<string, Group>()
  let total = 0
  for (const candidate of candidates) {
    const weight = Math.exp(candidate.draft.score - top)
    const key = resultKey(candidate.rows)
    const group = groups.get(key) ?? { candidates: [], share: 0 }
    group.candidates.push(candidate)
    group.share += weight
    total += weight
    groups.set(key, group)
  }
  return [...groups.values()]
    .map((group) => ({ ...group, share: group.share / total }))
    .sort((a, b) => b.share - a.share)
}
