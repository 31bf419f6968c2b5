/** What a choice tells of itself. */
export interface Signs {
  /** Share of the drafts' probability whose results agree with the chosen one's, 0 to 1. */
  share: number
  /** Log-probability of the chosen draft. */
  score: number
  /** Whether its result has no rows. */
  empty: boolean
  /** Share of the question's words that should name data and do not, 0 to 1 (`answerable`). */
  strange: number
}

/** Logistic weights, fitted by `bench/calibrate.ts` on databases the model never saw; docs/decisions.md has the fit. */
const WEIGHTS = { constant: -0.883, share: 3.079, score: 1.118, empty: -0.563, strange: -2.597 }

/** From this share of strange words on, a question that is read with little confidence is one about something else (docs/decisions.md has the counts). */
const STRANGE_MIN = 0.5

/** Whether a reading is too unsure to be answered: half of what it should name is not there, and its confidence is below `below`. */
export function isUnsure(confidence: number, { strange }: Pick<Signs, 'strange'>, below: number): boolean {
  return strange >= STRANGE_MIN && confidence < below
}

/** The chance, 0 to 1, that a choice is right. */
export function confidenceOf(signs: Signs, weights: typeof WEIGHTS = WEIGHTS): number {
  const [one, share, score, empty, strange] = features(signs)
  const sum =
    weights.constant * one +
    weights.share * share +
    weights.score * score +
    weights.empty * empty +
    weights.strange * strange
  return Math.round((1 / (1 + Math.exp(-sum))) * 1000) / 1000
}

/** The numbers the weights multiply; the first is the constant's 1. A log-probability below -20 says no more than -20. */
export function features({ share, score, empty, strange }: Signs): [number, number, number, number, number] {
  return [1, share, Math.max(score, -20), empty ? 1 : 0, strange]
}
