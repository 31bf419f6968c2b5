// Fits the weights of src/choose/confidence.ts on the outcomes that `bench/accuracy.ts dev held-out` left in .cache, by
// Newton's method with a small ridge: on the development databases; the calibration error is printed for those and for the
// held-out ones, which the fit did not see. Half of the unanswerable questions (`bench/unanswerable.ts`) take part in the fit; the other
// half shows what it makes of them. Baseline of the error: the constant that is the share of right answers. A path as argument
// takes the picture of the held-out ones (SVG).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE } from '../model/data/shared.ts'
import { paintSvg } from '../src/chart/paint.ts'
import { confidenceOf, features, isUnsure, type Signs } from '../src/choose/confidence.ts'
import { readSettings } from '../src/settings.ts'
import { reliabilitySpec } from './reliability.ts'
import { report } from './report.ts'

const { refuse_below } = readSettings()

type Outcome = Signs & { right: boolean; refused: boolean }

const RIDGE: number = 1
const STEPS = 30
const BINS = 10

function read(set: string): Outcome[] {
  return JSON.parse(readFileSync(join(CACHE, `signs-${set}.json`), 'utf8'))
}

function fit(outcomes: Outcome[]): number[] {
  let weights = [0, 0, 0, 0, 0]
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight, i) => (i === 0 ? 0 : -RIDGE * weight))
    const curvature = weights.map((_, i) => weights.map((_, j) => (i === j ? RIDGE : 0)))
    for (const outcome of outcomes) {
      const x: number[] = features(outcome)
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)))
      for (const [i, value] of x.entries()) {
        gradient[i] = (gradient[i] ?? 0) + value * ((outcome.right ? 1 : 0) - p)
        const row = curvature[i] ?? []
        for (const [j, other] of x.entries()) row[j] = (row[j] ?? 0) + p * (1 - p) * value * other
      }
    }
    const move = solve(curvature, gradient)
    weights = weights.map((weight, i) => weight + (move[i] ?? 0))
  }
  return weights
}

/** Gauss elimination; the matrix is positive definite. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows[i] as number[]
    for (let k = 0; k < rows.length; k++) {
      if (k === i) continue
      const row = rows[k] as number[]
      const factor = (row[i] ?? 0) / (pivot[i] ?? 1)
      for (let j = i; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0)
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1))
}

/** Expected calibration error: over ten equal bins of confidence, the mean distance of confidence and share right. */
function calibrationError(pairs: { confidence: number; right: boolean }[]): number {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, confidence: 0, right: 0 }))
  for (const { confidence, right } of pairs) {
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]
    if (bin === undefined) continue
    bin.n += 1
    bin.confidence += confidence
    bin.right += right ? 1 : 0
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / Math.max(1, pairs.length)
}

const development = read('dev')
const heldOut = read('held-out')
const unanswerable = read('unanswerable')
const [constant = 0, share = 0, score = 0, empty = 0, strange = 0] = fit([
  ...development,
  ...unanswerable.filter((_, at) => at % 2 === 0),
])
const weights = { constant, share, score, empty, strange }
const base = development.filter((one) => one.right).length / development.length
const errors = (outcomes: Outcome[]) => ({
  n: outcomes.length,
  right: outcomes.filter((one) => one.right).length / outcomes.length,
  fitted: calibrationError(outcomes.map((one) => ({ confidence: confidenceOf(one, weights), right: one.right }))),
  shipped: calibrationError(outcomes.map((one) => ({ confidence: confidenceOf(one), right: one.right }))),
  baseline: calibrationError(outcomes.map(({ right }) => ({ confidence: base, right }))),
})
const riskAt = (coverage: number) => {
  const sorted = [...heldOut].sort((a, b) => confidenceOf(b, weights) - confidenceOf(a, weights))
  const kept = sorted.slice(0, Math.ceil(coverage * sorted.length))
  return kept.filter((one) => !one.right).length / kept.length
}
/** Share of a set that is refused, by its words or for want of confidence. */
const refusedOf = (outcomes: Outcome[]) =>
  outcomes.filter((one) => one.refused || isUnsure(confidenceOf(one, weights), one, refuse_below)).length /
  outcomes.length
report('calibration', {
  weights,
  development: errors(development),
  held_out: errors(heldOut),
  refused: Object.fromEntries(
    ['dev', 'held-out', 'defog', 'kaggledbqa', 'unanswerable'].map((set) => [set, refusedOf(read(set))]),
  ),
  risk_at_coverage: Object.fromEntries([0.25, 0.5, 0.75, 1].map((coverage) => [coverage, riskAt(coverage)])),
})

const picture = process.argv[2]
if (picture !== undefined) {
  const judged = heldOut.map((one) => ({ confidence: confidenceOf(one), right: one.right }))
  writeFileSync(picture, await paintSvg(reliabilitySpec(judged)))
}
