/**
 * Logistic weights fitted by `bench/calibrate.ts` on databases the model never saw; docs/decisions.md has the fit.
 */
const WEIGHTS = { constant: -1.0, share: 2.5, score: 0.5 }

/** The chance, 0 to 1, that a choice is right: from the share of probability that agrees with its result and its draft's log-probability. */
export function confidenceOf(signs: { share: number; score: number }): number {
  const sum = WEIGHTS.constant + WEIGHTS.share * signs.share + WEIGHTS.score * Math.max(signs.score, -20)
  return Math.round((1 / (1 + Math.exp(-sum))) * 1000) / 1000
}
